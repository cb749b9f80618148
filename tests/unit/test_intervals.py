"""The published worked numbers of Wilson's interval."""

import pytest

from chalicelib.domain.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "answers", "lower", "upper"),
    [
        (8, 10, 49.02, 94.33),
        (7, 10, 39.68, 89.22),
        (80, 100, 71.12, 86.66),
        (800, 1000, 77.41, 82.36),
        (10, 10, 72.25, 100),
        (0, 10, 0, 27.75),
        (1, 1, 20.65, 100),
        (210, 500, 37.75, 46.37),
    ],
)
def test_published_intervals(successes: int, answers: int, lower: float, upper: float) -> None:
    interval = wilson(successes, answers)
    assert interval is not None
    assert [round(100 * bound, 2) for bound in interval] == [lower, upper]


def test_no_answers_are_not_a_share_of_nought() -> None:
    assert wilson(0, 0) is None
