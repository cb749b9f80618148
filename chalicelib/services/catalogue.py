"""Orders, products and customers as the shop tells them: one command each, wherever from."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from chalicelib.domain import customers, orders, products
from chalicelib.domain.canonical import CustomerSeen, OrderSeen, Person, ProductSeen
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Customer, Identity
from chalicelib.domain.erasure import forgotten_order
from chalicelib.domain.orders import Order, OrderEvent, SeenBy
from chalicelib.domain.products import AfterSales, Product
from chalicelib.domain.return_refunds import match_entry
from chalicelib.domain.shop_refunds import OrderRefunded
from chalicelib.services.customers import completed
from chalicelib.services.desk import Desk, command
from chalicelib.store.keys import key_of

MOST_WRITES = 80
"""Of what one commit takes, less its receipts."""

PORTION = 15
"""So many parcels or refunds, with all that is told of them, stay below that."""


@command
def take_order(desk: Desk, events: Sequence[OrderEvent], seen_by: SeenBy) -> Order | None:
    """Take what is told about one order into it, and its buyer with it.

    One read and one transaction for a known order; the same for a new one, whose buyer is
    added in it. Another read only where a known buyer is newly known by something, or by this
    order. What is too much for one transaction is taken in several, the order itself first; the
    request's receipt goes into the last, so that what broke off is taken again.
    """
    decision = _taken(desk, events, seen_by)
    if _writes(decision) > MOST_WRITES:
        *before, last = _portions(events)
        for portion in before:
            desk.aside().commit(_taken(desk, portion, seen_by))
        decision = _taken(desk, last, seen_by)
    return desk.commit(decision)


@command
def take_product(desk: Desk, event: ProductSeen, seen_by: SeenBy) -> Product:
    """Take a product of the catalogue in; the newest word counts."""
    product = desk.find(Product, products.product_id(desk.shop_id, event.platform, event.id))
    return desk.commit(
        products.apply(
            product, event, shop=desk.shop_id, currency=desk.shop.currency, seen_by=seen_by
        )
    )


@command
def describe_product(desk: Desk, product_id: str, after_sales: AfterSales) -> Product:
    """Set what after-sales knows of a product; no delivery overwrites it."""
    return desk.commit(products.describe(desk.get(Product, product_id), after_sales))


@command
def take_customer(desk: Desk, event: CustomerSeen) -> Customer | None:
    """Take what the shop says about a customer; the newest word counts."""
    ids = customers.identities_of(event.customer, event.platform, desk.fingerprint)
    known = _by_id(desk.read(*((Identity, identity) for identity in ids)))
    customer_id = customers.known_as(
        event.customer, known, platform=event.platform, fingerprint=desk.fingerprint
    )
    customer = desk.find(Customer, customer_id) if customer_id else None
    decision: Changes[Customer | None] = customers.changed(
        customer,
        event,
        known,
        shop=desk.shop_id,
        at=desk.now(),
        new_id=desk.new_id,
        fingerprint=desk.fingerprint,
    )
    return desk.commit(decision)


def _taken(desk: Desk, events: Sequence[OrderEvent], seen_by: SeenBy) -> Changes[Order | None]:
    first = events[0]
    buyer = next((e.customer for e in events if isinstance(e, OrderSeen)), Person())
    order_id = orders.order_id(desk.shop_id, first.platform, first.order_id)
    ids = customers.identities_of(buyer, first.platform, desk.fingerprint)
    header, *found = desk.read((Order, order_id), *((Identity, known) for known in ids))
    known = _by_id(found)
    order = cast("Order | None", header)
    erased_at = _erased_at(desk, order, events, known)
    if erased_at is not None:
        # Who was forgotten does not come back with a late word about the order.
        buyer, known = Person(), {}
        order = forgotten_order(
            order,
            shop=desk.shop_id,
            platform=first.platform,
            outside_id=first.order_id,
            seen_by=seen_by,
            at=erased_at,
        )
    recognised = customers.recognise(
        buyer,
        known,
        shop=desk.shop_id,
        platform=first.platform,
        at=desk.now(),
        new_id=desk.new_id,
        fingerprint=desk.fingerprint,
    )
    decision = orders.apply_all(
        order, events, shop=desk.shop_id, customer_id=recognised.result, seen_by=seen_by
    )
    if not decision.records:
        # Nothing new is told: a late or repeated snapshot must not add its buyer either.
        return decision
    also: list[Changes[object]] = [recognised, *_matching(desk, decision)]
    if order is None or order.customer_id != recognised.result or recognised.records:
        also.append(completed(desk, buyer, first.platform, recognised))
    return decision.plus(*also)


def _erased_at(
    desk: Desk, order: Order | None, events: Sequence[OrderEvent], known: dict[str, Identity]
) -> datetime | None:
    """When the buyer of this order was erased. What they order afterwards begins anew."""
    if order is not None and order.erased_at is not None:
        return order.erased_at
    seen = next((event for event in events if isinstance(event, OrderSeen)), None)
    if seen is None:
        return None
    erased_at = customers.erased_at(
        seen.customer, known, platform=seen.platform, fingerprint=desk.fingerprint
    )
    return erased_at if erased_at and seen.placed_at <= erased_at else None


def _portions(events: Sequence[OrderEvent]) -> list[Sequence[OrderEvent]]:
    """The order itself, then its parcels and refunds, a few at a time. Each merges by its own
    id, so that it may be taken twice."""
    itself = [event for event in events if isinstance(event, OrderSeen)]
    parts = [event for event in events if not isinstance(event, OrderSeen)]
    few = [parts[start : start + PORTION] for start in range(0, len(parts), PORTION)]
    return [portion for portion in (itself, *few) if portion]


def _writes(changes: Changes[Order | None]) -> int:
    records = {key_of(record) for record in changes.records}
    return len(records) + len(changes.removed) + len(changes.told) + len(changes.agenda)


def _matching(desk: Desk, decision: Changes[Order | None]) -> list[Changes[None]]:
    """A refund of an order of which something came back may be that return's: it is looked up."""
    order = decision.result
    is_refunded = any(isinstance(told.fact, OrderRefunded) for told in decision.told)
    if order is None or not order.returned or not is_refunded:
        return []
    return [Changes(None, agenda=(match_entry(order, desk.now()),))]


def _by_id(found: Sequence[object]) -> dict[str, Identity]:
    return {item.id: item for item in found if isinstance(item, Identity)}
