"""A Shopify order body as canonical events."""

from datetime import datetime
from decimal import Decimal

from chalicelib.domain.canonical import (
    CanonicalEvent,
    Fulfilment,
    Line,
    OrderSeen,
    Payment,
    Person,
    Platform,
)
from chalicelib.domain.money import Money, rounded_from_decimal, total, zero
from chalicelib.shops import reading
from chalicelib.shops.places import zone_of
from chalicelib.shops.reading import Body, Unreadable
from chalicelib.shops.shopify_amounts import amount
from chalicelib.shops.shopify_parcels import parcel_events, refund_event

_PAYMENTS = {
    "pending": Payment.PENDING,
    "authorized": Payment.AUTHORIZED,
    "partially_paid": Payment.PARTIALLY_PAID,
    "paid": Payment.PAID,
    "partially_refunded": Payment.PARTIALLY_REFUNDED,
    "refunded": Payment.REFUNDED,
    "voided": Payment.VOIDED,
    "expired": Payment.VOIDED,
}

_FULFILMENTS = {
    "partial": Fulfilment.PARTIAL,
    "fulfilled": Fulfilment.SHIPPED,
}


def order_events(body: Body, sent_at: datetime | None) -> tuple[CanonicalEvent, ...]:
    """The order as it is, its parcels and its refunds. Raises Unreadable."""
    order_id = reading.needed_id(body, "id")
    changed_at = reading.moment(body.get("updated_at")) or sent_at
    if changed_at is None:
        raise Unreadable("updated_at")
    currency = reading.currency(body.get("presentment_currency") or body.get("currency"))
    events: list[CanonicalEvent] = [_order(body, order_id, changed_at, currency)]
    for fulfillment in reading.items(body.get("fulfillments")):
        events += parcel_events(fulfillment, order_id=order_id, changed_at=changed_at)
    for refund in reading.items(body.get("refunds")):
        events.append(
            refund_event(refund, order_id=order_id, changed_at=changed_at, currency=currency)
        )
    return tuple(events)


def _order(body: Body, order_id: str, changed_at: datetime, currency: str) -> OrderSeen:
    payment = _PAYMENTS.get(reading.text(body.get("financial_status")), Payment.PENDING)
    is_tax_included = body.get("taxes_included") is True
    order_total = amount(body, "total_price", currency)
    return OrderSeen(
        platform=Platform.SHOPIFY,
        order_id=order_id,
        number=reading.first_text(body.get("name"), body.get("order_number")) or order_id,
        changed_at=changed_at,
        customer=_person(body),
        currency=currency,
        taxes_included=is_tax_included,
        lines=tuple(
            _line(line, currency, is_tax_included=is_tax_included)
            for line in reading.items(body.get("line_items"))
        ),
        shipping_paid=_shipping(body, currency, is_tax_included=is_tax_included),
        discount=amount(body, "total_discounts", currency),
        tax=amount(body, "total_tax", currency),
        total=order_total,
        captured=_captured(body, payment, order_total),
        payment=payment,
        fulfilment=_FULFILMENTS.get(reading.text(body.get("fulfillment_status")), Fulfilment.NONE),
        placed_at=reading.needed_moment("created_at", body.get("created_at"), str(changed_at)),
        paid_at=reading.moment(body.get("processed_at")) if payment.is_paid else None,
        cancelled_at=reading.moment(body.get("cancelled_at")),
    )


def _person(body: Body) -> Person:
    """`customer` may be null, absent or without an id; an empty mail address is none."""
    customer = reading.mapping(body.get("customer"))
    shipping = reading.mapping(body.get("shipping_address"))
    billing = reading.mapping(body.get("billing_address"))
    home = reading.mapping(customer.get("default_address"))
    own_name = reading.full_name(
        reading.text(customer.get("first_name")), reading.text(customer.get("last_name"))
    )
    country = reading.country(*(a.get("country_code") for a in (shipping, billing, home)))
    state = reading.first_text(*(a.get("province_code") for a in (shipping, billing, home)))
    return Person(
        outside_id=reading.id_or_none(customer.get("id")),
        name=reading.first_text(own_name, shipping.get("name"), billing.get("name")),
        mail=reading.first_text(
            body.get("email"), body.get("contact_email"), customer.get("email")
        ),
        phone=reading.first_text(
            body.get("phone"),
            shipping.get("phone"),
            billing.get("phone"),
            customer.get("phone"),
        ),
        language=reading.language_tag(body.get("customer_locale")),
        country=country,
        zone=zone_of(country, state or ""),
    )


def _line(line: Body, currency: str, *, is_tax_included: bool) -> Line:
    quantity = reading.quantity(line.get("quantity"))
    price = amount(line, "price", currency)
    discount = _line_discount(line, currency)
    tax = _sum(line.get("tax_lines"), "price", currency)
    gross = price * quantity - discount
    left = line.get("current_quantity")
    return Line(
        id=reading.needed_id(line, "id"),
        sku=reading.text(line.get("sku")),
        title=reading.first_text(line.get("title"), line.get("name")) or "",
        variant=reading.text(line.get("variant_title")),
        product_id=reading.id_or_none(line.get("product_id")),
        variant_id=reading.id_or_none(line.get("variant_id")),
        quantity=quantity,
        current_quantity=quantity if left is None else reading.quantity(left),
        unit_price=price,
        discount=discount,
        tax=tax,
        paid=gross if is_tax_included else gross + tax,
    )


def _line_discount(line: Body, currency: str) -> Money:
    """`total_discount` is zero for a code on the whole order: the allocations count, and it
    only where an old body has none."""
    if line.get("discount_allocations") is None:
        return amount(line, "total_discount", currency)
    return _sum(line.get("discount_allocations"), "amount", currency)


def _shipping(body: Body, currency: str, *, is_tax_included: bool) -> Money:
    """What the buyer paid for shipping, after discounts and with tax."""
    paid = zero(currency)
    for line in reading.items(body.get("shipping_lines")):
        price = amount(line, "price", currency)
        price -= _sum(line.get("discount_allocations"), "amount", currency)
        paid += price if is_tax_included else price + _sum(line.get("tax_lines"), "price", currency)
    return paid


def _captured(body: Body, payment: Payment, order_total: Money) -> Money:
    """`total_outstanding` is in the shop's currency, so what is open counts as a share."""
    if payment.is_paid:
        return order_total
    if payment is not Payment.PARTIALLY_PAID:
        return zero(order_total.currency)
    shop_currency = reading.currency(body.get("currency"))
    whole = reading.money(body.get("total_price"), shop_currency, "total_price").decimal
    still_open = reading.money(
        body.get("total_outstanding"), shop_currency, "total_outstanding"
    ).decimal
    if not whole:
        return zero(order_total.currency)
    share = max(Decimal(0), whole - still_open) / whole
    return rounded_from_decimal(order_total.decimal * share, order_total.currency)


def _sum(lines: object, field: str, currency: str) -> Money:
    """The sum of one amount over a list."""
    return total((amount(line, field, currency) for line in reading.items(lines)), currency)
