"""Our own vocabulary, for every shop without an adapter of its own: Standard Webhooks.

The vocabulary is told in `docs/standard-events.md`. Unlike a platform's, its bodies are
written for us, so what does not fit is refused with the name of the field.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from chalicelib.domain.canonical import CanonicalEvent, OrderSeen, Platform
from chalicelib.domain.errors import Invalid
from chalicelib.shops import reading, signatures, standard_events
from chalicelib.shops.deliveries import Delivery, Note, receipt_keys
from chalicelib.shops.standard_bodies import (
    CustomerBody,
    CustomerErasedBody,
    DelayedBody,
    DeliveredBody,
    Envelope,
    EventBody,
    OrderBody,
    ProductBody,
    ReceivedBody,
    ReturnBody,
    SentBody,
    TicketBody,
)

B = TypeVar("B", bound=EventBody)

Read = Callable[[Any, datetime], tuple[CanonicalEvent, ...]]


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    signatures.verify_standard(secrets, headers, body, now)


def read(headers: Mapping[str, str], body: bytes) -> Delivery:
    """Raises Invalid, naming the field, for a body that does not keep to the vocabulary."""
    envelope = _validated(Envelope, reading.mapping(reading.parsed(body)), "")
    delivery = Delivery(
        platform=Platform.STANDARD,
        topic=envelope.type,
        receipt_keys=receipt_keys(
            Platform.STANDARD,
            envelope.type,
            body,
            reading.header(headers, "webhook-id", "svix-id"),
        ),
        occurred_at=envelope.timestamp,
    )
    topic = _TOPICS.get(envelope.type)
    if topic is None:
        return delivery.model_copy(update={"note": Note.UNKNOWN_TOPIC})
    if envelope.data.keys() == {"id"} and topic[0] is not CustomerErasedBody:
        return delivery.model_copy(update={"note": Note.ID_ONLY})
    return delivery.model_copy(update={"events": _events(topic, envelope)})


def order_in(body: bytes) -> tuple[CanonicalEvent, ...]:
    """The events of an `order.changed` body that a shop answered a look-up with.

    Raises Invalid for any other body.
    """
    envelope = _validated(Envelope, reading.mapping(reading.parsed(body)), "")
    events = _events(_TOPICS["order.changed"], envelope)
    if not any(isinstance(event, OrderSeen) for event in events):
        raise Invalid("This is no order.", field="type")
    return events


def _events(topic: tuple[type[EventBody], Read], envelope: Envelope) -> tuple[CanonicalEvent, ...]:
    kind, read_events = topic
    try:
        return read_events(_validated(kind, envelope.data, "data."), envelope.timestamp)
    except reading.Unreadable as error:
        raise Invalid("This says nothing here.", field=f"data.{error.field}") from None


def _validated(kind: type[B], content: Mapping[str, Any], prefix: str) -> B:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(first["msg"], field=f"{prefix}{place}") from None


_TOPICS: dict[str, tuple[type[EventBody], Read]] = {
    "order.changed": (OrderBody, standard_events.order_changed),
    "product.changed": (ProductBody, standard_events.product_changed),
    "parcel.delivered": (DeliveredBody, standard_events.parcel_delivered),
    "parcel.delayed": (DelayedBody, standard_events.parcel_delayed),
    "ticket.requested": (TicketBody, standard_events.ticket_requested),
    "return.requested": (ReturnBody, standard_events.return_requested),
    "message.received": (ReceivedBody, standard_events.message_received),
    "message.sent": (SentBody, standard_events.message_sent),
    "customer.changed": (CustomerBody, standard_events.customer_changed),
    "customer.erased": (CustomerErasedBody, standard_events.customer_erased),
}
