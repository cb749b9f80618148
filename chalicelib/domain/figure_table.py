"""The figures there are: which events are the cases of each, and what its value is.

A figure's cases are events, one a case, and there are exactly as many as its n (KPI-01).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.events import Event
from chalicelib.domain.figures import SATISFIED, Figures, total
from chalicelib.domain.intervals import Interval, median_interval, wilson


class Unit(StrEnum):
    """What a value is: cases, working minutes, a share from 0 to 1, or minor units of money."""

    CASES = "cases"
    MINUTES = "minutes"
    SHARE = "share"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of some span. `value` is None where there was nothing to reckon it from, and of
    money, which has `amounts` by currency instead. The interval is one of 95 %."""

    n: int
    value: float | None = None
    interval: Interval | None = None
    amounts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `is_case` says whether an event is one of its cases."""

    name: str
    unit: Unit
    is_case: Callable[[Event], bool]
    read: Callable[[Figures], Reading]


def reading(figure: Figure, spans: Sequence[Figures]) -> Reading:
    """The figure of several spans that do not overlap."""
    return figure.read(total(spans))


def _told(*types: str) -> Callable[[Event], bool]:
    return lambda event: event.type in types


def _count(event_type: str) -> Callable[[Figures], Reading]:
    def read(figures: Figures) -> Reading:
        n = figures.count(event_type)
        return Reading(n, n)

    return read


def _is_first_response(event: Event) -> bool:
    return event.type == "ticket.replied" and event.data.get("first_response_minutes") is not None


def _is_first_answer(event: Event) -> bool:
    """A changed answer stands for the first, whenever that was."""
    return event.type == "survey.answered" and event.data.get("replaces") is None


def _first_response(figures: Figures) -> Reading:
    tally = figures.first_response
    return Reading(tally.n, tally.median, median_interval(tally.counts))


def _in_time(figures: Figures) -> Reading:
    return _share(figures.first_response_in_time, figures.first_response.n)


def _resolution(figures: Figures) -> Reading:
    tally = figures.resolution
    return Reading(tally.n, tally.median, median_interval(tally.counts))


def _refunded(figures: Figures) -> Reading:
    return Reading(figures.count("return.settled"), amounts=tuple(figures.refunded.items()))


def _satisfaction(figures: Figures) -> Reading:
    return _share(figures.satisfied, figures.scores.n)


def _share(some: int, n: int) -> Reading:
    return Reading(n, some / n if n else None, wilson(some, n))


FIGURES: dict[str, Figure] = {
    one.name: one
    for one in (
        Figure("tickets", Unit.CASES, _told("ticket.opened"), _count("ticket.opened")),
        Figure("reopened", Unit.CASES, _told("ticket.reopened"), _count("ticket.reopened")),
        Figure("first_response", Unit.MINUTES, _is_first_response, _first_response),
        Figure("first_response_in_time", Unit.SHARE, _is_first_response, _in_time),
        Figure("resolution", Unit.MINUTES, _told("ticket.resolved"), _resolution),
        Figure("returns", Unit.CASES, _told("return.requested"), _count("return.requested")),
        Figure("refunded", Unit.MONEY, _told("return.settled"), _refunded),
        Figure("satisfaction", Unit.SHARE, _is_first_answer, _satisfaction),
        Figure("calls_kept", Unit.CASES, _told("callback.kept"), _count("callback.kept")),
        Figure("calls_missed", Unit.CASES, _told("callback.missed"), _count("callback.missed")),
    )
}
"""By name, in the order they are shown in."""


def is_good(figure: Figure, event: Event) -> bool | None:
    """Of a share, whether the case is among those it is the share of; None for what is none."""
    match figure.name:
        case "first_response_in_time":
            return bool(event.data.get("within"))
        case "satisfaction":
            return event.data["score"] in SATISFIED
        case _:
            return None
