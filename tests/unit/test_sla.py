"""What a ticket owes and by when: Zendesk's metrics on the shop's own hours."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import sla
from chalicelib.domain.calendar import Week, WorkingHours, office_hours
from chalicelib.domain.promises import Promise, PromiseState
from chalicelib.domain.sla import (
    FIRST_RESPONSE,
    NEXT_REPLY,
    RESOLUTION,
    Priority,
    Promises,
    SlaPolicy,
    Terms,
)

HOURS = office_hours("Europe/Berlin", "09:00", "17:00", "DE")
TERMS = Terms(policy=SlaPolicy(), hours=HOURS)
FRIDAY_FOUR = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""Four o'clock in Berlin: an hour of working time is left before the weekend."""


def opening(
    at: datetime = FRIDAY_FOUR, priority: Priority = Priority.NORMAL, terms: Terms = TERMS
) -> Promises:
    return sla.on_opening(terms, priority, at, outside_deadline=None)


def of(promises: Promises, what: str) -> Promise:
    found = sla.promised(promises, what)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("priority", "due"),
    [
        (Priority.URGENT, datetime(2026, 11, 20, 16, 0, tzinfo=UTC)),
        (Priority.HIGH, datetime(2026, 11, 23, 11, 0, tzinfo=UTC)),
        (Priority.NORMAL, datetime(2026, 11, 23, 15, 0, tzinfo=UTC)),
        (Priority.LOW, datetime(2026, 11, 24, 15, 0, tzinfo=UTC)),
    ],
)
def test_the_first_answer_is_due_in_working_time_by_priority(
    priority: Priority, due: datetime
) -> None:
    assert of(opening(priority=priority), FIRST_RESPONSE).due_at == due


def test_who_is_responsible_is_warned_when_a_fifth_of_the_time_is_left() -> None:
    first = of(opening(), FIRST_RESPONSE)

    assert first.warn_at == datetime(2026, 11, 23, 13, 24, tzinfo=UTC)


def test_a_shop_that_never_opens_promises_no_time() -> None:
    never = Terms(policy=SlaPolicy(), hours=WorkingHours(zone="UTC", week=Week()))

    assert all(promise.due_at is None for promise in opening(terms=never))


def test_an_outside_deadline_is_the_first_answers_whatever_the_hours() -> None:
    sunday = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    first = of(
        sla.on_opening(TERMS, Priority.LOW, FRIDAY_FOUR, outside_deadline=sunday), FIRST_RESPONSE
    )

    assert (first.due_at, first.warn_at) == (sunday, sunday - timedelta(hours=4))


def test_a_message_before_the_first_answer_owes_no_second_one() -> None:
    later = FRIDAY_FOUR + timedelta(minutes=30)

    promises = sla.on_message(opening(), TERMS, Priority.NORMAL, later)

    assert sla.promised(promises, NEXT_REPLY) is None


def test_answering_leaves_the_resolution_owed() -> None:
    promises = sla.on_answer(opening(), FRIDAY_FOUR + timedelta(minutes=10))

    assert of(promises, FIRST_RESPONSE).state is PromiseState.KEPT
    assert of(promises, RESOLUTION).state is PromiseState.OPEN


def test_reopening_is_told_as_new_promises_and_resolving_as_kept_ones() -> None:
    before = opening()
    done = sla.on_resolution(before, FRIDAY_FOUR + timedelta(minutes=10))
    anew = sla.on_reopening(done, TERMS, Priority.NORMAL, FRIDAY_FOUR + timedelta(hours=1))

    assert [fact.type for fact in sla.told(before, done)] == ["promise.kept", "promise.kept"]
    assert [fact.type for fact in sla.told(done, anew)] == ["promise.made", "promise.made"]


@given(st.lists(st.integers(min_value=1, max_value=3000), min_size=1, max_size=8))
def test_however_often_it_waits_only_the_time_at_work_is_used_up(waits: list[int]) -> None:
    promises, at = opening(), FRIDAY_FOUR
    due = of(promises, RESOLUTION).due_at
    assert due is not None
    for minutes in waits:
        promises = sla.on_wait(promises, TERMS, at)
        at += timedelta(minutes=minutes)
        promises = sla.on_work(promises, TERMS, at)

    resolution = of(promises, RESOLUTION)

    assert resolution.used == timedelta(0)
    assert resolution.due_at is not None
    assert resolution.due_at >= due
    assert of(promises, FIRST_RESPONSE) == of(opening(), FIRST_RESPONSE)
