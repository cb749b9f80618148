"""What WooCommerce sends, as canonical events."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.canonical import (
    WHOLE_ORDER,
    CustomerSeen,
    DeliverySource,
    OrderSeen,
    ParcelDelivered,
    ParcelSeen,
    Payment,
    ProductSeen,
    RefundSeen,
)
from chalicelib.domain.errors import Unauthorized
from chalicelib.shops.adapters import adapter
from chalicelib.shops.deliveries import Delivery, Note
from tests.unit.payloads import PAYLOADS, beside

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WOO = adapter("woocommerce")


def read(topic: str, body: Any, **headers: str) -> Delivery:
    return WOO.read({"X-WC-Webhook-Topic": topic, **headers}, json.dumps(body).encode())


def order_body(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": 727,
        "number": "A-727",
        "status": "processing",
        "currency": "EUR",
        "prices_include_tax": True,
        "date_created_gmt": "2026-11-20T08:00:00",
        "date_modified_gmt": "2026-11-20T08:05:00",
        "date_paid_gmt": "2026-11-20T08:01:00",
        "date_completed_gmt": None,
        "total": "23.80",
        "total_tax": "3.80",
        "shipping_total": "0.00",
        "customer_id": 0,
        "billing": {
            "first_name": "雷",
            "last_name": "李",
            "country": "CN",
            "email": "l@example.com",
        },
        "line_items": [
            {
                "id": 315,
                "name": "Schale &ndash; blau",
                "parent_name": "Schale",
                "product_id": 93,
                "variation_id": 94,
                "quantity": 3,
                "subtotal": "25.2101",
                "subtotal_tax": "4.7899",
                "total": "20.00",
                "total_tax": "3.80",
                "sku": 1234,
                "price": 6.666666,
            }
        ],
        "refunds": [],
    }
    return {**body, **changes}


def the(kind: type[Any], delivery: Delivery) -> Any:
    return next(event for event in delivery.events if isinstance(event, kind))


def test_an_order_is_told_in_our_words() -> None:
    seen = the(OrderSeen, read("order.created", order_body()))

    assert (seen.order_id, seen.number, seen.payment) == ("727", "A-727", Payment.PAID)
    assert (seen.customer.name, seen.customer.outside_id) == ("李雷", None)
    assert seen.customer.zone == "Asia/Shanghai"
    line = seen.lines[0]
    assert (line.title, line.variant, line.sku) == ("Schale", "blau", "1234")
    assert (line.unit_price.amount, line.discount.amount, line.paid.amount) == (1000, 620, 2380)
    assert seen.captured.amount == 2380


def test_a_refund_inside_an_order_is_positive_and_listed() -> None:
    body = order_body(refunds=[{"id": 730, "reason": "", "total": "-16.20"}])

    delivery = read("order.updated", body)

    refund = the(RefundSeen, delivery)
    assert (refund.id, refund.amount.amount) == ("730", 1620)
    assert the(OrderSeen, delivery).refund_ids == ("730",)
    assert the(OrderSeen, delivery).payment is Payment.PARTIALLY_REFUNDED


def test_completion_stands_for_an_arrival_and_says_so() -> None:
    body = order_body(status="completed", date_completed_gmt="2026-11-22T08:00:00")

    arrival = the(ParcelDelivered, read("order.updated", body))

    assert (arrival.id, arrival.source) == (WHOLE_ORDER, DeliverySource.COMPLETED)
    assert arrival.at == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_the_tracking_extensions_parcels_are_seen() -> None:
    kept = [{"tracking_id": "t1", "tracking_provider": "DHL", "tracking_number": "003",
             "date_shipped": "1763625600"}]  # fmt: skip
    body = order_body(meta_data=[{"key": "_wc_shipment_tracking_items", "value": kept}])

    parcel = the(ParcelSeen, read("order.updated", body))

    assert (parcel.id, parcel.carrier, parcel.tracking) == ("t1", "DHL", "003")
    assert parcel.shipped_at == datetime(2025, 11, 20, 8, tzinfo=UTC)


def test_a_customer_and_a_product_are_told_in_our_words() -> None:
    customer = {
        "id": 25,
        "email": "jana@example.com",
        "first_name": "Jana",
        "last_name": "Örtel",
        "date_modified_gmt": "2026-11-20T08:00:00",
        "billing": {"country": "DE", "phone": "0341 123456"},
    }
    product = {
        "id": 93,
        "name": "Schale",
        "type": "simple",
        "sku": "S-1",
        "price": "20.00",
        "date_modified_gmt": "2026-11-20T08:00:00",
        "categories": [{"name": "Keramik &amp; Glas"}],
        "tags": [{"name": "neu"}],
        "images": [{"src": "http://insecure.example/a.jpg"}],
    }

    person = the(CustomerSeen, read("customer.updated", customer)).customer
    seen = the(ProductSeen, read("product.updated", product))

    assert (person.outside_id, person.name, person.zone) == ("25", "Jana Örtel", "Europe/Berlin")
    assert (seen.type, seen.tags, seen.image) == ("Keramik & Glas", ("neu",), "")
    assert (seen.variants[0].id, seen.variants[0].sku) == ("93", "S-1")


@pytest.mark.parametrize(
    ("topic", "body", "note"),
    [
        ("order.updated", {"code": "woocommerce_rest_cannot_view", "data": {"status": 401}},
         Note.PLATFORM_ERROR),
        ("order.deleted", {"id": 727}, Note.ID_ONLY),
        ("coupon.updated", {"id": 1, "code": "WELCOME"}, Note.UNKNOWN_TOPIC),
        ("order.updated", order_body(currency=None), Note.UNREADABLE),
        ("product.updated", {"id": 94, "type": "variation"}, Note.UNEVENTFUL),
    ],
)  # fmt: skip
def test_what_says_nothing_is_noted_and_never_refused(topic: str, body: Any, note: Note) -> None:
    assert read(topic, body).note is note


def test_two_orders_of_one_second_share_a_delivery_id_and_both_count() -> None:
    same = {"X-WC-Webhook-Delivery-ID": "b1946ac92492d234"}

    first = read("order.created", order_body(id=1), **same)
    second = read("order.created", order_body(id=2), **same)

    assert not set(first.receipt_keys) & set(second.receipt_keys)


def test_the_ping_on_activation_needs_no_signature() -> None:
    WOO.verify(["secret"], {}, b"webhook_id=142", NOW)
    assert WOO.read({}, b"webhook_id=142").note is Note.PING

    with pytest.raises(Unauthorized) as refused:
        WOO.verify(["secret"], {}, b'{"webhook_id": 142}', NOW)
    assert refused.value.facts == {"reason": "missing_signature"}


def test_a_secret_that_was_stored_with_entities_signs_without_them() -> None:
    body = json.dumps(order_body()).encode()
    digest = base64.b64encode(hmac.digest(b"a&b", body, hashlib.sha256)).decode()

    WOO.verify(["a&amp;b"], {"X-WC-Webhook-Signature": digest}, body, NOW)


@beside
def test_the_published_signatures_hold() -> None:
    vectors = json.loads((PAYLOADS / "woocommerce/_signature-vectors.json").read_text())
    for vector in vectors["vectors"]:
        headers = {"x-wc-webhook-signature": vector["signature"]}
        WOO.verify([vector["secret"]], headers, vector["body"].encode(), NOW)
        with pytest.raises(Unauthorized):
            WOO.verify([vector["secret"]], headers, vector["body"].encode() + b" ", NOW)


@beside
def test_the_real_order_adds_up() -> None:
    body = (PAYLOADS / "woocommerce/order_created-restdocs-727-1.json").read_bytes()

    seen = the(OrderSeen, WOO.read({"X-WC-Webhook-Topic": "order.created"}, body))

    lines = sum(line.paid.amount for line in seen.lines)
    assert lines + seen.shipping_paid.amount == seen.total.amount == 2935
