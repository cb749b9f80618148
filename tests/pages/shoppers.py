"""What shoppers have been through whose pages are looked at."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from local import shopify_bodies as bodies
from local.demo import cast
from local.demo.operator import SHOP
from local.demo.scenes.webhooks import DAY, HOUR
from local.demo.stage import TICKET, Stage, first
from local.demo.storefront import moved, parcel
from local.shopify_bodies import Buyer, Item, Sale
from tests.pages.stand import Stand

CONTACT = f"/contact/{SHOP}"
RUN = 9_000
QUESTION = "The lid of the teapot does not sit tight. Is that how it should be?"
ANSWER = "Dear Jana, the carrier has found it and brings it on Thursday. Best, Mei"


@dataclass(frozen=True)
class Shoppers:
    """An order that can be named on a form, and the paths of what others led to."""

    on_its_way: Sale
    order: str
    """Of one that was delivered, with an open question about it."""
    order_on_its_way: str
    contact_return: str
    """The contact page for who comes from an order to send something back."""
    question: str
    """Asked, and answered once."""
    answered: str
    solved: str
    """Answered, and waiting to hear whether it is solved."""
    under_review: str
    send_back: str
    arrived: str
    survey: str
    survey_to_answer: str
    preferences: str
    forged: str
    over: str


@cache
def shoppers(stand: Stand) -> Shoppers:
    stage = stand.stage
    on_its_way, delivered = _on_its_way(stage), _delivered(stage)
    question = _asked(stage, on_its_way)
    stage.as_mei("POST", f"/tickets/{question['id']}/replies", {"text": ANSWER})
    answered = [_answered(stage, delivered) for _ in range(3)]
    _asked(stage, delivered)
    first = answered[0]
    orders = stand.signed(*(f"order {one['order_id']} 48" for one in (first, question)))
    cases = stand.signed(*(f"case {one['id']} 48" for one in (question, first)))
    judging = stand.signed(*(f"resolved {one['id']} 48" for one in answered))
    returns = stand.signed(*(f"case {one} 48" for one in _returns(stage)))
    preferences, over = stand.signed(
        f"unsubscribe {question['customer_id']} 48", f"case {question['id']} -1"
    )
    return Shoppers(
        on_its_way=on_its_way,
        order=orders[0],
        order_on_its_way=orders[1],
        contact_return=f"{CONTACT}?reason=return&from={orders[0].removeprefix('/o/')}",
        question=cases[0],
        answered=cases[1],
        solved=judging[0],
        under_review=returns[0],
        send_back=returns[1],
        arrived=returns[2],
        survey=_confirmed(stage, judging[1]),
        survey_to_answer=_confirmed(stage, judging[2]),
        preferences=preferences,
        forged=cases[0][:-3] + "abc",
        over=over,
    )


def _on_its_way(stage: Stage) -> Sale:
    now = stage.now().replace(microsecond=0)
    sale = _sold(stage, cast.jana(RUN), now - 6 * DAY, cast.COVER)
    late = moved(sale, now - 11 * HOUR, "delayed", expected_in=2 * DAY)
    stage.shop.post("fulfillment_events/create", late)
    return sale


def _delivered(stage: Stage) -> Sale:
    now = stage.now().replace(microsecond=0)
    two = replace(cast.PILLOW, quantity=2)
    sale = _sold(stage, cast.anna(RUN), now - 7 * DAY, two, cast.TEAPOT)
    stage.shop.post("fulfillment_events/create", moved(sale, now - 3 * DAY, "delivered"))
    return sale


def _sold(stage: Stage, buyer: Buyer, at: datetime, *items: Item) -> Sale:
    sale = stage.shop.sell(buyer, *items, currency="EUR", shipping=490, placed_at=at)
    box = parcel(sale, at + DAY, carrier="DHL", arrived_at=None)
    sent = stage.shop.book(sale.at(at + DAY, is_shipped=True, parcels=(box,)))
    stage.shop.post("orders/fulfilled", bodies.order(sent))
    return sent


def _asked(stage: Stage, sale: Sale) -> dict[str, Any]:
    """A question about an order, from the contact page."""
    person = stage.browser("en")
    start = person.open(f"{CONTACT}?lang=en")
    second = person.send(
        start, start.form("reason", "mail", "order"),
        reason="broken", mail=sale.buyer.mail, order=str(sale.number),
    )  # fmt: skip
    told = person.send(second, second.form("text", "mail"), text=QUESTION, name="Jana Krüger")
    return stage.as_mei("GET", f"/tickets/{first(told.text, TICKET)}")["ticket"]


def _answered(stage: Stage, sale: Sale) -> dict[str, Any]:
    ticket = _asked(stage, sale)
    stage.as_mei("POST", f"/tickets/{ticket['id']}/resolution", {"text": ANSWER})
    return ticket


def _confirmed(stage: Stage, path: str) -> str:
    """The path of the survey that "Solved" leads to."""
    person = stage.browser("en")
    page = person.open(path)
    return urlsplit(person.send(page, page.form("solved"), solved="yes").url).path


def _returns(stage: Stage) -> tuple[str, str, str]:
    """One that is looked at, one to send back, one that has arrived."""
    listed = stage.as_mei("GET", "/returns?limit=50")["items"]
    under_review = next(one for one in listed if one["request"] == "review")
    send_back = next(one for one in listed if one["logistics"] == "awaiting")
    arrived = next(one for one in listed if "defective" in one["reasons"])
    return under_review["id"], send_back["id"], arrived["id"]
