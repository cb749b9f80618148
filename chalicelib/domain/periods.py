"""Legal periods: which midnight ends them. Every result is in UTC."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import Field

from chalicelib.domain.errors import Invalid
from chalicelib.domain.public_holidays import is_holiday
from chalicelib.domain.records import Value
from chalicelib.domain.zones import DAY_MINUTES, first_instant, local_date, zone_named

_DAY = timedelta(days=1)


class CountFrom(StrEnum):
    """Which day is the first: that of the event itself, or the day after it."""

    SAME_DAY = "same_day"
    DAY_AFTER = "day_after"


class Rollover(StrEnum):
    """Which days a period may not end on; it then ends with the next day that is none of them."""

    NONE = "none"
    HOLIDAYS = "holidays"
    """Public holidays (CN Civil Code art. 203)."""
    NON_WORKING_DAYS = "non_working_days"
    """Public holidays, Saturdays and Sundays (Regulation 1182/71 art. 3(4))."""


class Unit(StrEnum):
    DAYS = "days"
    MONTHS = "months"


class Period(Value):
    """A period as a law states it, and how it is counted."""

    length: int = Field(gt=0)
    unit: Unit = Unit.DAYS
    count_from: CountFrom = CountFrom.DAY_AFTER
    rollover: Rollover = Rollover.NONE

    def ends(self, start: datetime, *, zone: str, country: str) -> datetime:
        """The moment from which the period that `start` sets off is over, as `last_instant`.

        Months end on the same date of the last month, or on its last day if it has no such date
        (Regulation 1182/71 art. 3(2)(c)).
        """
        first = _first_day(start, self.count_from, zone)
        last = (
            _months_on(first, self.length)
            if self.unit is Unit.MONTHS
            else first + self.length * _DAY
        )
        return _end_of(last, zone, self.rollover, country)


def last_instant(
    start: datetime,
    days: int,
    *,
    count_from: CountFrom,
    zone: str,
    rollover: Rollover,
    country: str,
) -> datetime:
    """The moment from which a period of whole days is over: the midnight that ends its last day
    on the clocks of `zone`. What comes at that moment is late.

    The event's own day is not counted unless `count_from` says so, and a last day that `rollover`
    rules out moves on (CN Civil Code art. 201 and 203; Regulation 1182/71 art. 3(1) and 3(4)).
    `country` is read for a rollover alone, and only its nationwide holidays. Raises `Invalid`,
    field `days`, `zone` or `country`.
    """
    if days < 0:
        raise Invalid("a period is not negative", field="days")
    return _end_of(_first_day(start, count_from, zone) + days * _DAY, zone, rollover, country)


def _first_day(start: datetime, count_from: CountFrom, zone: str) -> date:
    """The day that counts as day nought."""
    day = local_date(start, zone_named(zone))
    return day - _DAY if count_from is CountFrom.SAME_DAY else day


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last_of_month = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - _DAY
    return last_of_month.replace(day=min(day.day, last_of_month.day))


def _end_of(last: date, zone: str, rollover: Rollover, country: str) -> datetime:
    while _is_ruled_out(last, rollover, country):
        last += _DAY
    return first_instant(last, DAY_MINUTES, zone_named(zone))


def _is_ruled_out(day: date, rollover: Rollover, country: str) -> bool:
    if rollover is Rollover.NONE:
        return False
    if rollover is Rollover.NON_WORKING_DAYS and day.weekday() >= 5:
        return True
    return is_holiday(day, country, "")


def last_moment(over_at: datetime) -> datetime:
    """The last moment of a period that is over at midnight: people read the day it is on."""
    return over_at - timedelta(seconds=1)
