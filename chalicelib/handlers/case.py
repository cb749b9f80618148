"""The page behind a case link: a ticket's or a return's, told by the id the link is about."""

from collections.abc import Callable
from dataclasses import dataclass

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers import case_returns, case_tickets
from chalicelib.handlers.shoppers import CASE
from chalicelib.web.auth import opened, shopper
from chalicelib.web.operations import webpage

case = Blueprint(__name__)


@dataclass(frozen=True, slots=True)
class CasePage:
    """A kind of case: how its page is shown and its forms are done, for a link's token."""

    show: Callable[[str], Response]
    act: Callable[[str], Response]


_PAGES = {
    Ticket.prefix: CasePage(case_tickets.show, case_tickets.act),
    Return.prefix: CasePage(case_returns.show, case_returns.act),
}
"""By what the ids of its kind begin with."""


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


def _page() -> CasePage:
    prefix = opened().subject.partition("_")[0]
    if prefix not in _PAGES:
        raise NotFound("This case has no page.")
    return _PAGES[prefix]
