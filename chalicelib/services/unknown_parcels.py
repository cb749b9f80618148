"""Parcels that nobody knows: kept at the bench, matched to a return, or sent back."""

from chalicelib.domain import unknown_parcels as rules
from chalicelib.domain.unknown_parcels import Seen, UnknownParcel
from chalicelib.services.bench import UNKNOWN
from chalicelib.services.bench_lookup import return_named
from chalicelib.services.desk import Desk, command
from chalicelib.store.records import Page
from chalicelib.store.tables import Item

MOST_SHELVES = 100
"""So many parcels are looked through for a free shelf."""


def waiting(desk: Desk, *, limit: int, after: Item | None) -> tuple[list[UnknownParcel], Page]:
    """Those that wait, the oldest first, and the page of the list that they stand on."""
    page = desk.page(1, UNKNOWN, limit=limit, after=after)
    found = desk.read(*((UnknownParcel, card.id) for card in page.cards)) if page.cards else []
    parcels = (one for one in found if isinstance(one, UnknownParcel))
    return [one for one in parcels if one.is_waiting], page


def free_shelf(desk: Desk) -> str:
    """Where the next one may be kept."""
    cards = desk.page(1, UNKNOWN, limit=MOST_SHELVES).cards
    return rules.free_shelf({str(card.card.get("shelf", "")) for card in cards})


@command
def keep(desk: Desk, seen: Seen) -> UnknownParcel:
    """Put a parcel aside until somebody knows whose it is."""
    return desk.commit(rules.keep(seen, shop=desk.shop_id, new_id=desk.new_id, at=desk.now()))


@command
def match(desk: Desk, parcel_id: str, number: str) -> UnknownParcel:
    """It is the parcel of the return that this number leads to. Raises Invalid, field `scan`, as
    `return_named` does, and NotAllowed for one that is not waiting any more."""
    parcel = desk.get(UnknownParcel, parcel_id)
    case = return_named(desk, number).case
    return desk.commit(rules.match(parcel, case, at=desk.now()))


@command
def send_back(desk: Desk, parcel_id: str) -> UnknownParcel:
    """Nobody claims it: it goes back to who sent it."""
    return desk.commit(rules.send_back(desk.get(UnknownParcel, parcel_id), at=desk.now()))
