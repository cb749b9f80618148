"""One box for whatever somebody has in hand. It is posted, and its answer is the page itself, so
that an address or a phone number stands in no URL and in no history."""

from dataclasses import dataclass

from chalice.app import Blueprint, Response

from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import Order
from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.work import place_of, works_of
from chalicelib.services import finding, lookups
from chalicelib.services.desk import Desk
from chalicelib.services.finding import Numbered
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.forms import Body, body
from chalicelib.web.operations import webpage

find = Blueprint(__name__)

PLACE = "/desk/find"

SHOP = "shop"


class Sought(Body):
    q: str = ""
    ask: str = ""
    """`shop`: what is not here is asked for at the shop."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, of each kind at most twenty."""

    numbered: Numbered
    people: list[Customer]

    @property
    def only(self) -> str:
        """The page of the one thing that is exactly meant; empty for none, or several."""
        found = [
            *(place_of(one) for one in self.numbered.cases),
            *(order_place(one) for one in self.numbered.orders),
            *(f"/desk/p/{one.id}" for one in self.people),
        ]
        return found[0] if len(found) == 1 and not self.numbered.meant else ""

    @property
    def are_none(self) -> bool:
        return not (self.numbered.cases or self.numbered.orders or self.people)


@find.route(PLACE, methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def ask() -> Response:
    return _page(desk(), "", Hits(Numbered([], []), []), asked_shop=False)


@find.route(PLACE, methods=["POST"])
@staff_only(Permission.READ)
@webpage(PLACE)
def search() -> Response:
    """The one thing that was meant is opened; what is mended, and what there are several of, is
    shown. Nothing of what was typed is written anywhere."""
    here, sought = desk(), body(Sought)
    text = sought.q[: finding.LONGEST + 1]
    hits = _found(here, text)
    asks = sought.ask == SHOP and hits.are_none
    order = lookups.find_order(here, text) if asks else None
    only = order_place(order) if order else hits.only
    return see_other(only) if only else _page(here, text, hits, asked_shop=asks)


def order_place(order: Order) -> str:
    return f"/desk/o/{order.id}"


def _found(here: Desk, text: str) -> Hits:
    may_see_people = Permission.READ_CUSTOMERS in caller().permissions
    people = finding.people(here, text) if may_see_people else []
    return Hits(finding.numbered(here, text), people)


def _page(here: Desk, text: str, hits: Hits, *, asked_shop: bool) -> Response:
    return staff_page(
        200,
        "desk/find.html",
        place="find",
        sought=text,
        is_found=not hits.are_none,
        meant=hits.numbered.meant,
        cases=works_of(here, hits.numbered.cases),
        orders=hits.numbered.orders,
        people=hits.people,
        asked_shop=asked_shop,
        can_ask=hits.are_none and finding.is_number(text) and lookups.can_ask(here),
    )
