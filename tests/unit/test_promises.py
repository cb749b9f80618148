"""A promise is late when it was due, not when the clock came round to it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.calendar import Week, WorkingHours, add_working, office_hours, working_time
from chalicelib.domain.errors import Invalid
from chalicelib.domain.promise_facts import PromiseFact, PromiseKept, facts
from chalicelib.domain.promises import (
    OwedTo,
    Promise,
    PromiseState,
    Signal,
    keep,
    next_due,
    next_ring,
    pause,
    promise_by,
    promise_in_calendar_time,
    promise_in_working_time,
    resume,
    ring,
    ring_entry,
    withdraw,
)

HOURS = office_hours("UTC", "09:00", "17:00", "")
MADE = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday


def at(hours: float) -> datetime:
    return MADE + timedelta(hours=hours)


def an_answer(minutes: int = 240, warn_minutes: int = 60) -> Promise:
    return promise_in_working_time(
        "first_response",
        OwedTo.CUSTOMER,
        MADE,
        minutes=minutes,
        warn_minutes=warn_minutes,
        hours=HOURS,
    )


def a_call() -> Promise:
    return promise_by("call", OwedTo.CUSTOMER, MADE, due_at=at(5), warn_at=at(4))


def kinds(before: Promise | None, after: Promise) -> list[str]:
    return [fact.type for fact in facts(before, after)]


def test_a_promise_warns_once_and_then_breaches_once() -> None:
    promise = an_answer()
    assert (promise.warn_at, promise.due_at) == (at(3), at(4))
    assert ring(promise, at(2)) == (promise, [])
    warned, signals = ring(promise, at(3))
    assert signals == [Signal.WARNED]
    assert ring(warned, at(3.5)) == (warned, [])
    missed, signals = ring(warned, at(4))
    assert signals == [Signal.BREACHED]
    assert missed.state is PromiseState.MISSED
    assert ring(missed, at(9)) == (missed, [])


def test_a_clock_that_comes_late_breaches_as_of_the_due_time_without_a_stale_warning() -> None:
    missed, signals = ring(an_answer(), at(30))
    assert signals == [Signal.BREACHED]
    assert missed.breached_at == at(4)


@pytest.mark.parametrize(("hours", "late"), [(3.99, False), (4, True), (30, True)])
def test_kept_late_is_late_although_nothing_rang(hours: float, *, late: bool) -> None:
    kept = keep(an_answer(), at(hours), "answered")
    assert kept.state is PromiseState.KEPT
    assert kept.was_late is late
    assert kept.outcome == "answered"
    assert kinds(an_answer(), kept) == ["promise.breached"] * late + ["promise.kept"]


def test_the_first_ending_counts() -> None:
    kept = keep(an_answer(), at(1))
    assert keep(kept, at(9)) == kept
    assert withdraw(kept, at(9)) == kept
    withdrawn = withdraw(an_answer(), at(1), "merged")
    assert keep(withdrawn, at(2)) == withdrawn
    assert kinds(an_answer(), withdrawn) == ["promise.withdrawn"]


def test_a_pause_moves_the_due_time_by_the_working_time_it_took() -> None:
    paused = pause(an_answer(), at(1), HOURS)
    assert paused.due_at is None
    assert paused.used_minutes == 60
    assert ring(paused, at(500)) == (paused, [])
    # From Monday 11:00 to Tuesday 10:00: three hours are still owed, then one to the warning.
    resumed = resume(paused, at(24), HOURS)
    assert resumed.due_at == at(27)
    assert resumed.warn_at == at(26)
    assert kinds(paused, resumed) == ["promise.resumed"]


def test_a_warning_given_before_the_pause_is_not_given_again() -> None:
    warned, _ = ring(an_answer(), at(3))
    assert resume(pause(warned, at(3.5), HOURS), at(4), HOURS).warn_at is None


def test_a_pause_comes_too_late_for_a_promise_already_due() -> None:
    missed = pause(an_answer(), at(5), HOURS)
    assert missed.state is PromiseState.MISSED
    assert kinds(an_answer(), missed) == ["promise.breached"]


def test_an_agreed_time_and_a_statutory_deadline_do_not_stop() -> None:
    assert pause(a_call(), at(1), HOURS) == a_call()


def test_calendar_time_runs_at_night() -> None:
    refund = promise_in_calendar_time(
        "refund", OwedTo.CUSTOMER, MADE, minutes=7 * 1440, warn_minutes=1440
    )
    assert refund.due_at == MADE + timedelta(days=7)
    paused = pause(refund, at(24), HOURS)
    assert resume(paused, at(48), HOURS).due_at == MADE + timedelta(days=8)


def test_without_working_time_it_is_never_due_and_never_rings() -> None:
    promise = promise_in_working_time(
        "first_response",
        OwedTo.CUSTOMER,
        MADE,
        minutes=60,
        warn_minutes=15,
        hours=WorkingHours(zone="UTC", week=Week()),
    )
    assert promise.due_at is None
    assert next_ring([promise]) is None
    assert not keep(promise, at(9000)).was_late


def test_a_promise_takes_some_time_and_too_early_a_warning_is_none() -> None:
    with pytest.raises(Invalid):
        an_answer(minutes=0)
    assert an_answer(minutes=10, warn_minutes=15).warn_at is None


def test_a_record_has_one_ring_for_the_earliest_of_its_promises() -> None:
    entry = ring_entry("acme", "tkt_1", [an_answer(), a_call()])
    assert isinstance(entry, Entry)
    assert entry.due_at == at(3)
    both_done = [keep(an_answer(), at(1)), ring(a_call(), at(6))[0]]
    cancel = ring_entry("acme", "tkt_1", both_done)
    assert isinstance(cancel, Cancel)
    assert cancel.id == entry.id
    assert next_due(both_done) == at(5)


def test_a_promise_kept_late_tells_how_late() -> None:
    told = facts(an_answer(), keep(an_answer(), at(5.5)))
    kept = told[-1]
    assert isinstance(kept, PromiseKept)
    assert (kept.took_minutes, kept.late, kept.late_minutes) == (330, True, 90)
    assert all(isinstance(fact, PromiseFact) and fact.what == "first_response" for fact in told)


def test_a_promise_survives_storage_and_takes_no_room_for_what_it_does_not_have() -> None:
    paused = pause(an_answer(), at(1.51), HOURS)

    stored = paused.model_dump(mode="json")

    assert Promise.model_validate(stored) == paused
    assert {"paused_at", "used"} <= stored.keys()
    assert not {"due_at", "warned_at", "breached_at", "kept_at", "outcome"} & stored.keys()


def test_since_when_a_promise_runs_takes_room_only_after_a_pause() -> None:
    made, resumed = an_answer(), resume(pause(an_answer(), at(1), HOURS), at(2), HOURS)

    stored, stored_later = made.model_dump(mode="json"), resumed.model_dump(mode="json")

    assert "runs_since" not in stored
    assert Promise.model_validate(stored).runs_since == made.made_at
    assert Promise.model_validate(stored_later).runs_since == at(2)


Step = tuple[str, timedelta]
steps = st.lists(
    st.tuples(
        st.sampled_from(["pause", "resume", "ring"]),
        st.timedeltas(timedelta(seconds=1), timedelta(hours=20)),
    ),
    max_size=12,
)
MOVES: dict[str, Callable[[Promise, datetime], Promise]] = {
    "pause": lambda promise, now: pause(promise, now, HOURS),
    "resume": lambda promise, now: resume(promise, now, HOURS),
    "ring": lambda promise, now: ring(promise, now)[0],
}


@settings(max_examples=150)
@given(steps, st.integers(1, 2000), st.integers(0, 300))
def test_whatever_happens_the_time_left_and_the_time_used_make_the_target(
    history: list[Step], minutes: int, warn_minutes: int
) -> None:
    promise, now, told = an_answer(minutes, warn_minutes), MADE, list[str]()
    ran = timedelta(0)
    for move, passed in history:
        if promise.state is PromiseState.OPEN:
            ran += working_time(now, now + passed, HOURS)
        now += passed
        before, promise = promise, MOVES[move](promise, now)
        told += kinds(before, promise)
        left = timedelta(minutes=minutes) - promise.used
        assert left > timedelta(0)
        if promise.state is PromiseState.PAUSED:
            assert promise.used == ran
        if promise.state is PromiseState.OPEN:
            assert promise.due_at is not None
            assert promise.due_at == _after(promise.runs_since, left)
        assert promise.was_late is (promise.state is PromiseState.MISSED)
    assert told.count("promise.warned") <= 1
    assert told.count("promise.breached") == promise.was_late
    assert told.count("promise.paused") - told.count("promise.resumed") in (0, 1)


def _after(start: datetime, left: timedelta) -> datetime | None:
    whole = add_working(start, left // timedelta(minutes=1), HOURS)
    rest = left % timedelta(minutes=1)
    if whole is None or not rest:
        return whole
    if working_time(start, whole + rest, HOURS) == left:
        return whole + rest
    minute_later = add_working(start, left // timedelta(minutes=1) + 1, HOURS)
    return minute_later and minute_later - timedelta(minutes=1) + rest
