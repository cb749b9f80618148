"""A figure with its definition and its cases."""

import datetime as dt
from collections.abc import Sequence

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import Event
from chalicelib.domain.figure_table import FIGURES, Figure, Unit, reading
from chalicelib.domain.permissions import Permission
from chalicelib.handlers.figure_words import figure_words
from chalicelib.services import reports as report_service
from chalicelib.services.figure_cases import Mark, cases
from chalicelib.services.figure_days import CountedDay, days
from chalicelib.web.answers import ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import Body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape

figures = Blueprint(__name__)


class SpanWanted(Body):
    """Days in a row, in the shop's zone."""

    date: dt.date | None = Field(default=None, ge=dt.date(2000, 1, 1), le=dt.date(2999, 12, 31))
    """The last of them; today if absent."""
    days: int = Field(default=1, ge=1, le=14)


class CasesWanted(SpanWanted, Paging):
    """The same days, and where to go on."""


class FigureAnswer(Shape):
    """A figure of some days, with what it means and how sure it is."""

    name: str
    definition: str
    formula: str
    unit: Unit
    first: dt.date
    last: dt.date
    n: int
    value: float | None
    """Null where there is nothing to reckon it from, and for money."""
    amounts: dict[str, int]
    """Minor units by currency, for money."""
    interval: tuple[float, float] | None
    """95 %."""
    not_counted: list[dt.date]
    """Days that are missing in all of this; ask again."""
    cases: str
    """Where its cases are: `n` of them."""


class FigureCase(Shape):
    at: str
    type: str
    subject: str
    kind: str
    event: str


class FigureCases(Shape):
    items: list[FigureCase]
    next: str | None


@figures.route("/figures/{figure}", methods=["GET"])
@staff_only(Permission.REPORTS)
@operation("A figure", query=SpanWanted, gives=FigureAnswer)
def show(figure: str) -> Response:
    """Its value, n, 95 % interval and definition, for up to fourteen days."""
    one, wanted = figure_named(figure), query(SpanWanted)
    found = days_of(wanted)
    read, words = (
        reading(one, [day.figures for day in found if day.figures]),
        figure_words(one.name),
    )
    first, last = found[0].day.date, found[-1].day.date
    return ok(
        FigureAnswer(
            name=one.name,
            definition=words.definition,
            formula=words.formula,
            unit=one.unit,
            first=first,
            last=last,
            n=read.n,
            value=read.value,
            amounts=dict(read.amounts),
            interval=read.interval,
            not_counted=[day.day.date for day in found if day.figures is None],
            cases=f"/figures/{one.name}/cases?date={last}&days={len(found)}",
        )
    )


@figures.route("/figures/{figure}/cases", methods=["GET"])
@staff_only(Permission.REPORTS)
@operation("The cases of a figure", query=CasesWanted, gives=FigureCases)
def listed(figure: str) -> Response:
    """From events alone, the latest first; as many as the figure's n."""
    one, wanted = figure_named(figure), query(CasesWanted)
    found, following = page_of_cases(one, days_of(wanted), wanted)
    return ok(FigureCases(items=[_shown(event) for event in found], next=following))


def figure_named(name: str) -> Figure:
    """Raises NotFound."""
    found = FIGURES.get(name)
    if found is None:
        raise NotFound("There is no such figure.", field="figure")
    return found


def days_of(wanted: SpanWanted) -> list[CountedDay]:
    """Up to today: a day that has not begun has no figures."""
    today = report_service.day_of(desk(), None).date
    return days(desk(), min(wanted.date or today, today), wanted.days)


def page_of_cases(
    figure: Figure, span: Sequence[CountedDay], paging: Paging
) -> tuple[list[Event], str | None]:
    """A page of a figure's cases, and the cursor of the next."""
    here = desk()
    name = f"figure-{figure.name}-{span[0].day.date}-{span[-1].day.date}"
    key = after(here, name, paging.cursor)
    mark = Mark(dt.datetime.fromisoformat(key["hour"]), key["skip"]) if key else None
    page = cases(here, figure, span, limit=paging.limit, after=mark)
    last = page.after
    following = {"hour": last.hour.isoformat(), "skip": last.skip} if last else None
    return page.events, cursor(here, name, following)


def _shown(event: Event) -> FigureCase:
    return FigureCase(
        at=event.at.isoformat(),
        type=event.type,
        subject=event.subject,
        kind=event.subject_kind,
        event=event.id,
    )
