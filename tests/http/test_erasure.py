"""Being forgotten, over HTTP and by the clock: nothing of the person is left in any record."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from chalice.test import Client

from chalicelib.domain.agenda import Entry, entry_id
from chalicelib.domain.callbacks import Callback, CallbackState
from chalicelib.domain.canonical import Contact, CustomerErased, Person, Platform, ShopErased
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Customer, Identity
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.orders import Order, order_id
from chalicelib.domain.promises import RING
from chalicelib.domain.return_drafts import Draft
from chalicelib.domain.shops import Configuration
from chalicelib.domain.silence import LISTEN
from chalicelib.handlers.webhooks import webhooks
from chalicelib.services import (
    callbacks,
    erasure,
    forgetting,
    inbox,
    return_drafts,
    shops,
    tickets,
)
from chalicelib.services.callbacks import NewCall
from chalicelib.services.erasure_ledger import written_since
from chalicelib.services.house import house, real_time, set_clock
from chalicelib.services.inbox import Parked
from chalicelib.store.clients import client as aws_client
from chalicelib.web.app import AftercareApp
from tests.cases import a_mail
from tests.people import desk_of
from tests.stage import forget_process_state

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LATER = "2026-11-22T09:00:00Z"
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


def told(
    client: Client, kind: str, data: dict[str, Any], happened_at: datetime | None = None
) -> str:
    now = real_time()
    at = (happened_at or now).isoformat()
    body = json.dumps({"type": kind, "timestamp": at, "data": data}).encode()
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


@contextmanager
def ledger_lost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing can be written down of who is to be forgotten."""
    with monkeypatch.context() as lost:
        lost.setenv("AFTERCARE_ERASURES_BUCKET", "nowhere")
        forget_process_state()
        yield
    forget_process_state()


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


def test_an_order_that_comes_between_the_wish_and_its_job_does_not_bring_the_buyer_back(
    client: Client,
) -> None:
    told(client, "order.changed", an_order("A1", JANA))
    told(client, "customer.erased", {"id": "c-7"})

    told(client, "order.changed", an_order("A1", JANA, changed_at="2026-11-21T09:00:00Z"))
    told(client, "order.changed", an_order("A0", JANA))
    parcels = [{"id": "q", "status": "shipped", "tracking": "TRACK-OF-JANA"}]
    told(client, "order.changed", an_order("A0", JANA, changed_at=LATER, parcels=parcels))
    assert told(client, "customer.changed", {**JANA, "changed_at": LATER}) == "applied"
    run_jobs(erasure.CUSTOMER)

    assert "jana" not in everything_kept().lower()
    assert desk_of().page(4, "customers", limit=5).cards[1:] == []


def test_who_orders_again_after_being_forgotten_is_a_new_customer(client: Client) -> None:
    told(client, "order.changed", an_order("A1", JANA))
    told(client, "customer.erased", {"id": "c-7"})
    run_jobs(erasure.CUSTOMER)

    tomorrow = (real_time() + timedelta(days=1)).isoformat()
    told(client, "order.changed", an_order("A2", JANA, placed_at=tomorrow, changed_at=tomorrow))
    told(client, "order.changed", an_order("A1", JANA, changed_at=tomorrow))

    before, again = (
        desk_of().get(Order, order_id("acme", Platform.STANDARD, number)) for number in ("A1", "A2")
    )
    assert again.customer_id not in (None, before.customer_id)
    assert again.contact.mail == JANA["mail"]
    assert (before.contact, before.erased_at is None) == (Contact(), False)


def test_a_named_order_that_was_never_seen_comes_without_its_buyer(client: Client) -> None:
    wish = {"mail": "no@one.de", "order_ids": ["A6"]}
    told(client, "customer.erased", wish)
    run_jobs(erasure.ORDERS)

    told(client, "order.changed", an_order("A6", JANA))

    order = desk_of().get(Order, order_id("acme", Platform.STANDARD, "A6"))
    assert (order.complete, order.contact, order.customer_id) == (True, Contact(), None)
    assert "jana" not in everything_kept().lower()


def test_an_erasure_is_written_down_before_anything_is_erased(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(client, "order.changed", an_order("A1", JANA))
    order = desk_of().get(Order, order_id("acme", Platform.STANDARD, "A1"))
    bucket = house().settings.erasures_bucket
    wish = CustomerErased(
        platform=Platform.STANDARD, customer=Person(outside_id="c-7"), order_ids=("A9",)
    )

    with ledger_lost(monkeypatch), pytest.raises(ClientError):
        erasure.erase_customer(desk_of(), wish)
    assert desk_of().get(Customer, order.customer_id or "").mail == JANA["mail"]

    for _ in range(2):
        erasure.erase_customer(desk_of(), wish)

    before = real_time() - timedelta(minutes=1)
    (first, again) = written_since(house(), before)
    assert (first.customer_id, again.customer_id) == (order.customer_id, None)
    assert first.order_ids == ("A9",)
    assert len(first.identities) == 3
    listed = aws_client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    bodies = [
        aws_client("s3").get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in listed
    ]
    assert b"jana" not in b"".join(bodies).lower()


def test_that_a_shop_left_is_written_down_before_anything_is_erased(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ShopErased(platform=Platform.SHOPIFY, domain="acme.myshopify.com")

    with ledger_lost(monkeypatch):
        with pytest.raises(ClientError):
            erasure.erase_shop(desk_of(), gone)
        assert {entry.kind for entry in entries()}.isdisjoint({erasure.SHOP, erasure.GUESTS})
    erasure.erase_shop(desk_of(), gone)

    (wish,) = written_since(house(), real_time() - timedelta(minutes=1))
    assert wish.is_whole_shop


def test_what_else_somebody_was_known_by_is_written_down_before_it_is_forgotten(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(client, "order.changed", an_order("A1", JANA))
    order = desk_of().get(Order, order_id("acme", Platform.STANDARD, "A1"))
    told(client, "customer.erased", {"id": "c-7"})
    late = Identity(shop="acme", id="i1", customer_id=order.customer_id)
    desk_of().commit(Changes(None, (late,)))

    with ledger_lost(monkeypatch), pytest.raises(ClientError):
        run_jobs(erasure.CUSTOMER)
    kept = desk_of().get(Identity, "i1").customer_id
    run_jobs(erasure.CUSTOMER)

    assert (kept, desk_of().get(Identity, "i1").customer_id) == (order.customer_id, None)
    newest = written_since(house(), real_time() - timedelta(minutes=1))
    assert "i1" in {identity for wish in newest for identity in wish.identities}


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


def test_what_an_erased_person_said_before_is_taken_in_without_them(client: Client) -> None:
    told(client, "order.changed", an_order("A7", JANA))
    told(client, "ticket.requested", {"id": "t", "customer": JANA, "text": "I, Jana, ask"})
    told(client, "customer.erased", {"id": "c-7"})
    run_jobs(erasure.CUSTOMER)

    before = real_time() - timedelta(days=2)
    said = {"customer": JANA, "text": "I, Jana, ask"}
    asked_back = [{"line_id": "1", "quantity": 1, "reason": "no_reason"}]
    told(client, "ticket.requested", {**said, "id": "t2"}, before)
    for message, conversation in (("m1", "t"), ("m2", "t2"), ("m3", "t3")):
        told(
            client,
            "message.received",
            {**said, "id": message, "conversation": conversation},
            before,
        )
    told(
        client,
        "return.requested",
        {"id": "r", "order_id": "A7", "lines": asked_back, "text": "Jana"},
        before,
    )
    tickets.receive_mail(desk_of(), a_mail(received_at=before))

    assert "jana" not in everything_kept().lower()
    assert len(desk_of().page(4, "customers", limit=9).cards) == 1
    assert len(desk_of().page(1, "tickets", limit=9).cards) == 4
    tickets.receive_mail(desk_of(), a_mail(message_id="<2@example.de>", received_at=house().now()))
    assert len(desk_of().page(4, "customers", limit=9).cards) == 2


def test_a_shop_that_came_back_keeps_what_came_since(client: Client) -> None:
    left_at = real_time() - timedelta(days=1)
    earlier = (left_at - timedelta(days=1)).isoformat()
    told(client, "order.changed", an_order("A3", JANA))
    told(client, "order.changed", an_order("A4", {"name": "Ada"}, placed_at=earlier))
    for name, received_at in (("old", left_at), ("new", real_time())):
        inbox.put(house(), Parked("standard", "acme", {}, b"{}", received_at, "test"), name)
    wish = Erasure(shop="acme", at=left_at, is_whole_shop=True)

    erasure.repeat(desk_of(), wish)

    (waiting,) = inbox.waiting(house())
    assert inbox.read(house(), waiting).received_at > left_at
    assert "Ada" not in everything_kept()
    assert JANA["mail"] in everything_kept()
    assert LISTEN in {entry.kind for entry in entries()}

    erasure.repeat(desk_of(), wish.model_copy(update={"at": real_time()}))

    assert list(inbox.waiting(house())) == []
    assert JANA["mail"] not in everything_kept()
    assert LISTEN not in {entry.kind for entry in entries()}


def test_what_was_being_filled_in_goes_with_the_order(client: Client) -> None:
    told(client, "order.updated", an_order("A7", JANA))
    order = order_id("acme", Platform.STANDARD, "A7")
    name = return_drafts.open_draft(desk_of(), order).name
    return_drafts.keep(desk_of(), order, name, Draft(units={"1": 1}, note="Jana, Weg 1"))

    forgetting.empty_order(desk_of(), order)

    assert return_drafts.open_draft(desk_of(), order, name).draft == Draft()
