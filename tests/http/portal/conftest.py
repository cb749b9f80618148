"""A shop whose order was delivered two days ago, and its buyer."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

from chalicelib.domain.orders import Order
from chalicelib.services.house import set_clock
from tests.http.shopping import NOON, Shopper, a_delivered_order, link_to, open_shop, shopping_app


@pytest.fixture
def client(aws: object) -> Iterator[Client]:
    set_clock(lambda: NOON)
    open_shop()
    with Client(shopping_app()) as client:
        yield client


@pytest.fixture
def order(client: Client) -> Order:
    return a_delivered_order()


@pytest.fixture
def shopper(client: Client, order: Order) -> Shopper:
    return Shopper(client, link_to(order))
