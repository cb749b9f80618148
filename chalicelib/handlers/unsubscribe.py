"""Leaving the survey list. Opening the page changes nothing; a POST acts at once, be it pressed by
a person or sent by a mail program (RFC 8058), and never answers with a redirect."""

from chalice.app import Blueprint, Response

from chalicelib.services import surveys as survey_service
from chalicelib.web.answers import asked_locale, html
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.forms import field
from chalicelib.web.operations import webpage

unsubscribe = Blueprint(__name__)

PURPOSE = "unsubscribe"
PAGE = "shopper/unsubscribe.html"


@unsubscribe.route("/u/{token}", methods=["GET"])
@shopper(PURPOSE)
@webpage("/u/{token}")
def ask(token: str) -> Response:
    return html(PAGE, asked_locale(), shop=desk().shop, token=token, done=False)


@unsubscribe.route("/u/{token}", methods=["POST"])
@shopper(PURPOSE)
@webpage("/u/{token}")
def leave(token: str) -> Response:
    survey_service.unsubscribe(desk(), opened().subject)
    if field("List-Unsubscribe"):
        return Response("Unsubscribed.\n", {"Content-Type": "text/plain; charset=utf-8"}, 200)
    return html(PAGE, asked_locale(), shop=desk().shop, token=token, done=True)
