"""Sums that must add up: what was to be said, and the money that was to move, with what became of
each. What is neither done, stopped nor on its way is lost, and named."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.domain.events import ActorKind, Event
from chalicelib.domain.messages import OPEN, Channel, Outgoing, State
from chalicelib.domain.returns import MoneyState, Return


@dataclass(frozen=True, slots=True)
class Sum:
    """What was due, by what became of it: so many done, stopped for a reason, on their way, or
    lost. The lists hold ids."""

    due: int
    done: int
    stopped: Mapping[str, int] = field(default_factory=dict[str, int])
    open: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        accounted = self.done + sum(self.stopped.values()) + len(self.open)
        return self.due == accounted and not self.lost


@dataclass(frozen=True, slots=True)
class Told:
    """What a day's events tell of messages, refunds and deliveries, by the id of each."""

    queued: frozenset[str]
    sent: frozenset[str]
    stopped: Mapping[str, str]
    """With the reason."""
    settled: frozenset[str]
    refunded: frozenset[str]
    deliveries: int
    """Of the shop's system that told something."""

    @property
    def unsettled_messages(self) -> list[str]:
        """What the day's events leave open; their records say what became of them later."""
        return sorted(self.queued - self.sent - self.stopped.keys())

    @property
    def unsettled_refunds(self) -> list[str]:
        return sorted(self.settled - self.refunded)


def told(events: Iterable[Event]) -> Told:
    """In whatever order they come."""
    by_type: dict[str, set[str]] = {}
    stopped: dict[str, str] = {}
    requests: set[str] = set()
    for event in events:
        by_type.setdefault(event.type, set()).add(event.subject)
        if event.type in ("message.dropped", "message.failed"):
            stopped[event.subject] = event.data["reason"]
        if event.actor.startswith(ActorKind.SHOP):
            requests.add(event.correlation)
    of = {name: frozenset(ids) for name, ids in by_type.items()}
    nothing = frozenset[str]()
    return Told(
        queued=of.get("message.queued", nothing),
        sent=of.get("message.sent", nothing),
        stopped=stopped,
        settled=of.get("return.settled", nothing),
        refunded=of.get("return.refunded", nothing),
        deliveries=len(requests),
    )


def messages(day: Told, later: Mapping[str, Outgoing], waiting: Collection[str]) -> Sum:
    """The messages queued in a day. `later` has the records of those that its events leave open,
    and `waiting` the ids of those for which an agenda entry stands. What goes by hand or through
    the shop's own system waits for somebody else, and has none."""
    left = {one: later.get(one) for one in day.unsettled_messages}
    stopped = Counter(reason for one, reason in day.stopped.items() if one in day.queued)
    stopped.update(
        one.reason for one in left.values() if one and one.state in (State.DROPPED, State.FAILED)
    )
    sent = len(day.queued & day.sent - day.stopped.keys())
    return Sum(
        due=len(day.queued),
        done=sent + sum(1 for one in left.values() if one and one.state is State.SENT),
        stopped=dict(sorted(stopped.items())),
        open=tuple(name for name, one in left.items() if one and _waits(one, waiting)),
        lost=tuple(name for name, one in left.items() if one is None or _is_lost(one, waiting)),
    )


def refunds(day: Told, later: Mapping[str, Return]) -> Sum:
    """The refunds reckoned in a day: made, or still to be made."""
    left = {one: later.get(one) for one in day.unsettled_refunds}
    done = sum(1 for one in left.values() if one and one.money is MoneyState.DONE)
    return Sum(
        due=len(day.settled),
        done=len(day.settled & day.refunded) + done,
        open=tuple(n for n, one in left.items() if one and one.money is not MoneyState.DONE),
        lost=tuple(name for name, one in left.items() if one is None),
    )


def _waits(one: Outgoing, waiting: Collection[str]) -> bool:
    goes_elsewhere = one.channel in (Channel.BY_HAND, Channel.EVENT)
    return one.state in OPEN and (goes_elsewhere or one.id in waiting)


def _is_lost(one: Outgoing, waiting: Collection[str]) -> bool:
    return one.state in OPEN and not _waits(one, waiting)
