"""When customers are called, and what follows a call that reached nobody."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pydantic import Field

from chalicelib.domain.calendar import Span, Week, WorkingHours, next_opening, span, working_time
from chalicelib.domain.errors import Invalid
from chalicelib.domain.records import Value
from chalicelib.domain.zones import first_instant, known_zone, local_date, zone_named

_DAY = timedelta(days=1)
_DAYS_AHEAD = 14
"""How far the nearest allowed time is looked for."""


class CallOutcome(StrEnum):
    """How one attempt ended (CBK-10, CBK-11): the options of the form `call.outcome`."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    ASKED_LATER = "asked_later"
    """The customer named another time."""
    LINE_BAD = "line_bad"
    OTHER_LANGUAGE = "other_language"
    """A colleague who understands the customer must call."""
    IN_WRITING = "in_writing"
    """It was answered in writing: for who cannot be called, that keeps the promise as well."""

    @property
    def keeps(self) -> bool:
        """Whether the customer has been answered, so that nothing more is owed."""
        return self in (CallOutcome.REACHED, CallOutcome.IN_WRITING)


class StepKind(StrEnum):
    AFTER_MINUTES = "after_minutes"
    NEXT_DAY = "next_day"
    """At the same time of day, where the customer is."""
    BY_MAIL = "by_mail"
    """No further call: the customer is written to."""


class Step(Value):
    """What follows one attempt that reached nobody; `minutes` is for `after_minutes` alone."""

    kind: StepKind
    minutes: int = Field(default=0, ge=0, le=1440)


def _usual_ladder() -> dict[CallOutcome, tuple[Step, ...]]:
    by_mail, next_day = Step(kind=StepKind.BY_MAIL), Step(kind=StepKind.NEXT_DAY)

    def after(minutes: int) -> Step:
        return Step(kind=StepKind.AFTER_MINUTES, minutes=minutes)

    return {
        CallOutcome.NO_ANSWER: (after(120), next_day, by_mail),
        CallOutcome.BUSY: (after(15), after(120), next_day, by_mail),
        CallOutcome.WRONG_NUMBER: (by_mail,),
        CallOutcome.LINE_BAD: (after(15), by_mail),
        CallOutcome.OTHER_LANGUAGE: (after(120), next_day, by_mail),
    }


def _usual_daytime() -> Week:
    return _every_day(span("08:00", "20:00"))


def _every_day(stretch: Span) -> Week:
    day = (stretch,)
    return Week(mon=day, tue=day, wed=day, thu=day, fri=day, sat=day, sun=day)


class CallbackPolicy(Value):
    """How a shop keeps the calls it promises (CBK-09, CBK-18, CBK-25)."""

    ring_minutes: int = Field(default=10, ge=0, le=240)
    """How long before the call its owner is rung."""
    window_minutes: int = Field(default=15, ge=5, le=240)
    """How long after the promised time a call still keeps the promise."""
    escalate_minutes: int = Field(default=5, ge=0, le=1440)
    """How long after a promise was missed the managers are told."""
    max_attempts: int = Field(default=3, ge=1, le=10)
    daytime: Week = Field(default_factory=_usual_daytime)
    """When a customer may be called, on the clock where the customer is."""
    ladder: dict[CallOutcome, tuple[Step, ...]] = Field(default_factory=_usual_ladder)
    """By outcome, what follows the first attempt, the second, and so on; past its end, the
    customer is written to."""
    manager_on_duty: str = ""
    """Id of the member of staff who gets what nobody owns; empty for all managers."""

    def hours(self, zone: str) -> WorkingHours:
        """When somebody in that zone may be called."""
        return WorkingHours(zone=zone, week=self.daytime)


def zone_of(zone: str | None, shop_zone: str) -> str:
    """Where the customer's clock is read: their zone, or the shop's if theirs is not known."""
    return known_zone(zone, shop_zone).key


def check_daytime(
    start: datetime, policy: CallbackPolicy, zone: str, *, now: datetime, field: str
) -> None:
    """Raises `Invalid`, naming the field and with the nearest times as `allowed`, for a call that
    would not begin and end in the customer's daytime, or has begun already."""
    length = timedelta(minutes=policy.window_minutes)
    hours = policy.hours(zone)
    is_daytime = working_time(start, start + length, hours) == length
    if is_daytime and start >= now:
        return
    local = start.astimezone(zone_named(zone))
    reason = (
        f"It would be {local:%H:%M} where the customer is ({zone})."
        if start >= now
        else "That time is over."
    )
    allowed = [moment.isoformat() for moment in nearest(start, policy, zone, now=now)]
    raise Invalid(reason, field=field, allowed=allowed, zone=zone)


def nearest(start: datetime, policy: CallbackPolicy, zone: str, *, now: datetime) -> list[datetime]:
    """The last allowed time before `start` and the first one after it, as far as there are any
    that have not gone by and lie within two weeks."""
    length = timedelta(minutes=policy.window_minutes)
    hours, clock = policy.hours(zone), zone_named(zone)
    start, first_day = max(start, now), local_date(max(start, now), clock)
    before: datetime | None = None
    for ahead in range(-1, _DAYS_AHEAD):
        day = first_day + ahead * _DAY
        for stretch in hours.spans_on(day):
            opens = max(first_instant(day, stretch.opens, clock), now)
            last = first_instant(day, stretch.closes, clock) - length
            if last < opens:
                continue
            if last >= start:
                return [*([before] if before else []), max(opens, start)]
            before = last
    return [before] if before else []


def proposed(
    outcome: CallOutcome, attempts: int, policy: CallbackPolicy, zone: str, *, at: datetime
) -> datetime | None:
    """When to try again after the given number of attempts, in the customer's daytime; None for
    no more, or where the customer is never called."""
    steps = policy.ladder.get(outcome, ())
    if attempts >= policy.max_attempts or attempts > len(steps):
        return None
    step = steps[attempts - 1]
    if step.kind is StepKind.BY_MAIL:
        return None
    wanted = at + timedelta(minutes=step.minutes)
    if step.kind is StepKind.NEXT_DAY:
        wanted = _same_time_next_day(at, zone)
    after = [moment for moment in nearest(wanted, policy, zone, now=at) if moment >= wanted]
    return after[0] if after else None


def slots(policy: CallbackPolicy, zone: str, *, at: datetime, days: int) -> list[datetime]:
    """Times to choose from: every two hours of the customer's daytime, from an hour on, for so
    many days that have any."""
    hours, clock = policy.hours(zone), zone_named(zone)
    found: dict[date, list[datetime]] = {}
    today = local_date(at, clock)
    for ahead in range(_DAYS_AHEAD):
        day = today + ahead * _DAY
        if len(found) == days:
            break
        for stretch in hours.spans_on(day):
            for minute in range(stretch.opens, stretch.closes - policy.window_minutes + 1, 120):
                moment = first_instant(day, minute, clock)
                if moment >= at + timedelta(hours=1):
                    found.setdefault(day, []).append(moment)
    return [moment for moments in found.values() for moment in moments]


def local_moment(text: str, zone: str, *, field: str) -> datetime:
    """A day and time as a wall clock of the zone shows it, `2026-11-26T17:00`. Raises `Invalid`,
    naming the field, for anything else. Of a reading that the clock shows twice, the first."""
    try:
        shown = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("A day and a time, such as 2026-11-26T17:00.", field=field) from error
    if shown.tzinfo is not None:
        raise Invalid("A time on the customer's clock, without an offset.", field=field)
    return first_instant(shown.date(), shown.hour * 60 + shown.minute, zone_named(zone))


def first_daytime(policy: CallbackPolicy, zone: str, *, at: datetime) -> datetime:
    """`at` itself if customers there may be called then, else when they next may; `at` where they
    never may."""
    return next_opening(at, policy.hours(zone)) or at


def _same_time_next_day(at: datetime, zone: str) -> datetime:
    clock = zone_named(zone)
    local: time = at.astimezone(clock).time()
    return first_instant(local_date(at, clock) + _DAY, local.hour * 60 + local.minute, clock)
