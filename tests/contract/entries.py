"""Agenda entries of the contract tests, and what one does when it runs."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from chalicelib.domain.agenda import Cancel, Entry, Lane
from chalicelib.domain.changes import Changes
from chalicelib.services import agenda
from chalicelib.services.agenda import Outcome
from chalicelib.services.desk import Desk, command
from chalicelib.services.house import house
from chalicelib.store import agenda as lanes
from chalicelib.store.clients import client
from chalicelib.store.codec import from_item
from tests.people import desk_of

KIND = "test.work"
HOUR = timedelta(hours=1)

Runs: TypeAlias = Callable[[Callable[[Desk, Entry], object]], None]
"""Says what an entry does when it runs."""


def entry(subject: str = "jar_1", due_at: datetime | None = None) -> Entry:
    return Entry(shop="acme", kind=KIND, subject=subject, due_at=due_at or house().now())


def put(*wanted: Entry) -> None:
    _decide(desk_of(), *wanted)


def cancel(subject: str = "jar_1") -> None:
    _decide(desk_of(), Cancel(shop="acme", kind=KIND, subject=subject))


@command
def _decide(desk: Desk, *wanted: Entry | Cancel) -> None:
    desk.commit(Changes(None, agenda=wanted))


def item_of(wanted: Entry) -> dict[str, Any]:
    answer = client("dynamodb").get_item(
        TableName=house().tables.agenda, Key={"id": {"S": wanted.id}}, ConsistentRead=True
    )
    return from_item(answer.get("Item", {}))


def due(wanted: Entry, generation: int = 1) -> lanes.Due:
    return lanes.Due(wanted.id, wanted.shop, generation)


def claimed(wanted: Entry, generation: int = 1) -> lanes.Claimed | None:
    tables, lease = house().tables, house().new_id("lease")
    return lanes.claim(tables, due(wanted, generation), now=house().now(), lease=lease)


def tick() -> dict[Outcome, int]:
    return agenda.tick(house(), Lane, until=time.monotonic() + 5).outcomes


def parked(subject: str = "jar_1") -> Entry:
    """An entry that has used its attempts up."""
    dead = entry(subject)
    put(dead)
    held = claimed(dead)
    assert held is not None
    lanes.park(house().tables, held, error="ValueError in test.work")
    return dead
