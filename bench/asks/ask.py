"""One request of a walk, and what requests need to be asked."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from bench.shop import BenchShop, a_desk

FORMS = (
    "/desk",
    "/a/",
    "/again/",
    "/c/",
    "/k/",
    "/o/",
    "/s/",
    "/u/",
    "/portal",
    "/withdraw/",
    "/bench",
)
"""Where pages are, which send forms."""

TEXT = {"text": "It comes on Thursday."}
UNITS = {"lines": [{"line_id": "1", "quantity": 1}]}
"""Of an order's one line."""

buyers = count(40_000)
"""Numbers of buyers, and of whatever else must be new each time."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `fields` are sent as JSON by machines and as a form by pages. With a session
    it is a browser that asks."""

    method: str
    path: str
    fields: dict[str, Any] | None = None
    session: str = ""

    @property
    def is_form(self) -> bool:
        return self.path.startswith(FORMS)


def asked_back(shop: BenchShop) -> str:
    buyer = next(buyers)
    shop.order(buyer, buyer=buyer)
    order = shop.api("GET", f"/orders?number=%23{buyer}")
    return shop.api("POST", "/returns", {"order_id": order["id"], **UNITS})["id"]


def as_form(fields: dict[str, Any]) -> dict[str, Any]:
    """Lines as a page names them: `lines.0.line_id`."""
    named = {k: v for k, v in fields.items() if k != "lines"}
    for place, line in enumerate(fields.get("lines", [])):
        named |= {f"lines.{place}.{name}": value for name, value in line.items()}
    return named


def link(purpose: str, subject: str) -> str:
    here = a_desk()
    return here.link(purpose, subject, here.now() + timedelta(days=1))


def somebody() -> dict[str, str]:
    return {"name": "Li Wei", "mail": f"li{next(buyers)}@example.de", "role": "agent"}
