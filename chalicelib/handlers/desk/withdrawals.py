"""Withdrawals to match: each is matched with its order, or answered, within a working day."""

import secrets
from collections.abc import Callable

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.errors import Invalid, NotFound, Stale
from chalicelib.domain.permissions import Permission
from chalicelib.domain.withdrawals import State, Withdrawal
from chalicelib.handlers.desk.pages import STALE, seen, staff_page
from chalicelib.handlers.desk.trails import happened
from chalicelib.handlers.typed import too_long
from chalicelib.handlers.withdrawals import LONGEST_ANSWER, LONGEST_NUMBER
from chalicelib.locales import catalogue
from chalicelib.services import withdrawal_matching, withdrawals
from chalicelib.services.desk import Desk
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import LONGEST_PASTE, Body, body, field, query
from chalicelib.web.operations import webpage

desk_withdrawals = Blueprint(__name__)

PLACE = "/desk/withdrawals"
MOST = {"order_number": LONGEST_NUMBER, "text": LONGEST_ANSWER}
"""Characters, by field."""


class Found(Body):
    order_number: str = Field(default="", max_length=LONGEST_PASTE)


class Answered(Body):
    text: str = Field(default="", max_length=LONGEST_PASTE)


@desk_withdrawals.route(PLACE, methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def queue() -> Response:
    return _list(desk(), 200, acted="", errors={})


@desk_withdrawals.route(f"{PLACE}/{{withdrawal_id}}/match", methods=["POST"])
@staff_only(Permission.OPEN_RETURN)
@webpage(PLACE)
def match(withdrawal_id: str) -> Response:
    number = body(Found).order_number
    return _done(
        withdrawal_id,
        "order_number",
        lambda here: withdrawal_matching.match(here, withdrawal_id, number),
    )


@desk_withdrawals.route(f"{PLACE}/{{withdrawal_id}}/answer", methods=["POST"])
@staff_only(Permission.DECIDE_RETURN)
@webpage(PLACE)
def answer(withdrawal_id: str) -> Response:
    text = body(Answered).text
    return _done(
        withdrawal_id, "text", lambda here: withdrawal_matching.answer(here, withdrawal_id, text)
    )


def _done(withdrawal_id: str, asked: str, act: Callable[[Desk], object]) -> Response:
    """Do it and lead back to the list; what is wrong with the field it asks for, and what came in
    since the form was opened, is said beside what was typed."""
    here = desk()
    say = catalogue(caller().language).gettext
    is_long = too_long(field(asked).strip(), MOST[asked], say)
    if is_long:
        return _list(here.aside(), 422, acted=withdrawal_id, errors={asked: is_long})
    try:
        act(here)
    except Stale:
        return _list(here.aside(), STALE, acted=withdrawal_id, errors={})
    except (Invalid, NotFound) as error:
        if error.field not in ("number", "text"):
            raise
        wrong = {
            "number": say("Neither we nor the shop know this order."),
            "text": say("Please say why, for the customer to read."),
        }
        errors = {asked: wrong[error.field]}
        return _list(here.aside(), 422, acted=withdrawal_id, errors=errors)
    return see_other(PLACE)


def _list(here: Desk, status: int, *, acted: str, errors: dict[str, str]) -> Response:
    """What waits; the one that was acted on in vain comes first."""
    paging = query(Paging)
    start = after(here, withdrawals.WAITING, paging.cursor)
    page = withdrawals.waiting(here, limit=paging.limit, after=start)
    more = cursor(here, withdrawals.WAITING, page.after)
    ids = [card.id for card in page.cards if card.id != acted]
    events = here.trail(acted)[0] if status == STALE else []
    return staff_page(
        status,
        "desk/withdrawals.html",
        place="returns",
        rows=_rows(here, [acted, *ids] if acted else ids),
        acted=acted,
        is_stale=status == STALE,
        meanwhile=happened(here, (one for one in events if one.version > seen())),
        typed={"order_number": field("order_number"), "text": field("text")},
        errors=errors,
        key=secrets.token_hex(8),
        shop=here.shop,
        more=f"{PLACE}?cursor={more}" if more else "",
    )


def _rows(here: Desk, ids: list[str]) -> list[Withdrawal]:
    found = here.read(*((Withdrawal, one) for one in ids)) if ids else []
    return [one for one in found if isinstance(one, Withdrawal) and one.state is State.WAITING]
