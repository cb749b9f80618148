"""The shopper's way to their order, by number and address."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.test import Client

from chalicelib.domain.orders import Order
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.portal import portal
from chalicelib.services import shops
from chalicelib.services.house import set_clock
from chalicelib.web.app import AftercareApp
from tests.http.shopping import a_delivered_order, posted, text_of
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    set_clock(lambda: DELIVERED + timedelta(days=2))
    shops.put(
        desk_of(),
        Configuration(
            name="Acme",
            zone="Europe/Berlin",
            country="DE",
            languages=("en", "de"),
        ),
    )
    app = AftercareApp("portal")
    app.register_blueprint(portal)
    with Client(app) as client:
        yield client


@pytest.fixture
def order(client: Client) -> Order:
    return a_delivered_order()


def test_a_wrong_number_and_a_wrong_address_say_the_same(client: Client, order: Order) -> None:
    wrong_number = posted(client, "/portal/acme", order="#9999", mail="jana@example.de")
    wrong_mail = posted(client, "/portal/acme", order="#1001", mail="else@example.de")

    assert wrong_number.status_code == wrong_mail.status_code == 422
    said = re.compile(r'class="wrong"[^>]*>([^<]*)<')
    assert said.findall(text_of(wrong_number)) == said.findall(text_of(wrong_mail)) != []


def test_number_and_address_open_the_order_and_after_a_few_tries_it_waits(
    client: Client, order: Order
) -> None:
    found = posted(client, "/portal/acme", order=" 1001", mail="Jana@Example.de")
    for _ in range(5):
        posted(client, "/portal/acme", order="#1", mail="x@example.de")
    slowed = posted(client, "/portal/acme", order="#1001", mail="jana@example.de")

    assert found.status_code == 303
    page = client.http.get(found.headers["Location"])
    assert page.status_code == 200
    assert "Can come back until Mon 23 Nov" in text_of(page)
    assert slowed.status_code == 429
