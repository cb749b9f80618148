"""Charts as inline SVG, without a style of their own: colours and type are the stylesheet's."""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

WIDTH, HEIGHT = 640, 240

_VIEW = f"0 20 {WIDTH} {HEIGHT - 44}"
"""Without most of the margin that the library leaves above and below."""

_SIZE = re.compile(r'<svg width="\d+" height="\d+"')
_STEPS = (1, 2, 5)


def columns(values: Sequence[tuple[str, float | None]], labelled_by: str) -> Markup:
    """A column for each value, over its word; None leaves its place empty, which is not nought.
    Words must differ from each other. `labelled_by` is the id of what is read out instead."""
    # Its import would cost every cold start what only two pages need.
    import leather

    chart: Any = leather.Chart()
    ticks = _ticks(max((value for _, value in values if value is not None), default=0))
    chart.add_y_scale(0, ticks[-1])
    chart.add_y_axis(ticks=ticks)
    chart.add_columns([(word, value) for word, value in values])
    drawn = str(chart.to_svg(width=WIDTH, height=HEIGHT))
    head = f'<svg role="img" aria-labelledby="{labelled_by}" viewBox="{_VIEW}"'
    # It comes from numbers and days, by a library that escapes its text.
    return Markup(_SIZE.sub(head, drawn, count=1))  # noqa: S704


def _ticks(most: float) -> list[int]:
    """From nought to the first round number that nothing is above, in at most five steps."""
    power = 1
    while True:
        for step in (power * one for one in _STEPS):
            if step * 5 >= most:
                top = max(1, -int(-most // step))
                return [n * step for n in range(top + 1)]
        power *= 10
