"""Bodies of the shape Shopify sends, for the demo shop and its seed."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.domain.money import exponent


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought."""

    id: int
    first_name: str
    last_name: str
    mail: str
    phone: str
    locale: str
    country: str
    city: str


@dataclass(frozen=True, slots=True)
class Item:
    """What was bought: an amount of one variant. Prices in minor units, tax included."""

    line_id: int
    product_id: int
    sku: str
    title: str
    price: int
    quantity: int = 1
    discount: int = 0


@dataclass(frozen=True, slots=True)
class Sale:
    """An order of the demo shop, as it goes on."""

    id: int
    number: int
    buyer: Buyer
    items: tuple[Item, ...]
    currency: str
    placed_at: datetime
    changed_at: datetime
    shipping: int = 0
    is_paid: bool = True
    is_shipped: bool = False
    cancelled_at: datetime | None = None
    parcels: tuple[dict[str, Any], ...] = field(default=())
    refunds: tuple[dict[str, Any], ...] = field(default=())

    @property
    def total(self) -> int:
        goods = sum(item.price * item.quantity - item.discount for item in self.items)
        return goods + self.shipping

    def at(self, moment: datetime, **changes: Any) -> "Sale":
        """The order as it stands at a later moment."""
        return replace(self, changed_at=moment, **changes)


def signature(secret: str, body: bytes) -> str:
    """What Shopify puts into `X-Shopify-Hmac-Sha256`."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def encoded(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def order(sale: Sale) -> dict[str, Any]:
    """`orders/*`."""
    buyer = sale.buyer
    address = {
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "name": f"{buyer.first_name} {buyer.last_name}",
        "city": buyer.city,
        "country_code": buyer.country,
        "province_code": None,
        "phone": buyer.phone,
    }
    return {
        "id": sale.id,
        "admin_graphql_api_id": f"gid://shopify/Order/{sale.id}",
        "name": f"#{sale.number}",
        "order_number": sale.number,
        "email": buyer.mail,
        "contact_email": buyer.mail,
        "phone": None,
        "currency": sale.currency,
        "presentment_currency": sale.currency,
        "customer_locale": buyer.locale,
        "taxes_included": True,
        "created_at": sale.placed_at.isoformat(),
        "processed_at": sale.placed_at.isoformat(),
        "updated_at": sale.changed_at.isoformat(),
        "cancelled_at": sale.cancelled_at.isoformat() if sale.cancelled_at else None,
        "financial_status": "paid" if sale.is_paid else "pending",
        "fulfillment_status": "fulfilled" if sale.is_shipped else None,
        "total_price": _decimal(sale.total, sale.currency),
        "total_discounts": _decimal(sum(i.discount for i in sale.items), sale.currency),
        "total_tax": "0.00",
        "line_items": [_line(item, sale.currency) for item in sale.items],
        "shipping_lines": [
            {"title": "Standard", "price": _decimal(sale.shipping, sale.currency), "tax_lines": []}
        ]
        if sale.shipping
        else [],
        "customer": {
            "id": buyer.id,
            "email": buyer.mail,
            "first_name": buyer.first_name,
            "last_name": buyer.last_name,
            "phone": buyer.phone,
        },
        "shipping_address": address,
        "billing_address": address,
        "fulfillments": list(sale.parcels),
        "refunds": list(sale.refunds),
        "note": None,
        "tags": "",
    }


def fulfillment(
    sale: Sale,
    parcel_id: int,
    at: datetime,
    *,
    carrier: str,
    tracking: str,
    arrived_at: datetime | None,
) -> dict[str, Any]:
    """`fulfillments/create`, `fulfillments/update`, and the parcels inside an order."""
    return {
        "id": parcel_id,
        "order_id": sale.id,
        "status": "success",
        "created_at": at.isoformat(),
        "updated_at": (arrived_at or at).isoformat(),
        "shipment_status": "delivered" if arrived_at else None,
        "tracking_company": carrier,
        "tracking_number": tracking,
        "tracking_numbers": [tracking],
        "tracking_url": f"https://tracking.example/{tracking}",
        "line_items": [_line(item, sale.currency) for item in sale.items],
    }


def movement(
    sale: Sale,
    parcel_id: int,
    at: datetime,
    status: str,
    *,
    event_id: int,
    expected_at: datetime | None,
) -> dict[str, Any]:
    """`fulfillment_events/create`, such as `in_transit`, `delayed` or `delivered`."""
    return {
        "id": event_id,
        "fulfillment_id": parcel_id,
        "order_id": sale.id,
        "status": status,
        "happened_at": at.isoformat(),
        "created_at": at.isoformat(),
        "updated_at": at.isoformat(),
        "estimated_delivery_at": expected_at.isoformat() if expected_at else None,
    }


def refund(sale: Sale, refund_id: int, at: datetime, amount: int) -> dict[str, Any]:
    """`refunds/create`: money given back, as the shop executed it."""
    return {
        "id": refund_id,
        "order_id": sale.id,
        "created_at": at.isoformat(),
        "processed_at": at.isoformat(),
        "note": None,
        "refund_line_items": [],
        "order_adjustments": [],
        "transactions": [
            {
                "id": refund_id + 1,
                "kind": "refund",
                "status": "success",
                "amount": _decimal(amount, sale.currency),
                "currency": sale.currency,
            }
        ],
    }


def product(item: Item, currency: str, at: datetime) -> dict[str, Any]:
    """`products/update`."""
    return {
        "id": item.product_id,
        "title": item.title,
        "product_type": "Home",
        "tags": "",
        "status": "active",
        "updated_at": at.isoformat(),
        "image": None,
        "variants": [
            {
                "id": item.product_id + 1,
                "product_id": item.product_id,
                "title": "Default Title",
                "sku": item.sku,
                "barcode": f"40{item.product_id % 10**11:011d}",
                "price": _decimal(item.price, currency),
                "grams": 900,
            }
        ],
    }


def _line(item: Item, currency: str) -> dict[str, Any]:
    return {
        "id": item.line_id,
        "product_id": item.product_id,
        "variant_id": item.product_id + 1,
        "title": item.title,
        "name": item.title,
        "variant_title": None,
        "sku": item.sku,
        "quantity": item.quantity,
        "current_quantity": item.quantity,
        "price": _decimal(item.price, currency),
        "total_discount": "0.00",
        "discount_allocations": [{"amount": _decimal(item.discount, currency)}]
        if item.discount
        else [],
        "tax_lines": [],
    }


def _decimal(amount: int, currency: str) -> str:
    return str(Decimal(amount).scaleb(-exponent(currency)))


def minor_units(amount: str, currency: str) -> int:
    """An amount as Shopify writes it."""
    return int(Decimal(amount).scaleb(exponent(currency)))
