"""What Shopify sends, as canonical events."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.canonical import (
    CustomerErased,
    DeliverySource,
    OrderSeen,
    ParcelDelivered,
    ParcelSeen,
    ParcelStatus,
    ProductSeen,
    RefundSeen,
)
from chalicelib.domain.errors import Malformed, NotFound, Unauthorized
from chalicelib.domain.money import Money
from chalicelib.shops.adapters import adapter
from chalicelib.shops.deliveries import Delivery, Note
from tests.unit.payloads import PAYLOADS, beside

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHOPIFY = adapter("shopify")


def read(topic: str, body: Any, **headers: str) -> Delivery:
    return SHOPIFY.read({"X-Shopify-Topic": topic, **headers}, json.dumps(body).encode())


def order_body(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": 9007199254740993,
        "name": "#1001",
        "email": "jana@example.com",
        "currency": "EUR",
        "presentment_currency": "EUR",
        "taxes_included": True,
        "created_at": "2026-11-20T09:00:00+01:00",
        "processed_at": "2026-11-20T09:00:01+01:00",
        "updated_at": "2026-11-20T09:05:00+01:00",
        "financial_status": "paid",
        "fulfillment_status": None,
        "total_price": "43.90",
        "total_tax": "7.01",
        "total_discounts": "1.00",
        "total_outstanding": "0.00",
        "customer": {"id": 7, "first_name": "Jana", "last_name": "Örtel"},
        "customer_locale": "de-DE",
        "shipping_address": {"country_code": "DE", "phone": "0341 123456"},
        "shipping_lines": [{"price": "4.90", "tax_lines": [{"price": "0.78"}]}],
        "line_items": [
            {
                "id": 11,
                "title": "Schale 🏺",
                "variant_title": "blau",
                "sku": None,
                "quantity": 2,
                "current_quantity": 1,
                "price": "20.00",
                "total_discount": "0.00",
                "discount_allocations": [{"amount": "1.00"}],
                "tax_lines": [{"price": "6.23", "rate": 0.19}],
            }
        ],
    }
    return {**body, **changes}


def the_order(delivery: Delivery) -> OrderSeen:
    return next(event for event in delivery.events if isinstance(event, OrderSeen))


def signed(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def test_an_order_is_told_in_our_words() -> None:
    seen = the_order(read("orders/paid", order_body()))

    assert seen.order_id == "9007199254740993"
    assert (seen.customer.name, seen.customer.outside_id) == ("Jana Örtel", "7")
    assert (seen.customer.language, seen.customer.zone) == ("de-DE", "Europe/Berlin")
    assert seen.captured == seen.total == Money(amount=4390, currency="EUR")
    line = seen.lines[0]
    assert (line.title, line.variant, line.sku) == ("Schale 🏺", "blau", "")
    assert (line.discount.amount, line.paid.amount, line.current_quantity) == (100, 3900, 1)
    assert line.paid.amount + seen.shipping_paid.amount == seen.total.amount
    assert seen.changed_at == datetime(2026, 11, 20, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "customer",
    [{"customer": None}, {}, {"customer": {"id": None}}, {"customer": {}}],
    ids=["null", "absent", "id null", "empty"],
)
def test_a_guest_without_mail_is_ordinary(customer: dict[str, Any]) -> None:
    body = order_body(email="", shipping_address=None)
    body.pop("customer")

    seen = the_order(read("orders/create", body | customer)).customer

    assert (seen.outside_id, seen.mail, seen.phone, seen.name) == (None, None, None, None)


@pytest.mark.parametrize(
    ("currency", "price", "minor"), [("JPY", "1200", 1200), ("KWD", "1.250", 1250)]
)
def test_currencies_have_the_digits_they_have(currency: str, price: str, minor: int) -> None:
    body = order_body(currency=currency, presentment_currency=currency, total_price=price)

    assert the_order(read("orders/create", body)).total == Money(amount=minor, currency=currency)


def test_amounts_are_in_the_currency_the_buyer_paid_in() -> None:
    body = order_body(
        presentment_currency="CHF",
        total_price_set={"presentment_money": {"amount": "41.20", "currency_code": "CHF"}},
    )

    assert the_order(read("orders/create", body)).total == Money(amount=4120, currency="CHF")


def test_a_fulfillment_that_arrived_is_a_parcel_and_its_arrival() -> None:
    body = {
        "id": 5,
        "order_id": 1,
        "status": "success",
        "shipment_status": "delivered",
        "created_at": "2026-11-20T08:00:00Z",
        "updated_at": "2026-11-22T08:00:00Z",
        "tracking_company": "DHL",
        "tracking_numbers": ["00340434"],
        "tracking_url": "javascript:alert(1)",
        "line_items": [{"id": 11, "quantity": 2}],
    }

    parcel, arrival = read("fulfillments/update", body).events

    assert isinstance(parcel, ParcelSeen)
    assert (parcel.tracking, parcel.url, parcel.lines) == ("00340434", "", {"11": 2})
    assert isinstance(arrival, ParcelDelivered)
    assert arrival.source is DeliverySource.PLATFORM


def test_a_carriers_report_of_arrival_has_the_carriers_time() -> None:
    body = {
        "order_id": 1,
        "fulfillment_id": 5,
        "status": "delivered",
        "happened_at": "2026-11-21T17:30:00+01:00",
    }

    (arrival,) = read("fulfillment_events/create", body).events

    assert isinstance(arrival, ParcelDelivered)
    assert arrival.source is DeliverySource.CARRIER
    assert arrival.at == datetime(2026, 11, 21, 16, 30, tzinfo=UTC)


def test_a_failed_fulfillment_never_left() -> None:
    body = {"id": 5, "order_id": 1, "status": "failure", "created_at": "2026-11-20T08:00:00Z"}

    (parcel,) = read("fulfillments/create", body).events

    assert isinstance(parcel, ParcelSeen)
    assert parcel.status is ParcelStatus.CANCELLED


def test_a_refund_is_what_the_transactions_gave_and_failed_ones_give_nothing() -> None:
    body = {
        "id": 9,
        "order_id": 1,
        "created_at": "2026-11-22T08:00:00Z",
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "12.50", "currency": "EUR"},
            {"kind": "refund", "status": "failure", "amount": "99.00", "currency": "EUR"},
        ],
        "order_adjustments": [
            {"kind": "shipping_refund", "amount": "-4.12", "tax_amount": "-0.78"}
        ],
        "refund_line_items": [
            {"line_item_id": 11, "quantity": -1, "subtotal": 6.39, "total_tax": 1.21}
        ],
    }

    (refund,) = read("refunds/create", body).events

    assert isinstance(refund, RefundSeen)
    assert refund.amount.amount == 1250
    assert refund.shipping == Money(amount=490, currency="EUR")
    assert (refund.lines[0].quantity, refund.lines[0].amount.amount) == (1, 760)


def test_a_refund_says_the_same_alone_and_inside_its_order() -> None:
    refund = {
        "id": 9,
        "order_id": 9007199254740993,
        "created_at": "2026-11-22T08:00:00Z",
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "12.50", "currency": "EUR"}
        ],
    }

    (alone,) = read("refunds/create", refund).events
    inside = read("orders/updated", order_body(refunds=[refund])).events[-1]

    assert inside.model_copy(update={"changed_at": NOW}) == alone.model_copy(
        update={"changed_at": NOW}
    )


def test_a_product_keeps_what_after_sales_asks_for() -> None:
    body = {
        "id": 3,
        "title": "Schale",
        "product_type": "Keramik",
        "tags": "neu, blau, neu",
        "updated_at": "2026-11-20T08:00:00Z",
        "image": {"src": "https://cdn.example/a.jpg"},
        "variants": [
            {
                "id": 31,
                "title": "Default Title",
                "sku": "S-1",
                "barcode": "4006381333931",
                "price": "20.00",
                "weight": 1.5,
                "weight_unit": "kg",
            }
        ],
    }

    (product,) = read("products/update", body).events

    assert isinstance(product, ProductSeen)
    assert (product.tags, product.image) == (("blau", "neu"), "https://cdn.example/a.jpg")
    variant = product.variants[0]
    assert (variant.title, variant.gtin, variant.grams) == ("", "4006381333931", 1500)


def test_a_request_to_forget_names_the_shop_it_is_for() -> None:
    body = {
        "shop_domain": "acme.myshopify.com",
        "customer": {"id": 7, "email": "jana@example.com"},
        "orders_to_redact": [1, 9007199254740993],
    }

    (erased,) = read("customers/redact", body).events

    assert isinstance(erased, CustomerErased)
    assert erased.domain == "acme.myshopify.com"
    assert erased.order_ids == ("1", "9007199254740993")


@pytest.mark.parametrize(
    ("topic", "body", "note"),
    [
        ("disputes/create", {"id": 1, "order_id": 2}, Note.UNKNOWN_TOPIC),
        ("", {"id": 1}, Note.UNKNOWN_TOPIC),
        ("orders/updated", {"id": 1}, Note.ID_ONLY),
        ("orders/updated", {"data": None, "errors": [{}]}, Note.PLATFORM_ERROR),
        ("orders/updated", order_body(total_price="much"), Note.UNREADABLE),
        ("orders/updated", order_body(currency="€", presentment_currency=None), Note.UNREADABLE),
        ("orders/updated", [], Note.UNREADABLE),
        ("fulfillment_events/create", {"order_id": 1, "fulfillment_id": 2, "status": "waved",
         "happened_at": "2026-11-20T08:00:00Z"}, Note.UNEVENTFUL),
    ],
)  # fmt: skip
def test_what_says_nothing_is_noted_and_never_refused(topic: str, body: Any, note: Note) -> None:
    delivery = read(topic, body)

    assert delivery.note is note
    assert delivery.events == ()


@pytest.mark.parametrize("body", [b"", b"id=1", b'{"id": NaN}', b"[" * 100_000, b"\xff\xfe"])
def test_a_body_that_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        SHOPIFY.read({"X-Shopify-Topic": "orders/create"}, body)
    assert refused.value.field == "body"


def test_a_repeat_is_known_by_its_body_and_by_its_id_with_either_header_family() -> None:
    classic = read("orders/create", order_body(), **{"X-Shopify-Webhook-Id": "w-1"})
    plain = SHOPIFY.read(
        {"shopify-topic": "orders/create", "SHOPIFY-WEBHOOK-ID": "w-1"},
        json.dumps(order_body()).encode(),
    )
    other_topic = read("orders/paid", order_body())

    assert classic.receipt_keys == plain.receipt_keys
    assert len(classic.receipt_keys) == 2
    assert not set(classic.receipt_keys) & set(other_topic.receipt_keys)


def test_any_of_the_secrets_may_have_signed() -> None:
    body = b'{"id": 1}'
    headers = {"x-shopify-hmac-sha256": signed("new", body)}

    SHOPIFY.verify(["old", "new"], headers, body, NOW)

    for secrets, reason in [(["old"], "bad_signature"), ([], "no_secret"), ([""], "no_secret")]:
        with pytest.raises(Unauthorized) as refused:
            SHOPIFY.verify(secrets, headers, body, NOW)
        assert refused.value.facts == {"reason": reason}


def test_a_line_break_in_a_name_is_a_space() -> None:
    body = order_body(
        customer={"first_name": "Jana\r\nBcc: all@example.com", "last_name": "\ud83d"}
    )

    assert the_order(read("orders/create", body)).customer.name == "Jana Bcc: all@example.com"


def test_an_unknown_platform_is_not_found() -> None:
    with pytest.raises(NotFound):
        adapter("taobao")


@beside
def test_the_published_signatures_hold() -> None:
    vectors = json.loads((PAYLOADS / "shopify/_hmac-test-vectors.json").read_text())["vectors"]
    tried = [v for v in vectors if not v["secret"].startswith("<")]
    assert tried
    for vector in tried:
        headers = {"X-Shopify-Hmac-Sha256": vector["hmac"]} if vector["hmac"] else {}
        body = vector["body"].encode()
        if vector["valid"]:
            SHOPIFY.verify([vector["secret"]], headers, body, NOW)
        else:
            with pytest.raises(Unauthorized) as refused:
                SHOPIFY.verify([vector["secret"]], headers, body, NOW)
            assert refused.value.facts["reason"] in (
                "bad_signature",
                "empty_body",
                "missing_signature",
            )


@beside
def test_every_real_body_is_read() -> None:
    counted = {}
    for path in sorted((PAYLOADS / "shopify").glob("[a-z]*.json")):
        topic = _topic_of(path.name)
        delivery = SHOPIFY.read({"X-Shopify-Topic": topic}, path.read_bytes())
        counted[topic] = delivery.note or len(delivery.events)

    assert counted == {
        "customers/data_request": 1,
        "customers/redact": 1,
        "disputes/create": Note.UNKNOWN_TOPIC,
        "fulfillment_events/create": 1,
        "fulfillments/update": 1,
        "orders/cancelled": 1,
        "orders/create": 1,
        "orders/fulfilled": 2,
        "orders/updated": 3,
        "refunds/create": 1,
        "shop/redact": 1,
    }


@beside
def test_the_lines_of_a_real_order_add_up_to_its_total() -> None:
    for path in sorted((PAYLOADS / "shopify").glob("orders_*.json")):
        body = path.read_bytes()
        seen = the_order(SHOPIFY.read({"X-Shopify-Topic": "orders/updated"}, body))
        lines = sum(line.paid.amount for line in seen.lines)
        assert lines + seen.shipping_paid.amount == seen.total.amount, path.name


def _topic_of(name: str) -> str:
    stem = name.removesuffix(".json").split("-")[0]
    for subject in ("fulfillment_events", "fulfillments", "customers"):
        if stem.startswith(subject):
            return f"{subject}/{stem[len(subject) + 1 :]}"
    return stem.replace("_", "/", 1)
