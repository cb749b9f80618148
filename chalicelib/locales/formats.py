"""Money and time in the words of a language (CLDR, by Babel)."""

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain import periods
from chalicelib.domain.calendar import WorkingHours
from chalicelib.domain.money import Money, exponent

_LETTERS_THEN_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)")
"""Where CLDR puts a space between a currency's letters and the figure."""


def money(value: Money, locale: str) -> str:
    """`€94.78`, `94,78 €`, `¥1,200`: as many decimals as the currency has, and a
    minus sign that lines up."""
    from babel.numbers import format_currency

    pattern = _pattern(locale, exponent(value.currency))
    words = format_currency(
        value.decimal, value.currency, pattern, locale=_cldr(locale), currency_digits=False
    )
    return _LETTERS_THEN_DIGITS.sub("\N{NO-BREAK SPACE}", words.replace("-", "\N{MINUS SIGN}"))


def moment(value: datetime, zone: str, locale: str) -> str:
    """Day and time of day in a zone (IANA name): `Tue 24 Nov, 12:00`."""
    between = " " if locale.startswith("zh") else ", "
    return f"{day(value, zone, locale)}{between}{clock(value, zone, locale)}"


def day(value: date, zone: str, locale: str) -> str:
    """A day, with its weekday: `Tue 24 Nov`. A moment is first taken to its zone."""
    from babel.dates import format_skeleton

    local = value.astimezone(ZoneInfo(zone)) if isinstance(value, datetime) else value
    return format_skeleton("MMMEd", local, locale=_cldr(locale))


def last_day(over_at: datetime, zone: str, locale: str) -> str:
    """The last day of a period that is over at a midnight of that zone: `Tue 24 Nov`."""
    return day(periods.last_moment(over_at), zone, locale)


def last_moment(over_at: datetime, zone: str, locale: str) -> str:
    """The last moment of a period that may be over at a midnight of that zone, `Tue 24 Nov, 23:59`;
    any other end as it is."""
    is_midnight = over_at.astimezone(ZoneInfo(zone)).time() == time()
    return moment(periods.last_moment(over_at) if is_midnight else over_at, zone, locale)


def local_day(value: datetime, zone: str) -> date:
    """The day a moment falls on in a zone."""
    return value.astimezone(ZoneInfo(zone)).date()


def clock(value: datetime, zone: str, locale: str) -> str:
    """The time of day in a zone: `17:00`."""
    from babel.dates import format_skeleton

    return format_skeleton("Hm", value.astimezone(ZoneInfo(zone)), locale=_cldr(locale))


def full_day(value: date, zone: str, locale: str) -> str:
    """A day with its year, for dates that people keep: `24 November 2026`."""
    from babel.dates import format_date

    local = value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value
    return format_date(local, "long", locale=_cldr(locale))


def exact_moment(value: datetime, zone: str, locale: str) -> str:
    """A moment as a receipt says it, to the second and with its zone: `26 November 2026, 23:59:04
    (UTC+01:00, Europe/Berlin)`."""
    local = value.astimezone(ZoneInfo(zone))
    between = " " if locale.startswith("zh") else ", "
    offset = local.isoformat(timespec="seconds")[19:]
    return f"{full_day(value, zone, locale)}{between}{local:%H:%M:%S} (UTC{offset}, {zone})"


def zone_name(value: datetime, zone: str, locale: str) -> str:
    """What the clock of a zone is called at that moment: `Central European Summer Time`."""
    from babel.dates import get_timezone_name

    return get_timezone_name(value.astimezone(ZoneInfo(zone)), "long", locale=_cldr(locale))


def file_size(size: int, locale: str) -> str:
    """Bytes as phones and computers say them, in tenths of a megabyte: `3.4 MB`, `12 MB`."""
    from babel.numbers import format_decimal

    return f"{format_decimal(max(size / 1e6, 0.1), '#,##0.#', locale=_cldr(locale))} MB"


def ago(value: datetime, now: datetime, locale: str) -> str:
    """How far from now, either way: `12 minutes ago`, `in 2 hours`."""
    from babel.dates import format_timedelta

    return format_timedelta(value - now, add_direction=True, locale=_cldr(locale))


def duration(value: timedelta, locale: str) -> str:
    """How long: `18 minutes`, `2 hours`."""
    from babel.dates import format_timedelta

    return format_timedelta(abs(value), locale=_cldr(locale))


def language_name(locale: str) -> str:
    """What a language calls itself: `English`, `中文`, `Deutsch`."""
    parsed = _cldr(locale)
    return parsed.get_language_name(parsed) or locale


def country_name(code: str, locale: str) -> str:
    """A country by its ISO 3166 code: `Germany`. A code nobody knows stays as it is."""
    return _cldr(locale).territories.get(code.upper(), code)


def opening_hours(hours: WorkingHours, locale: str) -> str:
    """The usual week of somebody who works: `Mon–Fri 08:00–18:00`; empty for one without hours."""
    from babel.dates import get_day_names

    names = get_day_names("abbreviated", locale=_cldr(locale))
    week = hours.week
    days = (week.mon, week.tue, week.wed, week.thu, week.fri, week.sat, week.sun)
    stretches: list[str] = []
    for spans, run in groupby(enumerate(days), key=lambda one: one[1]):
        places = [place for place, _ in run]
        if not spans:
            continue
        named = _from_to(*(names[place] for place in dict.fromkeys((places[0], places[-1]))))
        times = (_from_to(_reading(one.opens), _reading(one.closes)) for one in spans)
        stretches.append(f"{named} {' / '.join(times)}")
    return ", ".join(stretches)


def _from_to(*ends: str) -> str:
    """With a dash at which no line breaks."""
    return "\N{WORD JOINER}\N{EN DASH}\N{WORD JOINER}".join(ends)


def _reading(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@cache
def _pattern(locale: str, decimals: int) -> Any:
    """The locale's currency pattern with exactly so many decimals (CLDR's own differ)."""
    from babel.numbers import parse_pattern

    pattern = _cldr(locale).currency_formats["standard"].pattern
    return parse_pattern(pattern.replace(".00", "." + "0" * decimals if decimals else ""))


@cache
def _cldr(locale: str) -> Any:
    """Plain `en` is written as in Great Britain: the day before the month, 24 hours."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(
            "en_GB" if locale == "en" else locale, sep="-" if "-" in locale else "_"
        )
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
