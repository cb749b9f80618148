"""How shop platforms deliver: once or several times, in any order, and again if they are not
answered, each by its own manner (`reference`: their sources and documentation)."""

import base64
import hashlib
import heapq
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeAlias

from chalicelib.domain.canonical import Platform
from chalicelib.domain.shops import Configuration
from chalicelib.services import shops
from chalicelib.services.house import house
from chalicelib.shops.adapters import adapter
from chalicelib.store.receipts import receipt_id
from chalicelib.store.tables import Key, batch_get
from tests.faults.network import DEADLY, Fault
from tests.faults.world import World
from tests.people import desk_of

SECRET = base64.b64encode(b"a secret of twenty-four bytes").decode()
"""A good one on every platform."""

BETWEEN = timedelta(seconds=5)

BORNE = 5
"""How many calls without an answer a delivery lives through."""


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """Something that a shop tells."""

    topic: str
    body: bytes
    id: str
    told_at: datetime

    def __repr__(self) -> str:
        return f"<{self.topic} {self.id}>"


Headers: TypeAlias = Callable[[Webhook], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Manner:
    """How one platform delivers."""

    platform: Platform
    headers: Headers
    again: tuple[timedelta, ...]
    """How long after each failure a delivery is sent again; nothing where it never is."""
    most_failures: int | None = None
    """After more failures in a row than these it sends nothing any more."""


def _signature(secret: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def _shopify(webhook: Webhook) -> dict[str, str]:
    return {
        "X-Shopify-Topic": webhook.topic,
        "X-Shopify-Webhook-Id": webhook.id,
        "X-Shopify-Triggered-At": webhook.told_at.isoformat(),
        "X-Shopify-Hmac-Sha256": _signature(SECRET.encode(), webhook.body),
    }


def _woocommerce(webhook: Webhook) -> dict[str, str]:
    return {
        "X-WC-Webhook-Topic": webhook.topic,
        "X-WC-Webhook-Delivery-ID": "the same for all of a second",
        "X-WC-Webhook-Signature": _signature(SECRET.encode(), webhook.body),
    }


def _standard(webhook: Webhook) -> dict[str, str]:
    """Every attempt is signed anew, with its own time."""
    stamp = str(int(datetime.now(UTC).timestamp()))
    signed = f"{webhook.id}.{stamp}.".encode() + webhook.body
    return {
        "webhook-id": webhook.id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(base64.b64decode(SECRET), signed)}",
    }


def _minutes(*numbers: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=number) for number in numbers)


SHOPIFY = Manner(Platform.SHOPIFY, _shopify, _minutes(1, 2, 4, 8, 16, 32, 64, 112))
"""Eight times within four hours."""
WOOCOMMERCE = Manner(Platform.WOOCOMMERCE, _woocommerce, (), most_failures=5)
STANDARD = Manner(
    Platform.STANDARD, _standard, _minutes(1 / 12, 5, 30, 120, 300, 600, 840, 1200, 1440)
)


def open_shop(manner: Manner) -> None:
    """The shop that tells."""
    shops.put(desk_of(), Configuration(name="Acme", platform=manner.platform, country="DE"))
    shops.add_webhook_secret(house(), "acme", SECRET)


def deliver(world: World, manner: Manner, webhooks: Iterable[Webhook]) -> set[Webhook]:
    """Deliver one after the other, and again what was not answered well; gives what was."""
    answered: set[Webhook] = set()
    order = count()
    start = datetime.now(UTC)
    waiting = [(start + n * BETWEEN, next(order), one, 0) for n, one in enumerate(webhooks)]
    heapq.heapify(waiting)
    failures = 0
    while waiting and (manner.most_failures is None or failures <= manner.most_failures):
        due, _, webhook, tries = heapq.heappop(waiting)
        world.go_to(due)
        is_good = _attempt(world, manner, webhook)
        failures = 0 if is_good else failures + 1
        if is_good:
            answered.add(webhook)
        elif tries < len(manner.again):
            again = datetime.now(UTC) + manner.again[tries]
            heapq.heappush(waiting, (again, next(order), webhook, tries + 1))
    return answered


def were_taken(manner: Manner, webhooks: Iterable[Webhook]) -> set[Webhook]:
    """Those that left their receipt, whatever was answered."""
    keys = {_receipt(manner, webhook): webhook for webhook in webhooks}
    return {keys[key] for key in batch_get(keys)}


def _attempt(world: World, manner: Manner, webhook: Webhook) -> bool:
    """Whether a delivery was answered well. It must be, unless the function was killed, or what
    keeps deliveries and secrets was out of reach as well as the tables, or more calls than a
    request has time for got no answer."""
    before = len(world.network.hits)
    headers = {"Content-Type": "application/json", **manner.headers(webhook)}
    path = f"/webhooks/{manner.platform}/acme"
    answer = world.request("POST", path, headers, webhook.body)
    is_good = answer is not None and answer.is_good
    hits = world.network.hits[before:]
    silent = sum(fault is Fault.TIMED_OUT for _, fault in hits)
    is_bearable = all(call.service == "dynamodb" and fault not in DEADLY for call, fault in hits)
    if is_bearable and silent <= BORNE:
        assert is_good, f"{webhook.topic} was answered {answer} after {hits}"
    return is_good


def _receipt(manner: Manner, webhook: Webhook) -> Key:
    read: Callable[[Mapping[str, str], bytes], object] = adapter(manner.platform).read
    delivery = read({k.lower(): v for k, v in manner.headers(webhook).items()}, webhook.body)
    key = receipt_id("webhook", "acme", delivery.receipt_keys[0])
    return Key.of(house().tables.receipts, id=key)
