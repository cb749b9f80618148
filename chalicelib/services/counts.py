"""How much is open: the numbers beside the names of the places and views of the desk."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.services.desk import OPEN, Desk
from chalicelib.store import records
from chalicelib.store.records import MOST_COUNTED, Stretch, count

KNOWN_SECONDS = 15

OPEN_LISTS = ("tickets", "returns", "callbacks")


@dataclass(frozen=True, slots=True)
class Counted:
    """So many, and maybe more: counting goes only so far, so that a page costs the same in every
    shop."""

    n: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """What is open in each of the desk's places."""

    tickets: Counted
    returns: Counted
    calls: Counted


def open_counts(desk: Desk) -> Counts:
    """As of at most 15 seconds ago; what this process commits itself is counted at once."""
    return desk.house.cached((OPEN, desk.shop_id), KNOWN_SECONDS, lambda: _counted(desk))


def counted(desk: Desk, index: int, name: str, *, due_by: datetime | None = None) -> Counted:
    """What stands in one of the lists of `docs/data.md`; only what is due by a time, if one is
    given and the list is by what is due."""
    stretch = None if due_by is None else records.due_by(due_by)
    return counted_in(desk, index, name, stretch)


def counted_in(desk: Desk, index: int, name: str, stretch: Stretch | None) -> Counted:
    """The same for any stretch of a list; None is all of it."""
    n = count(desk.house.tables, desk.shop_id, index=index, name=name, stretch=stretch)
    return Counted(n, is_more=n >= MOST_COUNTED)


def _counted(desk: Desk) -> Counts:
    return Counts(*(counted(desk, 1, name) for name in OPEN_LISTS))
