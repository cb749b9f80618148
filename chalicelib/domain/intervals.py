"""How sure a figure is, given how few it was reckoned from."""

from collections.abc import Mapping, Sequence
from math import exp, lgamma, log, sqrt
from typing import TypeAlias

Interval: TypeAlias = tuple[float, float]

_Z = 1.959964
"""The 97.5th percentile of the normal distribution: a 95 % interval."""

_TAIL = 0.025
"""What a 95 % interval leaves out at either end."""


def wilson(successes: int, answers: int) -> Interval | None:
    """Lower and upper bound of a share, from 0 to 1, by Wilson's score interval at 95 %.

    None when nobody answered: no answers are not the same as a share of nought.
    """
    if answers == 0:
        return None
    share = successes / answers
    spread = _Z * _Z / answers
    centre = (share + spread / 2) / (1 + spread)
    half = sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def difference(before: tuple[int, int], after: tuple[int, int]) -> Interval | None:
    """By how much a share changed, at 95 %: Newcombe's interval (1998, method 10) of two shares,
    each given as successes and answers. None where either has no answers."""
    first, second = wilson(*before), wilson(*after)
    if first is None or second is None:
        return None
    was, now = before[0] / before[1], after[0] / after[1]
    down = sqrt((now - second[0]) ** 2 + (first[1] - was) ** 2)
    up = sqrt((second[1] - now) ** 2 + (was - first[0]) ** 2)
    return now - was - down, now - was + up


def median_interval(counts: Mapping[int, int]) -> Interval | None:
    """At least 95 % sure bounds of the median of what was counted (how often each value came up),
    from the ranks of the values alone (the sign test's interval). None for fewer than six."""
    n = sum(counts.values())
    rank = _rank(n)
    if rank is None:
        return None
    values = sorted(counts.items())
    return value_at(values, rank), value_at(values, n - 1 - rank)


def binomial(some: int, n: int, part: float) -> float:
    """How likely it is that exactly `some` of `n` are what each is by the chance `part`, which is
    neither nought nor one."""
    ways = lgamma(n + 1) - lgamma(some + 1) - lgamma(n - some + 1)
    return exp(ways + some * log(part) + (n - some) * log(1 - part))


def _rank(n: int) -> int | None:
    """The highest rank, from nought, below which the median lies in one of forty cases at most."""
    below, rank = 0.0, None
    for place in range((n + 1) // 2):
        below += binomial(place, n, 1 / 2)
        if below > _TAIL:
            break
        rank = place
    return rank


def value_at(values: Sequence[tuple[int, int]], place: int) -> int:
    """The value at a rank, from nought, of sorted values and how often each came up. Raises
    IndexError for a rank beyond the last."""
    for value, times in values:
        place -= times
        if place < 0:
            return value
    raise IndexError(place)
