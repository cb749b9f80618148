"""Which days are public holidays where."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

from chalicelib.domain.errors import Invalid


def is_holiday(day: date, country: str, subdivision: str) -> bool:
    """Whether it is a public holiday in the country (ISO 3166-1 alpha-2) and, unless empty, its
    subdivision (ISO 3166-2 without the country, such as `BY`).

    Raises `Invalid`, field `country`, if no holidays are known there.
    """
    return day in _holidays(country, subdivision, day.year)


@cache
def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    # Imported when first needed: it costs as much of a cold start as pydantic does.
    from holidays import country_holidays

    around = (year - 1, year, year + 1)
    try:
        known = country_holidays(country, subdiv=subdivision or None, years=around, expand=False)
    except NotImplementedError as error:
        place = f"{country}-{subdivision}" if subdivision else country
        raise Invalid(f"no public holidays are known for {place!r}", field="country") from error
    days = frozenset(known)
    if country in _WHOLE_STRETCHES:
        return days | _weekends_within(days, known.weekend_workdays)
    return days


# China's State Council declares stretches of holidays with their weekends; `holidays` lists the
# feast days and the weekdays swapped for a make-up day, but not the weekend days between them.
_WHOLE_STRETCHES = frozenset({"CN"})


def _weekends_within(days: frozenset[date], worked: Collection[date]) -> frozenset[date]:
    """The weekend days, not worked, that touch a holiday by themselves or through each other."""
    found: set[date] = set()
    for day in days:
        for step in (timedelta(days=1), timedelta(days=-1)):
            neighbour = day + step
            while neighbour.weekday() >= 5 and neighbour not in worked and neighbour not in days:
                found.add(neighbour)
                neighbour += step
    return frozenset(found)
