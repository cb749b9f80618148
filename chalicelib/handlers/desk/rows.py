"""Lines of the work lists: what is owed, to whom, by when, and where it is worked on."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import Order
from chalicelib.domain.records import Record
from chalicelib.domain.staff import Staff
from chalicelib.handlers.desk.places import page_of
from chalicelib.services.desk import Desk
from chalicelib.store.records import Card
from chalicelib.web.auth import caller


@dataclass(frozen=True, slots=True)
class Owed:
    """One line of a list: what, by when, and where it is worked on."""

    kind: str
    number: str
    what: str
    who: str
    """The customer's name; empty if it is not known."""
    language: str
    order: str
    """The number of the order it is about; empty if it is about none."""
    reason: str
    """What a ticket is about, as a code; empty for a call."""
    whose: str
    """The name of whoever works on it; empty if nobody does."""
    place: str
    due_at: datetime | None
    is_late: bool
    is_mine: bool


def work_rows(here: Desk, cards: list[Card]) -> list[Owed]:
    """Cards with the names of their customers and of whoever works on them, and their orders'
    numbers: one more read a page, however long the list is."""
    wanted = [
        *_named(cards, "customer_id", Customer),
        *_named(cards, "order_id", Order),
        *_named(cards, "assignee", Staff),
        *_named(cards, "owner_id", Staff),
    ]
    found = here.read(*wanted) if wanted else []
    names = {one.id: _name(one) for one in found if one is not None}
    return [_owed(here, card, names) for card in cards]


def _named(cards: list[Card], field: str, kind: type[Record]) -> list[tuple[type[Record], str]]:
    ids = sorted({str(one.card[field]) for one in cards if one.card.get(field)})
    return [(kind, one) for one in ids]


def _name(record: Record) -> str:
    match record:
        case Customer() | Staff():
            return record.name or ""
        case Order():
            return record.number
        case _:
            return ""


def _owed(here: Desk, card: Card, names: dict[str, str]) -> Owed:
    """A card of any of the work lists; its sort key says when it is due."""
    told = card.card
    number = str(told.get("number", ""))
    owner = told.get("assignee", told.get("owner_id"))
    return Owed(
        kind=card.kind,
        number=number,
        what=str(told.get("subject", "")),
        who=names.get(str(told.get("customer_id")), ""),
        language=str(told.get("language", "")),
        order=names.get(str(told.get("order_id")), ""),
        reason=str(told.get("reason", "")),
        whose=names.get(str(owner), ""),
        place=page_of(card.kind, card.id, number),
        due_at=card.due_at,
        is_late=card.due_at is not None and card.due_at <= here.now(),
        is_mine=owner == caller().id,
    )
