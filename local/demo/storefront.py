"""The shop's side of the story: it sells, ships, pays back, and posts its webhooks."""

import uuid
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from local import shop_api
from local import shopify_bodies as bodies
from local.demo.operator import SHOP
from local.demo.service import Refused, Service
from local.shopify_bodies import Buyer, Item, Sale


class Storefront:
    """A Shopify shop as the service sees it. It posts every delivery twice, as shops do."""

    def __init__(self, service: Service, domain: str, secret: str) -> None:
        self._service = service
        self._path = f"/webhooks/shopify/{SHOP}"
        self._domain = domain
        self._secret = secret
        self.outcomes: Counter[str] = Counter()
        """What the service said of each delivery: applied, repeated, noted or parked."""
        self.different = 0
        """Deliveries that were not a repeat of another."""

    def sell(
        self, buyer: Buyer, *items: Item, currency: str, shipping: int, placed_at: datetime
    ) -> Sale:
        """A paid order with the shop's next number, in the shop's books alone."""
        number = shop_api.next_number()
        order_id = 6_300_000_000_000 + number * 1000
        lines = tuple(replace(item, line_id=order_id + item.line_id) for item in items)
        sale = Sale(
            id=order_id,
            number=number,
            buyer=buyer,
            items=lines,
            currency=currency,
            shipping=shipping,
            placed_at=placed_at,
            changed_at=placed_at,
        )
        return self.book(sale)

    def book(self, sale: Sale) -> Sale:
        """Keep how an order stands in the shop's own books."""
        shop_api.keep([bodies.order(sale)])
        return sale

    def post(self, topic: str, content: dict[str, Any]) -> None:
        """One webhook, delivered twice. Raises Refused if either is not taken."""
        self.different += 1
        body, delivery = bodies.encoded(content), str(uuid.uuid4())
        for _ in range(2):
            self._deliver(topic, body, delivery)

    def pay_back(self, sale: Sale, amount: int, at: datetime) -> Sale:
        """Give money back in the shop and tell of it. Amounts in minor units."""
        refund = bodies.refund(sale, sale.id + 300, at, amount)
        refunded = self.book(sale.at(at, refunds=(*sale.refunds, refund)))
        self.post("refunds/create", refund)
        self.post("orders/updated", bodies.order(refunded))
        return refunded

    def given_back(self, sale: Sale) -> int:
        """What the shop's own API says was given back of an order, in minor units."""
        path = f"{shop_api.PREFIX}/admin/api/2026-07/orders.json?name={sale.number}"
        (order,) = self._service.call("GET", path)["orders"]
        given = [one for refund in order["refunds"] for one in refund["transactions"]]
        return sum(bodies.minor_units(one["amount"], sale.currency) for one in given)

    def _deliver(self, topic: str, body: bytes, delivery: str) -> None:
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": self._domain,
            "X-Shopify-Webhook-Id": delivery,
            "X-Shopify-Hmac-Sha256": bodies.signature(self._secret, body),
        }
        answer = self._service.send("POST", self._path, headers, body)
        if answer.status != 200:
            raise Refused("POST", self._path, answer.status, answer.data.decode())
        self.outcomes[answer.json()["outcome"]] += 1


def parcel(
    sale: Sale, sent_at: datetime, *, carrier: str, arrived_at: datetime | None
) -> dict[str, Any]:
    """The one parcel of an order, as a fulfillment."""
    return bodies.fulfillment(
        sale,
        sale.id + 100,
        sent_at,
        carrier=carrier,
        tracking=f"{carrier[:3].upper()}{sale.number}00{sale.buyer.country}",
        arrived_at=arrived_at,
    )


def moved(
    sale: Sale, at: datetime, status: str, *, expected_in: timedelta | None = None
) -> dict[str, Any]:
    """What the carrier reported of that parcel."""
    steps = ("in_transit", "delayed", "out_for_delivery", "delivered")
    return bodies.movement(
        sale,
        sale.id + 100,
        at,
        status,
        event_id=sale.id + 200 + steps.index(status),
        expected_at=at + expected_in if expected_in else None,
    )
