"""One figure: what it means, how sure it is, day by day, and its cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalice.app import Blueprint, Response

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.events import Event
from chalicelib.domain.figure_table import Figure, Unit, is_good, reading
from chalicelib.domain.permissions import Permission
from chalicelib.domain.records import Record
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.desk.figure_file import DayReading, figure_file
from chalicelib.handlers.desk.figures import PLACE, SHOWN, day_chart, money
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.figure_words import figure_words
from chalicelib.handlers.figures import CasesWanted, figure_named, page_of_cases
from chalicelib.locales import catalogue
from chalicelib.services import owed, reports
from chalicelib.services.desk import Desk
from chalicelib.services.figure_days import CountedDay, days
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_figure = Blueprint(__name__)

PAGE = "/desk/figures/{figure}"
CSV = ".csv"

_DAY = timedelta(days=1)
_KINDS: dict[str, type[Ticket | Return | Callback]] = {
    "ticket": Ticket,
    "return": Return,
    "callback": Callback,
}


class FigureWanted(CasesWanted):
    again: bool = False
    """Whether to count the day again from its events."""


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the list. `is_good` is None where the figure is no share."""

    kind: str
    id: str
    number: str
    at: datetime
    is_good: bool | None
    detail: str


@desk_figure.route(PAGE, methods=["GET"])
@staff_only(Permission.REPORTS)
@webpage(PLACE)
def show(figure: str) -> Response:
    """Of up to fourteen days of what happened, or of this moment; with `.csv` behind its name,
    the table by day as a file."""
    if figure in owed.NAMES:
        return _of_now(figure)
    one, wanted = figure_named(figure.removesuffix(CSV)), query(FigureWanted)
    here, today = desk(), reports.day_of(desk(), None).date
    last = min(wanted.date or today, today)
    found = days(here, last, SHOWN)
    span = found[-wanted.days :]
    by_day = [_read(one, day) for day in found]
    if figure.endswith(CSV):
        return figure_file(one, by_day[-wanted.days :])
    events, following = page_of_cases(one, span, wanted)
    read = reading(one, [day.figures for day in span if day.figures])
    return staff_page(
        200,
        "desk/figure.html",
        place="figures",
        figure=one,
        words=figure_words(one.name, catalogue(caller().language).gettext),
        read=read,
        amounts=money(dict(read.amounts)),
        span=span,
        gaps=sum(day.figures is None for day in span),
        by_day=by_day,
        chart=day_chart(
            [(day, _drawn(one, line)) for day, line in zip(found, by_day, strict=True)]
        ),
        cases=_cases(here, one, events),
        more=_more(one, last, wanted, following),
        is_equal=_is_equal(here, span) if wanted.again else None,
        days=wanted.days,
        before=(last - _DAY).isoformat(),
        following="" if last == today else (last + _DAY).isoformat(),
        shop_zone=here.shop.zone,
    )


def _of_now(name: str) -> Response:
    here = desk()
    present = owed.present(here)
    rows: Sequence[owed.Owed] = getattr(present, name)
    return staff_page(
        200,
        "desk/figure-now.html",
        place="figures",
        name=name,
        words=figure_words(name, catalogue(caller().language).gettext),
        rows=rows,
        totals=owed.totals(rows),
        is_all=present.is_all,
    )


def _read(figure: Figure, day: CountedDay) -> DayReading:
    return DayReading(day.day, figure.read(day.figures) if day.figures else None)


def _drawn(figure: Figure, line: DayReading) -> float | None:
    if line.read is None:
        return None
    match figure.unit:
        case Unit.CASES | Unit.MONEY:
            return line.read.n
        case Unit.MINUTES:
            return line.read.value
        case Unit.SHARE:
            return None if line.read.value is None else 100 * line.read.value


def _is_equal(here: Desk, span: Sequence[CountedDay]) -> bool:
    return all(reports.recounted(here, one.day) == one.figures for one in span)


def _more(figure: Figure, last: object, wanted: FigureWanted, following: str | None) -> str:
    place = f"{PLACE}/{figure.name}?date={last}&days={wanted.days}"
    return f"{place}&cursor={following}" if following else ""


def _cases(here: Desk, figure: Figure, events: Sequence[Event]) -> list[Case]:
    """With their numbers: one read a page."""
    about = [_about(event) for event in events]
    wanted = sorted({(kind, one) for kind, one in about if kind in _KINDS})
    found = here.read(*((_KINDS[kind], one) for kind, one in wanted)) if wanted else []
    numbers = {record.id: _number(record) for record in found if record is not None}
    return [
        Case(kind, one, numbers.get(one, ""), event.at, is_good(figure, event), _detail(event))
        for event, (kind, one) in zip(events, about, strict=True)
    ]


def _about(event: Event) -> tuple[str, str]:
    """The case that an event is about; a survey is about another."""
    if event.subject_kind == "survey":
        return event.data["about"], event.data["case_id"]
    return event.subject_kind, event.subject


def _number(record: Record) -> str:
    return record.number if isinstance(record, Ticket | Return | Callback) else ""


def _detail(event: Event) -> str:
    """What the case adds to the figure, in its unit."""
    names = ("first_response_minutes", "resolution_minutes", "score", "amount")
    return next((str(event.data[name]) for name in names if name in event.data), "")
