"""Shop webhooks over HTTP: what is signed is taken in once, and nothing signed is ever lost."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from chalice.test import Client, HTTPResponse

from chalicelib.domain.canonical import Platform
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders import Order, order_id
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.webhooks import webhooks
from chalicelib.services import inbox, intake, shops
from chalicelib.services.house import house
from chalicelib.services.order_files import order_file
from chalicelib.store import counters
from chalicelib.store.clients import client as aws_client
from chalicelib.web.app import AftercareApp
from tests.people import desk_of

SECRET = "hush"
PAYLOADS = Path(__file__).resolve().parents[3] / "shared" / "payloads"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    for shop, platform in (("acme", Platform.SHOPIFY), ("wool", Platform.WOOCOMMERCE)):
        shops.put(desk_of(shop), Configuration(name=shop.title(), platform=platform))
        shops.add_webhook_secret(house(), shop, SECRET)
    app = AftercareApp("webhooks")
    app.register_blueprint(webhooks)
    with Client(app) as client:
        yield client


def an_order(**changes: Any) -> bytes:
    order = {
        "id": 5_500_000_000_000_001,
        "name": "#1001",
        "email": "王@example.cn",
        "created_at": "2026-11-20T10:00:00+01:00",
        "updated_at": "2026-11-20T10:00:00+01:00",
        "currency": "EUR",
        "presentment_currency": "EUR",
        "taxes_included": True,
        "financial_status": "paid",
        "total_price": "20.00",
        "total_discounts": "0.00",
        "total_tax": "0.00",
        "line_items": [
            {"id": 1, "title": "床品", "quantity": 2, "price": "10.00", "tax_lines": []}
        ],
        "customer": {"id": 9_007_199_254_740_993, "first_name": "小明", "last_name": "王"},
    }
    return json.dumps(order | changes, ensure_ascii=False).encode()


def signed(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def shopify(
    client: Client, body: bytes, topic: str = "orders/create", **headers: str
) -> HTTPResponse:
    given = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": signed(body),
    }
    return client.http.post("/webhooks/shopify/acme", body=body, headers=given | headers)


def woocommerce(client: Client, body: bytes, topic: str) -> HTTPResponse:
    headers = {
        "Content-Type": "application/json",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": signed(body),
        "X-WC-Webhook-Delivery-ID": "the-same-for-all",
    }
    return client.http.post("/webhooks/woocommerce/wool", body=body, headers=headers)


def the_order(outside_id: str = "5500000000000001") -> Order:
    return desk_of().get(Order, order_id("acme", Platform.SHOPIFY, outside_id))


def test_a_delivery_has_its_effect_once(client: Client) -> None:
    first = shopify(client, an_order())
    second = shopify(client, an_order())

    assert (first.status_code, first.json_body) == (200, {"outcome": "applied"})
    assert (second.status_code, second.json_body) == (200, {"outcome": "repeated"})
    trail, _ = desk_of().trail(the_order().id)
    assert [event.type for event in trail] == ["order.placed", "order.paid"]


def test_an_older_snapshot_changes_nothing(client: Client) -> None:
    newer = an_order(updated_at="2026-11-20T11:00:00+01:00", note="x", total_price="20.00")
    shopify(client, newer, "orders/updated")
    before = the_order()

    answer = shopify(client, an_order(financial_status="pending"), "orders/create")

    assert answer.json_body == {"outcome": "applied"}
    assert the_order().version == before.version


@pytest.mark.parametrize("is_parked", [False, True])
def test_lines_that_the_shop_took_out_of_a_long_order_are_gone(
    client: Client, *, is_parked: bool
) -> None:
    """Whether the API applies it, or the clock later."""
    lines = [
        {"id": n, "title": f"床品 {n}", "quantity": 1, "price": "10.00", "tax_lines": []}
        for n in range(1, 41)
    ]
    shopify(client, an_order(line_items=lines))
    fewer = an_order(line_items=lines[:2], updated_at="2026-11-20T11:00:00+01:00")

    if is_parked:
        headers = {"x-shopify-topic": "orders/updated"}
        a_parked("acme", "fewer", platform="shopify", headers=headers, body=fewer)
        assert intake.drain(house(), until=time.monotonic() + 5) == 1
    else:
        shopify(client, fewer, "orders/updated")

    file = order_file(desk_of(), the_order().id)
    assert [line.id for line in file.lines] == ["1", "2"]


def test_the_buyer_is_one_customer_over_all_orders(client: Client) -> None:
    shopify(client, an_order())
    shopify(client, an_order(id=2, name="#1002"))

    first, second = the_order(), the_order("2")
    assert first.customer_id == second.customer_id
    assert first.customer_id is not None
    assert desk_of().get(Customer, first.customer_id).name == "王小明"


def test_an_id_that_comes_again_with_another_body_hides_nothing(client: Client) -> None:
    same = {"X-Shopify-Webhook-Id": "b54557e4"}

    answers = [shopify(client, an_order(id=n, name=f"#{n}"), **same) for n in (1, 2, 2)]

    assert [a.json_body["outcome"] for a in answers] == ["applied", "applied", "repeated"]
    assert the_order("2").number == "#2"


def test_two_orders_in_one_second_at_woocommerce_are_two(client: Client) -> None:
    body = {
        "id": 1,
        "number": "1",
        "currency": "EUR",
        "status": "processing",
        "date_created_gmt": "2026-11-20T10:00:00",
        "date_modified_gmt": "2026-11-20T10:00:00",
        "total": "5.00",
        "line_items": [],
    }
    answers = [
        woocommerce(
            client, json.dumps(body | {"id": n, "number": str(n)}).encode(), "order.created"
        )
        for n in (1, 2)
    ]

    assert [a.json_body["outcome"] for a in answers] == ["applied", "applied"]


def test_what_nobody_signed_is_refused_with_its_reason(client: Client) -> None:
    answer = shopify(client, an_order(), **{"X-Shopify-Hmac-Sha256": signed(b"another body")})

    assert answer.status_code == 401
    assert answer.json_body["reason"] == "bad_signature"
    assert signed(an_order()) not in answer.body.decode()


@pytest.mark.parametrize(
    "path", ["/webhooks/shopify/nobody", "/webhooks/magento/acme", "/webhooks/woocommerce/acme"]
)
def test_unknown_doors_do_not_exist(client: Client, path: str) -> None:
    answer = client.http.post(path, body=an_order(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_is_signed_and_says_nothing_is_counted(client: Client) -> None:
    error = b'{"code":"woocommerce_rest_cannot_view","data":{"status":401}}'

    outcomes = [
        woocommerce(client, error, "order.updated").json_body,
        woocommerce(client, b'{"id":7}', "order.deleted").json_body,
        woocommerce(client, b'{"id":7,"a":1}', "coupon.created").json_body,
        client.http.post(
            "/webhooks/woocommerce/wool",
            body=b"webhook_id=142",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ).json_body,
    ]

    assert outcomes == [{"outcome": "noted"}] * 4
    today = house().now().date()
    assert counters.noted(house().tables, "wool", today) == {
        "id_only": 1,
        "ping": 1,
        "platform_error": 1,
        "unknown_topic": 1,
    }


def test_a_body_that_is_not_json_is_refused(client: Client) -> None:
    assert shopify(client, b"<html>").status_code == 400


def test_a_new_secret_is_found_while_the_old_one_is_remembered(client: Client) -> None:
    shopify(client, an_order())
    # Another process rotates: this one still remembers the old list.
    remembered = house().parameter(shops.secrets_name("acme"))
    aws_client("ssm").put_parameter(
        Name=f"{house().settings.parameter_prefix}/{shops.secrets_name('acme')}",
        Value=json.dumps(remembered | {"webhook": ["brand-new", SECRET]}),
        Type="SecureString",
        Overwrite=True,
    )
    body = an_order(id=3)

    answer = shopify(client, body, **{"X-Shopify-Hmac-Sha256": signed(body, "brand-new")})

    assert answer.json_body == {"outcome": "applied"}


def test_what_cannot_be_committed_waits_and_is_applied_by_the_clock(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="dynamodb")

    with monkeypatch.context() as broken:
        broken.setattr(aws_client("dynamodb"), "transact_write_items", down)
        broken.setattr("chalicelib.store.commit.PATIENCE_SECONDS", 0.1)
        answer = shopify(client, an_order())

    assert answer.json_body == {"outcome": "parked"}
    assert len(list(inbox.waiting(house()))) == 1
    assert intake.drain(house(), until=time.monotonic() + 5) == 1
    assert list(inbox.waiting(house())) == []
    assert the_order().number == "#1001"
    assert shopify(client, an_order()).json_body == {"outcome": "repeated"}


def test_a_function_that_has_not_read_the_shop_yet_parks_what_is_signed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="dynamodb")

    with monkeypatch.context() as broken:
        broken.setattr(aws_client("dynamodb"), "batch_get_item", down)
        house().forget("shop", "acme")
        signed_answer = shopify(client, an_order())
        forged_answer = shopify(client, an_order(), **{"X-Shopify-Hmac-Sha256": signed(b"")})

    assert signed_answer.json_body == {"outcome": "parked"}
    assert forged_answer.status_code == 401
    assert intake.drain(house(), until=time.monotonic() + 5) == 1
    assert the_order().number == "#1001"


def a_parked(shop: str, name: str, **changes: Any) -> None:
    parked = inbox.Parked(
        platform="shopify",
        shop=shop,
        headers={"x-shopify-topic": "orders/create"},
        body=an_order(),
        received_at=house().now(),
        correlation="test",
    )
    inbox.put(house(), replace(parked, **changes), name)


def test_a_parked_question_about_an_order_that_was_never_pushed_opens_its_ticket(
    client: Client,
) -> None:
    """The clock asks the shop for the order, with the shop's own access."""
    shops.put(desk_of("felt"), Configuration(name="Felt", platform=Platform.STANDARD))
    data = {"id": "chat-1", "customer": {"mail": "jana@example.de"}, "text": "When?"}
    told = {"type": "ticket.requested", "timestamp": "2026-11-20T10:00:00Z"}
    body = json.dumps({**told, "data": {**data, "order_number": "#77"}}).encode()
    a_parked("felt", "question", platform="standard", headers={}, body=body)

    assert intake.drain(house(), until=time.monotonic() + 5) == 1

    assert len(desk_of("felt").page(1, "tickets", limit=5).cards) == 1


def test_an_outage_uses_no_attempts_up_and_a_real_failure_does(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="dynamodb")

    a_parked("acme", "good")
    a_parked("acme", "bad", body=b"no JSON", attempts=inbox.MOST_ATTEMPTS - 1)
    with monkeypatch.context() as broken:
        broken.setattr(aws_client("dynamodb"), "batch_get_item", down)
        intake.drain(house(), until=time.monotonic() + 5)

    (left,) = [inbox.read(house(), key) for key in inbox.waiting(house())]
    assert (left.body, left.attempts) == (an_order(), 0)
    gone = inbox.given_up(house(), "acme", after=None)
    assert len(gone.ids) == 1

    assert inbox.retry_all(house(), "acme", until=time.monotonic() + 5) == (1, False)
    assert len(list(inbox.waiting(house()))) == 2
    assert inbox.given_up(house(), "acme", after=None).ids == ()


def test_putting_a_delivery_back_twice_is_putting_it_back_once(client: Client) -> None:
    a_parked("acme", "bad", body=b"no JSON", attempts=inbox.MOST_ATTEMPTS - 1)
    intake.drain(house(), until=time.monotonic() + 5)
    (delivery,) = inbox.given_up(house(), "acme", after=None).ids

    for _ in range(2):
        inbox.retry(house(), "acme", delivery)

    assert len(list(inbox.waiting(house()))) == 1
    with pytest.raises(NotFound):
        inbox.retry(house(), "wool", delivery)


@pytest.mark.parametrize("name", ["", "\x0c", "x" * 500, "../wool/1", "A" * 32])
def test_s3_is_asked_for_no_name_that_we_never_gave(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(aws_client("s3"), "get_object", None)

    with pytest.raises(NotFound):
        inbox.retry(house(), "acme", name)


def test_shops_are_taken_in_turn_and_a_shop_that_leaves_takes_its_own_along(
    client: Client,
) -> None:
    for name in ("1", "2", "3"):
        a_parked("acme", name)
    a_parked("wool", "1")

    shops_in_turn = [key.split("/")[1] for key in inbox.waiting(house())]
    assert shops_in_turn == ["acme", "wool", "acme", "acme"]

    inbox.forget(house(), "acme")
    assert [key.split("/")[1] for key in inbox.waiting(house())] == ["wool"]


def test_with_neither_table_nor_bucket_the_shop_is_asked_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="aws")

    monkeypatch.setattr(aws_client("dynamodb"), "transact_write_items", down)
    monkeypatch.setattr("chalicelib.store.commit.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(aws_client("s3"), "put_object", down)

    answer = shopify(client, an_order())

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="no payloads beside the repository")
def test_every_real_body_is_taken_in(client: Client) -> None:
    outcomes: dict[str, str] = {}
    for path in sorted(PAYLOADS.glob("shopify/[!_]*.json")):
        topic = path.name.split("-")[0].removesuffix(".json").replace("_", "/")
        topic = topic.replace("fulfillment/events", "fulfillment_events")
        topic = topic.replace("data/request", "data_request")
        outcomes[path.name] = shopify(client, path.read_bytes(), topic).json_body["outcome"]
    for path in sorted(PAYLOADS.glob("woocommerce/order_*.json")):
        answer = woocommerce(client, path.read_bytes(), "order.created")
        outcomes[path.name] = answer.json_body["outcome"]

    noted = {name for name, outcome in outcomes.items() if outcome != "applied"}
    assert noted == {"disputes_create-rest-598735659.json"}
