"""The calls page: whom to ring, by when on the customer's clock; and promising a call."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callback_policy import local_moment, zone_of
from chalicelib.domain.callbacks import LONGEST_WHAT, Callback
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.typed import too_long
from chalicelib.locales import catalogue
from chalicelib.services import callbacks as callback_service
from chalicelib.services.callbacks import NewCall
from chalicelib.services.desk import Desk
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import LONGEST_PASTE, Body, body, query
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
    what: str = Field(default="", max_length=LONGEST_PASTE)


class Looked(Paging):
    done: str = Field(default="", max_length=64)
    """The call whose try was recorded a moment ago."""


class Turn(StrEnum):
    """Whose turn a call is, seen from now."""

    NOW = "now"
    LATE = "late"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Row:
    """One call of the list with whom it is to."""

    call: Callback
    customer: Customer | None


@calls.route(PLACE, methods=["GET"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def today() -> Response:
    """What is owed now, what is late, and what comes later."""
    here, paging = desk(), query(Looked)
    start = after(here, callback_service.CALLS, paging.cursor)
    page = callback_service.owed(here, limit=paging.limit, after=start)
    more = cursor(here, callback_service.CALLS, page.after)
    rows = _rows(here, [card.id for card in page.cards])
    return staff_page(
        200,
        LIST,
        place="calls",
        turns={
            turn: [row for row in rows if turn_of(row.call, here.now()) is turn] for turn in Turn
        },
        is_first=start is None,
        done=here.find(Callback, paging.done) if paging.done else None,
        more=f"{PLACE}?cursor={more}" if more else "",
    )


@calls.route(f"{PLACE}/new", methods=["GET"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def ask() -> Response:
    wished = query(Wished)
    found = callback_service.subject_of(desk(), wished.case or wished.ticket)
    return staff_page(200, NEW, **_about(found), at="", what="", errors={}, allowed=[])


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
                what=_said(given.what),
                customer_id=None,
                case_id=given.case,
                owner_id=None,
                language=None,
                zone=None,
            ),
        )
    except Invalid as error:
        return staff_page(
            422,
            NEW,
            **_about(found),
            at=given.at,
            what=given.what,
            errors=_wrong(error, given),
            allowed=[datetime.fromisoformat(one) for one in error.facts.get("allowed", [])],
        )
    return see_other(PLACE)


def turn_of(call: Callback, now: datetime) -> Turn:
    """Late once its window is over; its turn from the moment it is promised for."""
    if call.window_end <= now:
        return Turn.LATE
    return Turn.NOW if call.window_start <= now else Turn.LATER


def wrong_time(error: Invalid) -> str:
    """What is wrong with a time, in the caller's words."""
    say = catalogue(caller().language).gettext
    if "allowed" not in error.facts:
        return say("Please say when.")
    return say("Customers are not called at that time where they are.")


def _wrong(error: Invalid, given: Promised) -> dict[str, str]:
    if error.field != "what":
        return {error.field or "at": wrong_time(error)}
    say = catalogue(caller().language).gettext
    is_long = too_long(given.what, LONGEST_WHAT, say)
    return {"what": is_long or say("Please say what it is about.")}


def _rows(here: Desk, ids: list[str]) -> list[Row]:
    found = here.read(*((Callback, one) for one in ids)) if ids else []
    owed = [one for one in found if isinstance(one, Callback) and one.state.is_open]
    people = sorted({one.customer_id for one in owed})
    customers = here.read(*((Customer, one) for one in people)) if people else []
    by_id = {one.id: one for one in customers if isinstance(one, Customer)}
    return [Row(one, by_id.get(one.customer_id)) for one in owed]


def _about(found: callback_service.Subject) -> dict[str, object]:
    return {
        "place": "calls",
        "case": found.case,
        "customer": found.customer,
        "zone": zone_of(found.customer.zone, desk().shop.zone),
        "my_zone": caller().zone or desk().shop.zone,
        "form_key": secrets.token_hex(8),
    }


def _said(what: str) -> str:
    if not 0 < len(what) <= LONGEST_WHAT:
        raise Invalid("A call is about something, in a few words.", field="what")
    return what
