"""Being forgotten, over HTTP and by the clock: nothing of the person is left in any record."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from chalice.test import Client

from chalicelib.domain.agenda import Entry, entry_id
from chalicelib.domain.callbacks import Callback, CallbackState
from chalicelib.domain.canonical import Platform, ShopErased
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Identity
from chalicelib.domain.orders import Order, order_id
from chalicelib.domain.promises import RING
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.webhooks import webhooks
from chalicelib.services import callbacks, erasure, shops
from chalicelib.services.callbacks import NewCall
from chalicelib.services.house import house, real_time, set_clock
from chalicelib.store.clients import client as aws_client
from chalicelib.web.app import AftercareApp
from tests.people import desk_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
JANA = {"id": "c-7", "name": "Jana Weber", "mail": "jana@example.de", "phone": "+4934112345678"}

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", platform=Platform.STANDARD))
    shops.add_webhook_secret(house(), "acme", SECRET)
    app = AftercareApp("erasure")
    app.register_blueprint(webhooks)
    with Client(app) as client:
        yield client
    set_clock(real_time)


def told(client: Client, kind: str, data: dict[str, Any]) -> str:
    now = real_time()
    body = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}).encode()
    name, stamp = f"{kind}-{data.get('changed_at', data.get('id'))}", str(int(now.timestamp()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
    answer = client.http.post("/webhooks/standard/acme", body=body, headers=headers)
    return answer.json_body["outcome"]


def an_order(number: str, buyer: dict[str, Any], **changes: Any) -> dict[str, Any]:
    order = {
        "id": number,
        "number": number,
        "changed_at": "2026-11-20T09:00:00Z",
        "placed_at": "2026-11-20T09:00:00Z",
        "paid_at": "2026-11-20T09:00:00Z",
        "currency": "EUR",
        "customer": buyer,
        "lines": [{"id": "1", "title": "Bowl", "quantity": 1, "unit_price": "19.90"}],
        "fulfilment": "shipped",
        "parcels": [{"id": "p", "status": "delivered", "tracking": "TRACK-OF-JANA"}],
    }
    return order | changes


def run_jobs(*kinds: str) -> None:
    """What the clock does until no job is left."""
    from chalicelib.services import agenda

    set_clock(lambda: real_time() + timedelta(minutes=5))
    for _ in range(len(kinds) + 1):
        for entry in entries():
            if entry.kind in kinds:
                agenda.RUNNERS[entry.kind](desk_of(), entry)


def entries() -> list[Entry]:
    from chalicelib.store import agenda
    from chalicelib.store.codec import from_item

    items = aws_client("dynamodb").scan(TableName=house().tables.agenda)["Items"]
    return [agenda.read(from_item(item)) for item in items if "lane" in item]


def everything_kept() -> str:
    items = aws_client("dynamodb").scan(TableName=house().tables.records)["Items"]
    return json.dumps(items, ensure_ascii=False)


def test_nothing_of_an_erased_person_is_left_and_a_late_order_does_not_bring_them_back(
    client: Client,
) -> None:
    told(client, "order.changed", an_order("A1", JANA))
    told(client, "ticket.requested", {"id": "t", "customer": JANA, "text": "I, Jana, ask"})
    told(client, "message.received", {"id": "m", "conversation": "t", "text": "Jana again"})
    asked_back = [{"line_id": "1", "quantity": 1, "reason": "no_reason"}]
    told(
        client,
        "return.requested",
        {"id": "r", "order_id": "A1", "lines": asked_back, "text": "Jana"},
    )
    assert everything_kept().lower().count("jana") > 5

    assert told(client, "customer.erased", {"id": "c-7"}) == "applied"
    run_jobs(erasure.CUSTOMER)
    later = an_order("A1", JANA, changed_at="2026-11-21T09:00:00Z", payment="refunded")
    assert told(client, "order.changed", later) == "applied"

    for word in ("jana", "weber", "+49341"):
        assert word not in everything_kept().lower()


def test_nobody_is_rung_for_an_erased_person_and_all_they_were_known_by_goes(
    client: Client,
) -> None:
    told(client, "order.changed", an_order("A5", JANA))
    order = desk_of().get(Order, order_id("acme", Platform.STANDARD, "A5"))
    assert order.customer_id is not None
    tomorrow = (real_time() + timedelta(days=1)).replace(hour=12, minute=0)
    call = callbacks.promise(
        desk_of(),
        NewCall(
            at=tomorrow,
            what="Her linen",
            customer_id=order.customer_id,
            case_id=None,
            owner_id=None,
            language=None,
            zone="UTC",
        ),
    )
    more = [Identity(shop="acme", id=f"i{n}", customer_id=order.customer_id) for n in range(45)]
    desk_of().commit(Changes(None, tuple(one.but() for one in more)))

    told(client, "customer.erased", {"id": "c-7"})
    run_jobs(erasure.CUSTOMER)

    after = desk_of().get(Callback, call.id)
    assert (after.state, after.what) == (CallbackState.CANCELLED, "")
    ring = entry_id("acme", RING, call.id)
    raw = aws_client("dynamodb").get_item(TableName=house().tables.agenda, Key={"id": {"S": ring}})
    assert "lane" not in raw["Item"]
    assert desk_of().page(4, f"identities#{order.customer_id}", limit=50).cards == []


def test_a_guests_order_is_emptied_when_it_is_named(client: Client) -> None:
    told(client, "order.changed", an_order("A2", {"name": "Jana Weber"}))
    assert "Jana" in everything_kept()

    assert told(client, "customer.erased", {"mail": "no@one.de", "order_ids": ["A2"]}) == "applied"
    run_jobs(erasure.ORDERS)

    assert "jana" not in everything_kept().lower()
    emptied = desk_of().get(Order, order_id("acme", Platform.STANDARD, "A2"))
    assert emptied.erased_at is not None


def test_when_the_shop_leaves_its_customers_and_its_guests_are_forgotten(client: Client) -> None:
    told(client, "order.changed", an_order("A3", JANA))
    told(client, "order.changed", an_order("A4", {"name": "Jana Weber"}))

    gone = ShopErased(platform=Platform.SHOPIFY, domain="acme.myshopify.com")
    erasure.erase_shop(desk_of(), gone)
    run_jobs(erasure.SHOP, erasure.GUESTS, erasure.CUSTOMER)

    assert "jana" not in everything_kept().lower()
