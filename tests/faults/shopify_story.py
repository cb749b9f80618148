"""What a Shopify shop tells of its orders, from the first click to the last refund."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from local import shopify_bodies as bodies
from local.shopify_bodies import Buyer, Item, Sale
from tests.faults.webhooks import Webhook

PLACED_AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)

BUYERS = tuple(
    Buyer(
        id=number,
        first_name=name,
        last_name="Weber",
        mail=f"{name}@example.de".lower(),
        phone=phone,
        locale="de-DE",
        country="DE",
        city="Leipzig",
    )
    for number, name, phone in ((1, "Jana", "+493411234567"), (2, "Ole", "+493411234568"))
)


@dataclass
class _Telling:
    """A sale as it goes on, and what is told of it."""

    sale: Sale
    now: datetime
    told: list[Webhook]
    count: int = 0

    def tell(self, topic: str, body: dict[str, Any]) -> None:
        delivery = f"{self.sale.id}-{len(self.told)}"
        self.told.append(Webhook(topic, bodies.encoded(body), delivery, self.now))

    def changed(self, *topics: str, **changes: Any) -> None:
        self.sale = self.sale.at(self.now, **changes)
        for topic in (*topics, "orders/updated"):
            self.tell(topic, bodies.order(self.sale))

    def next_id(self) -> int:
        self.count += 1
        return self.sale.id * 1_000 + self.count * 10


def _place(tale: _Telling) -> None:
    tale.tell("orders/create", bodies.order(tale.sale))


def _pay(tale: _Telling) -> None:
    if not tale.sale.is_paid:
        tale.changed("orders/paid", is_paid=True)


def _edit(tale: _Telling) -> None:
    first, *others = tale.sale.items
    more = replace(first, quantity=first.quantity + 1)
    tale.changed(items=(more, *others))


def _ship(tale: _Telling) -> None:
    parcel = bodies.fulfillment(
        tale.sale, tale.next_id(), tale.now, carrier="DHL", tracking="00340", arrived_at=None
    )
    tale.tell("fulfillments/create", parcel)
    tale.changed("orders/fulfilled", is_shipped=True, parcels=(*tale.sale.parcels, parcel))


def _moved(status: str) -> Callable[[_Telling], None]:
    def move(tale: _Telling) -> None:
        if tale.sale.parcels:
            parcel = tale.sale.parcels[-1]["id"]
            expected = tale.now + timedelta(days=2) if status == "delayed" else None
            event = bodies.movement(
                tale.sale, parcel, tale.now, status, event_id=tale.next_id(), expected_at=expected
            )
            tale.tell("fulfillment_events/create", event)

    return move


def _arrive(tale: _Telling) -> None:
    """As Shopify itself sees it, beside the carrier's own word."""
    if tale.sale.parcels:
        *others, last = tale.sale.parcels
        arrived = last | {"shipment_status": "delivered", "updated_at": tale.now.isoformat()}
        tale.tell("fulfillments/update", arrived)
        tale.changed(parcels=(*others, arrived))


def _refund(tale: _Telling) -> None:
    refund = bodies.refund(tale.sale, tale.next_id(), tale.now, 500)
    tale.tell("refunds/create", refund)
    tale.changed(refunds=(*tale.sale.refunds, refund))


def _cancel(tale: _Telling) -> None:
    if tale.sale.cancelled_at is None:
        tale.changed("orders/cancelled", cancelled_at=tale.now)


def _describe(tale: _Telling) -> None:
    item = replace(tale.sale.items[0], title=f"Linen, seen {tale.now:%H:%M:%S}")
    tale.tell("products/update", bodies.product(item, "EUR", tale.now))


def _ask(tale: _Telling) -> None:
    """The buyer asks what is kept about them."""
    buyer = tale.sale.buyer
    body = {
        "shop_domain": "acme.example",
        "orders_requested": [tale.sale.id],
        "customer": {"id": buyer.id, "email": buyer.mail, "phone": buyer.phone},
        "data_request": {"id": tale.next_id()},
    }
    tale.tell("customers/data_request", body)


STEPS = (
    _pay, _edit, _ship, _moved("in_transit"), _moved("delayed"), _moved("delivered"), _arrive,
    _refund, _cancel, _describe, _ask,
)  # fmt: skip


class Tale(NamedTuple):
    """What happens to one order: each step so many seconds after the one before."""

    buyer: Buyer
    is_paid: bool
    steps: list[tuple[int, int]]


def stories() -> st.SearchStrategy[list[Webhook]]:
    """What is told of one or two orders, in the order in which it happened."""
    steps = st.tuples(st.integers(0, len(STEPS) - 1), st.sampled_from((60, 0, 3600)))
    tales = st.builds(Tale, st.sampled_from(BUYERS), st.booleans(), st.lists(steps, max_size=6))
    return st.lists(tales, min_size=1, max_size=2).map(_told_together)


def _told_together(tales: list[Tale]) -> list[Webhook]:
    told = [webhook for number, tale in enumerate(tales, 1) for webhook in _told(number, tale)]
    return sorted(told, key=lambda webhook: webhook.told_at)


def _told(number: int, tale: Tale) -> list[Webhook]:
    item = Item(line_id=number * 10, product_id=7, sku="LIN-2", title="Linen", price=4990)
    sale = Sale(
        id=number,
        number=1000 + number,
        buyer=tale.buyer,
        items=(item,),
        currency="EUR",
        placed_at=PLACED_AT,
        changed_at=PLACED_AT,
        shipping=490,
        is_paid=tale.is_paid,
    )
    telling = _Telling(sale, PLACED_AT, [])
    _place(telling)
    for step, seconds in tale.steps:
        telling.now += timedelta(seconds=seconds)
        STEPS[step](telling)
    return telling.told
