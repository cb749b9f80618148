"""Figures as folds over events: what is counted, and how counts of two spans add up.

KPI-01 first response time, KPI-02 resolution, RET-11 return reasons, SUR-04 satisfaction.
"""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from pydantic import Field

from chalicelib.domain.events import Event
from chalicelib.domain.intervals import value_at, wilson
from chalicelib.domain.records import Record, Value

K = TypeVar("K", int, str)

SATISFIED = frozenset({4, 5})
"""CSAT counts the two best answers of five; a neutral answer stays in the denominator."""


class Tally(Value):
    """How often each whole number came up: minutes, scores. Adds up without loss."""

    counts: dict[int, int] = {}

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def median(self) -> float | None:
        """The middle value, or the mean of the two middle ones; None if there are none."""
        values = sorted(self.counts.items())
        if not values:
            return None
        lower, upper = (self.n - 1) // 2, self.n // 2
        return (value_at(values, lower) + value_at(values, upper)) / 2

    def with_one(self, value: int, times: int = 1) -> "Tally":
        return Tally(counts=_added(self.counts, value, times))

    def plus(self, other: "Tally") -> "Tally":
        counts = self.counts
        for value, times in other.counts.items():
            counts = _added(counts, value, times)
        return Tally(counts=counts)


class Figures(Value):
    """What happened in a span of time. Two spans that do not overlap add up."""

    counts: dict[str, int] = {}
    """Events by type."""
    contact_reasons: dict[str, int] = {}
    first_response: Tally = Field(default_factory=Tally)
    """Working minutes from a ticket's opening to the first answer by a person."""
    first_response_in_time: int = 0
    resolution: Tally = Field(default_factory=Tally)
    """Working minutes from opening (or reopening) to resolution, a cycle at a time."""
    return_reasons: dict[str, int] = {}
    """Units asked to come back, by reason."""
    refunded: dict[str, int] = {}
    """Minor units by currency."""
    scores: Tally = Field(default_factory=Tally)
    """Satisfaction, 1 to 5; a changed answer replaces the earlier one."""

    def count(self, event_type: str) -> int:
        return self.counts.get(event_type, 0)

    @property
    def satisfied(self) -> int:
        """The satisfied among the answers. An answer of an earlier span that was changed in this
        one can make it neither more than all of them nor less than none."""
        found = sum(n for score, n in self.scores.counts.items() if score in SATISFIED)
        return max(0, min(found, self.scores.n))

    @property
    def csat(self) -> float | None:
        """The satisfied share of the answers, 0 to 1; None without answers."""
        return self.satisfied / self.scores.n if self.scores.n else None

    @property
    def csat_interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval of `csat`."""
        return wilson(self.satisfied, self.scores.n)

    def plus(self, other: "Figures") -> "Figures":
        """Both spans together."""
        return Figures(
            counts=_summed(self.counts, other.counts),
            contact_reasons=_summed(self.contact_reasons, other.contact_reasons),
            first_response=self.first_response.plus(other.first_response),
            first_response_in_time=self.first_response_in_time + other.first_response_in_time,
            resolution=self.resolution.plus(other.resolution),
            return_reasons=_summed(self.return_reasons, other.return_reasons),
            refunded=_summed(self.refunded, other.refunded),
            scores=self.scores.plus(other.scores),
        )


class HourFigures(Record):
    """The figures of one UTC hour that is over, folded once and kept."""

    kind: ClassVar[str] = "figures"
    prefix: ClassVar[str] = "fig"

    figures: Figures
    shards: int
    """How many partitions the hour's events lay in when it was folded."""


def figures_id(hour: str) -> str:
    """The id under which an hour such as `2026-11-23T08` is kept."""
    return f"fig_{hour}"


def total(spans: Iterable[Figures]) -> Figures:
    """Several spans that do not overlap, together."""
    whole = Figures()
    for one in spans:
        whole = whole.plus(one)
    return whole


def fold(events: Iterable[Event]) -> Figures:
    """The figures of some events, whatever order they come in."""
    figures = Figures()
    for event in events:
        figures = _with_event(figures, event)
    return figures


def _with_event(figures: Figures, event: Event) -> Figures:
    data = event.data
    update: dict[str, object] = {"counts": _added(figures.counts, event.type, 1)}
    match event.type:
        case "ticket.opened":
            update["contact_reasons"] = _added(figures.contact_reasons, data["reason"], 1)
        case "ticket.replied" if data.get("first_response_minutes") is not None:
            minutes = int(data["first_response_minutes"])
            update["first_response"] = figures.first_response.with_one(minutes)
            if data.get("within"):
                update["first_response_in_time"] = figures.first_response_in_time + 1
        case "ticket.resolved":
            minutes = int(data["resolution_minutes"])
            update["resolution"] = figures.resolution.with_one(minutes)
        case "return.requested":
            reasons: dict[str, int] = data["reasons"]
            update["return_reasons"] = _summed(figures.return_reasons, reasons)
        case "return.settled":
            update["refunded"] = _added(figures.refunded, data["currency"], int(data["amount"]))
        case "survey.answered":
            scores = figures.scores.with_one(int(data["score"]))
            if data.get("replaces") is not None:
                scores = scores.with_one(int(data["replaces"]), -1)
            update["scores"] = scores
        case _:
            pass
    return figures.model_copy(update=update)


def _added(counts: dict[K, int], key: K, times: int) -> dict[K, int]:
    total = counts.get(key, 0) + times
    rest = {k: v for k, v in counts.items() if k != key}
    return {**rest, key: total} if total else rest


def _summed(some: dict[str, int], more: dict[str, int]) -> dict[str, int]:
    return {key: some.get(key, 0) + more.get(key, 0) for key in sorted({*some, *more})}
