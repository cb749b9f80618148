"""A day's figures, folded once when the day is over, and where its cases lie."""

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar

from chalicelib.domain.events import Event
from chalicelib.domain.figure_table import FIGURES
from chalicelib.domain.figures import Figures
from chalicelib.domain.records import Record


class DayFigures(Record):
    """The figures of a shop's day that is over, in the zone the shop had when it was folded."""

    kind: ClassVar[str] = "day_figures"
    prefix: ClassVar[str] = "fgd"

    date: dt.date
    figures: Figures
    shards: int
    """How many partitions an hour's events lay in."""
    busy: dict[str, int] = {}
    """By figure, the partitions that hold its cases: bit `hour of the day x shards + shard`."""


def day_figures_id(day: dt.date, zone: str) -> str:
    """The id under which a day is kept, such as `fgd_2026-11-23_Europe/Berlin`: another zone's
    day is another day."""
    return f"{DayFigures.prefix}_{day.isoformat()}_{zone}"


def busy(partitions: Iterable[tuple[int, Iterable[Event]]]) -> dict[str, int]:
    """Which of a day's partitions, each with its bit's place and its events, hold cases."""
    found: dict[str, int] = {}
    for place, events in partitions:
        told = list(events)
        for name, figure in FIGURES.items():
            if any(figure.is_case(event) for event in told):
                found[name] = found.get(name, 0) | 1 << place
    return found
