"""The page behind a case link: a ticket's or a return's, told by the id the link is about."""

from collections.abc import Callable
from dataclasses import dataclass

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound
from chalicelib.domain.letters import Letter
from chalicelib.notify.doors import DOORS
from chalicelib.services.desk import Desk
from chalicelib.web.auth import opened, shopper
from chalicelib.web.operations import webpage

case = Blueprint(__name__)

PURPOSE = "case"


@dataclass(frozen=True, slots=True)
class CasePage:
    """One kind of case: its page, and what its forms do. Each is given the link's token."""

    show: Callable[[str], Response]
    act: Callable[[str], Response]


_PAGES: dict[str, CasePage] = {}


def case_page(prefix: str, page: CasePage) -> None:
    """Declare the page of the cases whose ids begin with `prefix`, such as `tkt`."""
    _PAGES[prefix] = page


def case_door(desk: Desk, case_id: str) -> str:
    """The path of a case's page, for as long as a link in a letter is good."""
    token = desk.link(PURPOSE, case_id, desk.now() + Letter.lifetime)
    return DOORS[PURPOSE].format(token=token)


@case.route("/c/{token}", methods=["GET"])
@shopper(PURPOSE)
@webpage("/c/{token}")
def show(token: str) -> Response:
    """Where the case stands, who acts next and by when."""
    return _page().show(token)


@case.route("/c/{token}", methods=["POST"])
@shopper(PURPOSE)
@webpage("/c/{token}")
def act(token: str) -> Response:
    """What the shopper adds to their case, or does with it."""
    return _page().act(token)


def _page() -> CasePage:
    prefix = opened().subject.partition("_")[0]
    if prefix not in _PAGES:
        raise NotFound("This case has no page.")
    return _PAGES[prefix]
