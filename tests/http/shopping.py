"""A shopper before a delivered order, on moto: how its return is filled in and sent."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.orders import Order
from chalicelib.domain.shops import Address, Configuration
from chalicelib.handlers.case import case
from chalicelib.handlers.contact import contact
from chalicelib.handlers.portal import portal
from chalicelib.handlers.portal_returns import portal_returns
from chalicelib.handlers.slips import slips
from chalicelib.services import catalogue, shops
from chalicelib.web.app import AftercareApp
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED, a_line, an_order_seen, delivered

NOON = DELIVERED + timedelta(days=2)
"""Of the day on which they look at it."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

ANSWERS: dict[str, dict[str, Any]] = {
    "lines": {"lines.0.line_id": "l1", "lines.0.quantity": "1"},
    "wish": {"reason": "wrong_size", "wish": "refund", "note": ""},
    "way": {"way": "send"},
    "check": {"shown": "4644"},
}
"""By step, what a shopper who sends one piece back fills in."""


def shopping_app() -> AftercareApp:
    app = AftercareApp("portal")
    for blueprint in (portal, portal_returns, case, contact, slips):
        app.register_blueprint(blueprint)
    return app


def open_shop(**returns: Any) -> None:
    """Acme in Leipzig; `returns` is its return policy."""
    address = Address(
        name="Acme Returns", street="Weg 1", postcode="04109", city="Leipzig", country="DE"
    )
    given = Configuration(
        name="Acme", zone="Europe/Berlin", country="DE", languages=("en", "de"),
        return_address=address,
    )  # fmt: skip
    wanted = given.model_dump() | {"returns": returns}
    shops.put(desk_of(), Configuration.model_validate(wanted))


def a_delivered_order() -> Order:
    lines = (a_line("l1", quantity=2, paid=9288), a_line("l2", quantity=1, paid=1000))
    taken = catalogue.take_order(desk_of(), [an_order_seen(*lines), *delivered()], SeenBy.WEBHOOK)
    assert taken is not None
    return taken


def link_to(order: Order) -> str:
    return f"/o/{desk_of().link('order', order.id, desk_of().now() + timedelta(days=2))}"


def posted(client: Client, path: str, **fields: Any) -> HTTPResponse:
    return client.http.post(path, body=urlencode(fields).encode(), headers=FORM)


def followed(client: Client, answer: HTTPResponse) -> HTTPResponse:
    """Where an answer leads."""
    assert answer.status_code == 303, text_of(answer)
    return client.http.get(answer.headers["Location"])


def text_of(answer: HTTPResponse) -> str:
    return re.sub(r"\s+", " ", answer.body.decode())


def draft_of(page: HTTPResponse) -> str:
    """The draft that a page's form writes into."""
    found = re.search(r'name="draft" value="([0-9a-f]+)"', page.body.decode())
    assert found, text_of(page)
    return found[1]


class Shopper:
    """Fills in the return of an order, step by step, as forms do it."""

    def __init__(self, client: Client, link: str) -> None:
        self.client = client
        self.door = f"{link}/return"
        self.draft = draft_of(client.http.get(self.door))

    def answers(self, step: str, **more: Any) -> HTTPResponse:
        return self.posts({"step": step, "draft": self.draft, **ANSWERS[step], **more})

    def posts(self, fields: dict[str, Any]) -> HTTPResponse:
        return posted(self.client, self.door, **fields)

    def looks_at(self, step: str) -> HTTPResponse:
        return self.client.http.get(f"{self.door}?step={step}&draft={self.draft}")

    def walks(self) -> HTTPResponse:
        """All four steps; gives where the last one leads."""
        for step in ("lines", "wish", "way"):
            assert followed(self.client, self.answers(step)).status_code == 200
        return self.answers("check")
