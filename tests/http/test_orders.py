"""Orders and products over HTTP: as the shop told them, whole."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from chalice.test import Client

from chalicelib.domain.canonical import Platform, ProductSeen, SeenBy
from chalicelib.domain.orders import Order, order_id
from chalicelib.domain.permissions import Role
from chalicelib.domain.shop_refunds import Refund
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.orders import orders
from chalicelib.services import catalogue, shops
from chalicelib.shops.adapters import adapter
from chalicelib.web.app import AftercareApp
from tests.people import bearer, desk_of, hired

AT = "2026-11-20T10:00:00+01:00"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", platform=Platform.SHOPIFY))
    app = AftercareApp("orders")
    app.register_blueprint(orders)
    with Client(app) as client:
        yield client


@pytest.fixture
def manager(client: Client) -> dict[str, str]:
    return bearer(hired(Role.MANAGER))


def taken_in(**changes: Any) -> None:
    body: dict[str, Any] = {
        "id": 1,
        "name": "#1001",
        "created_at": AT,
        "updated_at": AT,
        "currency": "JPY",
        "total_price": "1200",
        "financial_status": "paid",
        "taxes_included": True,
        "line_items": [
            {"id": n, "title": "枕", "quantity": 1, "price": "4"} for n in range(1, 251)
        ],
    }
    raw = json.dumps(body | changes).encode()
    delivery = adapter("shopify").read({"X-Shopify-Topic": "orders/create"}, raw)
    events = [event for event in delivery.events if hasattr(event, "order_id")]
    catalogue.take_order(desk_of(), events, SeenBy.WEBHOOK)  # pyright: ignore[reportArgumentType]


def test_an_order_first_seen_with_a_hundred_and_twenty_refunds_is_taken_whole(
    client: Client,
) -> None:
    refunds = [
        {
            "id": n,
            "created_at": AT,
            "processed_at": AT,
            "transactions": [
                {"id": n, "kind": "refund", "status": "success", "amount": "1", "currency": "JPY"}
            ],
        }
        for n in range(1, 121)
    ]

    taken_in(refunds=refunds)

    order = desk_of().get(Order, order_id("acme", Platform.SHOPIFY, "1"))
    kept = desk_of().family(order.id, Refund)
    told = [event.type for event in desk_of().trail(order.id)[0]]
    assert len(kept) == len(order.refunds) == told.count("order.refunded") == 120
    assert told.count("order.placed") == 1


def test_an_order_is_found_by_its_number_with_all_its_lines(
    client: Client, manager: dict[str, str]
) -> None:
    taken_in()

    found = client.http.get("/orders?number=%201001", headers=manager).json_body
    trail = client.http.get(f"/orders/{found['id']}/events", headers=manager).json_body

    assert [line["id"] for line in found["lines"]] == [str(n) for n in range(1, 251)]
    assert found["total"] == {"amount": 1200, "currency": "JPY"}
    assert [event["type"] for event in trail["items"]] == ["order.placed", "order.paid"]


def test_a_number_that_nobody_knows_is_said_to_be_unknown(
    client: Client, manager: dict[str, str]
) -> None:
    answer = client.http.get("/orders?number=9", headers=manager)

    assert (answer.status_code, answer.json_body["field"]) == (404, "number")


def test_what_after_sales_knows_of_a_product_outlives_its_deliveries(
    client: Client, manager: dict[str, str]
) -> None:
    def seen(title: str, minute: int) -> str:
        event = ProductSeen(
            platform=Platform.SHOPIFY,
            id="7",
            changed_at=datetime(2026, 11, 20, 10, minute, tzinfo=UTC),
            title=title,
        )
        return catalogue.take_product(desk_of(), event, SeenBy.WEBHOOK).id

    product = seen("Pillow", 0)
    facts = {
        "exception": "hygiene",
        "exception_reason": "Sealed for hygiene",
        "warranty_months": 24,
    }
    put = client.http.put(
        f"/products/{product}/after-sales", headers=manager, body=json.dumps(facts).encode()
    )
    seen("Pillow, new", 1)
    kept = client.http.get(f"/products/{product}", headers=manager).json_body

    assert put.status_code == 200
    assert kept["title"] == "Pillow, new"
    assert kept["after_sales"] == {**facts, "is_serial_wanted": False}
