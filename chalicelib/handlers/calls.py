"""The calls page of the desk: whom to ring now, in the customer's own time, and how it went."""

from dataclasses import dataclass
from datetime import datetime

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callback_policy import CallOutcome, local_moment, proposed, zone_of
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.forms import in_language
from chalicelib.domain.permissions import Permission
from chalicelib.domain.presets import form_preset
from chalicelib.locales import catalogue
from chalicelib.services import callbacks as callback_service
from chalicelib.services.callbacks import NewCall
from chalicelib.services.desk import Desk
from chalicelib.web.answers import html, refused, see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import webpage

calls = Blueprint(__name__)

LIST, NEW = "desk/calls.html", "desk/calls-new.html"
PLACE = "/desk/calls"


class Wished(Body):
    """Which case a call is promised about."""

    ticket: str = Field(default="", max_length=64)
    case: str = Field(default="", max_length=64)
    lang: str = Field(default="", max_length=35)


class Promised(Body):
    case: str = Field(max_length=64)
    at: str = Field(default="", max_length=20)
    """As the customer's clock shows it: `2026-11-26T17:00`."""
    what: str = Field(default="", max_length=2000)


class Tried(Body):
    outcome: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=2000)
    next_at: str = Field(default="", max_length=20)
    """As the customer's clock shows it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One call of the list with whom it is to."""

    call: Callback
    customer: Customer | None
    next_try: datetime | None
    """When the next try is proposed if nobody answers."""


@calls.route(PLACE, methods=["GET"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def today() -> Response:
    paging = query(Paging)
    start = after(desk(), callback_service.CALLS, paging.cursor)
    page = callback_service.owed(desk(), limit=paging.limit, after=start)
    more = cursor(desk(), callback_service.CALLS, page.after)
    return html(
        LIST,
        caller().language,
        place="calls",
        rows=_rows(desk(), [card.id for card in page.cards]),
        now=desk().now(),
        my_zone=caller().zone or desk().shop.zone,
        outcomes=_outcomes(),
        more=f"{PLACE}?cursor={more}" if more else "",
    )


@calls.route(f"{PLACE}/new", methods=["GET"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def ask() -> Response:
    wished = query(Wished)
    case_id = wished.case or wished.ticket
    found = callback_service.subject_of(desk(), case_id)
    return html(NEW, caller().language, **_about(found), at="", what="", errors={}, allowed=[])


@calls.route(PLACE, methods=["POST"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def promise() -> Response:
    given = body(Promised)
    found = callback_service.subject_of(desk(), given.case)
    zone = zone_of(found.customer.zone, desk().shop.zone)
    try:
        callback_service.promise(
            desk(),
            NewCall(
                at=local_moment(given.at, zone, field="at"),
                what=_filled(given.what),
                customer_id=None,
                case_id=given.case,
                owner_id=None,
                language=None,
                zone=None,
            ),
        )
    except Invalid as error:
        return refused(
            NEW,
            caller().language,
            **_about(found),
            at=given.at,
            what=given.what,
            errors={error.field or "at": _wrong(error)},
            allowed=[datetime.fromisoformat(one) for one in error.facts.get("allowed", [])],
        )
    return see_other(PLACE)


@calls.route(f"{PLACE}/{{callback_id}}/attempts", methods=["POST"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def attempt(callback_id: str) -> Response:
    given = body(Tried)
    next_at = None
    if given.next_at:
        zone = desk().get(Callback, callback_id).zone
        next_at = local_moment(given.next_at, zone, field="next_at")
    answers: dict[str, object] = {"outcome": given.outcome, "note": given.note}
    callback_service.attempt(desk(), callback_id, answers, next_at)
    return see_other(PLACE)


@calls.route(f"{PLACE}/{{callback_id}}/owner", methods=["POST"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def take_over(callback_id: str) -> Response:
    callback_service.take_over(desk(), callback_id)
    return see_other(PLACE)


def _rows(here: Desk, ids: list[str]) -> list[Row]:
    if not ids:
        return []
    found = [one for one in here.read(*((Callback, one) for one in ids)) if one is not None]
    owed = [one for one in found if isinstance(one, Callback) and one.state.is_open]
    if not owed:
        return []
    people = {one.customer_id for one in owed}
    customers = {c.id: c for c in here.read(*((Customer, p) for p in people)) if c is not None}
    return [_row(here, one, customers.get(one.customer_id)) for one in owed]


def _row(here: Desk, call: Callback, customer: object) -> Row:
    next_try = proposed(
        CallOutcome.NO_ANSWER,
        len(call.attempts) + 1,
        here.shop.callbacks,
        call.zone,
        at=here.now(),
    )
    return Row(call, customer if isinstance(customer, Customer) else None, next_try)


def _outcomes() -> list[tuple[str, str]]:
    question = form_preset(callback_service.OUTCOME_FORM).question("outcome")
    options = question.options if question else ()
    return [(one.code, in_language(one.text, caller().language)) for one in options]


def _about(found: callback_service.Subject) -> dict[str, object]:
    return {
        "place": "calls",
        "case": found.case,
        "customer": found.customer,
        "zone": zone_of(found.customer.zone, desk().shop.zone),
        "my_zone": caller().zone or desk().shop.zone,
        "now": desk().now(),
        "daytime": desk().shop.callbacks.daytime,
    }


def _filled(what: str) -> str:
    if not what:
        raise Invalid("Please fill this in.", field="what")
    return what


def _wrong(error: Invalid) -> str:
    say = catalogue(caller().language).gettext
    if error.field == "what":
        return say("Please fill this in.")
    return say("Customers are not called at that time where they are.")
