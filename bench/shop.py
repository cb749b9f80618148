"""A shop to measure on: its staff, its signed webhooks, its forms, over the HTTP test client."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

from chalicelib.domain.canonical import Platform
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.survey_policy import SurveyPolicy
from chalicelib.services import desk as desks
from chalicelib.services import shops, staff, surveys
from chalicelib.services.desk import Desk
from chalicelib.services.house import house

SECRET = "bench"  # noqa: S105 - of a shop that lives for a minute
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def a_desk() -> Desk:
    return desks.desk(house(), "bench", actor=Actor(kind=ActorKind.SYSTEM), correlation="bench")


@dataclass(frozen=True, slots=True)
class BenchShop:
    """Requests as they come from outside; each raises if it is not answered as it should be."""

    client: Client
    bearer: dict[str, str]

    def webhook(
        self, number: int, *, minute: int = 0, buyer: int = 1, expected: str = "applied"
    ) -> None:
        """An order of the shop, as it stands at a minute, and what becomes of its delivery."""
        body = json.dumps(_order(number, minute, buyer)).encode()
        signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/updated",
            "X-Shopify-Hmac-Sha256": signature,
        }
        answer = self.client.http.post("/webhooks/shopify/bench", headers=headers, body=body)
        assert answer.json_body == {"outcome": expected}, answer.body

    def ticket(self, mail: str = "jana@example.de") -> str:
        """A ticket opened by staff; gives its id."""
        fields = {
            "customer": {"name": "Jana Weber", "mail": mail},
            "reason": "parcel",
            "subject": "Where is my linen?",
            "text": "It should have come on Thursday.",
        }
        return self.api("POST", "/tickets", 201, fields)["id"]

    def reply(self, ticket: str) -> None:
        self.api("POST", f"/tickets/{ticket}/replies", 201, {"text": "It comes on Thursday."})

    def contact(self, number: int) -> None:
        """A shopper sends the contact form."""
        fields = {
            "step": "send",
            "reason": "other",
            "mail": f"shopper{number}@example.de",
            "name": "Jana",
            "text": "A question.",
        }
        self.form("/contact/bench", fields, 303)

    def open_survey(self, ticket: str) -> tuple[str, str]:
        """A survey's page, as a shopper has it open: its path and the form's nonce."""
        token = surveys.confirm(a_desk(), ticket)
        page = self.client.http.get(f"/s/{token}")
        found = re.search(rb'name="nonce" value="([^"]+)"', page.body)
        assert found, page.body
        return f"/s/{token}", found[1].decode()

    def answer(self, place: str, nonce: str) -> None:
        self.form(place, {"score": "5", "comment": "Quick.", "nonce": nonce}, 303)

    def queue(self) -> None:
        self.api("GET", "/tickets?limit=25", 200)

    def api(self, method: str, path: str, status: int, fields: Any = None) -> Any:
        body = json.dumps(fields).encode() if fields is not None else b""
        answer = self.client.http.request(method, path, headers=self.bearer, body=body)
        return _checked(answer, status).json_body

    def form(self, path: str, fields: dict[str, str], status: int) -> None:
        _checked(self.client.http.post(path, headers=FORM, body=urlencode(fields).encode()), status)


def open_shop(client: Client) -> BenchShop:
    """A shop with one agent, whose surveys may be answered at once."""
    policy = SurveyPolicy(least_seconds=0)
    shops.put(
        a_desk(),
        Configuration(name="Bench", platform=Platform.SHOPIFY, country="DE", surveys=policy),
    )
    shops.add_webhook_secret(house(), "bench", SECRET)
    agent = staff.add(
        a_desk(),
        name="Mei",
        mail="mei@example.de",
        role=Role.ADMIN,
        language="en",
        zone=None,
        phone=None,
    )
    token = staff.issue_token(a_desk(), agent.id, label="bench", lifetime=None)
    headers = {"Authorization": f"Bearer {token.text}", "Content-Type": "application/json"}
    return BenchShop(client, headers)


def _checked(answer: HTTPResponse, status: int) -> HTTPResponse:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.status_code} instead of {status}: {answer.body[:300]!r}")
    return answer


def _order(number: int, minute: int, buyer: int) -> dict[str, Any]:
    line = {
        "id": number * 10,
        "product_id": 7,
        "title": "Linen set",
        "sku": "LIN-2",
        "quantity": 2,
        "price": "46.44",
        "tax_lines": [],
    }
    return {
        "id": number,
        "name": f"#{number}",
        "email": f"buyer{buyer}@example.de",
        "created_at": "2026-11-20T10:00:00+01:00",
        "updated_at": f"2026-11-20T{10 + minute // 60:02}:{minute % 60:02}:00+01:00",
        "currency": "EUR",
        "presentment_currency": "EUR",
        "taxes_included": True,
        "financial_status": "paid",
        "total_price": "97.78",
        "total_discounts": "0.00",
        "total_tax": "0.00",
        "note": f"minute {minute}",
        "tags": str(minute),
        "fulfillment_status": "fulfilled" if minute % 2 else None,
        "line_items": [line],
        "shipping_lines": [{"price": "4.90", "tax_lines": []}],
        "customer": {"id": buyer, "first_name": "Jana", "last_name": "Weber"},
    }
