"""Noticing that a shop's webhooks have stopped.

A platform switches them off after a few failures and tells nobody; an order that was never
pushed is then missing for ever. A shop is silent if it said nothing for some hours in which, a
week before, it had something to say.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from chalicelib.domain.agenda import Entry, Lane
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import derived
from chalicelib.domain.records import Moment, Record

LISTEN = "shop.listen"

SLOT = timedelta(hours=3)
SETTLING = timedelta(minutes=5)
"""How long after its end a slot is counted: commits that began in it may arrive late."""

WEEK = timedelta(days=7) // SLOT
SPANS = tuple(timedelta(hours=hours) // SLOT for hours in (6, 24, 72))
"""How long is listened for, in slots, the shortest first: nights and quiet shops need more."""

USUAL = 5
"""As many events in the same hours of the week before make silence a surprise."""

_EPOCH = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


class Heartbeat(Record):
    """How a shop's webhooks arrive. `until` is the end of the last slot that was counted."""

    kind: ClassVar[str] = "heartbeat"
    prefix: ClassVar[str] = "hrt"

    heard: tuple[int, ...] = ()
    """How many events each slot brought, up to five; the oldest first, ten days of them."""
    until: Moment
    silent_since: Moment | None = None
    """When a silence was noticed; None while webhooks arrive."""


class ShopFellSilent(Fact):
    type: ClassVar[str] = "shop.fell_silent"
    hours: int
    """For how long nothing came, at the least."""


class ShopHeardAgain(Fact):
    type: ClassVar[str] = "shop.heard_again"
    hours: int
    """How long ago the silence was noticed."""


def heartbeat_id(shop: str) -> str:
    """A shop has one."""
    return derived(Heartbeat.prefix, shop)


def first_heartbeat(shop: str, *, at: datetime) -> Heartbeat:
    """Of a shop that was never listened for: the last slot that is over is the first to count."""
    until = _start_of_slot(at - SETTLING) - SLOT
    return Heartbeat(shop=shop, id=heartbeat_id(shop), until=until)


def listening(shop: str, *, at: datetime) -> Entry:
    """The entry that listens for a shop's webhooks when the running slot is over."""
    due_at = _start_of_slot(at) + SLOT + SETTLING
    return Entry(shop=shop, kind=LISTEN, subject=shop, due_at=due_at, lane=Lane.BULK)


def to_count(beat: Heartbeat, *, at: datetime) -> list[datetime]:
    """The starts of the slots that are over and were not counted, oldest first; of a clock that
    stood still for long, those of the last ten days."""
    most = WEEK + SPANS[-1]
    first = max(beat.until, _start_of_slot(at - SETTLING) - most * SLOT)
    count = int((at - SETTLING - first) / SLOT)
    return [first + n * SLOT for n in range(count)]


def silence(heard: Sequence[int]) -> timedelta | None:
    """For how long, at the least, nothing was heard that should have been; None if all is well."""
    for span in SPANS:
        if len(heard) < WEEK + span or any(heard[-span:]):
            return None
        if sum(heard[-span - WEEK : -WEEK]) >= USUAL:
            return span * SLOT
    return None


def listened(beat: Heartbeat, counts: Sequence[int], *, at: datetime) -> Changes[Heartbeat]:
    """Note what the slots since the last time brought. A silence is told once, its end once."""
    heard = (*beat.heard, *counts)[-(WEEK + SPANS[-1]) :]
    quiet = silence(heard)
    began, told = beat.silent_since, list[Fact]()
    if quiet is not None and began is None:
        began = at
        told.append(ShopFellSilent(hours=_hours(quiet)))
    elif began is not None and any(counts):
        told.append(ShopHeardAgain(hours=_hours(at - began)))
        began = None
    until = max(beat.until, _start_of_slot(at - SETTLING))
    after = beat.but(heard=heard, until=until, silent_since=began)
    facts = tuple(Told(after, fact) for fact in told)
    return Changes(after, (after,), facts, (listening(beat.shop, at=at),))


def _start_of_slot(at: datetime) -> datetime:
    return at - (at - _EPOCH) % SLOT


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)
