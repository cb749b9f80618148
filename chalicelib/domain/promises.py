"""The part *Promise*: something owed to someone by a time; the only thing the clock rings for.

A promise is late from `due_at` on: what is kept at that very moment is late. Whether it was late
is read from the moments, never from when the clock came round to it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.calendar import WorkingHours, add_working_time, working_time
from chalicelib.domain.errors import Invalid
from chalicelib.domain.records import Moment, Value

RING = "promise.ring"
"""The kind of the one agenda entry by which a record's promises are rung."""

_MINUTE = timedelta(minutes=1)


class OwedTo(StrEnum):
    CUSTOMER = "customer"
    SHOP = "shop"
    STAFF = "staff"


class Counting(StrEnum):
    """In which time a promise runs. A fixed one is due at a date and cannot be paused."""

    WORKING = "working"
    CALENDAR = "calendar"
    FIXED = "fixed"


class PromiseState(StrEnum):
    """`missed`: past due and still owed."""

    OPEN = "open"
    PAUSED = "paused"
    KEPT = "kept"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class Signal(StrEnum):
    WARNED = "warned"
    BREACHED = "breached"


class Promise(Value):
    """Something owed. `due_at` is None while it is paused, and if its working hours never come."""

    what: str
    """A code, such as `first_response`."""
    owed_to: OwedTo
    counting: Counting
    made_at: Moment
    target_minutes: int = 0
    """In the time it runs in; 0 for a fixed one."""
    warn_minutes: int = 0
    """How long before it is due somebody is warned; 0 for not at all."""
    state: PromiseState = PromiseState.OPEN
    due_at: Moment | None = None
    warn_at: Moment | None = None
    runs_since: Moment = Field(default_factory=lambda given: given["made_at"])
    """Since when it was last let run; since it was made, if it was never paused."""
    used: timedelta = timedelta(0)
    """Its own time that went by before it was last paused."""
    paused_at: Moment | None = None
    warned_at: Moment | None = None
    breached_at: Moment | None = None
    kept_at: Moment | None = None
    withdrawn_at: Moment | None = None
    outcome: str = ""
    """A code that says how it ended."""

    @model_serializer(mode="wrap")
    def _what_it_has(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A case carries several and is written at every step: what a promise does not have would
        # be most of what is paid for.
        defaults = {name: field.default for name, field in type(self).model_fields.items()}
        defaults["runs_since"] = self.made_at
        return {n: v for n, v in whole(self).items() if getattr(self, n) != defaults[n]}

    @property
    def is_owed(self) -> bool:
        """Neither kept nor withdrawn."""
        return self.state not in (PromiseState.KEPT, PromiseState.WITHDRAWN)

    @property
    def was_late(self) -> bool:
        """It was missed, whether or not it was kept afterwards."""
        return self.breached_at is not None

    @property
    def used_minutes(self) -> int:
        """Whole minutes of its own time that went by before it was last paused."""
        return self.used // _MINUTE


def promise_in_working_time(
    what: str,
    owed_to: OwedTo,
    at: datetime,
    *,
    minutes: int,
    warn_minutes: int,
    hours: WorkingHours,
) -> Promise:
    """Owed within `minutes` of the working time of `hours`. With no working time at all it is
    never due. Raises `Invalid`, field `minutes`, unless there is at least one."""
    made = _measured(
        what,
        owed_to,
        at,
        counting=Counting.WORKING,
        minutes=minutes,
        warn_minutes=warn_minutes,
    )
    return _running(made, at, hours)


def promise_in_calendar_time(
    what: str, owed_to: OwedTo, at: datetime, *, minutes: int, warn_minutes: int
) -> Promise:
    """Owed within `minutes`, day and night. Raises `Invalid`, field `minutes`."""
    made = _measured(
        what,
        owed_to,
        at,
        counting=Counting.CALENDAR,
        minutes=minutes,
        warn_minutes=warn_minutes,
    )
    return _running(made, at, None)


def promise_by(
    what: str, owed_to: OwedTo, at: datetime, *, due_at: datetime, warn_at: datetime | None
) -> Promise:
    """Owed by a fixed moment, such as an agreed call or a statutory deadline."""
    return Promise(
        what=what,
        owed_to=owed_to,
        counting=Counting.FIXED,
        made_at=at,
        due_at=due_at.astimezone(UTC),
        warn_at=warn_at.astimezone(UTC) if warn_at and warn_at < due_at else None,
    )


def keep(promise: Promise, at: datetime, outcome: str = "") -> Promise:
    """Kept at that moment; late if that is not before it was due. One that is no longer owed
    stays as it is."""
    if not promise.is_owed:
        return promise
    judged = _judged(promise, at)
    return _changed(judged, state=PromiseState.KEPT, kept_at=at, outcome=outcome, warn_at=None)


def withdraw(promise: Promise, at: datetime, outcome: str = "") -> Promise:
    """No longer owed, and if it was late by then, that stands. One that is no longer owed stays
    as it is."""
    if not promise.is_owed:
        return promise
    judged = _judged(promise, at)
    return _changed(
        judged, state=PromiseState.WITHDRAWN, withdrawn_at=at, outcome=outcome, warn_at=None
    )


def pause(promise: Promise, at: datetime, hours: WorkingHours) -> Promise:
    """Stop its clock. Only an open one that is not fixed stops; past due, it is missed instead.

    `hours` are read for one that runs in working time; give those it was made with.
    """
    if promise.state is not PromiseState.OPEN or promise.counting is Counting.FIXED:
        return promise
    judged = _judged(promise, at)
    if judged.state is PromiseState.MISSED:
        return judged
    return _changed(
        judged,
        state=PromiseState.PAUSED,
        paused_at=at,
        used=judged.used + _ran(judged, at, hours),
        due_at=None,
        warn_at=None,
    )


def resume(promise: Promise, at: datetime, hours: WorkingHours) -> Promise:
    """Let its clock run on from what was used. One that is not paused stays as it is."""
    if promise.state is not PromiseState.PAUSED:
        return promise
    return _running(_changed(promise, state=PromiseState.OPEN, paused_at=None), at, hours)


def ring(promise: Promise, at: datetime) -> tuple[Promise, list[Signal]]:
    """What the clock has to say at that moment, each thing once. A promise found past due is
    breached as of `due_at`; a warning that was never given is then left out."""
    if promise.state is not PromiseState.OPEN:
        return promise, []
    judged = _judged(promise, at)
    if judged.state is PromiseState.MISSED:
        return judged, [Signal.BREACHED]
    if judged.warn_at is not None and judged.warn_at <= at:
        return _changed(judged, warned_at=at, warn_at=None), [Signal.WARNED]
    return judged, []


def ring_all(
    promises: Iterable[Promise], at: datetime
) -> tuple[tuple[Promise, ...], list[tuple[str, Signal]]]:
    """The same of all promises of a record: how they stand then, and of `what` there is which
    thing to say."""
    rung = [ring(promise, at) for promise in promises]
    signals = [(promise.what, signal) for promise, found in rung for signal in found]
    return tuple(promise for promise, _ in rung), signals


def next_ring(promises: Iterable[Promise]) -> datetime | None:
    """The earliest warning or due time that has not been rung."""
    moments = (
        moment
        for promise in promises
        if promise.state is PromiseState.OPEN
        for moment in (promise.warn_at, promise.due_at)
        if moment is not None
    )
    return min(moments, default=None)


def next_due(promises: Iterable[Promise]) -> datetime | None:
    """The earliest time by which something is, or was, owed; for lists sorted by urgency."""
    moments = (p.due_at for p in promises if p.is_owed and p.due_at is not None)
    return min(moments, default=None)


def ring_entry(shop: str, record_id: str, promises: Iterable[Promise]) -> Entry | Cancel:
    """The one agenda entry of a record's promises, replaced in place: its next ring, or its
    cancellation if nothing is left to ring."""
    due_at = next_ring(promises)
    if due_at is None:
        return Cancel(shop=shop, kind=RING, subject=record_id)
    return Entry(shop=shop, kind=RING, subject=record_id, due_at=due_at)


def _measured(
    what: str,
    owed_to: OwedTo,
    at: datetime,
    *,
    counting: Counting,
    minutes: int,
    warn_minutes: int,
) -> Promise:
    if minutes < 1 or warn_minutes < 0:
        raise Invalid(
            "a promise takes at least a minute and warns before it is due", field="minutes"
        )
    return Promise(
        what=what,
        owed_to=owed_to,
        counting=counting,
        made_at=at,
        target_minutes=minutes,
        # A warning that would come before the promise was made is none.
        warn_minutes=warn_minutes if warn_minutes < minutes else 0,
    )


def _running(promise: Promise, at: datetime, hours: WorkingHours | None) -> Promise:
    left = promise.target_minutes * _MINUTE - promise.used
    warned = promise.warned_at is not None or not promise.warn_minutes
    until_warning = max(left - promise.warn_minutes * _MINUTE, timedelta(0))
    return _changed(
        promise,
        runs_since=at,
        due_at=_later(promise, at, left, hours),
        warn_at=None if warned else _later(promise, at, until_warning, hours),
    )


def _later(
    promise: Promise, at: datetime, amount: timedelta, hours: WorkingHours | None
) -> datetime | None:
    if promise.counting is Counting.WORKING and hours is not None:
        return add_working_time(at, amount, hours)
    return at.astimezone(UTC) + amount


def _ran(promise: Promise, at: datetime, hours: WorkingHours) -> timedelta:
    if promise.counting is Counting.WORKING:
        return working_time(promise.runs_since, at, hours)
    return max(at - promise.runs_since, timedelta(0))


def _judged(promise: Promise, at: datetime) -> Promise:
    """The promise with its breach, if it was open and due by that moment."""
    if promise.state is PromiseState.OPEN and promise.due_at is not None and promise.due_at <= at:
        return _changed(
            promise, state=PromiseState.MISSED, breached_at=promise.due_at, warn_at=None
        )
    return promise


def _changed(promise: Promise, **changes: object) -> Promise:
    return promise.model_copy(update=changes)
