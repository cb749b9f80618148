"""What a shop with a connector of its own tells, in our vocabulary (`docs/standard-events.md`)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.faults.webhooks import Webhook

PLACED_AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)

BUYERS = (
    {"id": "c-1", "name": "Jana Weber", "mail": "jana@example.de", "language": "de-DE"},
    {"id": "c-2", "name": "Ole Weber", "mail": "ole@example.de", "language": "de-DE"},
)


class Tale(NamedTuple):
    """What happens to one order: each step so many seconds after the one before."""

    buyer: dict[str, str]
    steps: list[tuple[int, int]]


@dataclass
class _Telling:
    """An order as it goes on, and what is told of it."""

    order: dict[str, Any]
    now: datetime = PLACED_AT
    told: list[Webhook] = field(default_factory=list[Webhook])

    @property
    def name(self) -> str:
        """A fresh id."""
        return f"{self.order['id']}-{len(self.told)}"

    @property
    def stamp(self) -> str:
        return self.now.isoformat()

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        body = {"type": kind, "timestamp": self.stamp, "data": data}
        self.told.append(Webhook(kind, json.dumps(body).encode(), self.name, self.now))

    def changed(self, **changes: Any) -> None:
        self.order = self.order | changes | {"changed_at": self.stamp}
        self.tell("order.changed", self.order)


def _pay(telling: _Telling) -> None:
    telling.changed(payment="paid", paid_at=telling.order.get("paid_at") or telling.stamp)


def _ship(telling: _Telling) -> None:
    parcel = {"id": telling.name, "status": "shipped", "carrier": "DHL"}
    parcels = [*telling.order["parcels"], parcel | {"shipped_at": telling.stamp}]
    telling.changed(parcels=parcels, fulfilment="shipped")


def _arrive(telling: _Telling) -> None:
    for parcel in telling.order["parcels"][-1:]:
        data = {"order_id": telling.order["id"], "parcel_id": parcel["id"], "source": "carrier"}
        telling.tell("parcel.delivered", data | {"delivered_at": telling.stamp})


def _be_late(telling: _Telling) -> None:
    for parcel in telling.order["parcels"][-1:]:
        expected = (telling.now + timedelta(days=2)).isoformat()
        data = {"order_id": telling.order["id"], "parcel_id": parcel["id"]}
        telling.tell("parcel.delayed", data | {"expected_at": expected})


def _refund(telling: _Telling) -> None:
    refund = {"id": telling.name, "amount": "1.20", "refunded_at": telling.stamp}
    telling.changed(refunds=[*telling.order["refunds"], refund])


def _cancel(telling: _Telling) -> None:
    telling.changed(cancelled_at=telling.order.get("cancelled_at") or telling.stamp)


def _ask(telling: _Telling) -> None:
    telling.tell(
        "ticket.requested",
        {
            "id": f"chat-{telling.name}",
            "customer": telling.order["customer"],
            "subject": "Wo ist es?",
            "text": f"Es fehlt seit {telling.stamp}.",
            "channel": "chat",
        },
    )


def _introduce(telling: _Telling) -> None:
    """The customer's own record says more of them."""
    buyer = telling.order["customer"] | {"country": "DE", "consent": {"mail": True}}
    telling.tell("customer.changed", buyer)


STEPS: tuple[Callable[[_Telling], None], ...] = (
    _pay, _ship, _arrive, _be_late, _refund, _ask, _introduce, _cancel,
)  # fmt: skip


def stories() -> st.SearchStrategy[list[Webhook]]:
    """What is told of one or two orders, in the order in which it happened."""
    steps = st.tuples(st.integers(0, len(STEPS) - 1), st.sampled_from((60, 0, 3600)))
    tales = st.builds(Tale, st.sampled_from(BUYERS), st.lists(steps, max_size=6))
    return st.lists(tales, min_size=1, max_size=2).map(_told_together)


def _told_together(tales: list[Tale]) -> list[Webhook]:
    told = [webhook for number, tale in enumerate(tales, 1) for webhook in _told(number, tale)]
    return sorted(told, key=lambda webhook: webhook.told_at)


def _told(number: int, tale: Tale) -> list[Webhook]:
    telling = _Telling(
        {
            "id": str(number),
            "number": f"QH-{number}",
            "placed_at": PLACED_AT.isoformat(),
            "currency": "EUR",
            "customer": tale.buyer,
            "lines": [{"id": "1", "sku": "LIN-2", "title": "Linen", "quantity": 2,
                       "unit_price": "19.90"}],
            "parcels": [],
            "refunds": [],
        }
    )  # fmt: skip
    telling.changed()
    for step, seconds in tale.steps:
        telling.now += timedelta(seconds=seconds)
        STEPS[step](telling)
    return telling.told
