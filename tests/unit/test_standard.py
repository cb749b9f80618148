"""Our own vocabulary: signed, strict, and as its page tells it."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.canonical import (
    WHOLE_ORDER,
    OrderSeen,
    ParcelDelivered,
    ParcelSeen,
    Payment,
    Person,
    RefundSeen,
    TicketRequested,
)
from chalicelib.domain.errors import Invalid, Unauthorized
from chalicelib.shops.adapters import adapter
from chalicelib.shops.deliveries import Delivery, Note
from tests.unit.payloads import PAYLOADS, beside

STANDARD = adapter("standard")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "standard-events.md"


def read(kind: str, data: dict[str, Any]) -> Delivery:
    body = {"type": kind, "timestamp": NOW.isoformat(), "data": data}
    return STANDARD.read({"webhook-id": "evt_1"}, json.dumps(body).encode())


def signed(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamp = str(int(at.timestamp()))
    digest = hmac.digest(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)
    return {
        "Webhook-Id": message_id,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def order_data(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": 2**60,
        "number": "QH-1",
        "placed_at": "2026-11-20T09:00:00+01:00",
        "currency": "EUR",
        "lines": [
            {"id": "1", "title": "Bowl", "quantity": 2, "unit_price": "19.90", "discount": 2.00}
        ],
        "shipping_paid": "4.90",
    }
    return {**data, **changes}


def test_what_is_empty_of_a_person_was_not_said() -> None:
    nobody = {"id": "", "name": "", "mail": "", "phone": "", "language": "", "country": ""}

    (order,) = read("order.changed", order_data(customer=nobody)).events

    assert isinstance(order, OrderSeen)
    assert order.customer == Person()


def test_every_example_of_the_page_is_understood() -> None:
    examples = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)

    read_examples = [STANDARD.read({}, example.encode()) for example in examples]

    assert [d.topic for d in read_examples] == re.findall(
        r"^## ([a-z]+\.[a-z]+)$", PAGE.read_text(), re.MULTILINE
    )
    assert all(d.events and d.note is None for d in read_examples)


def test_the_example_order_adds_up_and_brings_its_parcel_and_refund() -> None:
    example = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]

    order, parcel, refund = STANDARD.read({}, example.encode()).events

    assert isinstance(order, OrderSeen)
    assert sum(line.paid.amount for line in order.lines) + 490 == order.total.amount == 4270
    assert isinstance(parcel, ParcelSeen)
    assert isinstance(refund, RefundSeen)


def test_what_is_not_said_is_reckoned() -> None:
    (order,) = read("order.changed", order_data(paid_at="2026-11-20T09:01:00Z")).events

    assert isinstance(order, OrderSeen)
    assert order.order_id == "1152921504606846976"
    assert (order.lines[0].paid.amount, order.total.amount) == (3780, 4270)
    assert (order.payment, order.captured.amount) == (Payment.PAID, 4270)
    assert order.changed_at == NOW


def test_a_discount_on_the_whole_order_is_borne_by_its_lines() -> None:
    prices = {"1": "10.00", "2": "10.00", "3": "10.00"}
    lines = [{"id": i, "title": "Bowl", "quantity": 1, "unit_price": p} for i, p in prices.items()]
    said = {"id": "4", "title": "Cup", "quantity": 1, "unit_price": "5.00", "paid": "5.00"}
    data = order_data(lines=[*lines, said], discount="4.00", shipping_paid="0", parcels=[])

    (order,) = read("order.changed", data).events
    (delivery_off,) = read("order.changed", data | {"total": "32.00"}).events

    assert isinstance(order, OrderSeen)
    assert isinstance(delivery_off, OrderSeen)
    assert [line.paid.amount for line in order.lines] == [866, 867, 867, 500]
    assert (order.total.amount, order.discount.amount) == (3100, 400)
    # The total shows that one euro of the four was taken off something else.
    assert sum(line.paid.amount for line in delivery_off.lines) == 3200


def test_tax_is_added_where_prices_are_without_it() -> None:
    line = {"id": "1", "title": "Bowl", "quantity": 1, "unit_price": "10.000", "tax": "0.500"}
    data = order_data(currency="KWD", taxes_included=False, lines=[line], shipping_paid=0)

    (order,) = read("order.changed", data).events

    assert isinstance(order, OrderSeen)
    assert order.total.amount == 10_500


def test_a_delivery_without_a_parcel_is_the_whole_orders() -> None:
    data = {"order_id": 1, "delivered_at": "2026-11-23T10:14:32Z"}

    (arrival,) = read("parcel.delivered", data).events

    assert isinstance(arrival, ParcelDelivered)
    assert arrival.id == WHOLE_ORDER


def test_a_message_keeps_its_lines_and_a_subject_has_only_one() -> None:
    data = {"id": 1, "customer": {}, "subject": "Wo?\r\nBcc: x", "text": "Eins\r\nzwei\x00"}

    (ticket,) = read("ticket.requested", data).events

    assert isinstance(ticket, TicketRequested)
    assert (ticket.subject, ticket.text) == ("Wo? Bcc: x", "Eins\nzwei")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (order_data(currency="euro"), "data.currency"),
        (order_data(placed_at="2026-11-20T09:00:00"), "data.placed_at"),
        (order_data(id=None), "data.id"),
        (order_data(total="-1"), "data.total"),
        (order_data(lines=[{"id": 1, "title": "Bowl", "quantity": 1.5, "unit_price": 1}]),
         "data.lines.0.quantity"),
        (order_data(lines=[*order_data()["lines"], *order_data()["lines"]]), "data.lines.id"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(data: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read("order.changed", data)
    assert refused.value.field == field


def test_an_envelope_without_a_type_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        STANDARD.read({}, b"[1]")
    assert refused.value.field == "type"


def test_an_unknown_type_and_an_id_alone_say_nothing() -> None:
    assert read("parcel.lost", {"id": 1}).note is Note.UNKNOWN_TOPIC
    assert read("order.changed", {"id": 1}).note is Note.ID_ONLY


def test_a_repeat_is_known_by_its_id_though_its_body_differs() -> None:
    first = read("order.changed", order_data())
    again = read("order.changed", order_data(number="QH-1b"))

    assert set(first.receipt_keys) & set(again.receipt_keys) == {"standard:id:evt_1"}


@pytest.mark.parametrize("drift", [-301, 301])
def test_an_old_or_early_signature_does_not_hold(drift: int) -> None:
    headers = signed(SECRET, "evt_1", NOW, b"{}")
    STANDARD.verify([SECRET], headers, b"{}", NOW + timedelta(seconds=drift // 301 * 300))

    with pytest.raises(Unauthorized) as refused:
        STANDARD.verify([SECRET], headers, b"{}", NOW + timedelta(seconds=drift))
    assert refused.value.facts == {"reason": "timestamp_out_of_range"}


def test_the_id_is_signed_too_and_svix_names_are_ours() -> None:
    headers = signed(SECRET, "evt_1", NOW, b"{}")
    svix = {name.replace("Webhook", "Svix"): value for name, value in headers.items()}

    STANDARD.verify(["whsec_", "c2VjcmV0", SECRET], svix, b"{}", NOW)

    for changed, reason in [
        ({"Webhook-Id": "evt_2"}, "bad_signature"),
        ({"Webhook-Signature": ""}, "missing_signature"),
        ({"Webhook-Timestamp": "soon"}, "timestamp_out_of_range"),
    ]:
        with pytest.raises(Unauthorized) as refused:
            STANDARD.verify([SECRET], headers | changed, b"{}", NOW)
        assert refused.value.facts == {"reason": reason}


@pytest.mark.parametrize("secrets", [[], [""], ["whsec_"], ["not base64!"]])
def test_without_a_secret_nothing_holds(secrets: list[str]) -> None:
    with pytest.raises(Unauthorized) as refused:
        STANDARD.verify(secrets, signed(SECRET, "evt_1", NOW, b"{}"), b"{}", NOW)
    assert refused.value.facts == {"reason": "no_secret"}


@beside
def test_the_published_signatures_hold() -> None:
    path = PAYLOADS / "standard-webhooks/test-vectors.json"
    tried = [v for v in json.loads(path.read_text())["vectors"] if "secret" in v]
    assert len(tried) == 11
    for vector in tried:
        character, times = vector.get("body_repeat", ("", 0))
        body = (vector.get("body") or character * times).encode()
        headers = {
            "webhook-id": vector["id"],
            "webhook-timestamp": str(vector["timestamp"]),
            "webhook-signature": vector["signature"],
        }
        at = datetime.fromtimestamp(vector["timestamp"], UTC)
        if vector["valid"]:
            STANDARD.verify([vector["secret"]], headers, body, at)
        else:
            with pytest.raises(Unauthorized):
                STANDARD.verify([vector["secret"]], headers, body, at)
