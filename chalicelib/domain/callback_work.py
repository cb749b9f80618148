"""Working the promised calls: rung, tried, kept; or moved, missed, taken over, given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain import callback_facts as facts
from chalicelib.domain import promise_facts
from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.alerts import alert
from chalicelib.domain.callback_policy import CallbackPolicy, CallOutcome, check_daytime, proposed
from chalicelib.domain.callbacks import Attempt, Callback, CallbackState, CancelReason, owed
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.events import Actor, Fact
from chalicelib.domain.promises import Signal, keep, ring_entry, withdraw
from chalicelib.domain.promises import ring as ring_promise

ESCALATE = "callback.escalate"
"""The kind of the agenda entry that tells the managers of a missed call."""

_MINUTE = timedelta(minutes=1)


def ring(callback: Callback, policy: CallbackPolicy, *, at: datetime) -> Changes[Callback]:
    """What the clock has to say: the call is near, or it was missed. Each is said once."""
    if not callback.state.is_open:
        return nothing(callback)
    promise, signals = ring_promise(callback.promise, at)
    if not signals:
        return Changes(callback, agenda=(ring_entry(callback.shop, callback.id, [promise]),))
    if Signal.BREACHED in signals:
        missed = callback.but(state=CallbackState.MISSED, promise=promise)
        escalate = Entry(
            shop=callback.shop,
            kind=ESCALATE,
            subject=callback.id,
            due_at=callback.window_end + policy.escalate_minutes * _MINUTE,
        )
        return _changed(
            callback,
            missed,
            [facts.CallbackMissed(owner_id=missed.owner_id)],
            _alert(missed, "callback.missed", at),
            escalate,
        )
    rung = callback.but(state=CallbackState.RUNG, promise=promise)
    told = [facts.CallbackRung(owner_id=rung.owner_id)]
    return _changed(callback, rung, told, _alert(rung, "callback.due", at))


def escalate(callback: Callback, *, at: datetime) -> Changes[Callback]:
    """Tell the managers of a call that is still missed; once for each promise."""
    if callback.state is not CallbackState.MISSED or callback.escalated_at is not None:
        return nothing(callback)
    after = callback.but(escalated_at=at)
    fact = facts.CallbackEscalated(minutes_late=_minutes_late(callback, at))
    return _changed(callback, after, [fact], _alert(after, "callback.escalated", at))


def attempt(
    callback: Callback,
    outcome: CallOutcome,
    *,
    note: str,
    next_at: datetime | None,
    by: Actor,
    at: datetime,
    policy: CallbackPolicy,
) -> Changes[Callback]:
    """Record how one try ended. Reached, or answered in writing, the promise is kept; else the
    next try is promised: at `next_at`, or when the policy proposes; and after the last one the
    call is given up.

    Raises `NotAllowed` for a call that is over; `Invalid`, field `next_at`, for a customer who
    asked for another time that is not given, or one outside their daytime.
    """
    _require_open(callback)
    tried = callback.but(
        attempts=(*callback.attempts, Attempt(at=at, by=str(by), outcome=outcome, note=note)),
        owner_id=callback.owner_id or by.id or None,
    )
    told: list[Fact] = [facts.CallbackAttempted(attempt=len(tried.attempts), outcome=outcome)]
    if outcome.keeps:
        return _kept(callback, tried, told, outcome, at)
    if outcome is CallOutcome.ASKED_LATER and next_at is None:
        raise Invalid("When would the customer like to be called?", field="next_at")
    if next_at is not None:
        check_daytime(next_at, policy, callback.zone, now=at, field="next_at")
    again = next_at or next_try(callback, outcome, policy, at=at)
    if outcome is CallOutcome.OTHER_LANGUAGE:
        # A colleague who understands the customer takes it from here.
        tried = tried.but(owner_id=None)
    if again is None:
        return _given_up(callback, tried, told, outcome, at)
    return _moved(callback, tried, again, policy, reason=outcome, told=told, at=at)


def next_try(
    callback: Callback, outcome: CallOutcome, policy: CallbackPolicy, *, at: datetime
) -> datetime | None:
    """When the policy proposes to try again after one more try that ended so; None for no more. A
    call that was tried before its time is still owed at its time."""
    again = proposed(outcome, len(callback.attempts) + 1, policy, callback.zone, at=at)
    is_early = at < callback.window_start
    return max(again, callback.window_start) if again is not None and is_early else again


def move(
    callback: Callback, start: datetime, policy: CallbackPolicy, *, at: datetime
) -> Changes[Callback]:
    """Agree on another time. Raises `NotAllowed` for a call that is over, `Invalid`, field `at`,
    as `promise_call` does."""
    _require_open(callback)
    check_daytime(start, policy, callback.zone, now=at, field="at")
    return _moved(callback, callback, start, policy, reason="moved", told=[], at=at)


def cancel(callback: Callback, reason: CancelReason, *, at: datetime) -> Changes[Callback]:
    """The call is no longer owed. Raises `NotAllowed` for one that is over otherwise; cancelling
    twice changes nothing."""
    if callback.state is CallbackState.CANCELLED:
        return nothing(callback)
    _require_open(callback)
    after = callback.but(
        state=CallbackState.CANCELLED, promise=withdraw(callback.promise, at, str(reason))
    )
    told = [facts.CallbackCancelled(reason=reason)]
    return _changed(callback, after, told, _no_escalation(callback))


def take_over(callback: Callback, owner_id: str | None) -> Changes[Callback]:
    """Make it somebody's, or nobody's. Raises `NotAllowed` for a call that is over."""
    _require_open(callback)
    if callback.owner_id == owner_id:
        return nothing(callback)
    after = callback.but(owner_id=owner_id)
    told = [facts.CallbackTakenOver(owner_id=owner_id, before=callback.owner_id)]
    return _changed(callback, after, told)


def _kept(
    before: Callback, tried: Callback, told: list[Fact], outcome: CallOutcome, at: datetime
) -> Changes[Callback]:
    after = tried.but(state=CallbackState.KEPT, promise=keep(before.promise, at, str(outcome)))
    told.append(
        facts.CallbackKept(minutes_late=_minutes_late(before, at), attempts=len(after.attempts))
    )
    return _changed(before, after, told, _no_escalation(before))


def _given_up(
    before: Callback, tried: Callback, told: list[Fact], outcome: CallOutcome, at: datetime
) -> Changes[Callback]:
    after = tried.but(
        state=CallbackState.GIVEN_UP, promise=withdraw(before.promise, at, str(outcome))
    )
    told.append(facts.CallbackGivenUp(attempts=len(after.attempts), outcome=outcome))
    return _changed(before, after, told, _no_escalation(before))


def _moved(
    before: Callback,
    tried: Callback,
    start: datetime,
    policy: CallbackPolicy,
    *,
    reason: str,
    told: list[Fact],
    at: datetime,
) -> Changes[Callback]:
    """The old promise is over, and a new one is made; whether the old one was late stands."""
    end = start + policy.window_minutes * _MINUTE
    over = withdraw(before.promise, at, str(reason))
    promise = owed(start, end, policy, at=at)
    after = tried.but(
        state=CallbackState.PROMISED,
        window_start=start,
        window_end=end,
        promise=promise,
        escalated_at=None,
    )
    told = [
        *told,
        facts.CallbackMoved(reason=str(reason), window_start=start, window_end=end),
        *promise_facts.facts(before.promise, over),
        *promise_facts.facts(None, promise),
    ]
    return Changes(
        after,
        records=(after,),
        told=_told(after, told),
        agenda=(ring_entry(after.shop, after.id, [promise]), _no_escalation(after)),
    )


def _changed(
    before: Callback, after: Callback, told: Sequence[Fact], *agenda: Entry | Cancel
) -> Changes[Callback]:
    moved = promise_facts.facts(before.promise, after.promise)
    return Changes(
        after,
        records=(after,),
        told=_told(after, [*told, *moved]),
        agenda=(ring_entry(after.shop, after.id, [after.promise]), *agenda),
    )


def _told(callback: Callback, told: Sequence[Fact]) -> tuple[Told, ...]:
    return tuple(Told(callback, fact) for fact in told)


def _alert(callback: Callback, type_: str, at: datetime) -> Entry:
    return alert(callback, type_, number=callback.number, due_at=callback.window_start, at=at)


def _no_escalation(callback: Callback) -> Cancel:
    return Cancel(shop=callback.shop, kind=ESCALATE, subject=callback.id)


def _minutes_late(callback: Callback, at: datetime) -> int:
    return max(at - callback.window_end, timedelta(0)) // _MINUTE


def _require_open(callback: Callback) -> None:
    if not callback.state.is_open:
        raise NotAllowed(f"Call {callback.number} is over: {callback.state}.")
