"""An order's webhooks come: each twice, in the wrong order, and one forged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from local import shopify_bodies as bodies
from local.demo import cast
from local.demo.service import Refused
from local.demo.storefront import Storefront, moved, parcel
from local.rehearsal.stage import DOMAIN, Stage
from local.shopify_bodies import Sale

DAY = timedelta(days=1)

ONCE = ("order.placed", "order.paid", "parcel.shipped", "parcel.delivered")


def play(stage: Stage) -> None:
    stage.say.scene("The shop's webhooks come, each twice, and in the wrong order")
    now = datetime.now(UTC).replace(microsecond=0)
    item = replace(cast.PILLOW, quantity=2, discount=300)
    sale = stage.shop.sell(
        cast.anna(1), item, currency="EUR", shipping=490, placed_at=now - 7 * DAY
    )
    stage.story.sale = _told(stage, sale, now)
    outcomes, different = stage.shop.outcomes, stage.shop.different
    stage.say.shows(
        f"{outcomes.total()} signed deliveries: {different} applied, {different} repeated",
        holds=outcomes == {"applied": different, "repeated": different},
        found=dict(outcomes),
    )
    counted = stage.counted()
    stage.say.shows(
        "one order placed, paid, shipped and delivered; each counts once",
        holds=all(counted[name] == 1 for name in ONCE),
        found=dict(counted),
    )
    _forged(stage, bodies.order(sale))


def _told(stage: Stage, sale: Sale, now: datetime) -> Sale:
    """Paid before it was placed, and delivered before it was sent."""
    shop = stage.shop
    paid = shop.book(sale.at(sale.placed_at + timedelta(minutes=2)))
    shop.post("orders/paid", bodies.order(paid))
    shop.post("orders/create", bodies.order(sale.at(sale.placed_at, is_paid=False)))
    box = parcel(paid, now - 6 * DAY, carrier="UPS", arrived_at=None)
    shop.post("fulfillment_events/create", moved(paid, now - 3 * DAY, "delivered"))
    shop.post("fulfillments/create", box)
    sent = shop.book(paid.at(now - 6 * DAY, is_shipped=True, parcels=(box,)))
    shop.post("orders/fulfilled", bodies.order(sent))
    return sent


def _forged(stage: Stage, content: dict[str, Any]) -> None:
    stranger = Storefront(stage.service, DOMAIN, "guessed")
    try:
        stranger.post("orders/updated", content)
        status = 200
    except Refused as refused:
        status = refused.status
    noted = stage.as_mei("GET", "/webhooks/deliveries")["noted"]
    stage.say.shows(
        "one with somebody else's signature is refused, and counted as that",
        holds=status == 401 and noted.get("refused_bad_signature") == 1,
        found=(status, noted),
    )
