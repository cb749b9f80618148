"""The page behind a case link: a ticket's or a return's, told by the id the link is about."""

from types import ModuleType

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers import case_returns, case_tickets
from chalicelib.handlers.shoppers import CASE
from chalicelib.web.auth import opened, shopper
from chalicelib.web.operations import webpage

case = Blueprint(__name__)

_PAGES: dict[str, ModuleType] = {Ticket.prefix: case_tickets, Return.prefix: case_returns}
"""By what ids begin with: where a case's page is shown (`show`) and its forms are done (`act`)."""


@case.route("/c/{token}", methods=["GET"])
@shopper(CASE)
@webpage("/c/{token}")
def show(token: str) -> Response:
    """Where the case stands, who acts next and by when."""
    return _page().show(token)


@case.route("/c/{token}", methods=["POST"])
@shopper(CASE)
@webpage("/c/{token}")
def act(token: str) -> Response:
    """What the shopper adds to their case, or does with it."""
    return _page().act(token)


def _page() -> ModuleType:
    prefix = opened().subject.partition("_")[0]
    if prefix not in _PAGES:
        raise NotFound("This case has no page.")
    return _PAGES[prefix]
