"""A declaration of withdrawal that waits for a person, wherever the staff look for what is owed."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from chalice.test import Client

from app import app
from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.orders import Fulfilment
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.withdrawals import Withdrawal
from chalicelib.services import catalogue, shops, withdrawals
from tests.browsing import FORM, Browser
from tests.clocks import Clock, standing_at
from tests.full_shop import NOON
from tests.people import desk_of
from tests.unit.order_builders import a_line, an_order_seen

JANA = {"name": "Jana Weber", "contract": "#1001", "mail": "jana@example.com", "step": "confirm"}


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        yield clock


@pytest.fixture
def client(aws: dict[str, str], clock: Clock) -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    with Client(app) as client:
        yield client


@pytest.fixture
def waiting(client: Client) -> Withdrawal:
    """Of an order that has not left the shop."""
    seen = an_order_seen(a_line("l1"), fulfilment=Fulfilment.NONE)
    catalogue.take_order(desk_of(), [seen], SeenBy.WEBHOOK)
    answer = client.http.post("/withdraw/acme", body=urlencode(JANA).encode(), headers=FORM)
    assert answer.status_code == 303
    (card,) = withdrawals.waiting(desk_of(), limit=5, after=None).cards
    return desk_of().get(Withdrawal, card.id)


def test_it_is_found_by_its_number_mistyped_too(client: Client, waiting: Withdrawal) -> None:
    mei = Browser(client, Role.AGENT)
    last = waiting.number[-1]

    found = mei.post("/desk/find", q=waiting.number)
    mended = mei.post("/desk/find", q=waiting.number[:-1] + ("2" if last != "2" else "3"))

    assert found.headers["Location"] == "/desk/withdrawals"
    assert mended.status_code == 200
    assert waiting.number in mended.body.decode()


def test_a_late_one_is_a_late_promise(client: Client, clock: Clock, waiting: Withdrawal) -> None:
    early = Browser(client, Role.ADMIN)
    assert waiting.number not in early.get("/desk/figures/late").body.decode()

    clock.now += timedelta(days=4)
    mei = Browser(client, Role.MANAGER)

    assert waiting.number in mei.get("/desk/figures/late").body.decode()
    board = mei.get("/desk/figures").body.decode()
    assert waiting.number in board
    assert 'href="/desk/withdrawals"' in board


def test_it_is_owed_to_its_customer(client: Client, waiting: Withdrawal) -> None:
    page = Browser(client, Role.AGENT).get(f"/desk/p/{waiting.customer_id}").body.decode()

    owed = page.partition("We owe")[2].partition("What happened")[0]
    assert waiting.number in owed
    assert 'href="/desk/withdrawals"' in owed
    assert "kind=withdrawal" in page
