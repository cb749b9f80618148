"""Parcels: what is known of each, whatever order its news came in."""

from datetime import datetime
from typing import ClassVar

from chalicelib.domain import canonical
from chalicelib.domain.canonical import DeliverySource, ParcelStatus
from chalicelib.domain.events import Fact
from chalicelib.domain.records import Moment, Record, Value

_SHAPE = "v2."
"""How parcels are kept, before the digest of their content: one that is kept in an earlier shape,
and so is in no list, is written again when it is next seen. No digit of a digest comes after it."""


class ParcelShipped(Fact):
    type = "parcel.shipped"
    parcel: str


class ParcelDelivered(Fact):
    type = "parcel.delivered"
    parcel: str
    source: DeliverySource
    delivered_at: Moment


class ParcelDelayed(Fact):
    type = "parcel.delayed"
    parcel: str
    said_at: Moment
    expected_at: Moment | None


class Parcel(Record):
    """What a parcel holds and who carries it. Where it is stands in its order's `parcels`."""

    kind: ClassVar[str] = "parcel"
    prefix: ClassVar[str] = ""
    guarded: ClassVar[bool] = True

    order_id: str
    carrier: str = ""
    tracking: str = ""
    url: str = ""
    lines: dict[str, int] = {}
    """Order line id -> quantity; empty where the shop does not say."""
    shipped_at: Moment | None = None

    @property
    def part_of(self) -> str:
        return self.order_id

    @classmethod
    def of(cls, event: canonical.ParcelSeen, *, shop: str, order_id: str) -> "Parcel":
        return cls(
            shop=shop,
            id=event.id,
            order_id=order_id,
            carrier=event.carrier,
            tracking=event.tracking,
            url=event.url,
            lines=event.lines,
            shipped_at=event.shipped_at,
        )

    def erased(self) -> "Parcel":
        """The parcel without what leads to the person who got it."""
        return self.but(tracking="", url="")


class ParcelMark(Value):
    """What an order's header keeps of a parcel: enough to merge news without reading it.

    Each pair of a statement and its time is settled by the later time, then by the statement,
    so that the order in which news arrives leaves no trace.
    """

    digest: str = ""
    """Of the parcel's content; empty while only news of it came."""
    changed_at: Moment | None = None
    status: ParcelStatus = ParcelStatus.PENDING
    status_at: Moment | None = None
    has_left: bool = False
    """It was seen on its way at least once."""
    delivered_at: Moment | None = None
    source: DeliverySource | None = None
    expected_at: Moment | None = None
    expected_said_at: Moment | None = None
    delays: tuple[Moment, ...] = ()
    """When it was said to be late."""


def seen(mark: ParcelMark, event: canonical.ParcelSeen) -> tuple[ParcelMark, bool]:
    """The mark after a parcel was seen, and whether its content is to be written anew."""
    content = _SHAPE + canonical.digest(event, leaving_out=frozenset({"changed_at", "status"}))
    wins = mark.changed_at is None or (event.changed_at, content) > (mark.changed_at, mark.digest)
    moved = _moved(mark, event.status, event.changed_at)
    if not wins:
        return moved, False
    updated = moved.model_copy(update={"digest": content, "changed_at": event.changed_at})
    return updated, content != mark.digest


def moved(mark: ParcelMark, event: canonical.ParcelMoved) -> ParcelMark:
    return _expected(_moved(mark, event.status, event.at), event.expected_at, event.at)


def delivered(mark: ParcelMark, event: canonical.ParcelDelivered) -> ParcelMark:
    """The best source wins; of equal ones the first time, for a window opened is not moved."""
    said = [(event.source, event.at)]
    if mark.source is not None and mark.delivered_at is not None:
        said.append((mark.source, mark.delivered_at))
    source, at = min(said, key=lambda what: (what[0].rank, what[1]))
    return _moved(mark, ParcelStatus.DELIVERED, event.at).model_copy(
        update={"delivered_at": at, "source": source}
    )


def delayed(mark: ParcelMark, event: canonical.ParcelDelayed) -> ParcelMark:
    told = _expected(mark, event.expected_at, event.at)
    return told.model_copy(update={"delays": tuple(sorted({*mark.delays, event.at}))})


def facts(parcel: str, before: ParcelMark, after: ParcelMark) -> list[Fact]:
    """What is told when a parcel's mark becomes another: each fact of it once."""
    told: list[Fact] = []
    if after.has_left and not before.has_left:
        told.append(ParcelShipped(parcel=parcel))
    if before.delivered_at is None and after.delivered_at and after.source:
        told.append(
            ParcelDelivered(parcel=parcel, source=after.source, delivered_at=after.delivered_at)
        )
    told += [
        ParcelDelayed(parcel=parcel, said_at=said_at, expected_at=after.expected_at)
        for said_at in after.delays
        if said_at not in before.delays
    ]
    return told


def _moved(mark: ParcelMark, status: ParcelStatus, at: datetime) -> ParcelMark:
    left = mark.has_left or status.has_left
    if mark.status_at is None or (at, status.rank) > (mark.status_at, mark.status.rank):
        return mark.model_copy(update={"status": status, "status_at": at, "has_left": left})
    return mark.model_copy(update={"has_left": left})


def _expected(mark: ParcelMark, expected_at: datetime | None, said_at: datetime) -> ParcelMark:
    if expected_at is None:
        return mark
    said = [(said_at, expected_at)]
    if mark.expected_said_at is not None and mark.expected_at is not None:
        said.append((mark.expected_said_at, mark.expected_at))
    last_said_at, last_expected_at = max(said)
    return mark.model_copy(
        update={"expected_at": last_expected_at, "expected_said_at": last_said_at}
    )
