"""What happened: the day's figures, and the proof that they are right."""

import datetime as dt

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.figures import Figures
from chalicelib.domain.permissions import Permission
from chalicelib.services import reports as service
from chalicelib.services.reports import Day
from chalicelib.web.answers import ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.forms import Body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape

reports = Blueprint(__name__)


class DayWanted(Body):
    """Which day."""

    date: dt.date | None = Field(default=None, ge=dt.date(2000, 1, 1), le=dt.date(2999, 12, 31))
    """In the shop's zone; today if absent."""


class Span(Shape):
    """Minutes in working time."""

    n: int
    median_minutes: float | None


class FirstResponse(Span):
    in_time: int


class Satisfaction(Shape):
    """CSAT: the share of 4 and 5 among the answers, with its 95 % Wilson interval."""

    n: int
    satisfied: int
    share: float | None
    interval: tuple[float, float] | None


class DayFigures(Shape):
    """The figures of one day, all of them folds over events."""

    date: dt.date
    tickets_opened: int
    tickets_resolved: int
    tickets_reopened: int
    contact_reasons: dict[str, int]
    first_response: FirstResponse
    resolution: Span
    returns_requested: int
    return_reasons: dict[str, int]
    refunded: dict[str, int]
    satisfaction: Satisfaction
    events: dict[str, int]


class Recount(Shape):
    """The same day from the events alone."""

    figures: DayFigures
    equal: bool


@reports.route("/figures/day", methods=["GET"])
@staff_only(Permission.REPORTS)
@operation("The day's figures", query=DayWanted, gives=DayFigures)
def day() -> Response:
    """Tickets, first response and resolution, returns and their reasons, satisfaction."""
    here = desk()
    wanted = service.day_of(here, query(DayWanted).date)
    return ok(shown(wanted, service.figures(here, wanted)))


@reports.route("/figures/day/recount", methods=["GET"])
@staff_only(Permission.REPORTS)
@operation("The day's figures, recounted from events", query=DayWanted, gives=Recount)
def recount() -> Response:
    """Fold every event of the day again and compare."""
    here = desk()
    wanted = service.day_of(here, query(DayWanted).date)
    again = service.recounted(here, wanted)
    return ok(Recount(figures=shown(wanted, again), equal=again == service.figures(here, wanted)))


def shown(day: Day, figures: Figures) -> DayFigures:
    """Figures as the outside sees them."""
    return DayFigures(
        date=day.date,
        tickets_opened=figures.count("ticket.opened"),
        tickets_resolved=figures.count("ticket.resolved"),
        tickets_reopened=figures.count("ticket.reopened"),
        contact_reasons=figures.contact_reasons,
        first_response=FirstResponse(
            n=figures.first_response.n,
            median_minutes=figures.first_response.median,
            in_time=figures.first_response_in_time,
        ),
        resolution=Span(n=figures.resolution.n, median_minutes=figures.resolution.median),
        returns_requested=figures.count("return.requested"),
        return_reasons=figures.return_reasons,
        refunded=figures.refunded,
        satisfaction=Satisfaction(
            n=figures.scores.n,
            satisfied=figures.satisfied,
            share=figures.csat,
            interval=figures.csat_interval,
        ),
        events=figures.counts,
    )
