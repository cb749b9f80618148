"""What single requests cost, and what must not grow with what is stored."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from statistics import median
from typing import Any

from bench.prices import MINUTES_A_MONTH
from bench.runs import API, ENTRY, Run, bill
from bench.shop import SHOP, BenchShop, a_desk
from chalicelib.domain.agenda import WORK, Entry, Lane
from chalicelib.domain.ticket_cycles import CLOSE
from chalicelib.domain.tickets import Ticket
from chalicelib.services import agenda
from chalicelib.services.house import house
from chalicelib.store.agenda import lane_key
from chalicelib.store.clients import client
from chalicelib.store.codec import fields_of, to_item
from chalicelib.store.keys import key_of, stamp
from chalicelib.store.listings import index_attributes

BATCH = 12
WARM_UP = 2
FAR = timedelta(days=365)

_numbers = count(20_000)
_stored = count()


@dataclass(frozen=True, slots=True)
class Figures:
    """What one request, or one run of the clock, asks for."""

    calls: int
    items: int
    write_units: float
    read_units: float
    own_ms: float
    dollars: float
    """A thousand times."""

    def is_like(self, other: "Figures") -> bool:
        """The same whatever the processor does."""
        return (self.calls, self.items, self.write_units, self.read_units) == (
            other.calls,
            other.items,
            other.write_units,
            other.read_units,
        )


def figures(runs: list[Run]) -> Figures:
    """Of runs that did the same: the middle one's, with the usual processor time."""
    middle = sorted(runs, key=lambda run: (len(run.calls), run.write_units))[len(runs) // 2]
    own = median(run.own_ms for run in runs)
    dollars = 1000 * bill([middle]).total
    return Figures(
        len(middle.calls), middle.items, middle.write_units, middle.read_units, own, dollars
    )


def by_route(runs: list[Run]) -> dict[str, Figures]:
    """Every route that was asked for, with what it usually costs."""
    routes = sorted({run.operation for run in runs if run.function == API})
    return {route: figures([run for run in runs if run.operation == route]) for route in routes}


def operations(shop: BenchShop, times: int) -> Iterator[tuple[str, int, Figures]]:
    """Name, the most calls it may take, and what it costs."""
    shop.order(1001)
    one = shop.ticket()
    reply = {"text": "It comes on Thursday."}
    minutes = count(1)
    acts: list[tuple[str, int, Callable[[], object]]] = [
        ("webhook, known order", 2, lambda: shop.order(1001, minute=next(minutes))),
        ("webhook, customer's first sight", 3, lambda: _first_sight(shop)),
        ("webhook, repeated", 1, lambda: shop.order(1001, expected="repeated")),
        ("reply", 2, lambda: shop.api("POST", f"/tickets/{one}/replies", reply)),
        ("contact form", 6, lambda: shop.contact(next(_numbers))),
        ("queue page", 1, lambda: shop.api("GET", "/tickets?limit=25")),
    ]
    for name, most_calls, act in acts:
        _warm_up(act)
        with shop.stage.meter.counted() as runs:
            for _ in range(times):
                act()
        yield name, most_calls, figures(runs)


def _warm_up(act: Callable[[], object]) -> None:
    """The first use of a token in a while is noted, and the next reads what was noted."""
    for _ in range(WARM_UP):
        act()


def _first_sight(shop: BenchShop) -> None:
    number = next(_numbers)
    shop.order(number, buyer=number)


def steady(shop: BenchShop, looked_at: str, replied_to: str) -> dict[str, Figures]:
    """What must cost the same whatever is stored."""
    reply = {"text": "It comes on Thursday."}
    acts: dict[str, Callable[[], object]] = {
        "queue page": lambda: shop.api("GET", "/tickets?limit=25"),
        "ticket page": lambda: shop.api("GET", f"/tickets/{looked_at}"),
        "reply": lambda: shop.api("POST", f"/tickets/{replied_to}/replies", reply),
        "webhook, repeated": lambda: shop.order(1001, expected="repeated"),
        "tick": shop.stage.machinery.tick,
    }
    found: dict[str, Figures] = {}
    # What a walk left to be done a minute later is no part of a minute in which nothing is due.
    shop.stage.pass_time(minutes=2)
    for name, act in acts.items():
        _warm_up(act)
        with shop.stage.meter.counted() as runs:
            act()
        found[name] = figures([run for run in runs if run.function != ENTRY][:1])
    return found


def idle_month(shop: BenchShop) -> float:
    """Dollars for a month of the clock's minutes in which nothing is due."""
    shop.stage.hand_on()
    shop.stage.machinery.tick()
    with shop.stage.meter.counted() as runs:
        shop.stage.machinery.tick()
    return bill(runs).total * MINUTES_A_MONTH


def store(template: Ticket, many: int, *, due_in: timedelta = FAR) -> None:
    """Open tickets and what is to be done about each, written past the commit."""
    tables, due_at = house().tables, house().now() + due_in
    numbers = [next(_stored) for _ in range(many)]
    for start in range(0, many, BATCH):
        here = numbers[start : start + BATCH]
        client("dynamodb").batch_write_item(
            RequestItems={
                tables.records: [{"PutRequest": {"Item": _ticket(template, n)}} for n in here],
                tables.agenda: [{"PutRequest": {"Item": _entry(n, due_at)}} for n in here],
            }
        )


def template_of(ticket_id: str) -> Ticket:
    return a_desk().get(Ticket, ticket_id)


@dataclass(frozen=True, slots=True)
class DrainedIn:
    """How long one worker took for what was due, and what is left of it."""

    due: int
    seconds: float
    done: int


def drained(shop: BenchShop, due: int) -> DrainedIn:
    """One worker closes as many resolved tickets as are due at once."""
    one = shop.ticket()
    shop.api("POST", f"/tickets/{one}/resolution", {"text": "It came."})
    shop.stage.hand_on()
    store(template_of(one), due, due_in=timedelta(seconds=-1))
    started, done = time.monotonic(), 0
    while done < due and time.monotonic() - started < MOST_SECONDS:
        ran = agenda.tick(house(), WORK, until=time.monotonic() + 50)
        done += ran.outcomes.get(agenda.Outcome.DONE, 0)
    return DrainedIn(due, time.monotonic() - started, done)


MOST_SECONDS = 300
"""In which one worker drains ten thousand entries."""


def intake_a_second(shop: BenchShop, seconds: float) -> float:
    """Webhooks of new orders that one process takes in, one after the other."""
    started, taken = time.monotonic(), 0
    while time.monotonic() - started < seconds:
        _first_sight(shop)
        taken += 1
    return taken / (time.monotonic() - started)


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
    entry = Entry(
        shop=SHOP, kind=CLOSE, subject=f"tkt_{number:026d}", due_at=due_at, lane=Lane.BULK
    )
    return to_item(
        {
            "id": entry.id,
            "shop": entry.shop,
            "kind": entry.kind,
            "subject": entry.subject,
            "lane": lane_key(entry.lane, entry.id),
            "home_lane": str(entry.lane),
            "due_at": stamp(due_at),
            "generation": 1,
            "attempts": 0,
        }
    )
