"""What the fields of the settings are made of beside the shop: the reader's words and names."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from chalicelib.domain.calendar import Week
from chalicelib.domain.presets import legal_presets
from chalicelib.domain.presets.legal import LegalKind, LegalPreset
from chalicelib.handlers.desk.settings.clocks import span_text
from chalicelib.handlers.desk.settings.kinds import Choice, Flag
from chalicelib.locales import Say
from chalicelib.locales.formats import country_name


@dataclass(frozen=True, slots=True)
class Words:
    """The reader's language, and who works here: pairs of id and name, asked for when needed."""

    say: Say
    locale: str
    people: Callable[[], list[tuple[str, str]]]

    def yes_or_no(self) -> Flag:
        return Flag(yes=self.say("yes"), no=self.say("no"))

    def country(self, code: str) -> str:
        return country_name(code, self.locale)

    def laws(self, *kinds: LegalKind) -> Choice:
        """The legal presets of these kinds."""
        found = [preset for preset in legal_presets().values() if preset.kind in kinds]
        return Choice(tuple((preset.id, self._law(preset)) for preset in found))

    def _law(self, preset: LegalPreset) -> str:
        say = self.say
        length = say("%(n)s months") if preset.window.unit == "months" else say("%(n)s days")
        laws = {"EU": say("law of the European Union")}
        return say("%(law)s, %(length)s (%(id)s)") % {
            "law": laws.get(preset.jurisdiction)
            or say("law of %(country)s") % {"country": self.country(preset.jurisdiction)},
            "length": length % {"n": preset.window.length},
            "id": preset.id,
        }


def weekdays(say: Say) -> dict[str, str]:
    """By the names a Week gives them."""
    return {
        "mon": say("Monday"),
        "tue": say("Tuesday"),
        "wed": say("Wednesday"),
        "thu": say("Thursday"),
        "fri": say("Friday"),
        "sat": say("Saturday"),
        "sun": say("Sunday"),
    }


def week_words(week: Week, say: Say) -> str:
    """`Monday to Friday 09:00–17:00, Saturday 10:00–14:00`; empty if it is never open."""
    names = weekdays(say)
    alike = groupby(names, key=lambda day: getattr(week, day))
    return say(", ").join(
        f"{_days([names[day] for day in days], say)} {say(', ').join(map(span_text, spans))}"
        for spans, days in alike
        if spans
    )


def _days(names: list[str], say: Say) -> str:
    if len(names) == 1:
        return names[0]
    return say("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
