"""The day's figures for the staff, with the proof that they are right."""

from datetime import timedelta

from chalice.app import Blueprint, Response

from chalicelib.domain.money import Money
from chalicelib.domain.permissions import Permission
from chalicelib.handlers.reports import DayWanted
from chalicelib.services import reports
from chalicelib.web.answers import html
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_figures = Blueprint(__name__)

PLACE = "/desk/figures"


@desk_figures.route(PLACE, methods=["GET"])
@staff_only(Permission.REPORTS)
@webpage(PLACE)
def show() -> Response:
    """One day in the shop's zone, today unless `?date=` names another; counted twice."""
    here = desk()
    day = reports.day_of(here, query(DayWanted).date)
    figures = reports.figures(here, day)
    today = reports.day_of(here, None).date
    return html(
        "desk/figures.html",
        caller().language,
        place="figures",
        day=day,
        figures=figures,
        refunded=[Money(amount=n, currency=unit) for unit, n in figures.refunded.items()],
        is_equal=reports.recounted(here, day) == figures,
        before=(day.date - timedelta(days=1)).isoformat(),
        following=(day.date + timedelta(days=1)).isoformat() if day.date < today else "",
        zone=here.shop.zone,
    )
