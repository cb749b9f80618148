"""Parcels that nobody knows: kept from the bench, matched to a return later, or sent back."""

import secrets

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.errors import Invalid
from chalicelib.domain.ids import read_number
from chalicelib.domain.permissions import Permission
from chalicelib.domain.returns import Return
from chalicelib.domain.unknown_parcels import Seen
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.locales import catalogue
from chalicelib.services import unknown_parcels as service
from chalicelib.services.bench import UNKNOWN
from chalicelib.services.desk import Desk
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import Body, body, field, query
from chalicelib.web.operations import webpage

bench_unknown = Blueprint(__name__)

PLACE = "/bench/unknown"
KEEP = "keep"


class Looking(Paging):
    matched: str = Field(default="", max_length=20)


class Matched(Body):
    number: str = Field(min_length=1, max_length=100)


@bench_unknown.route(PLACE, methods=["GET"])
@staff_only(Permission.RECEIVE_RETURN)
@webpage(PLACE)
def show() -> Response:
    return _page(desk(), 200, acted="", errors={})


@bench_unknown.route(PLACE, methods=["POST"])
@staff_only(Permission.RECEIVE_RETURN)
@webpage(PLACE)
def keep() -> Response:
    here = desk()
    try:
        service.keep(here, body(Seen))
    except Invalid as error:
        return _page(here.aside(), 422, acted=KEEP, errors=_wrong_fields(error))
    return see_other(PLACE)


@bench_unknown.route(f"{PLACE}/{{parcel_id}}/match", methods=["POST"])
@staff_only(Permission.RECEIVE_RETURN)
@webpage(PLACE)
def match(parcel_id: str) -> Response:
    here = desk()
    try:
        parcel = service.match(here, parcel_id, body(Matched).number)
    except Invalid as error:
        wrong = {"number": _wrong_number(error)}
        return _page(here.aside(), 422, acted=parcel_id, errors=wrong)
    case = here.get(Return, parcel.return_id or "")
    return see_other(f"{PLACE}?matched={case.number}")


@bench_unknown.route(f"{PLACE}/{{parcel_id}}/sender", methods=["POST"])
@staff_only(Permission.RECEIVE_RETURN)
@webpage(PLACE)
def send_back(parcel_id: str) -> Response:
    service.send_back(desk(), parcel_id)
    return see_other(PLACE)


def _page(here: Desk, status: int, *, acted: str, errors: dict[str, str]) -> Response:
    asked = query(Looking)
    start = after(here, UNKNOWN, asked.cursor)
    parcels, page = service.waiting(here, limit=asked.limit, after=start)
    more = cursor(here, UNKNOWN, page.after)
    return staff_page(
        status,
        "desk/unknown-parcels.html",
        place="bench",
        parcels=parcels,
        matched=read_number(asked.matched) or "",
        shelf=service.free_shelf(here),
        acted=acted,
        errors=errors,
        typed={name: field(name) for name in (*Seen.model_fields, "number")},
        more=f"{PLACE}?cursor={more}" if more else "",
        form_key=secrets.token_hex(8),
    )


def _wrong_fields(error: Invalid) -> dict[str, str]:
    say = catalogue(caller().language).gettext
    words = {
        "shelf": say("Say where it is kept, in at most 20 characters."),
        "note": say("At most 500 characters."),
        "grams": say("Enter whole grams, such as 850."),
    }
    named = [str(one["field"]) for one in error.facts.get("errors", [])]
    return {name: words[name] for name in named if name in words}


def _wrong_number(error: Invalid) -> str:
    say = catalogue(caller().language).gettext
    match error.facts.get("reason"):
        case "several":
            return say(
                "Several returns of this order wait for their parcel: enter the number of one."
            )
        case "misread":
            return say("This number of ours was misread: its check character does not fit.")
        case _:
            return say("No return, parcel or order here has this number.")
