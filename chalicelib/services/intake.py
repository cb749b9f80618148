"""Shop webhooks in: verified, read, and taken in once, whatever is sent how often (INT-01)."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain import canonical
from chalicelib.domain.canonical import CanonicalEvent
from chalicelib.domain.errors import NotFound, Unauthorized
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.orders import SeenBy
from chalicelib.logs import log
from chalicelib.services import catalogue, erasure, inbox, messages, returns, shops, tickets
from chalicelib.services.desk import Desk, KeyReused, Replayed, TryLater
from chalicelib.services.house import House, real_time
from chalicelib.services.inbox import Parked
from chalicelib.shops.adapters import Adapter, adapter
from chalicelib.shops.deliveries import Delivery
from chalicelib.store import counters
from chalicelib.store.commit import is_outage
from chalicelib.store.receipts import Receipt, receipt_id

RECEIPT_LIFETIME = timedelta(days=14)
"""Longer than any platform sends a delivery again."""

RELOAD_SECONDS = 60
"""How often, at the most, a signature that does not hold makes us look for newer secrets."""


class Taken(StrEnum):
    """What became of a delivery. Every one of these is answered with 200."""

    APPLIED = "applied"
    REPEATED = "repeated"
    NOTED = "noted"
    """It said nothing to us; why is counted."""
    PARKED = "parked"
    """It could not be committed; it waits in the inbox and is applied by the clock."""


def receive(
    house: House,
    platform: str,
    shop_id: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    correlation: str,
) -> Taken:
    """Take one delivery in.

    Raises NotFound for an unknown platform or shop, Unauthorized with a reason code for a
    signature that does not hold, Invalid for a body that is not JSON, and TryLater if it can
    neither be committed nor parked.
    """
    platform_adapter = adapter(platform)
    try:
        _check_platform(house, platform, shop_id)
    except (BotoCoreError, ClientError) as error:
        # Secrets lie elsewhere: what is signed is parked while the tables are out of reach.
        if not is_outage(error):
            raise
    _verify(house, platform_adapter, shop_id, headers, body)
    delivery = platform_adapter.read(headers, body)
    parked = Parked(
        platform=platform,
        shop=shop_id,
        headers=_telling(headers),
        body=body,
        received_at=house.now(),
        correlation=correlation,
    )
    try:
        return take(house, shop_id, delivery, correlation=correlation)
    except Exception as error:  # noqa: BLE001 - the outermost edge: what is verified is never lost
        log().warning(
            "webhook.parked",
            extra={"shop": shop_id, "topic": delivery.topic, "error": type(error).__name__},
        )
        _park(house, parked, delivery, error)
        return Taken.PARKED


def take(house: House, shop_id: str, delivery: Delivery, *, correlation: str) -> Taken:
    """Apply a verified delivery, with the receipt that makes a repeat harmless."""
    _check_platform(house, delivery.platform, shop_id)
    if not delivery.events:
        counters.note(house.tables, shop_id, str(delivery.note), now=house.now())
        return Taken.NOTED
    try:
        return _applied(house, shop_id, delivery, delivery.receipt_keys, correlation)
    except KeyReused:
        # The id came before with another body. Ids are not signed: what is signed counts.
        return _applied(house, shop_id, delivery, delivery.receipt_keys[:1], correlation)


def _applied(
    house: House, shop_id: str, delivery: Delivery, keys: tuple[str, ...], correlation: str
) -> Taken:
    body_key = delivery.receipt_keys[0]
    desk = Desk(
        house,
        shop_id,
        actor=Actor(kind=ActorKind.SHOP, id=delivery.platform),
        correlation=correlation,
        receipts=tuple(
            Receipt(receipt_id("webhook", shop_id, key), body_key, RECEIPT_LIFETIME) for key in keys
        ),
    )
    try:
        _apply(desk, delivery.events)
    except Replayed:
        return Taken.REPEATED
    return Taken.APPLIED


def drain(house: House, *, until: float) -> int:
    """Apply what waits in the inbox, shops in turn, until `until` (`time.monotonic`); what fails
    again stays, and no attempt is counted while the store is busy or out of reach. Gives how
    many were applied."""
    applied, is_left = 0, False
    try:
        if not inbox.may_wait(house):
            return 0
        for key in inbox.waiting(house):
            if time.monotonic() > until:
                return applied
            done = _apply_parked(house, key)
            applied += done
            is_left |= not done
        if not is_left:
            inbox.all_done(house)
    except (BotoCoreError, ClientError) as error:
        # The clock has more to do than to drain the inbox.
        log().warning("inbox.unreachable", extra={"error": type(error).__name__})
    return applied


def _apply_parked(house: House, key: str) -> bool:
    parked = _read(house, key)
    if parked is None:
        return False
    try:
        delivery = adapter(parked.platform).read(parked.headers, parked.body)
        take(house, parked.shop, delivery, correlation=parked.correlation)
    except Exception as error:  # noqa: BLE001 - the outermost edge: kept, with the reason, for the next time
        if not (isinstance(error, TryLater) or is_outage(error)):
            inbox.keep(house, key, parked.failed(type(error).__name__))
        return False
    inbox.remove(house, key)
    return True


def _read(house: House, key: str) -> Parked | None:
    try:
        return inbox.read(house, key)
    except inbox.Unreadable:
        log().warning("inbox.unreadable", extra={"key": key})
        inbox.give_up_unread(house, key)
    # It stays, and keeps nothing back.
    except (BotoCoreError, ClientError) as error:
        log().warning("inbox.unreachable", extra={"key": key, "error": type(error).__name__})
    return None


def _apply(desk: Desk, events: tuple[CanonicalEvent, ...]) -> None:
    """All events of a delivery are about one order, or there is one alone of another kind."""
    about_order = [event for event in events if isinstance(event, canonical.AboutOrder)]
    if about_order:
        catalogue.take_order(desk, about_order, SeenBy.WEBHOOK)
    else:
        _TAKERS[type(events[0])](desk, events[0])


def _take_product(desk: Desk, event: canonical.ProductSeen) -> None:
    catalogue.take_product(desk, event, SeenBy.WEBHOOK)


_TAKERS: dict[type[CanonicalEvent], Callable[[Desk, Any], object]] = {
    canonical.ProductSeen: _take_product,
    canonical.CustomerSeen: catalogue.take_customer,
    canonical.CustomerDataRequested: tickets.data_requested,
    canonical.CustomerErased: erasure.erase_customer,
    canonical.ShopErased: erasure.erase_shop,
    canonical.TicketRequested: tickets.open_requested,
    canonical.MessageReceived: tickets.message_received,
    canonical.MessageSent: messages.sent_elsewhere,
    canonical.ReturnRequested: returns.request_from_event,
}


def _check_platform(house: House, platform: str, shop_id: str) -> None:
    if house.shop(shop_id).platform != platform:
        raise NotFound("This shop is on another platform.", field="platform")


def _verify(
    house: House, adapter: Adapter, shop_id: str, headers: Mapping[str, str], body: bytes
) -> None:
    """Check the signature; once a minute, one that does not hold makes us reload the secrets."""
    try:
        adapter.verify(shops.webhook_secrets(house, shop_id), headers, body, real_time())
    except Unauthorized:
        if house.remembers("secrets-reloaded", shop_id):
            raise
        house.cached(("secrets-reloaded", shop_id), RELOAD_SECONDS, lambda: True)
        house.forget("parameter", shops.secrets_name(shop_id))
        adapter.verify(shops.webhook_secrets(house, shop_id), headers, body, real_time())


def _park(house: House, parked: Parked, delivery: Delivery, error: Exception) -> None:
    try:
        # Under platform, topic and body: one body can come under two topics.
        inbox.put(house, parked, delivery.receipt_keys[0])
    except (BotoCoreError, ClientError):
        raise TryLater("Nothing could be stored; please send it again.", retry_after=60) from error


def _telling(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that an adapter reads: topics and ids, no cookies, no credentials."""
    wanted = ("x-shopify-", "shopify-", "x-wc-", "wc-", "webhook-", "svix-")
    return {k.lower(): v for k, v in headers.items() if k.lower().startswith(wanted)}
