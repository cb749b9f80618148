"""The cases of a figure, from the events alone: as many as its n."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events import Event
from chalicelib.domain.figure_table import Figure
from chalicelib.services.desk import Desk
from chalicelib.services.figure_days import CountedDay, busy_hours
from chalicelib.store import events


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the next page begins: in which UTC hour, after how many of its cases."""

    hour: datetime
    skip: int


@dataclass(frozen=True, slots=True)
class Cases:
    events: list[Event]
    after: Mark | None
    """None at the end."""


def cases(
    desk: Desk, figure: Figure, days: Sequence[CountedDay], *, limit: int, after: Mark | None
) -> Cases:
    """One page, the latest first. Reads only partitions that hold cases, for days that are over;
    days that are not counted have none here either."""
    found: list[Event] = []
    for hour, shards in _hours(figure, days):
        if after is not None and hour > after.hour:
            continue
        skip = after.skip if after is not None and hour == after.hour else 0
        of_hour = _of_hour(desk, figure, days, hour, shards)[skip:]
        room = limit - len(found)
        found += of_hour[:room]
        if len(of_hour) > room:
            return Cases(found, Mark(hour, skip + room))
    return Cases(found, None)


def _hours(figure: Figure, days: Sequence[CountedDay]) -> Iterator[tuple[datetime, set[int]]]:
    """Hours with cases, the latest first, each once: midnight may lie within an hour."""
    found: dict[datetime, set[int]] = {}
    for one in days:
        for hour, shards in busy_hours(one, figure):
            found.setdefault(hour, set()).update(shards)
    return iter(sorted(found.items(), reverse=True))


def _of_hour(
    desk: Desk, figure: Figure, days: Sequence[CountedDay], hour: datetime, shards: set[int]
) -> list[Event]:
    counted = [one.day for one in days if one.figures is not None]
    told = (
        event
        for shard in sorted(shards)
        for event in events.of_partition(
            desk.house.tables, desk.shop_id, events.hour_of(hour), shard
        )
        if figure.is_case(event) and any(day.start <= event.at < day.end for day in counted)
    )
    return sorted(told, key=lambda event: (event.at, event.id), reverse=True)
