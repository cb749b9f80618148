"""What happens to promises, told the same way for tickets, returns and calls."""

from datetime import timedelta
from typing import ClassVar, TypedDict

from chalicelib.domain.events import Fact
from chalicelib.domain.promises import Counting, OwedTo, Promise, PromiseState
from chalicelib.domain.records import Moment


class _About(TypedDict):
    what: str
    owed_to: OwedTo
    counting: Counting


class PromiseFact(Fact):
    """What every fact about a promise says."""

    what: str
    owed_to: OwedTo
    counting: Counting


class PromiseMade(PromiseFact):
    type: ClassVar[str] = "promise.made"
    target_minutes: int
    due_at: Moment | None


class PromiseWarned(PromiseFact):
    type: ClassVar[str] = "promise.warned"
    due_at: Moment | None


class PromisePaused(PromiseFact):
    type: ClassVar[str] = "promise.paused"
    used_minutes: int


class PromiseResumed(PromiseFact):
    type: ClassVar[str] = "promise.resumed"
    due_at: Moment | None


class PromiseBreached(PromiseFact):
    type: ClassVar[str] = "promise.breached"
    target_minutes: int
    due_at: Moment


class PromiseKept(PromiseFact):
    """`took_minutes` and `late_minutes` are whole minutes day and night."""

    type: ClassVar[str] = "promise.kept"
    target_minutes: int
    took_minutes: int
    late: bool
    late_minutes: int
    outcome: str


class PromiseWithdrawn(PromiseFact):
    type: ClassVar[str] = "promise.withdrawn"
    late: bool
    outcome: str


def facts(before: Promise | None, after: Promise) -> list[Fact]:
    """What one step did to a promise, in the order it happened; `before` is None for a new one."""
    about = _About(what=after.what, owed_to=after.owed_to, counting=after.counting)
    target = after.target_minutes
    told: list[Fact] = []
    if before is None:
        told.append(PromiseMade(**about, target_minutes=target, due_at=after.due_at))
    if after.warned_at and not (before and before.warned_at):
        told.append(PromiseWarned(**about, due_at=after.due_at))
    if after.breached_at and not (before and before.breached_at):
        told.append(PromiseBreached(**about, target_minutes=target, due_at=after.breached_at))
    if before is None or before.state is after.state:
        return told
    if after.state is PromiseState.PAUSED:
        told.append(PromisePaused(**about, used_minutes=after.used_minutes))
    elif after.state is PromiseState.OPEN:
        told.append(PromiseResumed(**about, due_at=after.due_at))
    elif after.kept_at is not None:
        late = after.kept_at - after.breached_at if after.breached_at else timedelta(0)
        told.append(
            PromiseKept(
                **about,
                target_minutes=target,
                took_minutes=(after.kept_at - after.made_at) // timedelta(minutes=1),
                late=after.was_late,
                late_minutes=late // timedelta(minutes=1),
                outcome=after.outcome,
            )
        )
    elif after.state is PromiseState.WITHDRAWN:
        told.append(PromiseWithdrawn(**about, late=after.was_late, outcome=after.outcome))
    return told
