"""What is measured: each operation as it comes from outside, and what must not grow."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from chalice.test import Client

import app as application
from bench.meter import Cost, Meter
from bench.shop import BenchShop, a_desk, open_shop
from chalicelib import logs
from chalicelib.domain.agenda import WORK, Lane
from chalicelib.domain.tickets import Ticket
from chalicelib.services import agenda, keys
from chalicelib.services.house import house, real_time, set_clock
from chalicelib.store.agenda import lane_key
from chalicelib.store.clients import client
from chalicelib.store.codec import fields_of, to_item
from chalicelib.store.keys import key_of, stamp
from chalicelib.store.listings import index_attributes

BATCH = 12


def open_bench() -> tuple[BenchShop, Meter]:
    """A shop with nothing in it, and a meter on the tables."""
    logs.log().setLevel("CRITICAL")
    keys.ensure(house())
    meter = Meter(client("dynamodb"))
    door = Client(application.app)
    app_class = type(application.app)
    app_class.__call__ = meter.handler(app_class.__call__)
    return open_shop(door), meter


def operations(
    shop: BenchShop, meter: Meter, runs: int
) -> Iterator[tuple[str, int, Iterator[Cost]]]:
    """Name, the most calls it may take, and its costs run by run."""
    yield "webhook, known order", 2, _known_order(shop, meter, runs)
    yield "webhook, customer's first sight", 3, _first_sight(shop, meter, runs)
    yield "webhook, repeated", 1, _repeated(shop, meter, runs)
    yield "reply", 2, _replies(shop, meter, runs)
    yield "survey answer", 3, _survey_answers(shop, meter, runs)
    yield "contact form", 5, _contacts(shop, meter, runs)
    yield "queue page", 1, (meter.measure(shop.queue) for _ in range(runs))


def _known_order(shop: BenchShop, meter: Meter, runs: int) -> Iterator[Cost]:
    shop.webhook(1001)
    for minute in range(1, runs + 1):
        yield meter.measure(lambda at=minute: shop.webhook(1001, minute=at))


def _first_sight(shop: BenchShop, meter: Meter, runs: int) -> Iterator[Cost]:
    for number in range(2000, 2000 + runs):
        yield meter.measure(lambda n=number: shop.webhook(n, buyer=n))


def _repeated(shop: BenchShop, meter: Meter, runs: int) -> Iterator[Cost]:
    for _ in range(runs):
        yield meter.measure(lambda: shop.webhook(1001, expected="repeated"))


def _replies(shop: BenchShop, meter: Meter, runs: int) -> Iterator[Cost]:
    ticket = shop.ticket()
    for _ in range(runs):
        yield meter.measure(lambda: shop.reply(ticket))


def _survey_answers(shop: BenchShop, meter: Meter, runs: int) -> Iterator[Cost]:
    for _ in range(runs):
        ticket = shop.ticket()
        shop.api("POST", f"/tickets/{ticket}/resolution", 201, {"text": "It came today."})
        place, nonce = shop.open_survey(ticket)
        yield meter.measure(lambda p=place, n=nonce: shop.answer(p, n))


def _contacts(shop: BenchShop, meter: Meter, runs: int) -> Iterator[Cost]:
    for number in range(runs):
        # The door lets ten in within ten minutes from one place, and here all is one place.
        set_clock(lambda n=number: real_time() + timedelta(minutes=11 * n))
        yield meter.measure(lambda n=number: shop.contact(n))
    set_clock(real_time)


def flat(shop: BenchShop, meter: Meter, few: int, many: int) -> Iterator[tuple[str, Cost, Cost]]:
    """What must cost the same whatever is stored: a page of the queue, a tick with nothing due."""
    template = a_desk().get(Ticket, shop.ticket())

    def tick() -> object:
        return agenda.tick(house(), WORK, until=time.monotonic() + 50)

    work: dict[str, Callable[[], object]] = {"queue page": shop.queue, "tick": tick}
    _store(template, range(few))
    before = {name: _settled(meter, act) for name, act in work.items()}
    _store(template, range(few, many))
    after = {name: _settled(meter, act) for name, act in work.items()}
    for name in work:
        yield name, before[name], after[name]


def _settled(meter: Meter, work: Callable[[], object]) -> Cost:
    """One run after what was due is done."""
    for _ in range(3):
        work()
    return meter.measure(work)


def _store(template: Ticket, numbers: range) -> None:
    """Open tickets and what is to be done about them in a year, written past the commit."""
    tables, far = house().tables, house().now() + timedelta(days=365)
    for start in range(numbers.start, numbers.stop, BATCH):
        here = range(start, min(start + BATCH, numbers.stop))
        client("dynamodb").batch_write_item(
            RequestItems={
                tables.records: [{"PutRequest": {"Item": _ticket(template, n)}} for n in here],
                tables.agenda: [{"PutRequest": {"Item": _entry(n, far)}} for n in here],
            }
        )


def _ticket(template: Ticket, number: int) -> dict[str, Any]:
    copy = template.model_copy(update={"id": f"tkt_{number:026d}"})
    pk, sk = key_of(copy)
    return to_item(
        {
            **fields_of(copy),
            "pk": pk,
            "sk": sk,
            "kind": copy.kind,
            "schema": copy.schema_number,
            **index_attributes(copy),
        }
    )


def _entry(number: int, due_at: datetime) -> dict[str, Any]:
    entry_id = f"agd_{number:026d}"
    return to_item(
        {
            "id": entry_id,
            "shop": "bench",
            "kind": "promise.ring",
            "subject": f"tkt_{number:026d}",
            "lane": lane_key(Lane.URGENT, entry_id),
            "home_lane": "urgent",
            "due_at": stamp(due_at),
            "generation": 1,
            "attempts": 0,
        }
    )
