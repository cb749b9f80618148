"""What a ticket owes and by when: the targets, and how each act moves the clocks (SRV-01, SRV-10).

The metrics are Zendesk's: *first response* runs from opening to the first answer by a person,
*next reply* from the oldest unanswered message of the customer, both whatever the status;
*resolution* runs from the opening of a cycle and stands still while the ticket waits.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from pydantic import Field

from chalicelib.domain.calendar import WorkingHours
from chalicelib.domain.errors import Invalid
from chalicelib.domain.events import Fact
from chalicelib.domain.promise_facts import facts
from chalicelib.domain.promises import (
    OwedTo,
    Promise,
    keep,
    pause,
    promise_by,
    promise_in_working_time,
    resume,
)
from chalicelib.domain.records import Value

FIRST_RESPONSE = "first_response"
NEXT_REPLY = "next_reply"
RESOLUTION = "resolution"
ANSWER = "answer"
"""An answer by a time that somebody named to the customer."""

_WARNED_BEFORE = timedelta(hours=1)
"""How long before such a time the one responsible is warned."""

Promises: TypeAlias = tuple[Promise, ...]


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Targets(Value):
    """Within how many minutes of the shop's working time."""

    first_response: int = Field(ge=1)
    next_reply: int = Field(ge=1)
    resolution: int = Field(ge=1)


def _targets(reply: int, resolution: int) -> Targets:
    return Targets(first_response=reply, next_reply=reply, resolution=resolution)


class SlaPolicy(Value):
    """What a shop promises its customers. One hour is 60, a working day of eight hours 480."""

    low: Targets = Field(default_factory=partial(_targets, 960, 2880))
    normal: Targets = Field(default_factory=partial(_targets, 480, 1440))
    high: Targets = Field(default_factory=partial(_targets, 240, 960))
    urgent: Targets = Field(default_factory=partial(_targets, 60, 480))
    warn_percent: int = Field(default=20, ge=0, le=90)
    """How much of a target is left when the one responsible is warned."""
    outside_warn_hours: int = Field(default=4, ge=1, le=240)
    """How long before an outside deadline the one responsible is warned."""
    close_after_days: int = Field(default=4, ge=1, le=28)
    """A resolved ticket closes by silence after so many days of 24 hours."""
    reopen_days: int = Field(default=30, ge=0, le=365)
    """For so long after it was closed a ticket opens again; later it is a new one."""

    def targets(self, priority: Priority) -> Targets:
        return {
            Priority.LOW: self.low,
            Priority.NORMAL: self.normal,
            Priority.HIGH: self.high,
            Priority.URGENT: self.urgent,
        }[priority]

    def warn_minutes(self, target: int) -> int:
        return target * self.warn_percent // 100


class Terms(Value):
    """What a shop's clocks run by: its promises and its working time."""

    policy: SlaPolicy
    hours: WorkingHours


def on_opening(
    terms: Terms, priority: Priority, at: datetime, *, outside_deadline: datetime | None
) -> Promises:
    """The first response and the resolution. Where an outside clock rules, the first response
    is owed by its deadline."""
    if outside_deadline is None:
        first = _start(FIRST_RESPONSE, terms, priority, at)
    else:
        warn_at = outside_deadline - timedelta(hours=terms.policy.outside_warn_hours)
        first = promise_by(
            FIRST_RESPONSE, OwedTo.CUSTOMER, at, due_at=outside_deadline, warn_at=warn_at
        )
    return first, _start(RESOLUTION, terms, priority, at)


def on_message(promises: Promises, terms: Terms, priority: Priority, at: datetime) -> Promises:
    """The customer wrote. An answer that is owed already stays owed since the oldest message."""
    awaited = any(p.is_owed for p in promises if p.what in (FIRST_RESPONSE, NEXT_REPLY))
    started = () if awaited else (_start(NEXT_REPLY, terms, priority, at),)
    return _with(on_work(promises, terms, at), *started)


def on_reopening(promises: Promises, terms: Terms, priority: Priority, at: datetime) -> Promises:
    """A new cycle: a reply is owed, and a resolution of its own."""
    return _with(
        promises,
        _start(NEXT_REPLY, terms, priority, at),
        _start(RESOLUTION, terms, priority, at),
    )


def on_answer(promises: Promises, at: datetime) -> Promises:
    answers = (FIRST_RESPONSE, NEXT_REPLY, ANSWER)
    return tuple(keep(p, at) if p.what in answers else p for p in promises)


def promise_answer(promises: Promises, due_at: datetime, at: datetime) -> Promises:
    """Another answer is owed by a time of our own choice. Raises Invalid, field `promise_at`, for
    one that has gone by."""
    if due_at <= at:
        raise Invalid("That time is over.", field="promise_at")
    warn_at = due_at - _WARNED_BEFORE
    return _with(promises, promise_by(ANSWER, OwedTo.CUSTOMER, at, due_at=due_at, warn_at=warn_at))


def on_wait(promises: Promises, terms: Terms, at: datetime) -> Promises:
    return tuple(pause(p, at, terms.hours) if p.what == RESOLUTION else p for p in promises)


def on_work(promises: Promises, terms: Terms, at: datetime) -> Promises:
    return tuple(resume(p, at, terms.hours) if p.what == RESOLUTION else p for p in promises)


def on_resolution(promises: Promises, at: datetime) -> Promises:
    """Everything owed is kept: a resolution is an answer too."""
    return tuple(keep(p, at) for p in promises)


def promised(promises: Iterable[Promise], what: str) -> Promise | None:
    return next((p for p in promises if p.what == what), None)


def told(before: Promises, after: Promises) -> list[Fact]:
    """What a step did to the promises. One that begins anew after its end is a new promise."""
    found: list[Fact] = []
    for promise in after:
        earlier = promised(before, promise.what)
        is_new = earlier is None or (promise.is_owed and not earlier.is_owed)
        found += facts(None if is_new else earlier, promise)
    return found


def _start(what: str, terms: Terms, priority: Priority, at: datetime) -> Promise:
    target: int = getattr(terms.policy.targets(priority), what)
    return promise_in_working_time(
        what,
        OwedTo.CUSTOMER,
        at,
        minutes=target,
        warn_minutes=terms.policy.warn_minutes(target),
        hours=terms.hours,
    )


def _with(promises: Promises, *started: Promise) -> Promises:
    names = {p.what for p in started}
    return (*(p for p in promises if p.what not in names), *started)
