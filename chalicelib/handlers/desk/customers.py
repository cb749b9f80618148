"""One customer's page for the staff: who they are, and everything that happened to them."""

from chalice.app import Blueprint, Response

from chalicelib.domain.customers import Customer
from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.trails import happened
from chalicelib.web.answers import html
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_customers = Blueprint(__name__)

PLACE = "/desk/p/{customer_id}"
MOST_CASES = 50
PAGE = 100
"""Of what happened; most of it comes along with something else and is not shown."""


@desk_customers.route(PLACE, methods=["GET"])
@staff_only(Permission.READ_CUSTOMERS)
@webpage(PLACE)
def show(customer_id: str) -> Response:
    """Newest first, over orders, tickets, returns, surveys and calls (CUS-06)."""
    here, paging = desk(), query(Paging)
    customer = here.get(Customer, customer_id)
    name = f"desk-timeline:{customer_id}"
    start = after(here, name, paging.cursor)
    found, last = here.timeline(customer_id, limit=PAGE, after=start)
    following = cursor(here, name, last)
    cases = here.page(2, f"customer#{customer_id}", limit=MOST_CASES, backwards=True)
    return html(
        "desk/customer.html",
        caller().language,
        place="",
        customer=customer,
        events=happened(here, found),
        cases={card.id: card for card in cases.cards},
        zone=caller().zone or here.shop.zone,
        more=f"{PLACE.format(customer_id=customer_id)}?cursor={following}" if following else "",
    )
