"""Days in a row: those that are over are kept whole, the running one is counted by the hour."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.changes import Changes
from chalicelib.domain.events import Event
from chalicelib.domain.figure_days import DayFigures, busy, day_figures_id
from chalicelib.domain.figure_table import Figure
from chalicelib.domain.figures import Figures, fold, total
from chalicelib.services import reports
from chalicelib.services.desk import Desk
from chalicelib.services.reports import Day, day_of
from chalicelib.store import events
from chalicelib.store.commit import Busy, Conflict
from chalicelib.store.events import SHARDS

KNOWN_SECONDS = 3600

MOST_FOLDED = 7
"""Days that one request folds, the latest first. What is left is a gap until somebody asks again:
a shop's first weeks are folded in a few requests, and each later day once."""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day and its figures; None for one that is not counted yet. `kept` is there for a day that
    is over."""

    day: Day
    figures: Figures | None
    kept: DayFigures | None = None
    hours: Mapping[datetime, Figures] = field(default_factory=dict[datetime, Figures])
    """Of a day that is not over, its UTC hours that have begun."""


def days(desk: Desk, last: date, count: int) -> list[CountedDay]:
    """So many days in a row up to `last`, the oldest first: two reads for all of them, the fold
    of the running hour if `last` is today, and that of up to `MOST_FOLDED` days. Nothing happened
    before the shop was there."""
    wanted = [day_of(desk, last - timedelta(days=ago)) for ago in reversed(range(count))]
    began = _began(desk)
    over = [day for day in wanted if reports.is_over(desk, day)]
    known = {day.date: _made(desk, day, []) for day in over if day.end <= began}
    known |= _kept(desk, [day for day in over if day.date not in known])
    missing = [day for day in reversed(over) if day.date not in known][:MOST_FOLDED]
    known |= _folded(desk, missing)
    return [_counted(desk, day, known.get(day.date), is_over=day in over) for day in wanted]


def _kept(desk: Desk, over: Sequence[Day]) -> dict[date, DayFigures]:
    if not over:
        return {}
    wanted = ((DayFigures, day_figures_id(day.date, desk.shop.zone)) for day in over)
    return {one.date: one for one in desk.read(*wanted) if isinstance(one, DayFigures)}


def _folded(desk: Desk, missing: Sequence[Day]) -> dict[date, DayFigures]:
    made = tuple(_made(desk, day, list(_partitions(desk, day))) for day in missing)
    if made:
        # Somebody else may have asked at the same moment and kept the same; a busy table has
        # better things to do.
        with suppress(Conflict, Busy):
            desk.commit(Changes(None, records=made))
    return {one.date: one for one in made}


def _began(desk: Desk) -> datetime:
    """When the shop was set up. Remembered for an hour; it stays as it is."""
    return desk.house.cached(("began", desk.shop_id), KNOWN_SECONDS, lambda: _set_up(desk))


def _set_up(desk: Desk) -> datetime:
    told, _ = desk.trail(desk.shop_id, limit=1)
    return told[0].at if told else datetime.min.replace(tzinfo=UTC)


def _made(desk: Desk, day: Day, partitions: Sequence[tuple[int, list[Event]]]) -> DayFigures:
    return DayFigures(
        shop=desk.shop_id,
        id=day_figures_id(day.date, desk.shop.zone),
        date=day.date,
        figures=fold(event for _, told in partitions for event in told),
        shards=SHARDS,
        busy=busy(partitions),
    )


def _partitions(desk: Desk, day: Day) -> Iterator[tuple[int, list[Event]]]:
    for place, hour in enumerate(reports.hours(day)):
        for shard in range(SHARDS):
            told = events.of_partition(desk.house.tables, desk.shop_id, events.hour_of(hour), shard)
            yield place * SHARDS + shard, [e for e in told if day.start <= e.at < day.end]


def _counted(desk: Desk, day: Day, kept: DayFigures | None, *, is_over: bool) -> CountedDay:
    if is_over:
        return CountedDay(day, kept.figures if kept else None, kept)
    hours = dict(reports.by_hour(desk, day))
    return CountedDay(day, total(hours.values()), hours=hours)


def busy_hours(one: CountedDay, figure: Figure) -> Iterator[tuple[datetime, list[int]]]:
    """The UTC hours of a counted day with cases of a figure, and in which shards."""
    if one.kept is None:
        busy = (hour for hour, figures in one.hours.items() if figure.read(figures).n)
        yield from ((hour, list(range(SHARDS))) for hour in busy)
        return
    places = one.kept.busy.get(figure.name, 0)
    for place, hour in enumerate(reports.hours(one.day)):
        shards = [s for s in range(one.kept.shards) if places >> place * one.kept.shards + s & 1]
        if shards:
            yield hour, shards
