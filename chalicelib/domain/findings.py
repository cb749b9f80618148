"""What the figures say, as a sentence may claim it: only what chance would seldom do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.domain.figures import Figures
from chalicelib.domain.intervals import binomial, difference

FIRST = 10
"""With as many cases figures start."""

SURE = 0.05
"""How seldom chance alone may name a day, over all the days that are looked at."""

LEAST = 5
"""Fewer cases than this are no news, however few were usual."""

LEAST_WEEKS = 2
"""Of so many weeks before the same weekday must be known."""

_WEEK = timedelta(days=7)


class Change(StrEnum):
    """How a share stands against the period before."""

    UNKNOWN = "unknown"
    """Nobody answered in one of the two."""
    NONE = "none"
    """The difference can be chance."""
    BETTER = "better"
    WORSE = "worse"


class Kind(StrEnum):
    """What is found of some days."""

    TOO_FEW = "too_few"
    """Figures start with the tenth case."""
    NOTHING_TO_COMPARE = "nothing_to_compare"
    USUAL = "usual"
    MORE = "more"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class DayCount:
    """The cases of a day; None if they were not counted."""

    date: date
    n: int | None
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """`day` differs from the same weekdays before it, which had `usual` cases in the middle of
    all of them; both are there for `MORE` and `FEWER` alone. `cases` are those of all days."""

    kind: Kind
    cases: int
    day: DayCount | None = None
    usual: float | None = None


def change(before: Figures, after: Figures) -> Change:
    """Whether satisfaction really changed: the 95 % interval of the difference leaves nought
    out."""
    found = difference((before.satisfied, before.scores.n), (after.satisfied, after.scores.n))
    if found is None:
        return Change.UNKNOWN
    low, high = found
    if low > 0:
        return Change.BETTER
    return Change.WORSE if high < 0 else Change.NONE


def finding(shown: Sequence[DayCount], earlier: Sequence[DayCount]) -> Finding:
    """The one of the shown days that differs most from the same weekdays before it, if one does.

    A day that is not over is counted and not compared: it always has too few. The counts of a day
    and of the same weekdays before it are compared by the exact test of two Poisson counts, with
    Bonferroni's correction for the number of days looked at. Days before the first case are not
    quiet days; the shop had not begun.
    """
    known = {one.date: one.n for one in _since_first([*earlier, *shown]) if one.n is not None}
    cases = sum(one.n or 0 for one in shown)
    if cases < FIRST:
        return Finding(Kind.TOO_FEW, cases)
    compared = [
        (chance(day.n, before), day, sum(before) / len(before))
        for day in shown
        if day.is_over
        and day.n is not None
        and day.date in known
        and (before := _weekdays(known, day.date))
    ]
    if not compared:
        return Finding(Kind.NOTHING_TO_COMPARE, cases)
    by_chance, day, usual = min(compared, key=lambda one: (one[0], one[1].date))
    n = day.n or 0
    if by_chance * len(compared) > SURE or max(n, usual) < LEAST:
        return Finding(Kind.USUAL, cases)
    return Finding(Kind.MORE if n > usual else Kind.FEWER, cases, day, usual)


def chance(n: int, before: Sequence[int]) -> float:
    """How likely a count at least so far from usual is, if nothing changed: given the sum of all
    days' counts, the one day's part of it is binomial. Two-sided, by twice the smaller tail."""
    whole, part = n + sum(before), 1 / (len(before) + 1)
    low = sum(binomial(k, whole, part) for k in range(n + 1))
    high = sum(binomial(k, whole, part) for k in range(n, whole + 1))
    return min(1.0, 2 * min(low, high))


def _weekdays(known: dict[date, int], day: date) -> list[int]:
    """The same weekdays before, as far as they are known; nothing if those are too few."""
    first = min(known)
    found: list[int] = []
    earlier = day - _WEEK
    while earlier >= first:
        if earlier in known:
            found.append(known[earlier])
        earlier -= _WEEK
    return found if len(found) >= LEAST_WEEKS else []


def _since_first(days: Sequence[DayCount]) -> Sequence[DayCount]:
    began = next((place for place, day in enumerate(days) if day.n), len(days))
    return days[began:]
