"""What the tests of returns over HTTP share: a shop, an order at the door, and what staff ask."""

import json
import time
from datetime import datetime, timedelta
from typing import Any

from chalice.test import Client, HTTPResponse

from chalicelib.domain.agenda import Lane
from chalicelib.domain.orders import Order
from chalicelib.services import agenda
from chalicelib.services.house import house, set_clock
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED

NOON = DELIVERED + timedelta(days=2, hours=2)
AS_NEW = {"line_id": "l1", "accepted": 1, "grade": "a", "disposition": "resell"}


def at(moment: datetime) -> None:
    set_clock(lambda: moment)


def tick() -> None:
    """Run everything due, and what follows from it."""
    agenda.tick(house(), Lane, until=time.monotonic() + 20)


def posted(client: Client, path: str, headers: dict[str, str], **body: Any) -> HTTPResponse:
    return client.http.post(path, body=json.dumps(body).encode(), headers=headers)


def asked(client: Client, staff: dict[str, str], order: Order, **line: Any) -> HTTPResponse:
    wanted = {"line_id": "l1", "quantity": 1, "reason": "no_reason"} | line
    return posted(client, "/returns", staff, order_id=order.id, lines=[wanted])


def event_types(case_id: str) -> list[str]:
    return [event.type for event in desk_of().trail(case_id)[0]]
