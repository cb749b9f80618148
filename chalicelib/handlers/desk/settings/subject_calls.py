"""The fields of how a shop keeps the calls it promises. What follows a call that reached nobody
is only shown."""

from chalicelib.domain.shops import Configuration
from chalicelib.handlers.desk.settings.clocks import DaySpans
from chalicelib.handlers.desk.settings.forms import Entry, Group
from chalicelib.handlers.desk.settings.kinds import Choice, Whole
from chalicelib.handlers.desk.settings.words import Words, weekdays


def calls(shop: Configuration, words: Words) -> tuple[Group, ...]:
    say = words.say
    minutes = Whole(say("minutes"))
    return (
        Group(
            say("A promised call"),
            (
                Entry("callbacks.ring_minutes", say("Ring its owner before it"), minutes),
                Entry(
                    "callbacks.window_minutes",
                    say("It is kept until so long after the promised time"),
                    minutes,
                ),
                Entry(
                    "callbacks.escalate_minutes",
                    say("Tell the managers after it was missed"),
                    minutes,
                ),
                Entry("callbacks.max_attempts", say("Tries at most"), Whole()),
                Entry(
                    "callbacks.manager_on_duty", say("Calls nobody owns go to"), _duty(shop, words)
                ),
            ),
        ),
        Group(
            say("When customers may be called, on their own clock"),
            tuple(
                Entry(f"callbacks.daytime.{day}", name, DaySpans(closed=say("no calls")))
                for day, name in weekdays(say).items()
            ),
        ),
    )


def _duty(shop: Configuration, words: Words) -> Choice:
    people = words.people()
    on_duty = shop.callbacks.manager_on_duty
    gone = [(on_duty, on_duty)] if on_duty and on_duty not in dict(people) else []
    return Choice((("", words.say("all managers")), *people, *gone))
