"""What a WooCommerce shop tells of its orders.

A body is the order as it stands when it is delivered, not when something happened to it; what
happens while a delivery is pending is not told by one of its own; a refund has no topic.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from hypothesis import strategies as st

from tests.faults.webhooks import Webhook

PLACED_AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)

BUYERS = tuple(
    {"first_name": name, "last_name": "Weber", "country": "DE", "email": f"{name}@example.de"}
    for name in ("jana", "ole")
)

Order: TypeAlias = dict[str, Any]


def _stamp(moment: datetime) -> str:
    """UTC, without saying so."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _pay(order: Order, now: datetime) -> Order:
    return {"status": "processing", "date_paid_gmt": order["date_paid_gmt"] or _stamp(now)}


def _complete(order: Order, now: datetime) -> Order:
    completed = order["date_completed_gmt"] or _stamp(now)
    return {"status": "completed", "date_completed_gmt": completed}


def _cancel(order: Order, now: datetime) -> Order:
    return {"status": "cancelled"}


def _refund(order: Order, now: datetime) -> Order:
    number = order["id"] * 100 + len(order["refunds"])
    return {"refunds": [*order["refunds"], {"id": number, "reason": "", "total": "-1.20"}]}


def _track(order: Order, now: datetime) -> Order:
    kept: list[Order] = [item for meta in order["meta_data"] for item in meta["value"]]
    parcel = {
        "tracking_id": f"{order['id']}-{len(kept)}",
        "tracking_provider": "DHL",
        "tracking_number": "00340",
        "date_shipped": str(int(now.timestamp())),
    }
    return {"meta_data": [{"key": "_wc_shipment_tracking_items", "value": [*kept, parcel]}]}


def _edit(order: Order, now: datetime) -> Order:
    (line,) = order["line_items"]
    count = line["quantity"] + 1
    price = f"{count * 10}.00"
    return {
        "line_items": [line | {"quantity": count, "subtotal": price, "total": price}],
        "total": price,
    }


CHANGES: tuple[Callable[[Order, datetime], Order], ...] = (
    _pay, _complete, _refund, _track, _edit, _cancel,
)  # fmt: skip


class Step(NamedTuple):
    """What happens so many seconds after the one before; a swallowed one is never told alone."""

    change: int
    seconds: int
    is_swallowed: bool


@dataclass(frozen=True, slots=True)
class Tale:
    buyer: Mapping[str, str]
    steps: list[Step]
    created_after: int
    """`order.created` shows the order as it is after so many steps."""


def stories() -> st.SearchStrategy[list[Webhook]]:
    """What is told of one or two orders, in the order in which it happened."""
    step = st.builds(
        Step,
        st.integers(0, len(CHANGES) - 1),
        st.sampled_from((60, 0, 3600)),
        st.sampled_from((False, False, True)),
    )
    tale = st.builds(Tale, st.sampled_from(BUYERS), st.lists(step, max_size=6), st.integers(0, 2))
    return st.lists(tale, min_size=1, max_size=2).map(_told_together)


def _told_together(tales: list[Tale]) -> list[Webhook]:
    told = [webhook for number, tale in enumerate(tales, 1) for webhook in _told(number, tale)]
    return sorted(told, key=lambda webhook: webhook.told_at)


def _told(number: int, tale: Tale) -> list[Webhook]:
    order, now = _placed(number, tale.buyer), PLACED_AT
    told: list[Webhook] = []

    def tell(topic: str) -> None:
        name = f"{number}-{len(told)}"
        told.append(Webhook(topic, json.dumps(order).encode(), name, now))

    for place, step in enumerate(tale.steps):
        if place == tale.created_after:
            tell("order.created")
        now += timedelta(seconds=step.seconds)
        order = order | CHANGES[step.change](order, now) | {"date_modified_gmt": _stamp(now)}
        if not step.is_swallowed:
            tell("order.updated")
    if tale.created_after >= len(tale.steps):
        tell("order.created")
    return told


def _placed(number: int, buyer: Mapping[str, str]) -> Order:
    return {
        "id": number,
        "number": f"A-{number}",
        "status": "pending",
        "currency": "EUR",
        "prices_include_tax": True,
        "date_created_gmt": _stamp(PLACED_AT),
        "date_modified_gmt": _stamp(PLACED_AT),
        "date_paid_gmt": None,
        "date_completed_gmt": None,
        "total": "10.00",
        "total_tax": "0.00",
        "shipping_total": "0.00",
        "customer_id": 0,
        "billing": dict(buyer),
        "line_items": [
            {
                "id": number * 10,
                "name": "Linen",
                "product_id": 93,
                "variation_id": 0,
                "quantity": 1,
                "subtotal": "10.00",
                "subtotal_tax": "0.00",
                "total": "10.00",
                "total_tax": "0.00",
                "sku": "LIN-2",
                "price": 10.0,
            }
        ],
        "refunds": [],
        "meta_data": [],
    }
