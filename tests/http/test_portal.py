"""The shopper's way: find the order, ask for a return in three steps, follow it on its page."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.orders import Order
from chalicelib.domain.returns import Return
from chalicelib.domain.shops import Address, Configuration
from chalicelib.handlers.case import case
from chalicelib.handlers.portal import portal
from chalicelib.services import catalogue, shops
from chalicelib.services.house import set_clock
from chalicelib.web.app import AftercareApp
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED, a_line, an_order_seen, delivered

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    set_clock(lambda: DELIVERED + timedelta(days=2))
    shops.put(
        desk_of(),
        Configuration(
            name="Acme",
            zone="Europe/Berlin",
            country="DE",
            languages=("en", "de"),
            return_address=Address(
                name="Acme Returns", street="Weg 1", postcode="04109", city="Leipzig", country="DE"
            ),
        ),
    )
    app = AftercareApp("portal")
    app.register_blueprint(portal)
    app.register_blueprint(case)
    with Client(app) as client:
        yield client


@pytest.fixture
def order(client: Client) -> Order:
    lines = (a_line("l1", quantity=2, paid=9288), a_line("l2", quantity=1, paid=1000))
    taken = catalogue.take_order(desk_of(), [an_order_seen(*lines), *delivered()], SeenBy.WEBHOOK)
    assert taken is not None
    return taken


def posted(client: Client, path: str, **fields: Any) -> HTTPResponse:
    return client.http.post(path, body=urlencode(fields).encode(), headers=FORM)


def order_link(order: Order) -> str:
    return f"/o/{desk_of().link('order', order.id, desk_of().now() + timedelta(days=1))}"


def text_of(answer: HTTPResponse) -> str:
    return re.sub(r"\s+", " ", answer.body.decode())


def steps(page: HTTPResponse) -> list[str]:
    """How the four steps of a return stand."""
    return re.findall(r'<li class="(done|now|next)"', text_of(page))


def picked(**fields: Any) -> dict[str, Any]:
    return {
        "lines.0.line_id": "l1",
        "lines.0.quantity": "1",
        "lines.0.reason": "wrong_size",
        "wish": "refund",
    } | fields


def test_a_wrong_number_and_a_wrong_address_say_the_same(client: Client, order: Order) -> None:
    wrong_number = posted(client, "/portal/acme", order="#9999", mail="jana@example.de")
    wrong_mail = posted(client, "/portal/acme", order="#1001", mail="else@example.de")

    assert wrong_number.status_code == wrong_mail.status_code == 422
    said = re.compile(r'class="wrong"[^>]*>([^<]*)<')
    assert said.findall(text_of(wrong_number)) == said.findall(text_of(wrong_mail)) != []


def test_number_and_address_open_the_order_and_after_a_few_tries_it_waits(
    client: Client, order: Order
) -> None:
    found = posted(client, "/portal/acme", order=" 1001", mail="Jana@Example.de")
    for _ in range(5):
        posted(client, "/portal/acme", order="#1", mail="x@example.de")
    slowed = posted(client, "/portal/acme", order="#1001", mail="jana@example.de")

    assert found.status_code == 303
    page = client.http.get(found.headers["Location"])
    assert page.status_code == 200
    assert "Can come back until Mon 23 Nov" in text_of(page)
    assert slowed.status_code == 429


def test_three_steps_make_a_return_and_its_page_says_who_acts_next(
    client: Client, order: Order
) -> None:
    door = order_link(order)
    first = client.http.get(f"{door}/return")
    second = posted(client, f"{door}/return", **picked(step="lines"))
    third = posted(client, f"{door}/return", **picked(step="wish"))
    shown = re.search(r'name="shown" value="(\d+)"', text_of(third))
    assert shown is not None
    done = posted(client, f"{door}/return", **picked(step="confirm", shown=shown[1]))

    assert [first.status_code, second.status_code, third.status_code] == [200, 200, 200]
    assert "€46.44" in text_of(third)
    assert done.status_code == 303, text_of(done)
    page = client.http.get(done.headers["Location"])
    assert "Please send it back by" in text_of(page)
    assert "Acme Returns" in text_of(page)
    assert steps(page) == ["done", "now", "next", "next"]
    assert "R-" in text_of(client.http.get(door))


def test_nothing_is_asked_for_when_the_amount_is_not_the_one_that_was_shown(
    client: Client, order: Order
) -> None:
    door = order_link(order)

    answer = posted(client, f"{door}/return", **picked(step="confirm", shown="1"))

    assert answer.status_code == 200
    assert "The amount has changed" in text_of(answer)
    assert desk_of().page(1, "returns", limit=5).cards == []


def test_a_confirmation_sent_twice_makes_one_return(client: Client, order: Order) -> None:
    door = order_link(order)
    fields = picked(step="confirm", shown="4644", idempotency_key="k1")

    answers = [posted(client, f"{door}/return", **fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(desk_of().page(1, "returns", limit=5).cards) == 1


def test_a_customer_says_it_is_sent_or_calls_it_off(client: Client, order: Order) -> None:
    door = order_link(order)
    made = posted(client, f"{door}/return", **picked(step="confirm", shown="4644"))
    case_page = made.headers["Location"].partition("?")[0]

    wordless = posted(client, case_page, act="say", text=" ")
    sent = posted(client, case_page, act="sent", tracking="JJD 1")
    late = posted(client, case_page, act="cancel")

    assert wordless.status_code == 422
    assert sent.status_code == 303
    on_its_way = client.http.get(case_page)
    assert "Your parcel is on its way to us." in text_of(on_its_way)
    assert steps(on_its_way) == ["done", "done", "now", "next"]
    assert late.status_code == 409
    card = desk_of().page(1, "returns", limit=5).cards[0]
    assert desk_of().get(Return, card.id).tracking == "JJD 1"
