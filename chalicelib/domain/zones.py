"""Wall clocks and the moments they show. Every result is in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import Invalid

DAY_MINUTES = 24 * 60


@cache
def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone. Raises `Invalid`, field `zone`, for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(f"{name!r} is not an IANA time zone", field="zone") from error


def known_zone(name: str | None, fallback: str) -> ZoneInfo:
    """A person's zone, or the fallback if theirs is missing or unknown. Raises `Invalid`,
    field `zone`, if the fallback is unknown."""
    if name:
        try:
            return zone_named(name)
        except Invalid:
            return zone_named(fallback)
    return zone_named(fallback)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The day on the calendar of the zone at that moment."""
    return moment.astimezone(zone).date()


def first_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first moment at which the zone's clock shows that minute of the day, or a later one.

    `minute` counts from midnight and may be 1440, the end of the day. A reading that the spring
    change skips gives the moment of the change; one that the autumn change repeats, the first.
    """
    whole_days, minute = divmod(minute, DAY_MINUTES)
    naive = datetime.combine(day + timedelta(days=whole_days), time(minute // 60, minute % 60))
    shown = naive.replace(tzinfo=zone).astimezone(UTC)
    if shown.astimezone(zone).replace(tzinfo=None) == naive:
        return shown
    return _change_between(naive.replace(tzinfo=zone, fold=1).astimezone(UTC), shown, zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
