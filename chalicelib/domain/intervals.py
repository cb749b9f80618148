"""How sure a share is, given how few were asked."""

from math import sqrt

_Z = 1.959964
"""The 97.5th percentile of the normal distribution: a 95 % interval."""


def wilson(successes: int, answers: int) -> tuple[float, float] | None:
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
