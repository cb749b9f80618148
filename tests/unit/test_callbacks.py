"""Promised calls: daytime where the customer is, the ladder of tries, and what may follow what."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import callback_work as work
from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.calendar import Week, span, working_time
from chalicelib.domain.callback_policy import (
    CallbackPolicy,
    CallOutcome,
    local_moment,
    nearest,
    slots,
)
from chalicelib.domain.callbacks import (
    Callback,
    CallbackState,
    CancelReason,
    Terms,
    Wanted,
    promise_call,
    promise_recovery,
)
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.promises import RING, PromiseState

POLICY = CallbackPolicy()
BERLIN = "Europe/Berlin"
MEI = Actor(kind=ActorKind.STAFF, id="stf_mei")
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Nine o'clock in Berlin, four in the afternoon in Shanghai."""
THURSDAY_17 = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)

_ids = itertools.count(1)


def new_id(prefix: str) -> str:
    return f"{prefix}_{next(_ids):06}"


def terms(policy: CallbackPolicy = POLICY) -> Terms:
    return Terms(shop="acme", shop_zone=BERLIN, policy=policy, policy_version=3)


def wanted(zone: str | None = BERLIN) -> Wanted:
    return Wanted(
        customer_id="cus_1",
        case_id="tkt_1",
        owner_id=MEI.id,
        language="de",
        zone=zone,
        what="Where the parcel is",
    )


def promising(
    start: datetime = THURSDAY_17, zone: str | None = BERLIN, policy: CallbackPolicy = POLICY
) -> Changes[Callback]:
    return promise_call(
        wanted(zone), start, terms(policy), at=MONDAY, new_id=new_id, new_number=new_id
    )


def stored(changes: Changes[Callback]) -> Callback:
    return changes.result.mark_stored(changes.result.version)


def facts(changes: Changes[Callback]) -> list[str]:
    return [told.fact.type for told in changes.told]


def rings_at(changes: Changes[Callback]) -> datetime | None:
    rings = [entry for entry in changes.agenda if entry.kind == RING]
    return rings[-1].due_at if isinstance(rings[-1], Entry) else None


def tried(callback: Callback, outcome: CallOutcome, at: datetime) -> Changes[Callback]:
    return work.attempt(callback, outcome, note="", next_at=None, by=MEI, at=at, policy=POLICY)


def test_a_promised_call_rings_ten_minutes_before() -> None:
    changes = promising()

    assert facts(changes) == ["callback.promised", "promise.made"]
    assert rings_at(changes) == THURSDAY_17 - timedelta(minutes=10)
    assert changes.result.window_end == THURSDAY_17 + timedelta(minutes=15)


def test_a_call_at_night_where_the_customer_is_is_refused_with_the_nearest_times() -> None:
    evening_in_berlin = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)

    with pytest.raises(Invalid) as refused:
        promising(evening_in_berlin, zone="Asia/Shanghai")

    assert refused.value.field == "at"
    assert refused.value.facts["allowed"] == [
        "2026-11-26T11:45:00+00:00",  # 19:45 in Shanghai: the last that ends by 20:00
        "2026-11-27T00:00:00+00:00",  # 08:00 the next morning
    ]


def test_an_unknown_zone_is_the_shops_and_never_now() -> None:
    midnight_in_berlin = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)

    for zone in (None, "", "Mars/Olympus"):
        assert promising(zone=zone).result.zone == BERLIN
        with pytest.raises(Invalid, match="Europe/Berlin"):
            promising(midnight_in_berlin, zone=zone)


def test_a_time_that_has_gone_by_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        promising(MONDAY - timedelta(minutes=1))
    assert refused.value.facts["allowed"][0] == MONDAY.isoformat()


def test_the_clock_rings_first_the_owner_and_then_everybody_who_must_know() -> None:
    callback = stored(promising())

    rung = work.ring(callback, POLICY, at=THURSDAY_17 - timedelta(minutes=10))
    assert (rung.result.state, facts(rung)) == (
        CallbackState.RUNG,
        ["callback.rung", "promise.warned"],
    )
    assert {
        entry.data["type"] for entry in rung.agenda if isinstance(entry, Entry) and entry.data
    } == {"callback.due"}
    assert rings_at(rung) == rung.result.window_end

    over = rung.result.window_end
    missed = work.ring(stored(rung), POLICY, at=over)
    assert missed.result.state is CallbackState.MISSED
    escalation = next(entry for entry in missed.agenda if entry.kind == work.ESCALATE)
    assert isinstance(escalation, Entry)
    assert escalation.due_at == over + timedelta(minutes=5)

    escalated = work.escalate(stored(missed), at=escalation.due_at)
    assert facts(escalated) == ["callback.escalated"]
    assert facts(work.escalate(stored(escalated), at=over + timedelta(hours=1))) == []


def test_a_clock_that_comes_late_reports_the_call_as_missed_alone() -> None:
    late = work.ring(stored(promising()), POLICY, at=THURSDAY_17 + timedelta(hours=1))

    assert facts(late) == ["callback.missed", "promise.breached"]


def test_reached_keeps_the_promise_and_says_how_late_it_was() -> None:
    in_time = tried(stored(promising()), CallOutcome.REACHED, THURSDAY_17 + timedelta(minutes=3))
    late = tried(stored(promising()), CallOutcome.REACHED, THURSDAY_17 + timedelta(minutes=40))

    for changes, minutes in ((in_time, 0), (late, 25)):
        kept = next(t.fact for t in changes.told if t.fact.type == "callback.kept")
        assert kept.model_dump()["minutes_late"] == minutes
        assert changes.result.state is CallbackState.KEPT
        assert rings_at(changes) is None
    assert late.result.promise.was_late


def test_nobody_answers_in_two_hours_again_then_the_next_day_then_by_mail() -> None:
    first = tried(stored(promising()), CallOutcome.NO_ANSWER, THURSDAY_17)
    assert first.result.window_start == THURSDAY_17 + timedelta(hours=2)

    second = tried(stored(first), CallOutcome.NO_ANSWER, first.result.window_start)
    # 19:00 on Thursday, so 19:00 on Friday.
    assert second.result.window_start == datetime(2026, 11, 27, 18, 0, tzinfo=UTC)

    third = tried(stored(second), CallOutcome.NO_ANSWER, second.result.window_start)
    assert third.result.state is CallbackState.GIVEN_UP
    assert facts(third)[:2] == ["callback.attempted", "callback.given_up"]
    assert third.result.promise.state is PromiseState.WITHDRAWN


def test_a_call_that_is_tried_before_its_time_is_still_owed_at_its_time() -> None:
    callback = stored(promising())

    early = tried(callback, CallOutcome.NO_ANSWER, THURSDAY_17 - timedelta(hours=9))
    near = tried(callback, CallOutcome.NO_ANSWER, THURSDAY_17 - timedelta(minutes=30))

    assert early.result.window_start == THURSDAY_17
    assert near.result.window_start == THURSDAY_17 + timedelta(minutes=90)


def test_the_next_try_waits_for_the_customers_morning() -> None:
    callback = stored(promising(datetime(2026, 11, 26, 18, 30, tzinfo=UTC)))

    again = tried(callback, CallOutcome.NO_ANSWER, datetime(2026, 11, 26, 18, 35, tzinfo=UTC))

    # Two hours on it is 21:35 in Berlin.
    assert again.result.window_start == datetime(2026, 11, 27, 7, 0, tzinfo=UTC)


def test_the_next_day_is_the_same_time_of_day_over_the_change_of_the_clocks() -> None:
    saturday = datetime(2026, 10, 24, 15, 0, tzinfo=UTC)  # 17:00, summer time
    callback = stored(
        promise_call(wanted(), saturday, terms(), at=saturday, new_id=new_id, new_number=new_id)
    )
    twice = tried(
        stored(tried(callback, CallOutcome.NO_ANSWER, saturday)), CallOutcome.NO_ANSWER, saturday
    )

    assert twice.result.window_start == datetime(2026, 10, 25, 16, 0, tzinfo=UTC)  # 17:00, winter


def test_a_customer_who_asked_for_another_time_is_asked_for_it() -> None:
    callback = stored(promising())

    with pytest.raises(Invalid) as refused:
        tried(callback, CallOutcome.ASKED_LATER, THURSDAY_17)
    assert refused.value.field == "next_at"

    friday = THURSDAY_17 + timedelta(days=1)
    moved = work.attempt(
        callback,
        CallOutcome.ASKED_LATER,
        note="After work",
        next_at=friday,
        by=MEI,
        at=THURSDAY_17,
        policy=POLICY,
    )
    assert moved.result.window_start == friday
    assert "After work" not in str([told.fact for told in moved.told])


def test_another_language_leaves_the_call_to_a_colleague() -> None:
    changes = tried(stored(promising()), CallOutcome.OTHER_LANGUAGE, THURSDAY_17)

    assert (changes.result.state, changes.result.owner_id) == (CallbackState.PROMISED, None)


def test_an_unhappy_customer_is_called_within_the_hour_of_their_daytime() -> None:
    saturday_night = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)

    by_day, by_night = (
        promise_recovery(wanted(), 60, terms(), at=at, new_id=new_id, new_number=new_id).result
        for at in (MONDAY, saturday_night)
    )

    assert (by_day.window_start, by_day.window_end) == (MONDAY, MONDAY + timedelta(hours=1))
    assert by_night.window_start == datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
    assert by_night.window_end == datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


def test_a_reading_that_the_clock_skips_is_the_moment_of_the_change() -> None:
    assert local_moment("2026-03-29T02:30", BERLIN, field="at") == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC
    )
    for text in ("tomorrow", "2026-03-29T02:30+01:00"):
        with pytest.raises(Invalid) as refused:
            local_moment(text, BERLIN, field="at")
        assert refused.value.field == "at"


def test_a_shop_that_never_calls_offers_no_times() -> None:
    never = CallbackPolicy(daytime=Week())

    assert nearest(THURSDAY_17, never, BERLIN, now=MONDAY) == []
    assert slots(never, BERLIN, at=MONDAY, days=3) == []
    assert slots(
        CallbackPolicy(daytime=Week(mon=(span("10:00", "12:00"),))), BERLIN, at=MONDAY, days=1
    ) == [datetime(2026, 11, 23, 9, 0, tzinfo=UTC)]


@given(
    minutes=st.integers(0, 21 * 1440),
    zone=st.sampled_from([BERLIN, "Asia/Shanghai", "America/New_York", "Pacific/Chatham"]),
)
@settings(max_examples=60)
def test_the_nearest_times_are_ones_that_can_be_promised(minutes: int, zone: str) -> None:
    now = datetime(2026, 10, 20, tzinfo=UTC)
    asked = now + timedelta(minutes=minutes)

    for moment in nearest(asked, POLICY, zone, now=now):
        end = moment + timedelta(minutes=POLICY.window_minutes)
        assert moment >= now
        assert working_time(moment, end, POLICY.hours(zone)) == end - moment


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["ring", "escalate", "move", "cancel", "take_over", *CallOutcome]),
        st.integers(1, 2000),
    ),
    max_size=12,
)


def _act(callback: Callback, act: str, at: datetime) -> Changes[Callback]:
    match act:
        case "ring":
            return work.ring(callback, POLICY, at=at)
        case "escalate":
            return work.escalate(callback, at=at)
        case "move":
            return work.move(callback, nearest(at, POLICY, BERLIN, now=at)[-1], POLICY, at=at)
        case "cancel":
            return work.cancel(callback, CancelReason.OTHER, at=at)
        case "take_over":
            return work.take_over(callback, "stf_li")
        case _:
            return tried(callback, CallOutcome(act), at)


@given(acts=ACTS)
@settings(max_examples=150)
def test_whatever_happens_a_call_is_owed_and_rung_for_or_over_for_good(
    acts: list[tuple[str, int]],
) -> None:
    callback, at = stored(promising()), MONDAY
    ring: datetime | None = THURSDAY_17 - timedelta(minutes=10)
    for act, minutes in acts:
        at += timedelta(minutes=minutes)
        was_over = not callback.state.is_open
        try:
            changes = _act(callback, act, at)
        except (NotAllowed, Invalid):
            continue
        after = changes.result
        if was_over:
            assert after.state is callback.state
        for entry in changes.agenda:
            if entry.kind == RING:
                ring = None if isinstance(entry, Cancel) else entry.due_at
        is_owed = after.promise.is_owed
        assert after.state.is_open is is_owed
        assert (ring is None) is (not is_owed or after.state is CallbackState.MISSED)
        assert len(after.attempts) <= POLICY.max_attempts + sum(
            tried.outcome is CallOutcome.ASKED_LATER for tried in after.attempts
        )
        callback = stored(changes)
