"""An order for the staff: what was sold, where it is, what went back, and what may."""

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.permissions import Permission
from chalicelib.domain.policy import Ruling
from chalicelib.handlers.case_tickets import parcels_of
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.work import works
from chalicelib.services.desk import Desk
from chalicelib.services.order_files import OrderFile, order_file
from chalicelib.services.returns import returnable
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.operations import webpage

desk_orders = Blueprint(__name__)

PLACE = "/desk/o/{order_id}"
MOST_CASES = 20


@desk_orders.route(PLACE, methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def show(order_id: str) -> Response:
    here = desk()
    file, rulings, faults = _ruled(here, order_id)
    cases = here.page(4, f"order#{order_id}", limit=MOST_CASES, backwards=True)
    return staff_page(
        200,
        "desk/order.html",
        place="",
        order=file.order,
        customer=file.customer,
        lines=file.lines,
        rulings=rulings,
        faults=faults,
        marks=parcels_of(file.order),
        parcels=file.parcels,
        refunds=file.refunds,
        ledger=file.ledger,
        cases=works(here, cases.cards),
    )


def _ruled(here: Desk, order_id: str) -> tuple[OrderFile, dict[str, Ruling], dict[str, Ruling]]:
    """The order, and by line whether it may come back. Of an order that was not seen whole, nothing
    is known to rule on."""
    try:
        return returnable(here, order_id)
    except NotAllowed:
        return order_file(here, order_id), {}, {}
