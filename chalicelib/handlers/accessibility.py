"""How accessible a shop's pages are, and where to say what is not (Directive (EU) 2019/882, annex
V)."""

from chalice.app import Blueprint, Response

from chalicelib.domain.events import ActorKind
from chalicelib.handlers.shoppers import frame, reader_locale
from chalicelib.services import contact
from chalicelib.web.answers import html
from chalicelib.web.auth import desk_at, public
from chalicelib.web.operations import webpage

accessibility = Blueprint(__name__)

PLACE = "/accessibility/{shop_id}"


@accessibility.route(PLACE, methods=["GET"])
@public
@webpage(PLACE)
def show(shop_id: str) -> Response:
    here = desk_at(shop_id, ActorKind.CUSTOMER)
    return html(
        "shopper/accessibility.html",
        reader_locale(here),
        **frame(here),
        answer_by=contact.answer_by(here),
    )
