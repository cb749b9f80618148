"""Where a record lies: its key, and the lists it stands in.

Every partition key starts with the shop, so another shop's ids do not exist here. A list is
a partition of one of four generic indexes; `docs/data.md` names every one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from chalicelib.domain.records import Record

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: `index` 1 to 4, the list's name within the shop, the sort key."""

    index: int
    list: str
    sort: str


@dataclass(frozen=True, slots=True)
class Listing:
    """How a kind of record is listed: its places, and the card a list shows of it."""

    places: Callable[[Any], list[Place]]
    card: Callable[[Any], dict[str, Any]]


_LISTINGS: dict[type[Record], Listing] = {}


def listed(
    kind: type[R], *, places: Callable[[R], list[Place]], card: Callable[[R], dict[str, Any]]
) -> None:
    """Declare the lists a kind of record stands in; done once, in `store/listings.py`."""
    _LISTINGS[kind] = Listing(places, card)


NEVER = "9999"
"""The sort key of what is never due: it stands at the end of a list by due time."""


def partition(shop: str, record_id: str) -> str:
    return f"{shop}#{record_id}"


def key_of(record: Record) -> tuple[str, str]:
    """A record lies under its own id, or beside the record it is part of."""
    if record.part_of is None:
        return partition(record.shop, record.id), record.kind
    return partition(record.shop, record.part_of), f"{record.kind}#{record.id}"


def index_attributes(record: Record) -> dict[str, Any]:
    """The index keys and the card of a record; empty for a kind that is in no list."""
    listing = _LISTINGS.get(type(record))
    if listing is None:
        return {}
    attributes: dict[str, Any] = {}
    for place in listing.places(record):
        attributes[f"g{place.index}pk"] = f"{record.shop}#{place.list}"
        attributes[f"g{place.index}sk"] = f"{place.sort}#{record.id}"
    if attributes:
        attributes["card"] = listing.card(record)
    return attributes


def stamp(moment: datetime) -> str:
    """A time as a sortable key: ISO 8601, UTC, always with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
