"""Orders as a shop tells them, for tests of returns."""

from datetime import UTC, datetime

from chalicelib.domain import orders
from chalicelib.domain.canonical import (
    DeliverySource,
    Fulfilment,
    Line,
    OrderSeen,
    ParcelDelivered,
    ParcelSeen,
    ParcelStatus,
    Payment,
    Person,
    Platform,
    SeenBy,
)
from chalicelib.domain.money import Money
from chalicelib.domain.orders import Order

PLACED = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
DELIVERED = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def a_line(line_id: str = "l1", *, quantity: int = 2, paid: int = 9288, sku: str = "LIN-2") -> Line:
    return Line(
        id=line_id,
        sku=sku,
        title="Linen set",
        product_id=f"p-{line_id}",
        quantity=quantity,
        current_quantity=quantity,
        unit_price=eur(paid // max(quantity, 1)),
        discount=eur(0),
        tax=eur(paid * 19 // 119),
        paid=eur(paid),
    )


def an_order_seen(
    *lines: Line,
    shipping: int = 490,
    number: str = "#1001",
    outside_id: str = "o1",
    fulfilment: Fulfilment = Fulfilment.SHIPPED,
) -> OrderSeen:
    sold = lines or (a_line(),)
    total = eur(sum(line.paid.amount for line in sold) + shipping)
    return OrderSeen(
        platform=Platform.STANDARD,
        order_id=outside_id,
        number=number,
        changed_at=PLACED,
        customer=Person(
            outside_id="c1", name="Jana Weber", mail="jana@example.de", language="de", country="DE"
        ),
        currency="EUR",
        taxes_included=True,
        lines=sold,
        shipping_paid=eur(shipping),
        discount=eur(0),
        tax=eur(0),
        total=total,
        captured=total,
        payment=Payment.PAID,
        fulfilment=fulfilment,
        placed_at=PLACED,
        paid_at=PLACED,
    )


def delivered(
    outside_id: str = "o1", at: datetime = DELIVERED
) -> list[ParcelSeen | ParcelDelivered]:
    """One parcel with everything, at the door."""
    return [
        ParcelSeen(
            platform=Platform.STANDARD,
            order_id=outside_id,
            id="p1",
            changed_at=PLACED,
            status=ParcelStatus.SHIPPED,
            carrier="DHL",
            tracking="JJD0003412",
        ),
        ParcelDelivered(
            platform=Platform.STANDARD,
            order_id=outside_id,
            id="p1",
            at=at,
            source=DeliverySource.CARRIER,
        ),
    ]


def an_order(*lines: Line, shipping: int = 490, is_delivered: bool = True) -> Order:
    """A paid order's header, its parcel delivered or not."""
    events = [an_order_seen(*lines, shipping=shipping), *(delivered() if is_delivered else ())]
    changes = orders.apply_all(
        None, events, shop="acme", customer_id="cus_1", seen_by=SeenBy.WEBHOOK
    )
    assert changes.result is not None
    return changes.result.mark_stored(changes.result.version)
