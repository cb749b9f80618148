"""Whose link is over presses one button, and a fresh one goes to the address on file. The answer is
the same whether a letter went out or not."""

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import ActorKind
from chalicelib.handlers.shoppers import frame, reader_locale
from chalicelib.services import fresh_links as service
from chalicelib.services import links
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.web.answers import html, see_other
from chalicelib.web.auth import desk_at, public
from chalicelib.web.limits import knock
from chalicelib.web.operations import webpage

fresh_links = Blueprint(__name__)

PLACE = "/again/{purpose}/{token}"
TRIES = 6


@fresh_links.route(PLACE, methods=["GET"])
@public
@webpage(PLACE)
def told(purpose: str, token: str) -> Response:
    here, _ = _opened(purpose, token)
    return html("shopper/link-sent.html", reader_locale(here), **frame(here))


@fresh_links.route(PLACE, methods=["POST"])
@public
@webpage(PLACE)
def send(purpose: str, token: str) -> Response:
    here, case_id = _opened(purpose, token)
    knock(here, "fresh-link", limit=TRIES)
    service.send(here, case_id)
    return see_other(f"/again/{purpose}/{token}?lang={reader_locale(here)}")


def _opened(purpose: str, token: str) -> tuple[Desk, str]:
    """The shop and the case of a link of ours, whether its time is over or not."""
    if purpose not in service.PURPOSES:
        raise NotFound("There are no fresh links for this.")
    what = links.proved(house(), purpose, token)
    return desk_at(what.shop, ActorKind.CUSTOMER), what.subject
