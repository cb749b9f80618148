"""Orders and products as the shop told them, and what after-sales knows besides."""

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.canonical import Line
from chalicelib.domain.ledger import LedgerLine
from chalicelib.domain.money import Money
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel, ParcelMark
from chalicelib.domain.permissions import Permission
from chalicelib.domain.products import AfterSales, Product
from chalicelib.domain.records import Moment
from chalicelib.domain.shop_refunds import Refund
from chalicelib.services import catalogue, lookups
from chalicelib.services.order_files import OrderFile, order_file
from chalicelib.web.answers import ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Paging
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.trails import EventPage, trail
from chalicelib.web.views import View, view, viewed

orders = Blueprint(__name__)


class OrderWanted(Body):
    number: str = Field(min_length=1, max_length=64)
    """As the buyer knows it; one that was never pushed is asked for at the shop."""


class ParcelView(Shape):
    """A parcel, and where it is."""

    id: str
    carrier: str
    tracking: str
    url: str
    lines: dict[str, int]
    shipped_at: Moment | None
    state: ParcelMark | None


class RefundView(Shape):
    """Money that the shop gave back."""

    id: str
    amount: Money
    refunded_at: Moment


class LedgerView(Shape):
    """Money that one of our cases moves."""

    id: str
    case_id: str
    amount: Money
    payer: str
    reason: str
    state: str


class OrderView(Shape):
    """An order with everything beside it."""

    id: str
    version: int
    number: str
    complete: bool
    """False while only a parcel or a refund of it was seen."""
    seen_by: str
    customer_id: str | None
    payment: str
    fulfilment: str
    total: Money | None
    captured: Money | None
    refunded: Money | None
    placed_at: Moment | None
    paid_at: Moment | None
    cancelled_at: Moment | None
    delivered_at: Moment | None
    delivery_source: str | None
    lines: list[Line]
    parcels: list[ParcelView]
    refunds: list[RefundView]
    ledger: list[LedgerView]
    returned: dict[str, int]
    """Line id -> units that our own returns claimed."""


class ProductView(Shape):
    """A product of the catalogue, and what after-sales knows of it."""

    id: str
    version: int
    title: str
    type: str
    tags: tuple[str, ...]
    status: str
    variants: int
    after_sales: AfterSales


@viewed(Product, at="/products/{id}")
def product_view(one: Product) -> ProductView:
    return ProductView(**{name: getattr(one, name) for name in ProductView.model_fields})


@orders.route("/orders", methods=["GET"])
@staff_only(Permission.READ)
@operation("The order of a number", query=OrderWanted, gives=OrderView)
def by_number() -> Response:
    """By the number that the buyer knows."""
    found = lookups.order_numbered(desk(), query(OrderWanted).number)
    return ok(_whole(order_file(desk(), found.id)))


@orders.route("/orders/{order_id}", methods=["GET"])
@staff_only(Permission.READ)
@operation("An order with its lines, parcels and refunds", gives=OrderView)
def order(order_id: str) -> Response:
    return ok(_whole(order_file(desk(), order_id)))


@orders.route("/orders/{order_id}/events", methods=["GET"])
@staff_only(Permission.READ)
@operation("What happened to an order", query=Paging, gives=EventPage)
def order_events(order_id: str) -> Response:
    desk().get(Order, order_id)
    return ok(trail(desk(), order_id, query(Paging)))


@orders.route("/products/{product_id}", methods=["GET"])
@staff_only(Permission.READ)
@operation("A product", gives=ProductView)
def product(product_id: str) -> Response:
    return ok(view(desk().get(Product, product_id)))


@orders.route("/products/{product_id}/after-sales", methods=["PUT"])
@staff_only(Permission.MANAGE_SHOP)
@operation("Say what after-sales knows of a product", takes=AfterSales, gives=ProductView)
def describe(product_id: str) -> Response:
    """Its legal exception with the reason, its warranty, whether its serial number is wanted."""
    return ok(view(catalogue.describe_product(desk(), product_id, body(AfterSales))))


def _whole(file: OrderFile) -> View:
    one = file.order
    shown = OrderView(
        id=one.id,
        version=one.version,
        number=one.number,
        complete=one.complete,
        seen_by=one.seen_by,
        customer_id=one.customer_id,
        payment=one.payment,
        fulfilment=one.fulfilment,
        total=one.total,
        captured=one.captured,
        refunded=one.refunded_amount,
        placed_at=one.placed_at,
        paid_at=one.paid_at,
        cancelled_at=one.cancelled_at,
        delivered_at=one.delivered_at,
        delivery_source=one.delivery_source,
        lines=list(file.lines),
        parcels=[_parcel(parcel, one) for parcel in file.parcels],
        refunds=[_refund(refund) for refund in file.refunds],
        ledger=[_ledger(line) for line in file.ledger],
        returned=one.returned,
    )
    return View(shown, one.version, f"/orders/{one.id}")


def _parcel(one: Parcel, order: Order) -> ParcelView:
    return ParcelView(
        id=one.id,
        carrier=one.carrier,
        tracking=one.tracking,
        url=one.url,
        lines=one.lines,
        shipped_at=one.shipped_at,
        state=order.parcels.get(one.id),
    )


def _refund(one: Refund) -> RefundView:
    return RefundView(id=one.id, amount=one.amount, refunded_at=one.refunded_at)


def _ledger(one: LedgerLine) -> LedgerView:
    return LedgerView(
        id=one.id,
        case_id=one.case_id,
        amount=one.money,
        payer=one.payer,
        reason=one.reason,
        state=one.state,
    )
