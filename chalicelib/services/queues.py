"""The views of the queue: each is a stretch of one list, by what is due next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.tickets import Ticket
from chalicelib.services.counts import Counted, counted_in
from chalicelib.services.desk import Desk
from chalicelib.store.listings import NOBODY
from chalicelib.store.records import NEVER_DUE, Card, Page, Stretch, due_by, place_in
from chalicelib.store.tables import Item

QUEUE = "tickets"
"""The list of the tickets that are being worked on."""


class View(StrEnum):
    """What of the queue somebody looks at."""

    MINE = "mine"
    """My tickets and the calls I owe."""
    ALL = "all"
    NOBODYS = "nobodys"
    LATE = "late"
    WAITING = "waiting"
    """Nothing is owed: somebody else acts next."""


@dataclass(frozen=True, slots=True)
class Around:
    """A line of a view with those before and after it, in the view's order."""

    before: list[Card]
    line: Card
    after: list[Card]


@dataclass(frozen=True, slots=True)
class _Source:
    index: int
    name: str
    stretch: Stretch | None = None


def page_of(desk: Desk, view: View, *, limit: int, after: Item | None) -> Page:
    """One page of a view, as the one who looks at it sees it."""
    source = _source(desk, view)
    return desk.page(source.index, source.name, limit=limit, after=after, stretch=source.stretch)


def around(desk: Desk, view: View, ticket: Ticket, *, limit: int) -> Around | None:
    """What stands before and after a ticket in a view, at most so many each; None for a ticket
    that the view does not hold."""
    source = _source(desk, view)
    at = place_in(ticket, source.index, source.name)
    if at is None or not (source.stretch is None or source.stretch.holds(at.card.sort)):
        return None
    before, after = (
        desk.page(
            source.index,
            source.name,
            limit=limit,
            after=at.key,
            backwards=backwards,
            stretch=source.stretch,
        ).cards
        for backwards in (True, False)
    )
    return Around(before[::-1], at.card, after)


def counts_of(desk: Desk) -> Mapping[View, Counted]:
    """How many each view holds at this moment."""
    sources = {view: _source(desk, view) for view in View}
    return {
        view: counted_in(desk, one.index, one.name, one.stretch) for view, one in sources.items()
    }


def _source(desk: Desk, view: View) -> _Source:
    match view:
        case View.MINE:
            return _Source(3, f"assignee#{desk.actor.id}")
        case View.ALL:
            return _Source(1, QUEUE)
        case View.NOBODYS:
            return _Source(3, f"assignee#{NOBODY}")
        case View.LATE:
            return _Source(1, QUEUE, due_by(desk.now()))
        case View.WAITING:
            return _Source(1, QUEUE, NEVER_DUE)
