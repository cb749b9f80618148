"""The calls page of the desk: whom to ring now, in the customer's own time, and how it went."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callback_policy import CallOutcome, local_moment, proposed, zone_of
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid, Stale
from chalicelib.domain.forms import in_language
from chalicelib.domain.permissions import Permission
from chalicelib.domain.presets import form_preset
from chalicelib.handlers.desk.pages import STALE, seen
from chalicelib.handlers.desk.trails import happened
from chalicelib.locales import catalogue
from chalicelib.services import callbacks as callback_service
from chalicelib.services.callbacks import NewCall
from chalicelib.services.desk import Desk
from chalicelib.web.answers import html, page_answer, refused, see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import Body, body, field, query
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
    return _list(desk(), 200, acted="", errors={})


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
    answers: dict[str, object] = {"outcome": given.outcome, "note": given.note}

    def act(here: Desk) -> None:
        call = here.find(Callback, callback_id) if given.next_at else None
        next_at = local_moment(given.next_at, call.zone, field="next_at") if call else None
        callback_service.attempt(here, callback_id, answers, next_at)

    return _done(callback_id, act)


@calls.route(f"{PLACE}/{{callback_id}}/owner", methods=["POST"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def take_over(callback_id: str) -> Response:
    return _done(callback_id, lambda here: callback_service.take_over(here, callback_id))


def _done(callback_id: str, act: Callable[[Desk], object]) -> Response:
    """Do it and lead back to the list. What is wrong, and what came in since the form was opened,
    is said beside what was typed."""
    here = desk()
    try:
        act(here)
    except Stale:
        return _list(here.aside(), STALE, acted=callback_id, errors={})
    except Invalid as error:
        if error.field != "next_at":
            raise
        return _list(here.aside(), 422, acted=callback_id, errors={"next_at": _wrong(error)})
    return see_other(PLACE)


def _list(here: Desk, status: int, *, acted: str, errors: dict[str, str]) -> Response:
    """The calls that are owed; the one that was acted on in vain comes first."""
    paging = query(Paging)
    start = after(here, callback_service.CALLS, paging.cursor)
    page = callback_service.owed(here, limit=paging.limit, after=start)
    more = cursor(here, callback_service.CALLS, page.after)
    ids = [card.id for card in page.cards if card.id != acted]
    events = here.trail(acted)[0] if status == STALE else []
    shown: dict[str, object] = {
        "place": "calls",
        "rows": _rows(here, [acted, *ids] if acted else ids),
        "now": here.now(),
        "my_zone": caller().zone or here.shop.zone,
        "outcomes": _outcomes(),
        "acted": acted,
        "is_stale": status == STALE,
        "meanwhile": happened(here, (one for one in events if one.version > seen())),
        "typed": {"note": field("note"), "next_at": field("next_at")},
        "errors": errors,
        "more": f"{PLACE}?cursor={more}" if more else "",
    }
    return page_answer(status, LIST, caller().language, shown)


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
    if "allowed" not in error.facts:
        return say("Please fill this in.")
    return say("Customers are not called at that time where they are.")
