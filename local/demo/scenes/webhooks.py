"""The shop's webhooks come: each twice, two in the wrong order."""

from dataclasses import replace
from datetime import datetime, timedelta

from local import shopify_bodies as bodies
from local.demo import cast
from local.demo.stage import Stage
from local.demo.storefront import moved, parcel
from local.shopify_bodies import Sale

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

COUNTED = ("order.placed", "order.paid", "parcel.shipped", "parcel.delivered", "parcel.delayed")


def play(stage: Stage) -> None:
    stage.say.scene("webhooks")
    now = stage.now().replace(microsecond=0)
    before = stage.day_figures(now)["events"]
    for item in cast.GOODS:
        stage.shop.post("products/update", bodies.product(item, "EUR", now - HOUR))
    _late(stage, now)
    _in_order(stage, now)
    _delivered_before_it_was_sent(stage, now)
    _paid_before_it_was_placed(stage, now)
    stage.settle()

    shop = stage.shop
    deliveries = shop.outcomes.total()
    applied, repeated = shop.outcomes["applied"], shop.outcomes["repeated"]
    twice = deliveries == applied + repeated == 2 * shop.different
    stage.check("webhooks: applied + repeated = delivered", holds=twice and applied == repeated)
    stage.say.proof(
        "webhooks.counted",
        "nothing_doubled",
        holds=twice,
        deliveries=deliveries,
        different=shop.different,
        applied=applied,
    )

    after = stage.day_figures(now)["events"]
    effects = {name: after.get(name, 0) - before.get(name, 0) for name in COUNTED}
    wanted = dict(zip(COUNTED, (4, 4, 4, 3, 1), strict=True))
    once = stage.check(f"webhooks: {effects} is {wanted}", holds=effects == wanted)
    stage.say.proof(
        "webhooks.facts",
        "nothing_lost",
        holds=once,
        orders=effects["order.placed"],
        paid=effects["order.paid"],
        sent=effects["parcel.shipped"],
        arrived=effects["parcel.delivered"],
    )


def _late(stage: Stage, now: datetime) -> None:
    """Jana's: on its way since five days, and delayed."""
    sale = stage.shop.sell(
        cast.jana(stage.run), cast.COVER, currency="EUR", shipping=490, placed_at=now - 6 * DAY
    )
    _placed_and_paid(stage, sale)
    sale = _sent(stage, sale, now - 5 * DAY, "DHL")
    stage.shop.post("fulfillment_events/create", moved(sale, now - 4 * DAY, "in_transit"))
    late = moved(sale, now - 11 * HOUR, "delayed", expected_in=2 * DAY)
    stage.shop.post("fulfillment_events/create", late)
    stage.story.sales["jana"] = sale


def _in_order(stage: Stage, now: datetime) -> None:
    """Sofía's: everything as it should be."""
    sale = stage.shop.sell(
        cast.sofia(stage.run), cast.TEAPOT, currency="EUR", shipping=690, placed_at=now - 9 * DAY
    )
    _placed_and_paid(stage, sale)
    sale = _sent(stage, sale, now - 8 * DAY, "GLS")
    stage.shop.post("fulfillment_events/create", moved(sale, now - 4 * DAY, "delivered"))
    stage.story.sales["sofia"] = sale


def _delivered_before_it_was_sent(stage: Stage, now: datetime) -> None:
    """Anna's: the carrier's report overtakes the shop's own."""
    two = replace(cast.PILLOW, quantity=2, discount=300)
    sale = stage.shop.sell(
        cast.anna(stage.run), two, currency="EUR", shipping=490, placed_at=now - 7 * DAY
    )
    _placed_and_paid(stage, sale)
    stage.shop.post("fulfillment_events/create", moved(sale, now - 3 * DAY, "delivered"))
    stage.story.sales["anna"] = _sent(stage, sale, now - 6 * DAY, "UPS")


def _paid_before_it_was_placed(stage: Stage, now: datetime) -> None:
    """Oliver's: the older snapshot comes last."""
    sale = stage.shop.sell(
        cast.oliver(stage.run), cast.TEAPOT, currency="EUR", shipping=690, placed_at=now - 8 * DAY
    )
    paid = stage.shop.book(sale.at(sale.placed_at + timedelta(minutes=2)))
    stage.shop.post("orders/paid", bodies.order(paid))
    stage.shop.post("orders/create", bodies.order(sale.at(sale.placed_at, is_paid=False)))
    paid = _sent(stage, paid, now - 7 * DAY, "DPD")
    stage.shop.post("fulfillment_events/create", moved(paid, now - 2 * DAY, "delivered"))
    stage.story.sales["oliver"] = paid


def _placed_and_paid(stage: Stage, sale: Sale) -> None:
    stage.shop.post("orders/create", bodies.order(sale.at(sale.placed_at, is_paid=False)))
    paid = stage.shop.book(sale.at(sale.placed_at + timedelta(minutes=2)))
    stage.shop.post("orders/paid", bodies.order(paid))


def _sent(stage: Stage, sale: Sale, at: datetime, carrier: str) -> Sale:
    box = parcel(sale, at, carrier=carrier, arrived_at=None)
    sent = stage.shop.book(sale.at(at, is_shipped=True, parcels=(box,)))
    stage.shop.post("fulfillments/create", box)
    stage.shop.post("orders/fulfilled", bodies.order(sent))
    return sent
