"""Returns of the demo shop's regular customers, by the same ways as real ones."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.canonical import Platform, ReturnRequested, WantedBack
from chalicelib.domain.events import ActorKind
from chalicelib.domain.return_lines import Disposition, Found, Grade
from chalicelib.domain.return_refunds import Execution
from chalicelib.domain.returns import RequestState, Return
from chalicelib.services import intake, return_work, returns
from local import shop_api
from local import shopify_bodies as bodies
from local.seed_past import DAY, HOUR, Past, buyer
from local.shopify_bodies import Item, Sale

GOODS = (
    Item(1, 7_401_000, "QH-BOWL-21", "Ash-glaze bowl 21 cm", 3450, 2),
    Item(1, 7_402_000, "QH-THROW-130", "Wool throw 130 × 180", 8900),
    Item(1, 7_403_000, "QH-SHEET-160", "Linen sheet 160 × 270", 12_900),
    Item(1, 7_404_000, "QH-CUP-6", "Six porcelain cups", 4200),
)
ABOVE_THE_CAP = Item(1, 7_405_000, "QH-SILK-155", "Silk duvet 155 × 220", 24_900)

# How many days ago it was asked for, why, and how far it has come.
_STATES: tuple[tuple[int, str, str], ...] = (
    (1, "no_reason", "agreed"),
    (2, "damaged", "sent"),
    (0, "wrong_colour", "agreed"),
    (0, "no_reason", "asked"),
    (3, "defective", "received"),
    (4, "no_reason", "sent"),
    (5, "wrong_item", "inspected"),
    (9, "damaged", "paid"),
    (12, "no_reason", "paid"),
    (6, "not_as_described", "received"),
    (16, "defective", "paid"),
)
_STEPS = ("agreed", "sent", "received", "inspected", "paid")

FIRST_NUMBER = 951


def play(past: Past, clerk: str, secret: str) -> None:
    """Let the returns happen, unless they have. `clerk`: who unpacks them, by id."""
    for place, (age, reason, state) in enumerate(_STATES):
        at = past.now - age * DAY - 2 * HOUR
        case = _asked(past, _sold(past, place, at, state, secret), place, at, reason)
        if case.sent_at is None and state in _STEPS:
            _go_on(past, clerk, case, at, _STEPS.index(state))


def _sold(past: Past, place: int, at: datetime, state: str, secret: str) -> Sale:
    """An order that arrived two days before; one webhook tells all of it."""
    order_id = 6_100_000_000_000 + place * 1000
    item = ABOVE_THE_CAP if state == "asked" else GOODS[place % len(GOODS)]
    sale = Sale(
        id=order_id,
        number=FIRST_NUMBER + place,
        buyer=buyer(place + 3),
        items=(replace(item, line_id=order_id + 1),),
        currency="EUR",
        placed_at=at - 6 * DAY,
        changed_at=at - 2 * DAY,
        shipping=490,
        is_shipped=True,
    )
    box = bodies.fulfillment(
        sale,
        order_id + 100,
        at - 5 * DAY,
        carrier="DHL",
        tracking=f"DHL{sale.number}00DE",
        arrived_at=at - 2 * DAY,
    )
    content = bodies.order(replace(sale, parcels=(box,)))
    shop_api.keep([content])
    body = bodies.encoded(content)
    headers = {
        "x-shopify-topic": "orders/fulfilled",
        "x-shopify-webhook-id": f"seed-{place}",
        "x-shopify-hmac-sha256": bodies.signature(secret, body),
    }
    house = past.house_at(at - 2 * DAY)
    intake.receive(house, "shopify", past.shop, headers, body, correlation=house.new_id("cli"))
    return sale


def _asked(past: Past, sale: Sale, place: int, at: datetime, reason: str) -> Return:
    line = WantedBack(line_id=str(sale.items[0].line_id), quantity=1, reason=reason)
    asked = ReturnRequested(
        platform=Platform.SHOPIFY, id=f"seed-{place}", at=at, order_id=str(sale.id), lines=(line,)
    )
    return returns.request_from_event(past.desk(at, ActorKind.SHOP, "shopify"), asked)


def _go_on(past: Past, clerk: str, case: Return, at: datetime, steps: int) -> None:
    """What was done about a return until now, some hours after one another."""
    if case.request is not RequestState.AUTHORIZED:
        return
    line = case.lines[0].line_id
    found = Found(line_id=line, accepted=1, grade=Grade.B, disposition=Disposition.RESELL)
    acts = (
        lambda here: return_work.send(here, case.id, "DHL00951"),
        lambda here: return_work.receive(here, case.id, {line: 1}),
        lambda here: return_work.inspect(here, case.id, [found]),
        lambda here: return_work.settle(here, case.id),
        lambda here: return_work.execute(here, case.id, Execution.BY_HAND),
    )
    # To be paid means settled and handed out: two acts.
    for turn, act in enumerate(acts[: steps + (steps == len(_STEPS) - 1)], start=1):
        who = (ActorKind.CUSTOMER, "") if turn == 1 else (ActorKind.STAFF, clerk)
        act(past.desk(at + turn * 9 * HOUR, *who))
