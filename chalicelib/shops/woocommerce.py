"""WooCommerce's webhooks (REST v3 bodies).

Its delivery id is the same for two orders sent in one second, so it is no receipt key; and it
switches a webhook off after a few answers that are not 2xx, so nothing but a wrong signature
or a body that is no JSON is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from chalicelib.domain.canonical import CanonicalEvent, CustomerSeen, Platform
from chalicelib.shops import reading, signatures
from chalicelib.shops.deliveries import Delivery, Note, receipt_keys
from chalicelib.shops.reading import Body, Unreadable
from chalicelib.shops.woocommerce_orders import order_events, person, words
from chalicelib.shops.woocommerce_products import product_events


def verify(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,  # noqa: ARG001 - WooCommerce signs no time
) -> None:
    signatures.verify_woocommerce(secrets, headers, body)


def read(headers: Mapping[str, str], body: bytes) -> Delivery:
    if signatures.is_woocommerce_ping(headers, body):
        keys = receipt_keys(Platform.WOOCOMMERCE, "ping", body)
        return Delivery(
            platform=Platform.WOOCOMMERCE, topic="ping", receipt_keys=keys, note=Note.PING
        )
    topic = reading.header(headers, "x-wc-webhook-topic", "wc-webhook-topic") or ""
    delivery = Delivery(
        platform=Platform.WOOCOMMERCE,
        topic=topic,
        receipt_keys=receipt_keys(Platform.WOOCOMMERCE, topic, body),
    )
    content = reading.mapping(reading.parsed(body))
    note = _says_nothing(content)
    if note is not None:
        return _noted(delivery, note)
    reader = _TOPICS.get(topic)
    if reader is None:
        return _noted(delivery, Note.UNKNOWN_TOPIC)
    try:
        events = reader(content)
    except Unreadable as error:
        return delivery.model_copy(update={"note": Note.UNREADABLE, "field": error.field})
    if not events:
        return _noted(delivery, Note.UNEVENTFUL)
    changed_at = reading.moment(content.get("date_modified_gmt"))
    return delivery.model_copy(update={"events": events, "occurred_at": changed_at})


def _noted(delivery: Delivery, note: Note) -> Delivery:
    return delivery.model_copy(update={"note": note})


def _says_nothing(content: Body) -> Note | None:
    """The shop signs its own error when the webhook's owner was deleted, and only an id when
    the order was."""
    if "code" in content and "status" in reading.mapping(content.get("data")):
        return Note.PLATFORM_ERROR
    return Note.ID_ONLY if set(content) == {"id"} else None


def _customer(body: Body) -> tuple[CanonicalEvent, ...]:
    billing = reading.mapping(body.get("billing"))
    seen = person(billing, reading.mapping(body.get("shipping")), reading.needed_id(body, "id"))
    own_name = reading.full_name(words(body.get("first_name")), words(body.get("last_name")))
    return (
        CustomerSeen(
            platform=Platform.WOOCOMMERCE,
            changed_at=reading.needed_moment(
                "date_modified_gmt",
                body.get("date_modified_gmt"),
                body.get("date_created_gmt"),
            ),
            customer=seen.model_copy(
                update={
                    "name": reading.first_text(own_name, seen.name),
                    "mail": reading.first_text(body.get("email"), seen.mail),
                }
            ),
        ),
    )


_TOPICS: dict[str, Callable[[Body], tuple[CanonicalEvent, ...]]] = {
    "order.created": order_events,
    "order.updated": order_events,
    "order.restored": order_events,
    "customer.created": _customer,
    "customer.updated": _customer,
    "product.created": product_events,
    "product.updated": product_events,
    "product.restored": product_events,
}
