"""A return and what may come back of an order, as machines see them."""

from chalicelib.domain.canonical import Owner
from chalicelib.domain.money import Money
from chalicelib.domain.policy import Ruling
from chalicelib.domain.promises import Promise, PromiseState
from chalicelib.domain.records import Moment
from chalicelib.domain.refunds import Quote
from chalicelib.domain.return_lines import ReturnLine, Way, Wish
from chalicelib.domain.returns import Decision, Logistics, MoneyState, RequestState, Return
from chalicelib.handlers.photo_api import PhotoView
from chalicelib.services.order_files import OrderFile
from chalicelib.web.shapes import Shape
from chalicelib.web.views import viewed


class OwedView(Shape):
    """Something owed: by whom is told by `what` (the customer owes `send_back`)."""

    what: str
    state: PromiseState
    due_at: Moment | None
    kept_at: Moment | None
    was_late: bool


class ReturnView(Shape):
    """One return; its four states move on their own (RET-04 to RET-06)."""

    id: str
    version: int
    number: str
    order_id: str
    order_number: str
    customer_id: str | None
    owner: Owner
    channel: str
    wish: Wish
    way: Way
    """How it comes back."""
    note: str
    request: RequestState
    logistics: Logistics
    money: MoneyState
    lines: list[ReturnLine]
    decision: Decision
    """What decided, with every line's ruling: rule, preset, articles, start and last moment."""
    refund: Money | None
    settled: Quote | None
    tracking: str
    decline_code: str
    promises: list[OwedView]
    next_due_at: Moment | None
    requested_at: Moment
    authorized_at: Moment | None
    sent_at: Moment | None
    received_at: Moment | None
    inspected_at: Moment | None
    settled_at: Moment | None
    refunded_at: Moment | None
    ended_at: Moment | None


class ReturnOrderView(Shape):
    id: str
    number: str
    total: Money | None
    captured: Money | None
    refunded: Money | None
    placed_at: Moment | None
    delivered_at: Moment | None


class ReturnCaseView(Shape):
    """A return with its order."""

    case: ReturnView
    order: ReturnOrderView
    photos: list[PhotoView]
    """What its customer sent as photos, kept or refused, by time."""


class ReturnableLine(Shape):
    """A line of an order, and what may come back of it."""

    line_id: str
    sku: str
    title: str
    variant: str
    quantity: int
    change_of_mind: Ruling
    fault: Ruling
    """The same for goods that are not as they should be."""


class ReturnableView(Shape):
    order: ReturnOrderView
    lines: list[ReturnableLine]


@viewed(Return, at="/returns/{id}")
def return_view(case: Return) -> ReturnView:
    values = {name: getattr(case, name) for name in ReturnView.model_fields if name != "promises"}
    return ReturnView(**values, promises=[_owed(promise) for promise in case.promises])


def order_view(file: OrderFile) -> ReturnOrderView:
    order = file.order
    return ReturnOrderView(
        id=order.id,
        number=order.number,
        total=order.total,
        captured=order.captured,
        refunded=order.refunded_amount,
        placed_at=order.placed_at,
        delivered_at=order.delivered_at,
    )


def returnable_view(
    file: OrderFile, change_of_mind: dict[str, Ruling], fault: dict[str, Ruling]
) -> ReturnableView:
    return ReturnableView(
        order=order_view(file),
        lines=[
            ReturnableLine(
                line_id=line.id,
                sku=line.sku,
                title=line.title,
                variant=line.variant,
                quantity=line.quantity,
                change_of_mind=change_of_mind[line.id],
                fault=fault[line.id],
            )
            for line in file.lines
        ],
    )


def _owed(promise: Promise) -> OwedView:
    return OwedView(**{name: getattr(promise, name) for name in OwedView.model_fields})
