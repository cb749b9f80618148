"""The page for who operates the shop: whether anything was lost, and another try for it."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

from chalicelib.domain.agenda import Lane, entry_id
from chalicelib.domain.messages import SEND
from chalicelib.domain.permissions import Role
from chalicelib.handlers.desk.health import desk_health
from chalicelib.services import agenda as agenda_service
from chalicelib.services import inbox, lanes
from chalicelib.services.house import house
from chalicelib.store.clients import client as aws_client
from chalicelib.web.app import AftercareApp
from tests.clocks import standing_at
from tests.full_shop import NOON, a_full_shop
from tests.http.test_desk import Browser
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("aws")

PLACE = "/desk/health"


@pytest.fixture
def ids(aws: dict[str, str]) -> Iterator[dict[str, str]]:
    with standing_at(NOON):
        yield a_full_shop("acme")


@pytest.fixture
def client(ids: dict[str, str]) -> Iterator[Client]:
    app = AftercareApp("health")
    app.register_blueprint(desk_health)
    with Client(app) as client:
        yield client


def test_what_was_given_up_is_seen_and_tried_again(client: Client, ids: dict[str, str]) -> None:
    admin = Browser(client, Role.ADMIN)
    page = admin.get(PLACE).body.decode()
    entry, delivery = ids["entry_id"], ids["delivery_id"]

    assert "Something needs an operator" in page
    assert f"{PLACE}/entries/{entry}/retry" in page
    assert f"{PLACE}/deliveries/{delivery}/retry" in page
    assert admin.post(f"{PLACE}/entries/{entry}/retry").status_code == 303
    assert admin.post(f"{PLACE}/deliveries/{delivery}/retry").status_code == 303
    assert agenda_service.dead(desk_of(), limit=9, after=None)[0] == []
    assert inbox.given_up(house(), "acme", after=None).ids == ()
    assert inbox.waiting_of(house(), "acme") == 1
    page = admin.get(PLACE).body.decode()
    assert "Nothing is lost" in page
    assert "does not add up" not in page


def test_all_deliveries_are_tried_again_at_once(client: Client) -> None:
    assert Browser(client, Role.ADMIN).post(f"{PLACE}/deliveries/retry").status_code == 303
    assert inbox.given_up(house(), "acme", after=None).ids == ()


def test_a_message_nobody_will_send_any_more_is_named(client: Client, ids: dict[str, str]) -> None:
    admin, message = Browser(client, Role.ADMIN), ids["message_id"]
    assert "does not add up" not in admin.get(PLACE).body.decode()

    aws_client("dynamodb").delete_item(
        TableName=house().tables.agenda, Key={"id": {"S": entry_id("acme", SEND, message)}}
    )

    page = admin.get(PLACE).body.decode()
    assert "does not add up" in page
    assert f'lost: <code class="long">{message}</code>' in page


def test_a_lane_that_stands_still_says_so(client: Client) -> None:
    admin = Browser(client, Role.ADMIN)
    assert "stands still" not in admin.get(PLACE).body.decode()

    lanes.pause(house(), [Lane.BULK])

    assert "stands still" in admin.get(PLACE).body.decode()


def test_it_is_for_operators(client: Client, ids: dict[str, str]) -> None:
    boss = Browser(client, Role.MANAGER)

    assert boss.get(PLACE).status_code == 403
    assert boss.post(f"{PLACE}/entries/{ids['entry_id']}/retry").status_code == 403
