"""The fields of the shop itself, and of its hours."""

from chalicelib.domain.shops import Configuration
from chalicelib.handlers.desk.settings.clocks import DaySpans, SpecialDays
from chalicelib.handlers.desk.settings.forms import Entry, Group
from chalicelib.handlers.desk.settings.kinds import Listed
from chalicelib.handlers.desk.settings.kinds import Words as Line
from chalicelib.handlers.desk.settings.words import Words, weekdays


def the_shop(_: Configuration, words: Words) -> tuple[Group, ...]:
    say = words.say
    languages = say("With commas between them; the first is the shop's own: en, de, zh-CN.")
    return (
        Group(
            say("The shop"),
            (
                Entry("name", say("Name"), Line()),
                Entry("languages", say("Languages"), Listed("languages"), languages),
                Entry("zone", say("Time zone"), Line("zone"), say("Such as Europe/Berlin.")),
                Entry("country", say("Country"), Line("country"), say("Two letters, such as DE.")),
                Entry("currency", say("Currency"), Line("currency"), say("Such as EUR.")),
            ),
        ),
        Group(
            say("How customers reach us"),
            (
                Entry("support_mail", say("Mail address"), Line()),
                Entry("support_phone", say("Phone"), Line()),
            ),
        ),
        Group(
            say("Where parcels come back to"),
            (
                Entry("return_address.name", say("Addressee"), Line()),
                Entry("return_address.street", say("Street"), Line()),
                Entry("return_address.postcode", say("Postcode"), Line()),
                Entry("return_address.city", say("City"), Line()),
                Entry("return_address.country", say("Country of the address"), Line("country")),
            ),
        ),
    )


def hours(_: Configuration, words: Words) -> tuple[Group, ...]:
    say = words.say
    spans = DaySpans(closed=say("closed"))
    holidays = say("Two letters; that country's public holidays are closed. Empty: none are.")
    special = say("A date a line, with its hours or without for closed: 2026-12-24 09:00–12:00.")
    return (
        Group(
            say("The week"),
            tuple(Entry(f"hours.week.{day}", name, spans) for day, name in weekdays(say).items()),
        ),
        Group(
            say("Holidays and exceptions"),
            (
                Entry("hours.zone", say("Time zone of these hours"), Line("zone")),
                Entry("hours.country", say("Public holidays of"), Line("country"), holidays),
                Entry("hours.subdivision", say("Part of the country"), Line()),
                Entry("hours.special", say("Days with hours of their own"), SpecialDays(), special),
            ),
        ),
    )
