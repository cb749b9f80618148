"""What customers choose for themselves, behind the link under every message that is no part of a
case. Opening the page changes nothing. What a mail program sends (RFC 8058) acts at once and is
never answered with a redirect."""

from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.customers import Customer
from chalicelib.domain.preferences import Asks, asks
from chalicelib.handlers.shoppers import asked, frame, reader_locale
from chalicelib.services import surveys as survey_service
from chalicelib.web.answers import html, see_other
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.forms import Body, body, field
from chalicelib.web.operations import webpage

unsubscribe = Blueprint(__name__)

PURPOSE = "unsubscribe"

AS_THEY_WRITE = "same"
"""The language a customer writes in, instead of one for everything."""


class Chosen(Body):
    asks: Asks = Asks.NO
    language: str | None = Field(default=None, max_length=35)


@unsubscribe.route("/u/{token}", methods=["GET"])
@shopper(PURPOSE)
@webpage("/u/{token}")
def ask(token: str) -> Response:
    here = desk()
    customer = here.get(Customer, opened().subject)
    shown: dict[str, Any] = {
        "token": token,
        "mail": customer.mail,
        "asks": asks(customer, at=here.now()),
        "paused_until": customer.paused_until,
        "language": customer.chosen_language or AS_THEY_WRITE,
        "saved": bool(asked("saved")),
    }
    return html("shopper/preferences.html", reader_locale(here), **frame(here), **shown)


@unsubscribe.route("/u/{token}", methods=["POST"])
@shopper(PURPOSE)
@webpage("/u/{token}")
def choose(token: str) -> Response:
    here, customer_id = desk(), opened().subject
    if field("List-Unsubscribe"):
        survey_service.unsubscribe(here, customer_id)
        return Response("Unsubscribed.\n", {"Content-Type": "text/plain; charset=utf-8"}, 200)
    chosen = body(Chosen)
    before = here.get(Customer, customer_id).chosen_language
    known = {tag: tag for tag in here.shop.languages} | {AS_THEY_WRITE: None}
    language = known.get(chosen.language or "", before)
    survey_service.choose(here, customer_id, chosen.asks, language)
    return see_other(f"/u/{token}?saved=1&lang={reader_locale(here)}")
