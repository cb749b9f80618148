"""A shop to measure on: its staff, its signed webhooks, its shoppers, over the HTTP test client."""

import base64
import hmac
import json
import re
import secrets
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalice.test import Client, HTTPResponse

from bench.stage import Stage
from chalicelib.domain.canonical import Platform
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.survey_policy import SurveyPolicy
from chalicelib.services import desk as desks
from chalicelib.services import shops, staff
from chalicelib.services.desk import Desk
from chalicelib.services.house import house

SHOP = "bench"
AGENT_MAIL = "mei@example.de"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def a_desk() -> Desk:
    return desks.desk(house(), SHOP, actor=Actor(kind=ActorKind.SYSTEM), correlation="bench")


@dataclass(frozen=True, slots=True)
class BenchShop:
    """Requests as they come from outside; each raises if it is not answered as it should be."""

    client: Client
    stage: Stage
    bearer: dict[str, str]
    agent: str
    """The id of the one who answers."""
    key: bytes
    """By which the shop signs its webhooks."""
    day: date
    """On which its orders arrived."""

    def deliver(self, type_: str, data: dict[str, Any], *, expected: str = "applied") -> None:
        """A webhook of the shop, and what becomes of it."""
        body = self._envelope(type_, data)
        named, at = f"evt_{secrets.token_hex(8)}", str(int(time.time()))
        digest = hmac.digest(self.key, f"{named}.{at}.".encode() + body, "sha256")
        headers = {
            "Content-Type": "application/json",
            "webhook-id": named,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }
        answer = self.client.http.post(f"/webhooks/standard/{SHOP}", headers=headers, body=body)
        if answer.json_body != {"outcome": expected}:
            raise RuntimeError(f"{type_}: {answer.body[:300]!r}")

    def order(
        self, number: int, *, minute: int = 0, buyer: int = 1, expected: str = "applied"
    ) -> None:
        """An order as it stands at a minute; delivered with the first."""
        self.deliver("order.changed", _order(self.day, number, minute, buyer), expected=expected)

    def order_body(self, number: int) -> bytes:
        """What a webhook of that order would bring."""
        return self._envelope("order.changed", _order(self.day, number, 0, number))

    def _envelope(self, type_: str, data: dict[str, Any]) -> bytes:
        told = {"type": type_, "timestamp": f"{self.day}T09:00:00Z", "data": data}
        return json.dumps(told).encode()

    def ticket(self) -> str:
        """A ticket opened by staff; gives its id."""
        fields = {
            "customer": {"name": "Jana Weber", "mail": "jana@example.de"},
            "reason": "parcel",
            "subject": "Where is my linen?",
            "text": "It should have come on Thursday.",
        }
        return self.api("POST", "/tickets", fields)["id"]

    def contact(self, number: int) -> None:
        """A shopper sends the contact form, two minutes later: its door lets ten in within ten
        minutes from one place, and here all is one place."""
        self.stage.clock.move_to(self.stage.clock.now() + timedelta(minutes=2))
        fields = {
            "step": "send",
            "reason": "other",
            "mail": f"shopper{number}@example.de",
            "name": "Jana",
            "text": "A question.",
        }
        self.form(f"/contact/{SHOP}", fields)

    def api(self, method: str, path: str, fields: Any = None) -> Any:
        """What staff ask for, and its answer."""
        body = json.dumps(fields).encode() if fields is not None else b""
        answer = self.client.http.request(method, path, headers=self.bearer, body=body)
        return json.loads(_checked(answer, path).body or b"{}")

    def page(self, path: str) -> str:
        """What a shopper looks at."""
        return _checked(self.client.http.get(path), path).body.decode()

    def form(self, path: str, fields: dict[str, str]) -> str:
        """Send a form; gives where it leads."""
        return str(self._sent(path, fields).headers.get("Location", ""))

    def _sent(self, path: str, fields: dict[str, str]) -> HTTPResponse:
        body = urlencode(fields).encode()
        return _checked(self.client.http.post(path, headers=FORM, body=body), path)

    def mailed_link(self, to: str, door: str) -> str:
        """The path of the newest link through a door, such as `/s/`, in the mails to somebody."""
        for mail in self.stage.outbox.newest_first(to):
            for link in re.findall(r"https?://[^\s<>\"')]+", mail.text):
                if door in link:
                    return urlsplit(link).path
        raise LookupError(f"no mail to {to} leads to {door}")


def open_shop(client: Client, stage: Stage) -> BenchShop:
    """A shop with one agent, whose surveys may be answered at once."""
    policy = SurveyPolicy(least_seconds=0)
    shops.put(
        a_desk(),
        Configuration(name="Bench", platform=Platform.STANDARD, country="DE", surveys=policy),
    )
    key = secrets.token_bytes(32)
    shops.add_webhook_secret(house(), SHOP, f"whsec_{base64.b64encode(key).decode()}")
    agent = staff.add(
        a_desk(),
        name="Mei",
        mail=AGENT_MAIL,
        role=Role.ADMIN,
        language="en",
        zone=None,
        phone=None,
    )
    token = staff.issue_token(a_desk(), agent.id, label="bench", lifetime=None)
    headers = {"Authorization": f"Bearer {token.text}", "Content-Type": "application/json"}
    day = (stage.clock.now() - timedelta(days=3)).date()
    return BenchShop(client, stage, headers, agent.id, key, day)


def _checked(answer: HTTPResponse, path: str) -> HTTPResponse:
    if answer.status_code >= 400:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.body[:300]!r}")
    return answer


def _order(day: date, number: int, minute: int, buyer: int) -> dict[str, Any]:
    line = {
        "id": "1",
        "product_id": "7",
        "title": "Linen set",
        "sku": "LIN-2",
        "quantity": 2,
        "unit_price": "46.44",
    }
    parcel = {
        "id": "p1",
        "status": "delivered",
        "shipped_at": f"{day - timedelta(days=1)}T08:00:00Z",
        "delivered_at": f"{day}T08:00:00Z",
        "lines": [{"line_id": "1", "quantity": 2}],
    }
    return {
        "id": str(number),
        "number": f"#{number}",
        "placed_at": f"{day - timedelta(days=2)}T09:00:00Z",
        "paid_at": f"{day - timedelta(days=2)}T09:00:41Z",
        "changed_at": f"{day}T{10 + minute // 60:02}:{minute % 60:02}:00Z",
        "currency": "EUR",
        "customer": _buyer(buyer),
        "lines": [line],
        "shipping_paid": f"4.{minute % 60:02}",
        "payment": "paid",
        "fulfilment": "shipped",
        "parcels": [parcel],
    }


def _buyer(buyer: int) -> dict[str, str]:
    return {
        "id": f"c-{buyer}",
        "name": "Jana Weber",
        "mail": mail_of(buyer),
        "language": "de-DE",
        "country": "DE",
        "zone": "Europe/Berlin",
    }


def mail_of(buyer: int) -> str:
    return f"buyer{buyer}@example.de"
