"""Figures of days in a row, and their cases: what is kept, what is a gap, and that both agree."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from chalicelib.domain.callback_facts import CallbackKept, CallbackMissed
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.events import Event, Fact
from chalicelib.domain.figure_days import DayFigures, day_figures_id
from chalicelib.domain.figure_table import FIGURES, Figure, reading
from chalicelib.domain.return_facts import ReturnRequested, ReturnSettled
from chalicelib.domain.shops import Configuration
from chalicelib.domain.silence import Heartbeat
from chalicelib.domain.survey_facts import SurveyAnswered
from chalicelib.domain.ticket_facts import (
    TicketOpened,
    TicketReopened,
    TicketReplied,
    TicketResolved,
)
from chalicelib.services import figure_days, reports, shops
from chalicelib.services.figure_cases import Mark, cases
from chalicelib.services.figure_days import CountedDay, days
from chalicelib.services.house import house
from tests.clocks import Clock, standing_at
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("aws")

ADELAIDE = "Australia/Adelaide"
"""Half an hour off: midnight lies within a UTC hour."""
NOON = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)

_RETURN = ReturnRequested(
    order_id="ord_1", reasons={"no_reason": 2}, units=2, wish="refund", owner="ours",
    channel="portal", value=100, currency="EUR",
)  # fmt: skip
_SETTLED = ReturnSettled(
    amount=4200, currency="EUR", payer="shop", freight_payer="shop", deducted=0, took_minutes=9
)
_ABOUT = {"about": "ticket", "case_id": "tkt_1", "scale": 5, "reason": "parcel"}
FACTS: tuple[Fact, ...] = (
    TicketOpened(
        reason="parcel", channel="web", priority="normal", owner="ours", order_id=None, follows=None
    ),
    TicketReplied(cycle=1),
    TicketReplied(cycle=1, first_response_minutes=42, within=True),
    TicketReplied(cycle=1, first_response_minutes=300, within=False),
    TicketResolved(cycle=1, resolution_minutes=90, within=True),
    TicketReopened(reason="customer", cycle=2),
    _RETURN,
    _SETTLED,
    SurveyAnswered(**_ABOUT, score=5, revision=1),
    SurveyAnswered(**_ABOUT, score=2, revision=2, replaces=5),
    CallbackKept(minutes_late=0, attempts=1),
    CallbackMissed(),
)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON - 4 * DAY) as clock:
        shops.put(desk_of(), Configuration(name="Acme", zone=ADELAIDE))
        clock.now = NOON
        yield clock


def tell(*facts: Fact) -> None:
    """Each about a subject of its own, at this moment."""
    for fact in facts:
        beat = Heartbeat(shop="acme", id=house().new_id("hrt"), until=house().now())
        desk_of().commit(Changes(beat, (beat,), (Told(beat, fact),)))


def lived(clock: Clock) -> None:
    """Three days in which everything happened, at any hour, and today."""
    chances = Random(7)
    for ago in range(3, 0, -1):
        for minute in sorted(chances.sample(range(24 * 60), 12)):
            clock.now = NOON - ago * DAY + timedelta(minutes=minute)
            tell(chances.choice(FACTS))
    clock.now = NOON
    tell(*FACTS)


def listed(figure: Figure, found: list[CountedDay], limit: int) -> list[Event]:
    told: list[Event] = []
    mark: Mark | None = None
    while True:
        page = cases(desk_of(), figure, found, limit=limit, after=mark)
        told += page.events
        mark = page.after
        if mark is None:
            return told


def test_every_figure_has_as_many_cases_as_it_says(clock: Clock) -> None:
    lived(clock)
    found = days(desk_of(), TODAY, 4)

    for figure in FIGURES.values():
        n = reading(figure, [one.figures for one in found if one.figures]).n
        told = listed(figure, found, 3)
        assert n > 0
        assert len(told) == n
        assert len({event.id for event in told}) == n
        assert told == sorted(told, key=lambda event: (event.at, event.id), reverse=True)
        for one in found:
            assert one.figures is not None
            assert len(listed(figure, [one], 2)) == figure.read(one.figures).n


def test_a_day_is_the_same_kept_and_counted_again(clock: Clock) -> None:
    lived(clock)
    folded = days(desk_of(), TODAY, 4)
    again = days(desk_of(), TODAY, 4)

    assert [one.figures for one in again] == [one.figures for one in folded]
    for one in again:
        assert one.figures == reports.recounted(desk_of(), one.day)
    assert desk_of().find(DayFigures, day_figures_id(TODAY - DAY, ADELAIDE)) is not None
    assert desk_of().find(DayFigures, day_figures_id(TODAY, ADELAIDE)) is None


def test_what_one_request_does_not_count_is_a_gap_and_no_zero(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure_days, "MOST_FOLDED", 2)
    lived(clock)

    def gaps() -> list[date]:
        return [one.day.date for one in days(desk_of(), TODAY, 5) if one.figures is None]

    assert gaps() == [TODAY - 4 * DAY, TODAY - 3 * DAY]
    assert gaps() == []


def test_a_day_of_another_zone_is_another_day(clock: Clock) -> None:
    lived(clock)
    days(desk_of(), TODAY, 2)
    shops.put(desk_of(), Configuration(name="Acme", zone="UTC"))
    house().forget("shop", "acme")

    for one in days(desk_of(), TODAY, 2):
        assert one.figures == reports.recounted(desk_of(), one.day)
