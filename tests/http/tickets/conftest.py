"""A shop with tickets, and Mei, who works on them in a browser."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.case import case
from chalicelib.handlers.case_tickets import case_tickets
from chalicelib.handlers.desk.composer import composer
from chalicelib.handlers.desk.my_day import my_day
from chalicelib.handlers.desk.queue import desk_queue
from chalicelib.handlers.desk.readers import desk_readers
from chalicelib.handlers.desk.tickets import desk_tickets
from chalicelib.services import shops
from chalicelib.web.app import AftercareApp
from tests.browsing import Browser
from tests.cases import NOON
from tests.clocks import Clock, standing_at
from tests.people import desk_of


@pytest.fixture
def clock(aws: dict[str, str]) -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    app = AftercareApp("desk-tickets")
    for door in (case, case_tickets, composer, desk_queue, desk_readers, desk_tickets, my_day):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


@pytest.fixture
def mei(client: Client) -> Browser:
    return Browser(client, Role.AGENT, name="Mei")
