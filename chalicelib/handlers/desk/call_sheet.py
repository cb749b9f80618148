"""A call's sheet: all that is needed while the phone rings, and one press for how it ended."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callback_policy import CallOutcome, local_moment
from chalicelib.domain.callback_work import next_try
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid, Stale
from chalicelib.domain.forms import in_language
from chalicelib.domain.permissions import Permission
from chalicelib.domain.presets import form_preset
from chalicelib.handlers.desk.calls import PLACE, turn_of, wrong_time
from chalicelib.handlers.desk.pages import STALE, seen, staff_page
from chalicelib.handlers.desk.trails import happened
from chalicelib.handlers.desk.work import works
from chalicelib.handlers.typed import too_long
from chalicelib.locales import catalogue
from chalicelib.services import callbacks as callback_service
from chalicelib.services.desk import Desk
from chalicelib.services.ticket_cases import is_open
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.forms import LONGEST_PASTE, Body, body, field
from chalicelib.web.operations import webpage

call_sheet = Blueprint(__name__)

SHEET = f"{PLACE}/{{callback_id}}"
MOST_CASES = 20


class Tried(Body):
    outcome: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=LONGEST_PASTE)
    next_at: str = Field(default="", max_length=20)
    """As the customer's clock shows it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One way a call ends, and what follows from it."""

    code: str
    words: str
    keeps: bool
    """The customer was answered: nothing more is owed."""
    asks_time: bool
    again_at: datetime | None
    """When the next try is proposed; None where the customer is written to instead."""


@call_sheet.route(SHEET, methods=["GET"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def show(callback_id: str) -> Response:
    return _sheet(desk(), callback_id, 200, errors={})


@call_sheet.route(f"{SHEET}/attempts", methods=["POST"])
@staff_only(Permission.CALL)
@webpage(PLACE)
def attempt(callback_id: str) -> Response:
    given = body(Tried)
    answers: dict[str, object] = {"outcome": given.outcome, "note": given.note}

    def act(here: Desk) -> None:
        call = here.find(Callback, callback_id) if given.next_at else None
        next_at = local_moment(given.next_at, call.zone, field="next_at") if call else None
        callback_service.attempt(here, callback_id, answers, next_at)

    return _done(callback_id, act, then=f"{PLACE}?done={callback_id}")


@call_sheet.route(f"{SHEET}/owner", methods=["POST"])
@staff_only(Permission.CALL)
@webpage(SHEET)
def take_over(callback_id: str) -> Response:
    place = SHEET.format(callback_id=callback_id)
    return _done(
        callback_id, lambda here: callback_service.take_over(here, callback_id), then=place
    )


def _done(callback_id: str, act: Callable[[Desk], object], *, then: str) -> Response:
    """Do it and go on. What is wrong, and what came in since the form was opened, is said beside
    what was typed."""
    here = desk()
    try:
        act(here)
    except Stale:
        return _sheet(here.aside(), callback_id, STALE, errors={})
    except Invalid as error:
        wrong = _wrong(error)
        if error.field not in wrong:
            raise
        return _sheet(here.aside(), callback_id, 422, errors={error.field: wrong[error.field]})
    return see_other(then)


def _wrong(error: Invalid) -> dict[str, str]:
    say = catalogue(caller().language).gettext
    return {
        "outcome": say("Please say how it ended."),
        "note": too_long(field("note").strip(), error.facts.get("most", 0), say),
        "next_at": wrong_time(error),
    }


def _sheet(here: Desk, callback_id: str, status: int, *, errors: dict[str, str]) -> Response:
    call = here.get(Callback, callback_id)
    events = here.trail(call.id)[0] if status == STALE else []
    newest = here.page(2, f"customer#{call.customer_id}", limit=MOST_CASES, backwards=True).cards
    others = [card for card in newest if card.id != call.id and is_open(card)]
    return staff_page(
        status,
        "desk/call.html",
        place="calls",
        call=call,
        customer=here.find(Customer, call.customer_id),
        turn=turn_of(call, here.now()),
        tiles=_tiles(here, call),
        cases=works(here, others),
        is_stale=status == STALE,
        meanwhile=happened(here, (one for one in events if one.version > seen())),
        typed={"note": field("note"), "next_at": field("next_at")},
        errors=errors,
        form_key=secrets.token_hex(8),
    )


def _tiles(here: Desk, call: Callback) -> list[Tile]:
    question = form_preset(callback_service.OUTCOME_FORM).question("outcome")
    options = question.options if question else ()
    return [
        _tile(here, call, one.code, in_language(one.text, caller().language)) for one in options
    ]


def _tile(here: Desk, call: Callback, code: str, words: str) -> Tile:
    outcome = CallOutcome(code)
    return Tile(
        code=code,
        words=words,
        keeps=outcome.keeps,
        asks_time=outcome is CallOutcome.ASKED_LATER,
        again_at=next_try(call, outcome, here.shop.callbacks, at=here.now()),
    )
