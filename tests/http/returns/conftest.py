"""A shop with a delivered order, and a manager of it."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.orders import Order
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.desk.returns import returns_desk
from chalicelib.handlers.returns import returns
from chalicelib.services import catalogue, shops
from chalicelib.web.app import AftercareApp
from tests.http.returning import NOON, at
from tests.people import bearer, desk_of, hired
from tests.unit.order_builders import a_line, an_order_seen, delivered


@pytest.fixture
def client(aws: object) -> Iterator[Client]:
    at(NOON)
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("returns")
    app.register_blueprint(returns)
    app.register_blueprint(returns_desk)
    with Client(app) as client:
        yield client


@pytest.fixture
def staff(client: Client) -> dict[str, str]:
    return bearer(hired(Role.MANAGER))


@pytest.fixture
def order(client: Client) -> Order:
    events = [an_order_seen(a_line("l1", quantity=2, paid=9288)), *delivered()]
    taken = catalogue.take_order(desk_of(), events, SeenBy.WEBHOOK)
    assert taken is not None
    return taken
