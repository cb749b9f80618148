"""Whether anything was lost, and what stands still: for who operates the shop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from chalicelib.domain import nothing_lost
from chalicelib.domain.agenda import Lane, entry_id
from chalicelib.domain.events import Event
from chalicelib.domain.messages import SEND, SETTLE, Outgoing
from chalicelib.domain.nothing_lost import Sum
from chalicelib.domain.records import Record
from chalicelib.domain.returns import Return
from chalicelib.domain.silence import Heartbeat, heartbeat_id
from chalicelib.services import agenda as agenda_service
from chalicelib.services import inbox, reports
from chalicelib.services.desk import Desk
from chalicelib.services.inbox import GivenUp
from chalicelib.services.lanes import look_again
from chalicelib.services.reports import Day
from chalicelib.store import agenda, counters, events

R = TypeVar("R", bound=Record)

MOST_DEAD = 25


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The shop's webhooks of a day. Those that told nothing new leave no trace but a receipt, so
    there is no sum of all."""

    told: int
    """That told something."""
    noted: dict[str, int]
    """That said nothing to us, and refused signatures, by code, of the same UTC day."""
    waiting: int
    """That could not be taken in yet; the clock tries each again."""
    given_up: GivenUp


@dataclass(frozen=True, slots=True)
class LaneState:
    """A lane, which all shops share. `oldest` is when what waits longest in it was due."""

    lane: Lane
    is_open: bool
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Dead:
    """An entry that was tried until its attempts were used up."""

    id: str
    kind: str
    due_at: datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class Health:
    messages: Sum
    refunds: Sum
    deliveries: Deliveries
    lanes: Sequence[LaneState]
    dead: Sequence[Dead]
    """The oldest of the shop's entries that were given up."""
    heartbeat: Heartbeat | None


def health(desk: Desk, day: Day) -> Health:
    """A day's sums, from its events and the records of what they leave open; and how things stand
    at this moment."""
    told = nothing_lost.told(_events(desk, day))
    messages = _records(desk, Outgoing, told.unsettled_messages)
    returns = _records(desk, Return, told.unsettled_refunds)
    return Health(
        messages=nothing_lost.messages(told, messages, _waiting(desk, list(messages))),
        refunds=nothing_lost.refunds(told, returns),
        deliveries=Deliveries(
            told=told.deliveries,
            noted=counters.noted(desk.house.tables, desk.shop_id, day.date),
            waiting=inbox.waiting_of(desk.house, desk.shop_id),
            given_up=inbox.given_up(desk.house, desk.shop_id, after=None),
        ),
        lanes=_lanes(desk),
        dead=_dead(desk),
        heartbeat=desk.find(Heartbeat, heartbeat_id(desk.shop_id)),
    )


def _events(desk: Desk, day: Day) -> Iterator[Event]:
    """Of the hours in which anything happened."""
    for hour, figures in reports.by_hour(desk, day):
        if figures.counts:
            found = events.of_hour(desk.house.tables, desk.shop_id, events.hour_of(hour))
            yield from (event for event in found if day.start <= event.at < day.end)


def _waiting(desk: Desk, messages: Sequence[str]) -> set[str]:
    """The messages for which an agenda entry stands: to send it, or to find out whether it left."""
    entries = {
        entry_id(desk.shop_id, kind, one): one for one in messages for kind in (SEND, SETTLE)
    }
    found = agenda.standing(desk.house.tables, list(entries))
    return {entries[one] for one in found}


def _dead(desk: Desk) -> list[Dead]:
    items, _ = agenda_service.dead(desk, limit=MOST_DEAD, after=None)
    return [
        Dead(
            item["id"],
            item["kind"],
            datetime.fromisoformat(item["due_at"]),
            item["attempts"],
            item.get("last_error", ""),
        )
        for item in items
    ]


def _lanes(desk: Desk) -> list[LaneState]:
    open_lanes, now = look_again(desk.house), desk.now()
    return [
        LaneState(lane, lane in open_lanes, agenda.oldest_due(desk.house.tables, lane, now=now))
        for lane in Lane
    ]


def _records(desk: Desk, kind: type[R], ids: Sequence[str]) -> dict[str, R]:
    found = desk.read(*((kind, one) for one in ids)) if ids else []
    return {one.id: one for one in found if isinstance(one, kind)}
