"""The page a confirmed call leads its customer to: another time, or no call."""

from datetime import datetime

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callback_policy import slots
from chalicelib.domain.callbacks import Callback, CancelReason
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid
from chalicelib.handlers.shoppers import asked, in_asked_language
from chalicelib.locales import SOURCE, catalogue, choose_locale, languages
from chalicelib.locales.formats import moment
from chalicelib.services import callbacks as callback_service
from chalicelib.web.answers import page_answer, see_other
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.exchange import header
from chalicelib.web.forms import Body, body
from chalicelib.web.operations import webpage

call_choice = Blueprint(__name__)

PAGE = "shopper/callback.html"
PURPOSE = "call"
NO_CALL = "none"
DAYS = 4
"""For how many days times are offered."""


class Chosen(Body):
    slot: str = Field(default="", max_length=40)
    """A moment in ISO 8601, or `none` for no call."""


@call_choice.route("/k/{token}", methods=["GET"])
@shopper(PURPOSE)
@webpage("/k/{token}")
def look(token: str) -> Response:
    return _page(200, token)


@call_choice.route("/k/{token}", methods=["POST"])
@shopper(PURPOSE)
@webpage("/k/{token}")
def choose(token: str) -> Response:
    chosen, callback_id = body(Chosen).slot, opened().subject
    if chosen == NO_CALL:
        callback_service.cancel(desk(), callback_id, CancelReason.CUSTOMER_ASKED)
        return see_other(in_asked_language(f"/k/{token}"))
    try:
        callback_service.move(desk(), callback_id, _moment(chosen))
    except Invalid:
        return _page(422, token)
    return see_other(in_asked_language(f"/k/{token}"))


def _page(status: int, token: str) -> Response:
    callback = desk().get(Callback, opened().subject)
    customer = desk().find(Customer, callback.customer_id)
    phone = customer.phone if customer else None
    wanted = asked("lang") or callback.language
    locale = choose_locale(wanted, header("accept-language"), languages(), SOURCE)
    say = catalogue(locale).gettext
    offered = slots(desk().shop.callbacks, callback.zone, at=desk().now(), days=DAYS)
    given = {
        "shop": desk().shop,
        "number": callback.number,
        "callback": callback,
        "token": token,
        "phone_ends": phone[-3:] if phone else "",
        "offered": [
            (one.isoformat(), moment(one, callback.zone, locale))
            for one in offered
            if one != callback.window_start
        ],
        "errors": {"slot": say("Please choose one of the times.")} if status == 422 else {},
    }
    return page_answer(status, PAGE, locale, given)


def _moment(text: str) -> datetime:
    try:
        chosen = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("A moment in ISO 8601.", field="slot") from error
    if chosen.tzinfo is None:
        raise Invalid("A moment with its offset.", field="slot")
    return chosen
