"""Working time and legal periods hold through weekends, holidays and clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.calendar import (
    SpecialDay,
    Week,
    WorkingHours,
    add_working,
    add_working_time,
    daytime,
    next_opening,
    office_hours,
    span,
    working_minutes,
    working_time,
)
from chalicelib.domain.errors import Invalid
from chalicelib.domain.periods import CountFrom, Period, Rollover, Unit, last_instant
from chalicelib.domain.zones import first_instant

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = office_hours("Europe/Berlin", "09:00", "17:00", "DE")
NEVER = WorkingHours(zone="Europe/Berlin", week=Week())


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def always_open(zone: str) -> WorkingHours:
    day = (span("00:00", "24:00"),)
    week = Week(mon=day, tue=day, wed=day, thu=day, fri=day, sat=day, sun=day)
    return WorkingHours(zone=zone, week=week)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-02T10:00", 60, "2026-03-02T11:00"),
        ("2026-03-02T07:00", 60, "2026-03-02T10:00"),
        ("2026-03-02T16:30", 60, "2026-03-03T09:30"),
        ("2026-03-02T16:00", 60, "2026-03-02T17:00"),
        ("2026-03-06T16:30", 60, "2026-03-09T09:30"),
        ("2026-03-07T12:00", 480, "2026-03-09T17:00"),
        # Good Friday and Easter Monday.
        ("2026-04-02T16:00", 120, "2026-04-07T10:00"),
        ("2026-03-07T12:00", 0, "2026-03-07T12:00"),
    ],
)
def test_a_promise_in_office_hours_falls_due_in_office_hours(
    start: str, minutes: int, due: str
) -> None:
    assert add_working(berlin(start), minutes, OFFICE) == berlin(due)


def test_lunch_is_not_working_time() -> None:
    day = (span("09:00", "12:00"), span("13:00", "18:00"))
    hours = WorkingHours(zone="Europe/Berlin", week=Week(mon=day))
    assert add_working(berlin("2026-03-02T11:30"), 60, hours) == berlin("2026-03-02T13:30")
    assert working_minutes(berlin("2026-03-02T00:00"), berlin("2026-03-09T00:00"), hours) == 480


def test_work_through_midnight_is_one_stretch() -> None:
    hours = always_open("Asia/Shanghai")
    assert add_working(shanghai("2026-03-02T23:30"), 60, hours) == shanghai("2026-03-03T00:30")


def test_no_working_time_is_never_and_does_not_loop() -> None:
    assert add_working(berlin("2026-03-02T10:00"), 1, NEVER) is None
    assert next_opening(berlin("2026-03-02T10:00"), NEVER) is None
    assert working_minutes(berlin("2026-03-02T10:00"), berlin("2036-03-02T10:00"), NEVER) == 0


def test_a_special_day_overrides_week_and_holidays() -> None:
    make_up = SpecialDay(on=date(2026, 2, 14), spans=(span("10:00", "12:00"),))
    closed = SpecialDay(on=date(2026, 2, 13))
    hours = office_hours("Asia/Shanghai", "09:00", "18:00", "CN").model_copy(
        update={"special": (make_up, closed)}
    )
    assert next_opening(shanghai("2026-02-12T18:00"), hours) == shanghai("2026-02-14T10:00")
    # After the make-up Saturday and Sunday comes the Spring Festival.
    assert add_working(shanghai("2026-02-14T11:00"), 90, hours) == shanghai("2026-02-24T09:30")


def test_only_a_special_day_far_ahead_is_still_found() -> None:
    open_once = SpecialDay(on=date(2031, 5, 5), spans=(span("09:00", "10:00"),))
    hours = NEVER.model_copy(update={"special": (open_once,)})
    assert next_opening(berlin("2026-01-01T00:00"), hours) == berlin("2031-05-05T09:00")
    assert add_working(berlin("2026-01-01T00:00"), 61, hours) is None


def test_a_clock_change_takes_and_gives_an_hour_of_working_time() -> None:
    hours = always_open("Europe/Berlin")
    spring, autumn = berlin("2026-03-29T00:00"), berlin("2026-10-25T00:00")
    assert working_minutes(spring, berlin("2026-03-30T00:00"), hours) == 23 * 60
    assert working_minutes(autumn, berlin("2026-10-26T00:00"), hours) == 25 * 60
    assert add_working(spring, 23 * 60, hours) == berlin("2026-03-30T00:00")


def test_a_reading_that_the_change_skips_or_repeats_is_one_moment() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert first_instant(spring, 150, BERLIN) == change
    assert first_instant(spring, 180, BERLIN) == change
    assert first_instant(autumn, 150, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    # Cairo's clocks go forward at midnight: its day begins at one.
    cairo = ZoneInfo("Africa/Cairo")
    assert first_instant(date(2026, 4, 24), 0, cairo) == datetime(2026, 4, 23, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "bad",
    [
        {"zone": "Mars/Olympus", "week": {}},
        {"zone": "UTC", "week": {"mon": [{"opens": "22:00", "closes": "06:00"}]}},
        {"zone": "UTC", "week": {"mon": [{"opens": "9:00", "closes": "17:00"}]}},
        {"zone": "UTC", "week": {"mon": [{"opens": "09:00", "closes": "24:01"}]}},
        {"zone": "UTC", "week": {"funday": []}},
        {
            "zone": "UTC",
            "week": {
                "mon": [
                    {"opens": "09:00", "closes": "13:00"},
                    {"opens": "12:00", "closes": "17:00"},
                ]
            },
        },
    ],
)
def test_hours_that_mean_nothing_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WorkingHours.model_validate(bad)


def test_hours_are_stored_as_people_write_them() -> None:
    stored = OFFICE.model_dump(mode="json")
    assert stored["week"]["mon"] == [{"opens": "09:00", "closes": "17:00"}]
    assert WorkingHours.model_validate(stored) == OFFICE


def test_a_country_without_known_holidays_is_refused_when_asked() -> None:
    nowhere = office_hours("UTC", "09:00", "17:00", "XX")
    with pytest.raises(Invalid) as refusal:
        add_working(datetime(2026, 3, 2, tzinfo=UTC), 5, nowhere)
    assert refusal.value.field == "country"


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-03-02T12:00+00:00", "Europe/Berlin", "2026-03-02T12:00+00:00"),
        ("2026-03-02T22:00+00:00", "Europe/Berlin", "2026-03-03T08:00+00:00"),
        ("2026-03-02T05:00+00:00", "Europe/Berlin", "2026-03-02T08:00+00:00"),
        ("2026-03-02T12:00+00:00", "Asia/Shanghai", "2026-03-03T01:00+00:00"),
        ("2026-03-02T12:00+00:00", None, "2026-03-03T01:00+00:00"),
        ("2026-03-02T12:00+00:00", "Moon/Base", "2026-03-03T01:00+00:00"),
        ("2026-03-02T20:00+00:00", "Pacific/Kiritimati", "2026-03-02T20:00+00:00"),
    ],
)
def test_nobody_is_called_at_night_and_no_zone_is_the_shops(
    moment: str, zone: str | None, expected: str
) -> None:
    called = daytime(
        datetime.fromisoformat(moment), zone, span("09:00", "20:00"), shop_zone="Asia/Shanghai"
    )
    assert called == datetime.fromisoformat(expected)


moments = st.integers(0, 3 * 365 * 86400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
# The days around Berlin's, Cairo's and Lord Howe's clock changes, minute by minute.
changes = st.sampled_from(["2026-03-28", "2026-04-04", "2026-04-23", "2026-10-24", "2026-10-29"])


def minutes_into(day: str, minutes: int) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes)


near_changes = st.builds(minutes_into, changes, st.integers(0, 3 * 1440))
marks = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)


@st.composite
def any_hours(draw: st.DrawFn) -> WorkingHours:
    zone = draw(
        st.sampled_from(
            [
                "Europe/Berlin",
                "Asia/Shanghai",
                "Africa/Cairo",
                "Australia/Lord_Howe",
                "America/St_Johns",
            ]
        )
    )
    week: dict[str, list[dict[str, int]]] = {}
    for day in draw(st.sets(st.sampled_from(list(Week.model_fields)), min_size=1)):
        edges = draw(marks)
        week[day] = [
            {"opens": opens * 15, "closes": closes * 15}
            for opens, closes in zip(edges[::2], edges[1::2], strict=False)
        ]
    return WorkingHours.model_validate({"zone": zone, "week": week, "country": ""})


starts = st.one_of(moments, near_changes)
spells = st.integers(0, 3000)


@settings(max_examples=60)
@given(starts, spells, any_hours())
def test_working_time_and_due_time_are_inverse(
    start: datetime, minutes: int, hours: WorkingHours
) -> None:
    due = add_working(start, minutes, hours)
    assert due is not None
    assert working_minutes(start, due, hours) == minutes
    if minutes:
        assert working_time(start, due - timedelta(seconds=1), hours) < timedelta(minutes=minutes)


@settings(max_examples=60)
@given(starts, spells, spells, any_hours())
def test_two_spells_of_work_are_one(
    start: datetime, first: int, second: int, hours: WorkingHours
) -> None:
    halfway = add_working(start, first, hours)
    assert halfway is not None
    assert add_working(halfway, second, hours) == add_working(start, first + second, hours)


@settings(max_examples=60)
@given(starts, st.timedeltas(timedelta(0), timedelta(days=3)), spells, any_hours())
def test_who_starts_later_is_due_no_earlier(
    start: datetime, delay: timedelta, minutes: int, hours: WorkingHours
) -> None:
    amount = timedelta(minutes=minutes)
    sooner = add_working_time(start, amount, hours)
    later = add_working_time(start + delay, amount, hours)
    assert sooner is not None
    assert later is not None
    assert sooner <= later


@settings(max_examples=60)
@given(starts, any_hours())
def test_an_opening_is_the_first_moment_of_work(start: datetime, hours: WorkingHours) -> None:
    opening = next_opening(start, hours)
    assert opening is not None
    assert working_time(start, opening, hours) == timedelta(0)
    assert working_time(opening, opening + timedelta(seconds=1), hours) == timedelta(seconds=1)


@settings(max_examples=80)
@given(starts, marks, st.sampled_from(["Europe/Berlin", "Africa/Cairo", "Pacific/Apia"]))
def test_daytime_is_in_the_window_and_never_before_asked(
    moment: datetime, edges: list[int], zone: str
) -> None:
    window = span(
        f"{edges[0] // 4:02}:{edges[0] % 4 * 15:02}", f"{edges[-1] // 4:02}:{edges[-1] % 4 * 15:02}"
    )
    found = daytime(moment, zone, window, shop_zone="UTC")
    assert moment <= found < moment + timedelta(days=2, hours=1)
    assert daytime(found, zone, window, shop_zone="UTC") == found


@pytest.mark.parametrize(
    ("signed", "rollover", "country", "over"),
    [
        # Signed on Monday: seven days from Tuesday, over when Monday ends.
        ("2026-03-02T00:00", Rollover.HOLIDAYS, "CN", "2026-03-10T00:00"),
        ("2026-03-02T23:59", Rollover.HOLIDAYS, "CN", "2026-03-10T00:00"),
        # The seventh day, 17 February, lies in the Spring Festival, which ends on the 23rd.
        ("2026-02-10T12:00", Rollover.HOLIDAYS, "CN", "2026-02-25T00:00"),
        # The seventh day is New Year's Day, whose holiday takes in Saturday; Sunday is worked.
        ("2025-12-25T12:00", Rollover.HOLIDAYS, "CN", "2026-01-05T00:00"),
        ("2026-02-10T12:00", Rollover.NONE, "", "2026-02-18T00:00"),
        # A Saturday is no public holiday.
        ("2026-03-07T12:00", Rollover.HOLIDAYS, "CN", "2026-03-15T00:00"),
    ],
)
def test_seven_days_from_the_day_after_signing(
    signed: str, rollover: Rollover, country: str, over: str
) -> None:
    ends = last_instant(
        shanghai(signed),
        7,
        count_from=CountFrom.DAY_AFTER,
        zone="Asia/Shanghai",
        rollover=rollover,
        country=country,
    )
    assert ends == shanghai(over)


@pytest.mark.parametrize(
    ("received", "over"),
    [
        ("2026-03-02T15:00", "2026-03-17T00:00"),
        # The fourteenth day is Good Friday; the next working day is Tuesday.
        ("2026-03-20T15:00", "2026-04-08T00:00"),
        # The fourteenth day is a Sunday on which the clocks change.
        ("2026-03-15T23:30", "2026-03-31T00:00"),
    ],
)
def test_fourteen_days_end_with_a_working_day(received: str, over: str) -> None:
    fortnight = Period(length=14, rollover=Rollover.NON_WORKING_DAYS)
    assert fortnight.ends(berlin(received), zone="Europe/Berlin", country="DE") == berlin(over)


@pytest.mark.parametrize(
    ("start", "months", "over"),
    [
        ("2026-03-05T10:00", 24, "2028-03-06T00:00"),
        ("2026-01-31T10:00", 1, "2026-03-01T00:00"),
        ("2024-02-29T10:00", 24, "2026-03-01T00:00"),
        ("2026-11-30T10:00", 1, "2026-12-31T00:00"),
    ],
)
def test_months_end_on_the_same_date(start: str, months: int, over: str) -> None:
    period = Period(length=months, unit=Unit.MONTHS)
    assert period.ends(berlin(start), zone="Europe/Berlin", country="") == berlin(over)


def test_counting_from_the_same_day_is_a_day_shorter() -> None:
    week = Period(length=7, count_from=CountFrom.SAME_DAY)
    ends = week.ends(berlin("2026-03-02T10:00"), zone="Europe/Berlin", country="")
    assert ends == berlin("2026-03-09T00:00")


def test_a_rollover_needs_a_country() -> None:
    with pytest.raises(Invalid) as refusal:
        Period(length=7, rollover=Rollover.HOLIDAYS).ends(
            berlin("2026-03-02T10:00"), zone="Europe/Berlin", country=""
        )
    assert refusal.value.field == "country"


@settings(max_examples=80)
@given(starts, st.integers(0, 60), st.sampled_from(["Europe/Berlin", "Africa/Cairo"]))
def test_a_period_ends_at_a_midnight_and_never_short(start: datetime, days: int, zone: str) -> None:
    ends = last_instant(
        start,
        days,
        count_from=CountFrom.DAY_AFTER,
        zone=zone,
        rollover=Rollover.NONE,
        country="",
    )
    last_day = (ends - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()
    assert last_day == start.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    assert ends.astimezone(ZoneInfo(zone)).date() == last_day + timedelta(days=1)
