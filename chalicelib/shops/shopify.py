"""Shopify's webhooks (classic REST bodies)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from chalicelib.domain.canonical import (
    CanonicalEvent,
    CustomerDataRequested,
    CustomerErased,
    Person,
    Platform,
    ShopErased,
)
from chalicelib.shops import reading, signatures
from chalicelib.shops.deliveries import Delivery, Note, receipt_keys
from chalicelib.shops.reading import Body, Unreadable
from chalicelib.shops.shopify_orders import order_events
from chalicelib.shops.shopify_parcels import movement_events, parcel_events, refund_event
from chalicelib.shops.shopify_products import product_event


def verify(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,  # noqa: ARG001 - Shopify signs no time
) -> None:
    signatures.verify_shopify(secrets, headers, body)


def read(headers: Mapping[str, str], body: bytes) -> Delivery:
    topic = reading.header(headers, "x-shopify-topic", "shopify-topic") or ""
    sent_at = reading.moment(
        reading.header(headers, "x-shopify-triggered-at", "shopify-triggered-at")
    )
    delivery = Delivery(
        platform=Platform.SHOPIFY,
        topic=topic,
        receipt_keys=receipt_keys(
            Platform.SHOPIFY,
            topic,
            body,
            reading.header(headers, "x-shopify-webhook-id", "shopify-webhook-id"),
        ),
        occurred_at=sent_at,
    )
    content = reading.mapping(reading.parsed(body))
    reader = _TOPICS.get(topic)
    if reader is None:
        return _noted(delivery, Note.UNKNOWN_TOPIC)
    if "errors" in content and "id" not in content:
        return _noted(delivery, Note.PLATFORM_ERROR)
    if content.keys() <= {"id", "admin_graphql_api_id"} and content:
        return _noted(delivery, Note.ID_ONLY)
    try:
        events = reader(content, sent_at)
    except Unreadable as error:
        return delivery.model_copy(update={"note": Note.UNREADABLE, "field": error.field})
    if not events:
        return _noted(delivery, Note.UNEVENTFUL)
    return delivery.model_copy(update={"events": events})


def _noted(delivery: Delivery, note: Note) -> Delivery:
    return delivery.model_copy(update={"note": note})


def _product(body: Body, sent_at: datetime | None) -> tuple[CanonicalEvent, ...]:
    return (product_event(body, sent_at),)


def _refund(body: Body, sent_at: datetime | None) -> tuple[CanonicalEvent, ...]:
    order_id = reading.needed_id(body, "order_id")
    return (refund_event(body, order_id=order_id, changed_at=sent_at),)


def _parcel(body: Body, sent_at: datetime | None) -> tuple[CanonicalEvent, ...]:
    return parcel_events(body, order_id=reading.needed_id(body, "order_id"), changed_at=sent_at)


def _movement(
    body: Body,
    sent_at: datetime | None,  # noqa: ARG001 - the carrier's own time is in the body
) -> tuple[CanonicalEvent, ...]:
    return movement_events(body)


def _data_requested(body: Body, sent_at: datetime | None) -> tuple[CanonicalEvent, ...]:
    return (
        CustomerDataRequested(
            platform=Platform.SHOPIFY,
            id=reading.needed_id(reading.mapping(body.get("data_request")), "id"),
            at=sent_at,
            customer=_person(body),
            order_ids=_ids(body.get("orders_requested")),
            domain=reading.text(body.get("shop_domain")),
        ),
    )


def _customer_erased(body: Body, _: datetime | None) -> tuple[CanonicalEvent, ...]:
    return (
        CustomerErased(
            platform=Platform.SHOPIFY,
            customer=_person(body),
            order_ids=_ids(body.get("orders_to_redact")),
            domain=reading.text(body.get("shop_domain")),
        ),
    )


def _shop_erased(body: Body, _: datetime | None) -> tuple[CanonicalEvent, ...]:
    domain = reading.text(body.get("shop_domain"))
    if not domain:
        raise Unreadable("shop_domain")
    return (ShopErased(platform=Platform.SHOPIFY, domain=domain),)


def _person(body: Body) -> Person:
    customer = reading.mapping(body.get("customer"))
    return Person(
        outside_id=reading.id_or_none(customer.get("id")),
        mail=reading.text_or_none(customer.get("email")),
        phone=reading.text_or_none(customer.get("phone")),
    )


def _ids(value: object) -> tuple[str, ...]:
    found = map(reading.id_or_none, reading.listed(value))
    return tuple(i for i in found if i is not None)


_TOPICS: dict[str, Callable[[Body, datetime | None], tuple[CanonicalEvent, ...]]] = {
    # Shopify spells it `orders/updated` but `fulfillments/update`.
    **dict.fromkeys(
        (
            "orders/create",
            "orders/paid",
            "orders/updated",
            "orders/fulfilled",
            "orders/partially_fulfilled",
            "orders/cancelled",
        ),
        order_events,
    ),
    "fulfillments/create": _parcel,
    "fulfillments/update": _parcel,
    "fulfillment_events/create": _movement,
    "refunds/create": _refund,
    "products/create": _product,
    "products/update": _product,
    "customers/data_request": _data_requested,
    "customers/redact": _customer_erased,
    "shop/redact": _shop_erased,
}
