"""Tickets: the one table of acts, and what a ticket owes whatever is done to it."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import ticket_cycles, ticket_work
from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.calendar import office_hours, working_minutes
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.promises import RING, PromiseState, Signal, next_ring
from chalicelib.domain.sla import FIRST_RESPONSE, NEXT_REPLY, RESOLUTION, SlaPolicy, Terms, promised
from chalicelib.domain.survey_policy import SURVEY
from chalicelib.domain.threads import Channel, TicketMessage, Words
from chalicelib.domain.ticket_cycles import CLOSE
from chalicelib.domain.ticket_facts import TicketAssigned
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import OutsideCase, Owner, Reason, Status, Ticket, WaitsFor

MONDAY_NINE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Nine o'clock in Berlin."""

TERMS = Terms(policy=SlaPolicy(), hours=office_hours("Europe/Berlin", "09:00", "17:00", "DE"))

_ids = itertools.count()


def new_id(prefix: str) -> str:
    return f"{prefix}_{next(_ids):06}"


def words(text: str = "Hello", **fields: Any) -> Words:
    given: dict[str, Any] = {
        "author": Actor(kind=ActorKind.CUSTOMER),
        "channel": Channel.WEB,
        "language": "en",
        "text": text,
    }
    return Words(**(given | fields))


def by_staff(text: str = "An answer") -> Words:
    return words(text, author=Actor(kind=ActorKind.STAFF, id="stf_1"), channel=Channel.MAIL)


def stored(changes: Changes[Ticket]) -> Ticket:
    return changes.result.mark_stored(changes.result.version)


def opening(at: datetime = MONDAY_NINE, **fields: Any) -> Changes[Ticket]:
    question = Question(reason=Reason.PARCEL, subject="Where is it?", words=words(), **fields)
    return ticket_work.open_ticket(
        question,
        shop="acme",
        customer_id="cus_1",
        addressee=None,
        order_id=None,
        customer_language="en",
        staff_language="en",
        terms=TERMS,
        policy_version=1,
        at=at,
        new_id=new_id,
        new_number=lambda letter: f"{letter}-7KQ4-XMK",
    )


def a_ticket(at: datetime = MONDAY_NINE) -> Ticket:
    return stored(opening(at))


def replied(ticket: Ticket, at: datetime) -> Changes[Ticket]:
    return ticket_work.reply(ticket, by_staff(), terms=TERMS, at=at, new_id=new_id)


def resolved(ticket: Ticket, at: datetime) -> Changes[Ticket]:
    return ticket_cycles.resolve(
        ticket, by_staff(), survey_delay=timedelta(days=1), terms=TERMS, at=at, new_id=new_id
    )


def heard(ticket: Ticket, at: datetime, **fields: Any) -> Changes[Ticket]:
    return ticket_cycles.hear(ticket, words(**fields), terms=TERMS, at=at, new_id=new_id)


def told(changes: Changes[Any]) -> list[str]:
    return [item.fact.type for item in changes.told]


def fact(changes: Changes[Any], type_: str) -> Any:
    return next(item.fact for item in changes.told if item.fact.type == type_)


def after(minutes: int) -> datetime:
    return MONDAY_NINE + timedelta(minutes=minutes)


def test_opening_gives_a_number_a_message_and_a_time_for_the_answer() -> None:
    changes = opening()

    ticket = changes.result
    assert ticket.status is Status.NEW
    assert ticket.answer_due_at == MONDAY_NINE + timedelta(hours=8)
    assert {type(record) for record in changes.records} == {Ticket, TicketMessage, NumberClaim}
    assert told(changes) == ["ticket.opened", "promise.made", "promise.made"]
    ring = changes.agenda[0]
    assert isinstance(ring, Entry)
    assert (ring.kind, ring.due_at) == (RING, next_ring(ticket.promises))


def test_the_first_answer_counts_in_working_minutes_and_only_once() -> None:
    ticket = a_ticket(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))

    first = replied(ticket, after(45))
    again = replied(stored(first), after(60))

    assert fact(first, "ticket.replied").first_response_minutes == 30 + 45
    assert fact(first, "ticket.replied").within is True
    assert fact(again, "ticket.replied").first_response_minutes is None
    assert first.result.assignee == "stf_1"


def test_an_answer_at_the_very_minute_it_was_due_is_late() -> None:
    late = replied(a_ticket(), after(480))

    assert fact(late, "ticket.replied").within is False


def test_of_two_questions_before_one_answer_the_oldest_counts() -> None:
    ticket = stored(replied(a_ticket(), after(10)))
    once = stored(heard(ticket, after(20)))
    twice = stored(heard(once, after(50)))

    reply_owed = promised(twice.promises, NEXT_REPLY)

    assert reply_owed is not None
    assert reply_owed.made_at == after(20)


def test_an_out_of_office_note_is_filed_and_changes_nothing_else() -> None:
    ticket = stored(resolved(a_ticket(), after(10)))

    filed = heard(ticket, after(20), is_automatic=True)

    before, now = ticket.model_dump(), filed.result.model_dump()
    changed = {name for name in now if now[name] != before[name]}
    assert changed == {"version", "messages"}
    assert told(filed) == ["ticket.filed"]
    assert filed.agenda == ()


def test_waiting_stops_the_resolution_and_the_customers_word_lets_it_run_on() -> None:
    ticket = stored(replied(a_ticket(), after(60)))
    waiting = stored(ticket_work.wait(ticket, WaitsFor.CARRIER, terms=TERMS, at=after(120)))
    on = stored(heard(waiting, after(300)))

    before, paused, runs = (promised(t.promises, RESOLUTION) for t in (ticket, waiting, on))

    assert waiting.status is Status.ON_HOLD
    assert paused is not None
    assert before is not None
    assert before.due_at is not None
    assert runs is not None
    assert runs.due_at is not None
    assert paused.state is PromiseState.PAUSED
    assert working_minutes(before.due_at, runs.due_at, TERMS.hours) == 180
    assert on.status is Status.OPEN


def test_resolving_asks_and_plans_what_happens_when_nobody_answers() -> None:
    changes = resolved(a_ticket(), after(90))

    due = {entry.kind: entry.due_at for entry in changes.agenda if isinstance(entry, Entry)}
    assert due == {
        CLOSE: after(90) + timedelta(days=4),
        SURVEY: after(90) + timedelta(days=1),
    }
    assert fact(changes, "ticket.resolved").resolution_minutes == 90
    assert fact(changes, "ticket.replied").first_response_minutes == 90
    assert changes.result.next_due_at is None


def test_not_solved_opens_it_again_with_the_customers_words_and_asks_no_more() -> None:
    ticket = stored(resolved(a_ticket(), after(90)))

    changes = ticket_cycles.not_solved(
        ticket, words("Still broken"), terms=TERMS, at=after(100), new_id=new_id
    )

    assert (changes.result.status, changes.result.cycle) == (Status.OPEN, 2)
    assert fact(changes, "ticket.reopened").reason == "not_solved"
    assert {e.kind for e in changes.agenda if isinstance(e, Cancel)} == {CLOSE, SURVEY}
    assert [r.words.text for r in changes.records if isinstance(r, TicketMessage)] == [
        "Still broken"
    ]
    again = resolved(stored(changes), after(160))
    assert fact(again, "ticket.resolved").resolution_minutes == 60


@pytest.mark.parametrize(("presses", "before"), [("stf_1", []), ("stf_2", ["stf_1"])])
def test_who_takes_up_what_ended_has_it(presses: str, before: list[str]) -> None:
    ended = stored(resolved(a_ticket(), after(30)))
    assert ended.assignee == "stf_1"

    changes = ticket_cycles.take_up(ended, presses, terms=TERMS, at=after(60))

    assert changes.result.assignee == presses
    handed = [item.fact for item in changes.told if isinstance(item.fact, TicketAssigned)]
    assert [one.before for one in handed] == before


def test_solved_is_the_end_and_saying_it_twice_changes_nothing() -> None:
    once = ticket_cycles.confirm(stored(resolved(a_ticket(), after(90))), at=after(91))
    twice = ticket_cycles.confirm(stored(once), at=after(92))

    assert once.result.status is Status.CLOSED
    assert told(once) == ["ticket.confirmed", "ticket.closed"]
    assert twice.records == ()


def test_solved_is_refused_while_somebody_is_working_on_it_again() -> None:
    with pytest.raises(NotAllowed) as refused:
        ticket_cycles.confirm(a_ticket(), at=after(1))

    assert refused.value.facts["reason"] == "confirm-new"


def test_a_ticket_closed_long_ago_is_not_opened_again() -> None:
    ticket = stored(resolved(a_ticket(), after(90)))
    closed = stored(ticket_cycles.close(ticket, at=after(90) + timedelta(days=4)))
    last_moment = after(90) + timedelta(days=34)

    reopened = heard(closed, last_moment - timedelta(seconds=1))
    with pytest.raises(NotAllowed) as refused:
        heard(closed, last_moment)

    assert reopened.result.status is Status.OPEN
    assert refused.value.facts["reason"] == "reopen-window-over"


def test_silence_closes_only_what_was_resolved() -> None:
    assert ticket_cycles.close(a_ticket(), at=after(1)).records == ()


def test_an_outside_clock_rules_where_the_case_is_not_ours() -> None:
    answer_by = after(120)
    case = OutsideCase(reference="A-1", answer_by=answer_by)

    changes = opening(owner=Owner.MARKETPLACE, outside=case)
    ending = resolved(stored(changes), after(60))

    assert changes.result.answer_due_at == answer_by
    assert SURVEY not in {entry.kind for entry in ending.agenda}


def test_the_clock_warns_then_tells_the_breach_each_once() -> None:
    ticket = a_ticket()
    warn_at = after(480 - 96)

    warned, signals = ticket_work.ring(ticket, at=warn_at)
    _, none = ticket_work.ring(stored(warned), at=warn_at)
    late, later = ticket_work.ring(ticket, at=after(480))

    assert signals == [(FIRST_RESPONSE, Signal.WARNED)]
    assert none == []
    assert later == [(FIRST_RESPONSE, Signal.BREACHED)]
    assert fact(late, "promise.breached").due_at == after(480)


def test_an_entry_that_comes_too_early_stays_unless_it_is_about_to_run() -> None:
    ticket = a_ticket()
    ring = after(480 - 96)

    long_before = replied(ticket, after(10))
    at_that_moment = replied(ticket, ring - timedelta(minutes=1))

    assert (ticket.rings_at, put_to(long_before, ring)) == (ring, ring)
    following = next_ring(at_that_moment.result.promises)
    assert following is not None
    assert following > ring
    assert put_to(at_that_moment, ring) == at_that_moment.result.rings_at == following
    answer_owed = heard(stored(at_that_moment), ring)
    assert put_to(answer_owed, following) == next_ring(answer_owed.result.promises) < following


Step = Callable[[Ticket, datetime], Changes[Ticket]]

STEPS: dict[str, Step] = {
    "hear": heard,
    "auto": lambda t, at: heard(t, at, is_automatic=True),
    "reply": replied,
    "note": lambda t, at: ticket_work.note(t, by_staff(), at=at, new_id=new_id),
    "assign": lambda t, at: ticket_work.assign(t, "stf_2", at=at),
    "pool": lambda t, at: ticket_work.assign(t, None, at=at),
    "ask": lambda t, at: ticket_work.wait(t, WaitsFor.CUSTOMER, terms=TERMS, at=at),
    "hold": lambda t, at: ticket_work.wait(t, WaitsFor.BANK, terms=TERMS, at=at),
    "work": lambda t, at: ticket_work.wait(t, WaitsFor.NOBODY, terms=TERMS, at=at),
    "resolve": resolved,
    "solved": lambda t, at: ticket_cycles.confirm(t, at=at),
    "not_solved": lambda t, at: ticket_cycles.not_solved(
        t, words(), terms=TERMS, at=at, new_id=new_id
    ),
    "close": lambda t, at: ticket_cycles.close(t, at=at),
    "ring": lambda t, at: ticket_work.ring(t, at=at)[0],
}


def put_to(changes: Changes[Ticket], before: datetime | None) -> datetime | None:
    """When the ticket's entry in the agenda comes due after a step."""
    rings = [entry for entry in changes.agenda if entry.kind == RING]
    if not rings:
        return before
    return rings[-1].due_at if isinstance(rings[-1], Entry) else None


def rung_until(
    at: datetime, ticket: Ticket, ringing: datetime | None
) -> tuple[Ticket, datetime | None]:
    """The ticket and its entry after the clock has run whatever came due by then, in time."""
    while ringing is not None and ringing <= at:
        changes, signals = ticket_work.ring(ticket, at=ringing)
        ticket = stored(changes) if signals else ticket
        ringing = put_to(changes, None)
    return ticket, ringing


def is_owed(ticket: Ticket, what: str) -> bool:
    promise = promised(ticket.promises, what)
    return promise is not None and promise.is_owed


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(min_value=0, max_value=4000)),
        max_size=14,
    )
)
def test_whatever_is_done_a_ticket_owes_what_its_status_says(
    steps: list[tuple[str, int]],
) -> None:
    ticket, at = a_ticket(), MONDAY_NINE
    ringing: datetime | None = next_ring(ticket.promises)
    for name, minutes in steps:
        at += timedelta(minutes=minutes)
        ticket, ringing = rung_until(at, ticket, ringing)
        try:
            changes = STEPS[name](ticket, at)
        except NotAllowed:
            continue
        if not changes.records:
            ringing = put_to(changes, ringing)
            assert changes.told == ()
            assert changes.agenda == () or (name, ringing) == ("ring", next_ring(ticket.promises))
            continue
        before, ticket = ticket, stored(changes)

        assert ticket.version == before.version + 1
        assert ticket.cycle - before.cycle == told(changes).count("ticket.reopened")
        new_messages = [r for r in changes.records if isinstance(r, TicketMessage)]
        assert ticket.messages == before.messages + len(new_messages)
        ringing, ring = put_to(changes, ringing), next_ring(ticket.promises)
        assert (ringing is None) == (ring is None)
        assert ringing is None or ringing <= ring, "an entry may come early, never late"

        assert is_owed(ticket, RESOLUTION) == ticket.status.is_active
        if not ticket.status.is_active:
            assert ticket.next_due_at is None
            assert not any(promise.is_owed for promise in ticket.promises)
        resolution = promised(ticket.promises, RESOLUTION)
        assert resolution is not None
        is_running = resolution.due_at is not None and resolution.is_owed
        waits = ticket.status in (Status.PENDING, Status.ON_HOLD)
        assert (resolution in ticket.running) == (is_running and not waits)
        if resolution.state is PromiseState.PAUSED:
            assert ticket.status in (Status.PENDING, Status.ON_HOLD)
        if resolution.state is PromiseState.OPEN:
            assert ticket.status in (Status.NEW, Status.OPEN)
        assert (ticket.status is Status.CLOSED) == (ticket.closed_at is not None)
        assert not (is_owed(ticket, FIRST_RESPONSE) and is_owed(ticket, NEXT_REPLY))
