"""The fields of what a shop promises whoever asks something."""

from chalicelib.domain.shops import Configuration
from chalicelib.domain.sla import Priority
from chalicelib.handlers.desk.settings.forms import Entry, Group
from chalicelib.handlers.desk.settings.kinds import Hours, Whole
from chalicelib.handlers.desk.settings.words import Words


def answers(_: Configuration, words: Words) -> tuple[Group, ...]:
    say = words.say
    titles = {
        Priority.URGENT: say("Urgent"),
        Priority.HIGH: say("High"),
        Priority.NORMAL: say("Normal"),
        Priority.LOW: say("Low"),
    }
    return (
        *(_targets(words, priority, title) for priority, title in titles.items()),
        Group(
            say("Warnings and closing"),
            (
                Entry(
                    "sla.warn_percent",
                    say("Warn when so much of the time is left"),
                    Whole("%"),
                ),
                Entry(
                    "sla.outside_warn_hours",
                    say("Warn before a marketplace's deadline"),
                    Whole(say("hours")),
                ),
                Entry(
                    "sla.close_after_days",
                    say("Close a resolved question after"),
                    Whole(say("days")),
                ),
                Entry(
                    "sla.reopen_days",
                    say("A closed question opens again for"),
                    Whole(say("days")),
                ),
            ),
        ),
    )


def _targets(words: Words, priority: Priority, title: str) -> Group:
    say = words.say
    hours = Hours(say("working hours"))
    named = {
        "first_response": say("First answer within"),
        "next_reply": say("Each further answer within"),
        "resolution": say("Resolved within"),
    }
    return Group(
        say("Priority: %(priority)s") % {"priority": title},
        tuple(
            Entry(f"sla.{priority}.{name}", f"{label} · {title}", hours)
            for name, label in named.items()
        ),
    )
