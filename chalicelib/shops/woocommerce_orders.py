"""A WooCommerce order body as canonical events."""

import html
from datetime import UTC, datetime

from chalicelib.domain.canonical import (
    WHOLE_ORDER,
    CanonicalEvent,
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
    RefundSeen,
)
from chalicelib.domain.money import Money, divided, zero
from chalicelib.shops import reading
from chalicelib.shops.places import zone_of
from chalicelib.shops.reading import Body

_TRACKING = "_wc_shipment_tracking_items"
"""Where the Shipment Tracking extension and those that follow it keep parcels."""


def order_events(body: Body) -> tuple[CanonicalEvent, ...]:
    """The order, its refunds, its parcels where an extension tells them, and its completion.

    There is no delivery date: the day the shop marked the order completed stands for it, and
    says so in its source. Raises Unreadable.
    """
    order_id = reading.needed_id(body, "id")
    changed_at = reading.needed_moment(
        "date_modified_gmt", body.get("date_modified_gmt"), body.get("date_created_gmt")
    )
    currency = reading.currency(body.get("currency"))
    events: list[CanonicalEvent] = [_order(body, order_id, changed_at, currency)]
    events += [
        RefundSeen(
            platform=Platform.WOOCOMMERCE,
            order_id=order_id,
            id=reading.needed_id(refund, "id"),
            changed_at=changed_at,
            amount=_given_back(refund, currency),
            reason=words(refund.get("reason")),
            refunded_at=reading.moment(refund.get("date_created_gmt")) or changed_at,
        )
        for refund in reading.items(body.get("refunds"))
    ]
    events += _parcels(body, order_id, changed_at)
    completed_at = reading.moment(body.get("date_completed_gmt"))
    if completed_at is not None:
        events.append(
            ParcelDelivered(
                platform=Platform.WOOCOMMERCE,
                order_id=order_id,
                id=WHOLE_ORDER,
                at=completed_at,
                source=DeliverySource.COMPLETED,
            )
        )
    return tuple(events)


def person(billing: Body, shipping: Body, outside_id: str | None) -> Person:
    """Who bought, from the two addresses; WooCommerce itself knows no language."""
    country = reading.country(shipping.get("country"), billing.get("country"))
    state = reading.first_text(shipping.get("state"), billing.get("state")) or ""
    return Person(
        outside_id=outside_id,
        name=_name(billing) or _name(shipping),
        mail=reading.text_or_none(billing.get("email")),
        phone=reading.first_text(billing.get("phone"), shipping.get("phone")),
        country=country,
        zone=zone_of(country, state.removeprefix(f"{country}-")),
    )


def words(value: object) -> str:
    """A text without its HTML entities: WooCommerce sends `&ndash;` in product names."""
    return reading.text(html.unescape(value)) if isinstance(value, str) else reading.text(value)


def _given_back(refund: Body, currency: str) -> Money:
    """A refund's `total` is negative, such as `-16.20`."""
    amount = reading.money(refund.get("total"), currency, "total")
    return max(amount, -amount)


def _name(address: Body) -> str | None:
    first, last = words(address.get("first_name")), words(address.get("last_name"))
    return reading.full_name(first, last) or None


def _order(body: Body, order_id: str, changed_at: datetime, currency: str) -> OrderSeen:
    status = reading.text(body.get("status"))
    paid_at = reading.moment(body.get("date_paid_gmt"))
    refunds = reading.items(body.get("refunds"))
    order_total = reading.money(body.get("total"), currency, "total")
    payment = _payment(status, is_paid=paid_at is not None, is_refunded=bool(refunds))
    is_tax_included = body.get("prices_include_tax") is True
    shipping_tax = reading.money(body.get("shipping_tax"), currency, "shipping_tax")
    is_cancelled = status in ("cancelled", "failed", "trash")
    return OrderSeen(
        platform=Platform.WOOCOMMERCE,
        order_id=order_id,
        number=reading.text(body.get("number")) or order_id,
        changed_at=changed_at,
        customer=person(
            reading.mapping(body.get("billing")),
            reading.mapping(body.get("shipping")),
            reading.id_or_none(body.get("customer_id")),
        ),
        currency=currency,
        taxes_included=is_tax_included,
        lines=tuple(
            _line(line, currency, is_tax_included=is_tax_included)
            for line in reading.items(body.get("line_items"))
        ),
        shipping_paid=reading.money(body.get("shipping_total"), currency, "shipping_total")
        + shipping_tax,
        discount=reading.money(body.get("discount_total"), currency, "discount_total"),
        tax=reading.money(body.get("total_tax"), currency, "total_tax"),
        total=order_total,
        captured=order_total if payment.is_paid else zero(currency),
        payment=payment,
        fulfilment=Fulfilment.SHIPPED if status == "completed" else Fulfilment.NONE,
        placed_at=reading.moment(body.get("date_created_gmt")) or changed_at,
        paid_at=paid_at,
        cancelled_at=changed_at if is_cancelled else None,
        refund_ids=tuple(sorted(reading.needed_id(refund, "id") for refund in refunds)),
    )


def _payment(status: str, *, is_paid: bool, is_refunded: bool) -> Payment:
    if status == "refunded":
        return Payment.REFUNDED
    if is_paid or status in ("processing", "completed"):
        return Payment.PARTIALLY_REFUNDED if is_refunded else Payment.PAID
    return Payment.VOIDED if status in ("cancelled", "failed", "trash") else Payment.PENDING


def _line(line: Body, currency: str, *, is_tax_included: bool) -> Line:
    """The unit price is the subtotal's share: `price` is a float after discounts."""
    quantity = reading.quantity(line.get("quantity"))
    before = reading.money(line.get("subtotal"), currency, "subtotal")
    net = reading.money(line.get("total"), currency, "total")
    tax = reading.money(line.get("total_tax"), currency, "total_tax")
    paid = net + tax
    if is_tax_included:
        before += reading.money(line.get("subtotal_tax"), currency, "subtotal_tax")
    name = words(line.get("name"))
    parent = words(line.get("parent_name"))
    return Line(
        id=reading.needed_id(line, "id"),
        sku=reading.text(line.get("sku")),
        title=parent or name,
        variant=name.removeprefix(parent).lstrip(" -–") if parent else "",
        product_id=reading.id_or_none(line.get("product_id")),
        variant_id=reading.id_or_none(line.get("variation_id")),
        quantity=quantity,
        current_quantity=quantity,
        unit_price=before.of(divided(before.amount, quantity)) if quantity else before,
        discount=before - (paid if is_tax_included else net),
        tax=tax,
        paid=paid,
    )


def _parcels(body: Body, order_id: str, changed_at: datetime) -> list[CanonicalEvent]:
    kept = next(
        (m.get("value") for m in reading.items(body.get("meta_data")) if m.get("key") == _TRACKING),
        None,
    )
    return [
        ParcelSeen(
            platform=Platform.WOOCOMMERCE,
            order_id=order_id,
            id=parcel_id,
            changed_at=changed_at,
            status=ParcelStatus.SHIPPED,
            carrier=reading.first_text(
                parcel.get("tracking_provider"), parcel.get("custom_tracking_provider")
            )
            or "",
            tracking=reading.text(parcel.get("tracking_number")),
            url=reading.web_address(parcel.get("custom_tracking_link")),
            shipped_at=_unix(parcel.get("date_shipped")),
        )
        for parcel in reading.items(kept)
        if (parcel_id := reading.id_or_none(parcel.get("tracking_id")))
    ]


def _unix(value: object) -> datetime | None:
    seconds = reading.number(value)
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
