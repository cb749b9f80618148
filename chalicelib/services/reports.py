"""The day's figures: closed hours folded once and kept, the running hour folded live."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.changes import Changes
from chalicelib.domain.figures import Figures, HourFigures, figures_id, fold, total
from chalicelib.services.desk import Desk
from chalicelib.store import events
from chalicelib.store.commit import Busy, Conflict

HOUR = timedelta(hours=1)
SETTLING = timedelta(minutes=5)
"""How long after its end an hour is still open: commits that began in it may arrive late."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a shop, in the shop's zone, as two moments."""

    date: date
    start: datetime
    end: datetime


def day_of(desk: Desk, wanted: date | None) -> Day:
    """A calendar day in the shop's zone; today if none is named."""
    zone = ZoneInfo(desk.shop.zone)
    day = wanted or desk.now().astimezone(zone).date()
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return Day(day, start, end)


def figures(desk: Desk, day: Day) -> Figures:
    """A day's figures. Costs one read a closed hour and one fold of the running one."""
    return total(of_hour for _, of_hour in by_hour(desk, day))


def by_hour(desk: Desk, day: Day) -> Iterator[tuple[datetime, Figures]]:
    """The same, for each UTC hour that has begun."""
    begun = [hour for hour in hours(day) if hour <= desk.now()]
    kept = desk.read(*((HourFigures, figures_id(events.hour_of(hour))) for hour in begun))
    for hour, found in zip(begun, kept, strict=True):
        if isinstance(found, HourFigures) and _is_whole(day, hour):
            yield hour, found.figures
        else:
            yield hour, _folded(desk, day, hour)


def hours(day: Day) -> Iterator[datetime]:
    """The UTC hours that a day touches."""
    hour = day.start.replace(minute=0)
    while hour < day.end:
        yield hour
        hour += HOUR


def is_over(desk: Desk, day: Day) -> bool:
    """Whether nothing that happened in the day can still come in."""
    return desk.now() >= day.end + SETTLING


def recounted(desk: Desk, day: Day) -> Figures:
    """The same figures from the events alone, nothing kept; must be equal."""
    return total(_fold_hour(desk, day, hour) for hour in hours(day))


def _folded(desk: Desk, day: Day, hour: datetime) -> Figures:
    counted = _fold_hour(desk, day, hour)
    if desk.now() >= hour + HOUR + SETTLING and _is_whole(day, hour):
        _keep(desk, hour, counted)
    return counted


def _fold_hour(desk: Desk, day: Day, hour: datetime) -> Figures:
    found = events.of_hour(desk.house.tables, desk.shop_id, events.hour_of(hour))
    return fold(event for event in found if day.start <= event.at < day.end)


def _keep(desk: Desk, hour: datetime, counted: Figures) -> None:
    record = HourFigures(
        shop=desk.shop_id,
        id=figures_id(events.hour_of(hour)),
        figures=counted,
        shards=events.SHARDS,
    )
    # Somebody else may have asked at the same moment and kept the same; a busy table has better
    # things to do.
    with suppress(Conflict, Busy):
        desk.commit(Changes(record, records=(record,)))


def _is_whole(day: Day, hour: datetime) -> bool:
    """Whether the hour lies in the day entirely; zones of half an hour cut the outer ones."""
    return day.start <= hour and hour + HOUR <= day.end
