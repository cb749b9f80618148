"""A shop's webhooks that stop are noticed once, and so is their coming back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.silence import (
    SETTLING,
    SLOT,
    SPANS,
    USUAL,
    WEEK,
    Heartbeat,
    first_heartbeat,
    listened,
    listening,
    silence,
    to_count,
)

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)


def days(*counts: int) -> list[int]:
    """One count a day, in the morning, and nothing in the other seven slots."""
    return [n for count in counts for n in (count, *[0] * 7)]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ([USUAL] * (WEEK + 2), None),
        ([USUAL, 0, *[USUAL] * (WEEK - 2), 0, 0], timedelta(hours=6)),
        ([USUAL - 1, 0, *[USUAL] * (WEEK - 2), 0, 0], None),
        ([*days(5, 5, 5, 5, 5, 5, 5), *days(0)], timedelta(hours=24)),
        ([*days(5, 5, 5, 5, 5, 5, 5), *days(1)], None),
        ([*days(2, 2, 2, 0, 0, 0, 0), *days(0, 0, 0)], timedelta(hours=72)),
        ([*days(2, 2, 2, 0, 0, 0, 0), *days(0, 0)], None),
        ([*days(1, 1, 1, 1, 1, 1, 1), *days(0, 0, 0)], None),
        ([5, 0, 0, 0], None),
    ],
)
def test_only_a_surprise_is_a_silence(heard: list[int], expected: timedelta | None) -> None:
    assert silence(heard) == expected


@given(st.lists(st.integers(0, USUAL), max_size=200))
def test_each_silence_and_each_end_of_one_is_told_once(counts: list[int]) -> None:
    beat, at = first_heartbeat("acme", at=NOON), NOON
    told: list[str] = []
    for counted in counts:
        at += SLOT
        changes = listened(beat, [counted], at=at + SETTLING)
        told += [item.fact.type for item in changes.told]
        beat = stored(changes.result)
        assert changes.agenda == (listening("acme", at=at + SETTLING),)
        assert (beat.silent_since is None) or not counted

    pairs = ["shop.fell_silent", "shop.heard_again"] * len(told)
    assert told == pairs[: len(told)]
    assert (beat.silent_since is not None) == (len(told) % 2 == 1)
    assert len(beat.heard) <= WEEK + SPANS[-1]


@given(st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=14)), max_size=20))
def test_each_slot_is_counted_once_however_late_the_clock_is(waits: list[timedelta]) -> None:
    at = NOON + timedelta(minutes=47)
    beat = first_heartbeat("acme", at=at)
    counted: list[datetime] = []
    for wait in waits:
        at += wait
        slots = to_count(beat, at=at)
        counted += slots
        beat = stored(listened(beat, [0] * len(slots), at=at).result)

    assert len(set(counted)) == len(counted)
    assert counted == sorted(counted)
    assert all(slot + SLOT + SETTLING <= at for slot in counted)
    if counted and max(waits) < timedelta(days=9):
        assert counted == [NOON - SLOT + n * SLOT for n in range(len(counted))]


def stored(beat: Heartbeat) -> Heartbeat:
    return beat.mark_stored(beat.version)
