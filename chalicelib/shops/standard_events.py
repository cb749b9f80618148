"""From the bodies of our own vocabulary to canonical events."""

from datetime import datetime

from chalicelib.domain.canonical import (
    WHOLE_ORDER,
    CanonicalEvent,
    CustomerErased,
    CustomerSeen,
    DeliverySource,
    Line,
    MessageReceived,
    MessageSent,
    OrderSeen,
    ParcelDelayed,
    ParcelDelivered,
    ParcelSeen,
    Payment,
    Person,
    Platform,
    ProductSeen,
    RefundLine,
    RefundSeen,
    ReturnRequested,
    TicketRequested,
    VariantSeen,
    WantedBack,
)
from chalicelib.domain.money import prorate, total, zero
from chalicelib.shops import reading
from chalicelib.shops.places import zone_of
from chalicelib.shops.reading import Unreadable
from chalicelib.shops.standard_bodies import (
    CustomerBody,
    CustomerErasedBody,
    DelayedBody,
    DeliveredBody,
    LineBody,
    OrderBody,
    ParcelBody,
    PersonBody,
    ProductBody,
    ReceivedBody,
    RefundBody,
    ReturnBody,
    SentBody,
    TicketBody,
)

_OURS = Platform.STANDARD


def order_changed(body: OrderBody, sent_at: datetime) -> tuple[CanonicalEvent, ...]:
    """What is not said is reckoned: a line's price less its discount, its share of what was taken
    off the order as a whole, and the order's total."""
    changed_at = body.changed_at or sent_at
    lines = _with_shares(tuple(_line(line, body) for line in body.lines), body)
    _refuse_twins([line.id for line in lines])
    currency = body.currency
    shipping = reading.money(body.shipping_paid, currency, "shipping_paid")
    reckoned = total((line.paid for line in lines), currency) + shipping
    order_total = reckoned if body.total is None else reading.money(body.total, currency, "total")
    payment = body.payment or (Payment.PAID if body.paid_at else Payment.PENDING)
    captured = order_total if payment.is_paid else zero(currency)
    order = OrderSeen(
        platform=_OURS,
        order_id=body.id,
        number=body.number or body.id,
        changed_at=changed_at,
        customer=_person(body.customer or PersonBody()),
        currency=currency,
        taxes_included=body.taxes_included,
        lines=lines,
        shipping_paid=shipping,
        discount=total((line.discount for line in lines), currency)
        if body.discount is None
        else reading.money(body.discount, currency, "discount"),
        tax=total((line.tax for line in lines), currency)
        if body.tax is None
        else reading.money(body.tax, currency, "tax"),
        total=order_total,
        captured=captured
        if body.captured is None
        else reading.money(body.captured, currency, "captured"),
        payment=payment,
        fulfilment=body.fulfilment,
        placed_at=body.placed_at,
        paid_at=body.paid_at,
        cancelled_at=body.cancelled_at,
    )
    parcels = [e for p in body.parcels for e in _parcel(p, body.id, changed_at)]
    refunds = [_refund(refund, body, changed_at) for refund in body.refunds]
    return (order, *parcels, *refunds)


def product_changed(body: ProductBody, sent_at: datetime) -> tuple[CanonicalEvent, ...]:
    return (
        ProductSeen(
            platform=_OURS,
            id=body.id,
            changed_at=body.changed_at or sent_at,
            title=body.title,
            type=body.type,
            tags=tuple(sorted({tag for tag in body.tags if tag})),
            image=body.image,
            status=body.status,
            variants=tuple(
                VariantSeen(
                    id=variant.id,
                    title=variant.title,
                    sku=variant.sku,
                    gtin=variant.gtin,
                    price=reading.price(variant.price),
                    currency=variant.currency,
                    grams=variant.grams,
                )
                for variant in body.variants
            ),
        ),
    )


def parcel_delivered(body: DeliveredBody, _: datetime) -> tuple[CanonicalEvent, ...]:
    return (
        ParcelDelivered(
            platform=_OURS,
            order_id=body.order_id,
            id=body.parcel_id or WHOLE_ORDER,
            at=body.delivered_at,
            source=DeliverySource(body.source),
        ),
    )


def parcel_delayed(body: DelayedBody, sent_at: datetime) -> tuple[CanonicalEvent, ...]:
    return (
        ParcelDelayed(
            platform=_OURS,
            order_id=body.order_id,
            id=body.parcel_id or WHOLE_ORDER,
            at=sent_at,
            expected_at=body.expected_at,
        ),
    )


def ticket_requested(body: TicketBody, sent_at: datetime) -> tuple[CanonicalEvent, ...]:
    return (
        TicketRequested(
            platform=_OURS,
            id=body.id,
            at=sent_at,
            customer=_person(body.customer),
            subject=body.subject,
            text=body.text,
            language=body.language or body.customer.language,
            reason=body.reason or None,
            channel=body.channel,
            order_number=body.order_number or None,
            owner=body.owner,
            answer_by=body.answer_by,
        ),
    )


def return_requested(body: ReturnBody, sent_at: datetime) -> tuple[CanonicalEvent, ...]:
    return (
        ReturnRequested(
            platform=_OURS,
            id=body.id,
            at=sent_at,
            order_id=body.order_id,
            lines=tuple(
                WantedBack(line_id=line.line_id, quantity=line.quantity, reason=line.reason)
                for line in body.lines
            ),
            outcome=body.outcome,
            text=body.text,
            owner=body.owner,
            decide_by=body.decide_by,
        ),
    )


def message_received(body: ReceivedBody, sent_at: datetime) -> tuple[CanonicalEvent, ...]:
    return (
        MessageReceived(
            platform=_OURS,
            id=body.id,
            at=sent_at,
            conversation=body.conversation,
            customer=_person(body.customer),
            text=body.text,
            channel=body.channel,
        ),
    )


def message_sent(body: SentBody, sent_at: datetime) -> tuple[CanonicalEvent, ...]:
    return (
        MessageSent(
            platform=_OURS,
            message_id=body.message_id,
            at=body.sent_at or sent_at,
            outside_id=body.outside_id,
        ),
    )


def customer_changed(body: CustomerBody, sent_at: datetime) -> tuple[CanonicalEvent, ...]:
    if body.id is None:
        raise Unreadable("id")
    return (
        CustomerSeen(
            platform=_OURS,
            changed_at=body.changed_at or sent_at,
            customer=_person(body),
            consent=body.consent,
        ),
    )


def customer_erased(body: CustomerErasedBody, _: datetime) -> tuple[CanonicalEvent, ...]:
    if not (body.id or body.mail or body.phone):
        raise Unreadable("id")
    return (
        CustomerErased(
            platform=_OURS,
            customer=Person(outside_id=body.id, mail=body.mail, phone=body.phone),
            order_ids=body.order_ids,
        ),
    )


def _person(body: PersonBody) -> Person:
    return Person(
        outside_id=body.id,
        name=body.name or None,
        mail=body.mail or None,
        phone=body.phone or None,
        language=body.language,
        country=body.country,
        zone=body.zone or zone_of(body.country, ""),
    )


def _with_shares(lines: tuple[Line, ...], body: OrderBody) -> tuple[Line, ...]:
    """The lines, each less its share of a discount on the order as a whole."""
    if body.discount is None:
        return lines
    currency = body.currency
    discount = reading.money(body.discount, currency, "discount")
    spread = discount - total((line.discount for line in lines), currency)
    if body.total is not None:
        # What was taken off the delivery is no line's: the lines come down to the total alone.
        shipping = reading.money(body.shipping_paid, currency, "shipping_paid")
        order_total = reading.money(body.total, currency, "total")
        paid = total((line.paid for line in lines), currency)
        spread = min(spread, paid + shipping - order_total)
    # What a line says was paid for it stands; the rest bear it by what they come to.
    weights = [
        max(line.paid.amount, 0) if said.paid is None else 0
        for line, said in zip(lines, body.lines, strict=True)
    ]
    if spread.amount <= 0 or not any(weights):
        return lines
    amount = min(spread.amount, sum(weights))
    shares = [discount.of(share) for share in prorate(weights, amount)]
    return tuple(
        line.model_copy(update={"discount": line.discount + share, "paid": line.paid - share})
        for line, share in zip(lines, shares, strict=True)
    )


def _line(line: LineBody, order: OrderBody) -> Line:
    currency = order.currency
    price = reading.money(line.unit_price, currency, "lines.unit_price")
    discount = reading.money(line.discount, currency, "lines.discount")
    tax = reading.money(line.tax, currency, "lines.tax")
    reckoned = price * line.quantity - discount
    if not order.taxes_included:
        reckoned += tax
    return Line(
        id=line.id,
        sku=line.sku,
        title=line.title,
        variant=line.variant,
        product_id=line.product_id,
        variant_id=line.variant_id,
        quantity=line.quantity,
        current_quantity=line.quantity,
        unit_price=price,
        discount=discount,
        tax=tax,
        paid=reckoned if line.paid is None else reading.money(line.paid, currency, "lines.paid"),
    )


def _parcel(
    body: ParcelBody, order_id: str, changed_at: datetime
) -> tuple[ParcelSeen | ParcelDelivered, ...]:
    seen = ParcelSeen(
        platform=_OURS,
        order_id=order_id,
        id=body.id,
        changed_at=changed_at,
        status=body.status,
        carrier=body.carrier,
        tracking=body.tracking,
        url=body.url,
        lines=reading.quantities((line.line_id, line.quantity) for line in body.lines),
        shipped_at=body.shipped_at,
    )
    if body.delivered_at is None:
        return (seen,)
    arrived = ParcelDelivered(
        platform=_OURS,
        order_id=order_id,
        id=body.id,
        at=body.delivered_at,
        source=DeliverySource.PLATFORM,
    )
    return (seen, arrived)


def _refund(body: RefundBody, order: OrderBody, changed_at: datetime) -> RefundSeen:
    currency = order.currency
    return RefundSeen(
        platform=_OURS,
        order_id=order.id,
        id=body.id,
        changed_at=changed_at,
        amount=reading.money(body.amount, currency, "refunds.amount"),
        lines=tuple(
            RefundLine(
                line_id=line.line_id,
                quantity=line.quantity,
                amount=reading.money(line.amount, currency, "refunds.lines.amount"),
            )
            for line in body.lines
        ),
        shipping=None
        if body.shipping is None
        else reading.money(body.shipping, currency, "refunds.shipping"),
        reason=body.reason,
        refunded_at=body.refunded_at,
    )


def _refuse_twins(ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        raise Unreadable("lines.id")
