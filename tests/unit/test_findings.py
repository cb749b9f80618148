"""What figures may claim: a day that stands out, a change that is real."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.figures import Figures, Tally
from chalicelib.domain.findings import FIRST, Change, DayCount, Kind, chance, change, finding
from chalicelib.domain.intervals import difference, median_interval

MONDAY = date(2026, 10, 26)
FOUR_WEEKS = [8, 9, 7, 8, 6, 2, 1] * 4


def days(*counts: int | None) -> list[DayCount]:
    return [DayCount(MONDAY + timedelta(days=place), n) for place, n in enumerate(counts)]


def found(*counts: int | None) -> tuple[Kind, int | None]:
    all_days = days(*counts)
    one = finding(all_days[14:], all_days[:14])
    return one.kind, one.day.n if one.day else None


def answers(satisfied: int, n: int) -> Figures:
    return Figures(scores=Tally(counts={5: satisfied, 1: n - satisfied}))


def test_a_week_like_the_others_is_as_usual() -> None:
    assert found(*FOUR_WEEKS) == (Kind.USUAL, None)


@pytest.mark.parametrize(("n", "kind"), [(30, Kind.MORE), (0, Kind.FEWER), (18, Kind.USUAL)])
def test_a_day_is_named_for_what_chance_would_seldom_do(n: int, kind: Kind) -> None:
    counts = [*FOUR_WEEKS]
    counts[22] = n

    assert found(*counts)[0] is kind


def test_a_day_on_which_nearly_nobody_came_is_named_too() -> None:
    counts = [10 * n for n in FOUR_WEEKS]
    counts[21] = 3

    assert found(*counts) == (Kind.FEWER, 3)


def test_a_day_that_is_not_over_is_counted_and_not_compared() -> None:
    all_days = days(*[9] * 27, 0)
    over = finding(all_days[14:], all_days[:14])
    running = finding(
        [*all_days[14:-1], DayCount(all_days[-1].date, 0, is_over=False)], all_days[:14]
    )

    assert (over.kind, running.kind, running.cases) == (Kind.FEWER, Kind.USUAL, 13 * 9)


def test_figures_start_with_the_tenth_case() -> None:
    assert found(*[None] * 14, *[0] * 13, FIRST - 1)[0] is Kind.TOO_FEW
    assert found(*[None] * 14, *[0] * 13, FIRST)[0] is not Kind.TOO_FEW


def test_days_before_the_shop_began_are_no_quiet_days() -> None:
    assert found(*[0] * 20, *[9] * 8)[0] is Kind.NOTHING_TO_COMPARE


@given(st.lists(st.one_of(st.none(), st.integers(0, 400)), min_size=28, max_size=28))
def test_what_is_named_is_a_shown_day_with_its_own_count(counts: list[int | None]) -> None:
    all_days = days(*counts)
    one = finding(all_days[14:], all_days[:14])

    assert one.cases == sum(n or 0 for n in counts[14:])
    if one.kind in (Kind.MORE, Kind.FEWER):
        assert one.day in all_days[14:]
        assert one.day is not None
        assert one.day.n is not None
        assert one.usual is not None
        assert (one.day.n > one.usual) == (one.kind is Kind.MORE)
        assert one.day.n != one.usual
    else:
        assert (one.day, one.usual) == (None, None)


@given(st.integers(0, 300), st.lists(st.integers(0, 300), min_size=1, max_size=8))
def test_a_chance_is_one(n: int, before: list[int]) -> None:
    assert 0 <= chance(n, before) <= 1


def test_the_chance_of_a_count_is_that_of_the_binomial_part() -> None:
    # Eight of eight on one of two days: twice one in 256.
    assert chance(8, [0]) == pytest.approx(2 / 256)
    assert chance(4, [4]) == 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((56, 70), (48, 80), Change.WORSE),
        ((48, 80), (56, 70), Change.BETTER),
        ((93, 100), (92, 100), Change.NONE),
        ((0, 0), (9, 9), Change.UNKNOWN),
        ((9, 9), (0, 0), Change.UNKNOWN),
    ],
)
def test_a_change_is_said_only_where_it_is_real(
    before: tuple[int, int], after: tuple[int, int], said: Change
) -> None:
    assert change(answers(*before), answers(*after)) is said


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 200), st.integers(1, 200))
def test_a_change_seen_from_the_other_side_is_its_opposite(
    some: int, n: int, more: int, m: int
) -> None:
    one, other = answers(min(some, n), n), answers(min(more, m), m)
    opposite = {Change.BETTER: Change.WORSE, Change.WORSE: Change.BETTER}

    there = change(one, other)
    assert change(other, one) is opposite.get(there, there)
    assert change(one, one) is Change.NONE


def test_newcombes_own_example() -> None:
    low, high = difference((48, 80), (56, 70)) or (0, 0)

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_the_median_lies_between_published_ranks() -> None:
    """Conover, Practical Nonparametric Statistics: of 16, the 4th and the 13th."""
    assert median_interval(dict.fromkeys(range(1, 17), 1)) == (4, 13)
    assert median_interval(dict.fromkeys(range(1, 6), 1)) is None
    assert median_interval({7: 6}) == (7, 7)
    assert median_interval({}) is None
