"""Shopify's fulfillments, fulfillment events and refunds as canonical events."""

from datetime import datetime

from chalicelib.domain.canonical import (
    CanonicalEvent,
    DeliverySource,
    ParcelDelayed,
    ParcelDelivered,
    ParcelMoved,
    ParcelSeen,
    ParcelStatus,
    Platform,
    RefundLine,
    RefundSeen,
)
from chalicelib.domain.money import Money, total, zero
from chalicelib.shops import reading
from chalicelib.shops.reading import Body
from chalicelib.shops.shopify_amounts import amount, presentment_currency

_SHIPMENTS = {
    "label_purchased": ParcelStatus.PENDING,
    "label_printed": ParcelStatus.PENDING,
    "confirmed": ParcelStatus.PENDING,
    "carrier_picked_up": ParcelStatus.SHIPPED,
    "in_transit": ParcelStatus.IN_TRANSIT,
    "delayed": ParcelStatus.IN_TRANSIT,
    "out_for_delivery": ParcelStatus.OUT_FOR_DELIVERY,
    "attempted_delivery": ParcelStatus.ATTEMPTED,
    "ready_for_pickup": ParcelStatus.AWAITING_PICKUP,
    "delivered": ParcelStatus.DELIVERED,
    "failure": ParcelStatus.UNDELIVERABLE,
}

_FULFILLMENTS = {
    "success": ParcelStatus.SHIPPED,
    "cancelled": ParcelStatus.CANCELLED,
    "error": ParcelStatus.CANCELLED,
    "failure": ParcelStatus.CANCELLED,
}


def parcel_events(
    body: Body, *, order_id: str, changed_at: datetime | None
) -> tuple[CanonicalEvent, ...]:
    """A fulfillment as a parcel, and its arrival if Shopify says so. Raises Unreadable."""
    parcel_id = reading.needed_id(body, "id")
    created_at = reading.moment(body.get("created_at"))
    updated_at = reading.needed_moment(
        "updated_at", body.get("updated_at"), body.get("created_at"), _iso(changed_at)
    )
    status = _FULFILLMENTS.get(reading.text(body.get("status")), ParcelStatus.PENDING)
    if status.has_left:
        status = _SHIPMENTS.get(reading.text(body.get("shipment_status")), status)
    seen = ParcelSeen(
        platform=Platform.SHOPIFY,
        order_id=order_id,
        id=parcel_id,
        changed_at=updated_at,
        status=status,
        carrier=reading.text(body.get("tracking_company")),
        tracking=reading.first_text(body.get("tracking_number"), *_first(body, "tracking_numbers"))
        or "",
        url=reading.web_address(body.get("tracking_url")),
        lines=reading.quantities(
            (reading.id_or_none(line.get("id")), reading.quantity(line.get("quantity")))
            for line in reading.items(body.get("line_items"))
        ),
        shipped_at=created_at,
    )
    if status is not ParcelStatus.DELIVERED:
        return (seen,)
    arrived = ParcelDelivered(
        platform=Platform.SHOPIFY,
        order_id=order_id,
        id=parcel_id,
        at=updated_at,
        source=DeliverySource.PLATFORM,
    )
    return (seen, arrived)


def movement_events(body: Body) -> tuple[CanonicalEvent, ...]:
    """A fulfillment event: what the carrier reported of a parcel. Raises Unreadable."""
    order_id = reading.needed_id(body, "order_id")
    parcel_id = reading.needed_id(body, "fulfillment_id")
    at = reading.needed_moment("happened_at", body.get("happened_at"), body.get("created_at"))
    said = reading.text(body.get("status"))
    status = _SHIPMENTS.get(said)
    expected_at = reading.moment(body.get("estimated_delivery_at"))
    if status is None:
        return ()
    if status is ParcelStatus.DELIVERED:
        return (
            ParcelDelivered(
                platform=Platform.SHOPIFY,
                order_id=order_id,
                id=parcel_id,
                at=at,
                source=DeliverySource.CARRIER,
            ),
        )
    moved = ParcelMoved(
        platform=Platform.SHOPIFY,
        order_id=order_id,
        id=parcel_id,
        at=at,
        status=status,
        expected_at=expected_at,
    )
    if said != "delayed":
        return (moved,)
    late = ParcelDelayed(
        platform=Platform.SHOPIFY,
        order_id=order_id,
        id=parcel_id,
        at=at,
        expected_at=expected_at,
    )
    return (moved, late)


def refund_event(
    body: Body, *, order_id: str, changed_at: datetime | None, currency: str | None = None
) -> RefundSeen:
    """A refund, by itself or inside an order (whose currency it is then in). Raises Unreadable.

    The money is that of the transactions that did not fail. Without any (given back by hand),
    or with those in another currency than the buyer's, it is what the lines and the order's
    adjustments say.
    """
    transactions = [
        transaction
        for transaction in reading.items(body.get("transactions"))
        if reading.text(transaction.get("kind")) == "refund"
        and reading.text(transaction.get("status")) not in ("failure", "error")
    ]
    if currency is None:
        currency = _currency(body, transactions)
    created_at = reading.needed_moment(
        "created_at", body.get("created_at"), body.get("processed_at"), _iso(changed_at)
    )
    lines = tuple(_refund_line(line, currency) for line in _refund_lines(body))
    adjustments = total(
        (
            -amount(adjustment, field, currency)
            for adjustment in reading.items(body.get("order_adjustments"))
            for field in ("amount", "tax_amount")
        ),
        currency,
    )
    given = [t for t in transactions if reading.text(t.get("currency")).upper() == currency]
    if given and len(given) == len(transactions):
        paid = total((reading.money(t.get("amount"), currency, "amount") for t in given), currency)
    else:
        paid = total((line.amount for line in lines), currency) + adjustments
    return RefundSeen(
        platform=Platform.SHOPIFY,
        order_id=order_id,
        id=reading.needed_id(body, "id"),
        changed_at=changed_at or created_at,
        amount=max(paid, zero(currency)),
        lines=lines,
        shipping=_shipping(body, currency),
        reason=reading.text(body.get("note")),
        refunded_at=reading.moment(body.get("processed_at")) or created_at,
    )


def _currency(body: Body, transactions: list[Body]) -> str:
    shown = presentment_currency(body, "total_duties_set", "total_additional_fees_set")
    for line in reading.items(body.get("refund_line_items")):
        shown = shown or presentment_currency(line, "subtotal_set", "total_tax_set")
    if shown:
        return shown
    found = next((t.get("currency") for t in transactions), None)
    return reading.currency(found, "transactions.currency")


def _refund_lines(body: Body) -> list[Body]:
    return [
        line
        for line in reading.items(body.get("refund_line_items"))
        if reading.id_or_none(line.get("line_item_id"))
    ]


def _refund_line(line: Body, currency: str) -> RefundLine:
    given = amount(line, "subtotal", currency) + amount(line, "total_tax", currency)
    return RefundLine(
        line_id=reading.needed_id(line, "line_item_id"),
        quantity=reading.quantity(line.get("quantity")),
        amount=given,
    )


def _shipping(body: Body, currency: str) -> Money | None:
    parts = [
        -(amount(adjustment, "amount", currency) + amount(adjustment, "tax_amount", currency))
        for adjustment in reading.items(body.get("order_adjustments"))
        if reading.text(adjustment.get("kind")) == "shipping_refund"
    ]
    return total(parts, currency) if parts else None


def _first(body: Body, field: str) -> tuple[object, ...]:
    return tuple(reading.listed(body.get(field))[:1])


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
