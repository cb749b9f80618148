"""The figures of today, or of a day before: whether promises are kept, and what needs somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalice.app import Blueprint, Response

from chalicelib.domain.figure_table import FIGURES, Reading, reading
from chalicelib.domain.figures import Figures, total
from chalicelib.domain.findings import Change, DayCount, Finding, change, finding
from chalicelib.domain.money import Money
from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.reports import DayWanted
from chalicelib.pages.charts import columns
from chalicelib.services import agenda as agenda_service
from chalicelib.services import inbox, owed, reports
from chalicelib.services.bench import unknown_count
from chalicelib.services.counts import Counted, counted
from chalicelib.services.desk import Desk
from chalicelib.services.figure_days import CountedDay, days
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_figures = Blueprint(__name__)

PLACE = "/desk/figures"
SHOWN = 14
"""Days that are shown and summed up; as many before them are what they are compared with."""
MOST_DEAD = 25
"""Jobs given up that are counted."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of the shown days."""

    answer: Reading
    in_time: Reading
    satisfaction: Reading
    change: Change
    finding: Finding
    gaps: int
    """Days that are not counted yet."""


@dataclass(frozen=True, slots=True)
class Troubles:
    """What an operator must look at."""

    dead: Counted
    given_up: Counted


@desk_figures.route(PLACE, methods=["GET"])
@staff_only(Permission.REPORTS)
@webpage(PLACE)
def show() -> Response:
    """A day in the shop's zone, today unless `?date=` names another. Of today, also what is owed
    at this moment."""
    here, today = desk(), reports.day_of(desk(), None).date
    wanted = min(query(DayWanted).date or today, today)
    found = days(here, wanted, 2 * SHOWN)
    shown, earlier = found[SHOWN:], found[:SHOWN]
    day = shown[-1]
    is_today = wanted == today
    present = owed.present(here) if is_today else None
    return staff_page(
        200,
        "desk/figures.html",
        place="figures",
        day=day.day,
        figures=day.figures,
        refunded=money(day.figures.refunded if day.figures else {}),
        board=_board(shown, earlier),
        shown=shown,
        chart=day_chart(
            [(one, one.figures and one.figures.count("ticket.opened")) for one in shown]
        ),
        present=present,
        totals=owed.totals(present.refunds) if present else [],
        target=here.shop.sla.normal.first_response,
        by_hand=_by_hand(here) if is_today else None,
        unknown=_unknown(here) if is_today else None,
        troubles=_troubles(here) if is_today else None,
        before=(wanted - _DAY).isoformat(),
        following="" if is_today else (wanted + _DAY).isoformat(),
        shop_zone=here.shop.zone,
    )


def day_chart(values: Sequence[tuple[CountedDay, float | None]]) -> str:
    """A column a day, over the day of the month; empty while there is nothing to draw. The page
    says what is seen there in an element `finding`."""
    if all(value is None for _, value in values):
        return ""
    return columns([(str(one.day.date.day), value) for one, value in values], "finding")


def money(amounts: dict[str, int]) -> list[Money]:
    return [Money(amount=amount, currency=unit) for unit, amount in sorted(amounts.items())]


def _board(shown: Sequence[CountedDay], earlier: Sequence[CountedDay]) -> Board:
    spans, before = _counted(shown), _counted(earlier)
    return Board(
        answer=reading(FIGURES["first_response"], spans),
        in_time=reading(FIGURES["first_response_in_time"], spans),
        satisfaction=reading(FIGURES["satisfaction"], spans),
        change=change(total(before), total(spans)),
        finding=finding(_tickets(shown), _tickets(earlier)),
        gaps=sum(one.figures is None for one in shown),
    )


def _counted(found: Sequence[CountedDay]) -> list[Figures]:
    return [one.figures for one in found if one.figures is not None]


def _tickets(found: Sequence[CountedDay]) -> list[DayCount]:
    return [
        DayCount(
            one.day.date, one.figures and one.figures.count("ticket.opened"), one.kept is not None
        )
        for one in found
    ]


def _by_hand(here: Desk) -> Counted | None:
    return counted(here, 1, "by-hand") if Permission.READ in caller().permissions else None


def _unknown(here: Desk) -> Counted | None:
    may_see = Permission.RECEIVE_RETURN in caller().permissions
    return unknown_count(here) if may_see else None


def _troubles(here: Desk) -> Troubles | None:
    if Permission.OPERATE not in caller().permissions:
        return None
    dead, more = agenda_service.dead(here, limit=MOST_DEAD, after=None)
    given_up = inbox.given_up(here.house, here.shop_id, after=None)
    return Troubles(
        Counted(len(dead), is_more=more is not None),
        Counted(len(given_up.ids), is_more=given_up.after is not None),
    )
