"""Working time and daytime. Every result is in UTC; legal periods are in `periods`."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from chalicelib.domain.errors import Invalid
from chalicelib.domain.public_holidays import is_holiday
from chalicelib.domain.records import Value
from chalicelib.domain.zones import (
    DAY_MINUTES,
    first_instant,
    known_zone,
    local_date,
    zone_named,
)

_DAY = timedelta(days=1)
_PATIENCE = timedelta(days=800)
"""How long without any working time is for ever: longer than any public holiday."""


def _clock_reading(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    hour, colon, minute = value.partition(":")
    if not (colon and len(hour) == len(minute) == 2 and (hour + minute).isdecimal()):
        raise ValueError("a time of day is written 09:00; the end of the day is 24:00")
    if int(minute) > 59:
        raise ValueError("an hour has sixty minutes")
    return int(hour) * 60 + int(minute)


def _as_reading(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _iana(name: str) -> str:
    try:
        zone_named(name)
    except Invalid as error:
        raise ValueError(error.detail) from error
    return name


MinuteOfDay = Annotated[
    int,
    Field(ge=0, le=DAY_MINUTES),
    BeforeValidator(_clock_reading),
    PlainSerializer(_as_reading, return_type=str, when_used="json"),
]
"""Minutes since midnight on the wall clock, written `09:00`; `24:00` is the end of the day."""

ZoneName = Annotated[str, AfterValidator(_iana)]
"""An IANA time zone that this installation knows."""


class Span(Value):
    """A stretch of one day on the wall clock, its end not included; never over midnight."""

    opens: MinuteOfDay
    closes: MinuteOfDay

    @model_validator(mode="after")
    def _is_forward(self) -> "Span":
        if self.opens >= self.closes:
            raise ValueError("a span ends after it begins; over midnight it is two")
        return self


def span(opens: str, closes: str) -> Span:
    """A span from two clock readings: `span("09:00", "17:30")`."""
    return Span.model_validate({"opens": opens, "closes": closes})


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for earlier, later in pairwise(spans):
        if later.opens < earlier.closes:
            raise ValueError("the spans of a day follow one another without overlapping")
    return spans


Spans = Annotated[tuple[Span, ...], AfterValidator(_in_order)]


class Week(Value):
    """The spans of each weekday; none means closed."""

    mon: Spans = ()
    tue: Spans = ()
    wed: Spans = ()
    thu: Spans = ()
    fri: Spans = ()
    sat: Spans = ()
    sun: Spans = ()

    def on(self, day: date) -> tuple[Span, ...]:
        week = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)
        return week[day.weekday()]


class SpecialDay(Value):
    """One date with its own hours, such as a make-up working day; no spans means closed."""

    on: date
    spans: Spans = ()


class WorkingHours(Value):
    """When somebody works: a week in a time zone, less public holidays, with special days.

    `country` (ISO 3166-1 alpha-2) and `subdivision` name the public holidays that are closed;
    empty means none are. A special day overrides both the week and the holidays.
    """

    zone: ZoneName
    week: Week
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    subdivision: str = ""
    special: tuple[SpecialDay, ...] = ()

    @model_validator(mode="after")
    def _names_each_date_once(self) -> "WorkingHours":
        if len({special.on for special in self.special}) < len(self.special):
            raise ValueError("a date has its own hours once")
        return self

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The hours of one date, in the order of the day."""
        for special in self.special:
            if special.on == day:
                return special.spans
        spans = self.week.on(day)
        if spans and self.country and is_holiday(day, self.country, self.subdivision):
            return ()
        return spans


def office_hours(zone: str, opens: str, closes: str, country: str) -> WorkingHours:
    """Monday to Friday from `opens` to `closes`, closed on the country's public holidays."""
    day = (span(opens, closes),)
    week = Week(mon=day, tue=day, wed=day, thu=day, fri=day)
    return WorkingHours(zone=zone, week=week, country=country)


def add_working(start: datetime, minutes: int, hours: WorkingHours) -> datetime | None:
    """The first moment by which `minutes` of working time have gone by since `start`; `start`
    itself for none. None means never: there is no working time. Raises `Invalid`, field
    `minutes`, for a negative number."""
    return add_working_time(start, timedelta(minutes=minutes), hours)


def add_working_time(start: datetime, amount: timedelta, hours: WorkingHours) -> datetime | None:
    """`add_working` to the microsecond."""
    if amount < timedelta(0):
        raise Invalid("working time is not taken back", field="minutes")
    if not amount:
        return start.astimezone(UTC)
    for opens, closes in _open_from(start, hours):
        if closes - opens >= amount:
            return opens + amount
        amount -= closes - opens
    return None


def working_minutes(start: datetime, end: datetime, hours: WorkingHours) -> int:
    """Whole minutes of working time from `start` to `end`; 0 if `end` is not after `start`."""
    return working_time(start, end, hours) // timedelta(minutes=1)


def working_time(start: datetime, end: datetime, hours: WorkingHours) -> timedelta:
    """`working_minutes` to the microsecond."""
    passed = timedelta(0)
    for opens, closes in _open_from(start, hours):
        if opens >= end:
            break
        passed += min(closes, end) - opens
    return passed


def next_opening(moment: datetime, hours: WorkingHours) -> datetime | None:
    """`moment` itself if it is working time, else when working time next begins; None: never."""
    return next((opens for opens, _ in _open_from(moment, hours)), None)


def daytime(moment: datetime, zone: str | None, window: Span, shop_zone: str) -> datetime:
    """`moment` itself if the person's clock is inside the window then, else when the window next
    begins for them. A missing or unknown zone is the shop's, never "now"."""
    theirs = known_zone(zone, shop_zone)
    moment = moment.astimezone(UTC)
    day = local_date(moment, theirs) - _DAY
    while True:
        opens, closes = _moments(day, window, theirs)
        if moment < closes and opens < closes:
            return max(moment, opens)
        day += _DAY


def _open_from(start: datetime, hours: WorkingHours) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of working time after `start`, the first one cut to begin there."""
    zone = zone_named(hours.zone)
    start = start.astimezone(UTC)
    day = local_date(start, zone) - _DAY
    last_special = max((special.on for special in hours.special), default=day)
    worked = day
    while day - max(worked, last_special) <= _PATIENCE and day.year < date.max.year:
        for stretch in hours.spans_on(day):
            opens, closes = _moments(day, stretch, zone)
            opens = max(opens, start)
            if opens < closes:
                worked = day
                yield opens, closes
        day += _DAY


def _moments(day: date, stretch: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return first_instant(day, stretch.opens, zone), first_instant(day, stretch.closes, zone)
