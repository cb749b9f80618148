"""One webhook delivery, read."""

import hashlib
from enum import StrEnum

from chalicelib.domain.canonical import CanonicalEvent, Platform
from chalicelib.domain.records import Moment, Value


class Note(StrEnum):
    """Why a rightly signed delivery says nothing to us. Each is answered 200 and counted."""

    PING = "ping"
    UNKNOWN_TOPIC = "unknown_topic"
    PLATFORM_ERROR = "platform_error"
    """The platform could not make the body and signed its own error message instead."""
    ID_ONLY = "id_only"
    """The body names a thing and says nothing of it, as for a deletion or a body too big."""
    UNREADABLE = "unreadable"
    """A field that is needed is missing or means nothing; `field` names it."""
    UNEVENTFUL = "uneventful"
    """A known topic with news that change nothing here."""


class Delivery(Value):
    """What one delivery says, and the keys by which its repeat is known."""

    platform: Platform
    topic: str
    receipt_keys: tuple[str, ...]
    """The first from platform, topic and body; a second where the platform's own delivery id
    is unique."""
    occurred_at: Moment | None = None
    """When the shop sent it first, as far as it says; retries carry the first time."""
    events: tuple[CanonicalEvent, ...] = ()
    note: Note | None = None
    field: str | None = None

    @property
    def order_ids(self) -> tuple[str, ...]:
        """The outside ids of the orders it has news of."""
        ids = (getattr(event, "order_id", None) for event in self.events)
        return tuple(dict.fromkeys(i for i in ids if i))


def receipt_keys(
    platform: Platform, topic: str, body: bytes, delivery_id: str | None = None
) -> tuple[str, ...]:
    """Headers are not signed on every platform, so the body's hash always counts (the id only
    besides)."""
    by_body = f"{platform}:{topic}:{hashlib.sha256(body).hexdigest()}"
    return (by_body, f"{platform}:id:{delivery_id}") if delivery_id else (by_body,)
