"""The subjects of a shop's settings, each a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.errors import NotFound
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.desk.settings.forms import Entry, Group
from chalicelib.handlers.desk.settings.subject_answers import answers
from chalicelib.handlers.desk.settings.subject_calls import calls
from chalicelib.handlers.desk.settings.subject_returns import returns
from chalicelib.handlers.desk.settings.subject_shop import hours, the_shop
from chalicelib.handlers.desk.settings.subject_surveys import surveys
from chalicelib.handlers.desk.settings.words import Words


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject. `fields` are the names of what it sets in a Configuration."""

    name: str
    fields: frozenset[str]
    groups: Callable[[Configuration, Words], tuple[Group, ...]]

    def entries(self, shop: Configuration, words: Words) -> list[Entry]:
        """All its fields, in order."""
        return [entry for group in self.groups(shop, words) for entry in group.entries]


_SHOP = frozenset(
    {
        "name",
        "languages",
        "zone",
        "country",
        "currency",
        "support_mail",
        "support_phone",
        "return_address",
    }
)

SUBJECTS: dict[str, Subject] = {
    one.name: one
    for one in (
        Subject("shop", _SHOP, the_shop),
        Subject("hours", frozenset({"hours"}), hours),
        Subject("answers", frozenset({"sla"}), answers),
        Subject("returns", frozenset({"returns"}), returns),
        Subject("surveys", frozenset({"surveys"}), surveys),
        Subject("calls", frozenset({"callbacks"}), calls),
    )
}


def subject(name: str) -> Subject:
    """Raises NotFound for a name that is none."""
    found = SUBJECTS.get(name)
    if found is None:
        raise NotFound("There is no such subject.", field="subject")
    return found
