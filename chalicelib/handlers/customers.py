"""A customer's file and everything that happened to them."""

from chalice.app import Blueprint, Response

from chalicelib.domain.customers import Customer
from chalicelib.domain.permissions import Permission
from chalicelib.domain.records import Moment
from chalicelib.web.answers import ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Listed, Paging, after, cursor, listed
from chalicelib.web.forms import query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.trails import EventPage, event_page
from chalicelib.web.views import view, viewed

customers = Blueprint(__name__)

TIMELINE, CASES = "timeline", "customer-cases"


class CustomerView(Shape):
    """Who the customer is and how they may be reached (CUS-06)."""

    id: str
    version: int
    name: str | None
    mail: str | None
    phone: str | None
    language: str | None
    zone: str | None
    country: str | None
    erased_at: Moment | None


@viewed(Customer, at="/customers/{id}")
def customer_view(customer: Customer) -> CustomerView:
    return CustomerView(
        id=customer.id,
        version=customer.version,
        name=customer.name,
        mail=customer.mail,
        phone=customer.phone,
        language=customer.language,
        zone=customer.zone,
        country=customer.country,
        erased_at=customer.erased_at,
    )


@customers.route("/customers/{customer_id}", methods=["GET"])
@staff_only(Permission.READ_CUSTOMERS)
@operation("A customer's file", gives=CustomerView)
def customer(customer_id: str) -> Response:
    return ok(view(desk().get(Customer, customer_id)))


@customers.route("/customers/{customer_id}/timeline", methods=["GET"])
@staff_only(Permission.READ_CUSTOMERS)
@operation("Everything that happened to a customer", query=Paging, gives=EventPage)
def timeline(customer_id: str) -> Response:
    """Newest first, over orders, tickets, returns, surveys, calls and mails. What was promised
    about a case, and how it was kept, is among the case's own events."""
    here, paging = desk(), query(Paging)
    here.get(Customer, customer_id)
    name = f"{TIMELINE}:{customer_id}"
    found, last = here.timeline(
        customer_id, limit=paging.limit, after=after(here, name, paging.cursor)
    )
    return ok(event_page(found, cursor(here, name, last)))


@customers.route("/customers/{customer_id}/cases", methods=["GET"])
@staff_only(Permission.READ_CUSTOMERS)
@operation("A customer's orders and cases", query=Paging, gives=Listed)
def cases(customer_id: str) -> Response:
    """Newest first."""
    here, paging = desk(), query(Paging)
    here.get(Customer, customer_id)
    name = f"{CASES}:{customer_id}"
    page = here.page(
        2,
        f"customer#{customer_id}",
        limit=paging.limit,
        after=after(here, name, paging.cursor),
        backwards=True,
    )
    return ok(listed(here, name, page))
