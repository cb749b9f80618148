"""What cannot be shown says what helps: by what went wrong, and by what led there."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeAlias
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.portal import TRIES
from chalicelib.services import shops
from chalicelib.services import staff as staff_service
from chalicelib.store.clients import client as client_of
from tests.browsing import FORM, Browser
from tests.cases import NOON
from tests.clocks import standing_at
from tests.people import desk_of, hired

Way: TypeAlias = Callable[[Client], HTTPResponse]
"""What leads to a page that cannot be shown."""

ADVICE = {
    "address": "look at the address of this page",
    "call": "The time to change this call is over; nothing is needed.",
    "desk": "copy it if it was long, and load the page again",
    "link": "Open the link from our mail once more",
    "order": "Find your order again with its number and your address.",
    "send it as well": "if it is something new, send it as well",
    "sign in": "Have a new one mailed to you.",
    "survey": "The time to answer is over; nothing is needed.",
    "typed": "What you typed is still in the form: go back in your browser, and send it once more.",
    "unsubscribe": "In each newer mail of this kind there is a link that is good.",
    "wait": "Please wait 10 minutes",
    "withdrawal": "What you declared stands; nothing is needed.",
}
DOORS = {
    "contact": 'href="/contact/acme?lang=en"',
    "phone": 'reach us here: <a href="tel:+49 30 1">',
    "portal": 'href="/portal/acme?lang=en"',
    "sign-in": 'href="/desk/sign-in"',
}


@pytest.fixture
def client(aws: dict[str, str]) -> Iterator[Client]:
    with standing_at(NOON), Client(app) as client:
        shops.put(desk_of(), Configuration(name="Acme", support_phone="+49 30 1"))
        yield client


def posted(client: Client, place: str, **fields: str) -> HTTPResponse:
    return client.http.post(place, body=urlencode(fields).encode(), headers=FORM)


def over(path: str, purpose: str) -> Way:
    def led(client: Client) -> HTTPResponse:
        return client.http.get(path + desk_of().link(purpose, "any", NOON - timedelta(days=1)))

    return led


def a_forged_link(client: Client) -> HTTPResponse:
    return client.http.get(f"/c/{desk_of().link('case', 'any', NOON + timedelta(days=1))[:-5]}")


def a_link_for_something_else(client: Client) -> HTTPResponse:
    return client.http.get(f"/c/{desk_of().link('survey', 'any', NOON + timedelta(days=1))}")


def no_such_shop(client: Client) -> HTTPResponse:
    return client.http.get("/portal/nobodys")


def a_wrong_form(client: Client) -> HTTPResponse:
    return posted(client, "/contact/acme", step="none")


def a_wrong_form_at_the_desk(client: Client) -> HTTPResponse:
    return Browser(client, Role.AGENT).post("/desk/find", unknown="field")


def a_form_changed_after_it_was_sent(client: Client) -> HTTPResponse:
    typed = {"step": "send", "mail": "jana@example.de", "idempotency_key": "k1"}
    return [posted(client, "/contact/acme", **typed, text=text) for text in ("One.", "Two.")][1]


def too_many_tries(client: Client) -> HTTPResponse:
    return [posted(client, "/portal/acme") for _ in range(TRIES + 1)][-1]


def an_old_sign_in_link(client: Client) -> HTTPResponse:
    signing_in = staff_service.sign_in_link(desk_of(), hired(Role.AGENT).id)
    with standing_at(NOON + timedelta(minutes=20)):
        return posted(client, "/desk/session", once=signing_in.partition("once=")[2])


@pytest.mark.parametrize(
    ("way", "status", "advice", "door"),
    [
        (over("/k/", "call"), 410, "call", "contact"),
        (over("/o/", "order"), 410, "order", "portal"),
        (over("/s/", "survey"), 410, "survey", ""),
        (over("/u/", "unsubscribe"), 410, "unsubscribe", "contact"),
        (over("/w/", "withdrawal"), 410, "withdrawal", "contact"),
        (a_forged_link, 404, "link", ""),
        (a_link_for_something_else, 404, "link", ""),
        (no_such_shop, 404, "address", ""),
        (a_wrong_form, 422, "typed", ""),
        (a_wrong_form_at_the_desk, 422, "desk", ""),
        (a_form_changed_after_it_was_sent, 422, "send it as well", ""),
        (too_many_tries, 429, "wait", "phone"),
        (an_old_sign_in_link, 410, "sign in", "sign-in"),
    ],
)
def test_a_page_that_cannot_be_shown_says_what_helps_and_nothing_else(
    client: Client, way: Way, status: int, advice: str, door: str
) -> None:
    answer = way(client)

    page = answer.body.decode()
    assert answer.status_code == status
    assert [name for name, words in ADVICE.items() if words in page] == [advice]
    assert [name for name, link in DOORS.items() if link in page] == ([door] if door else [])


def test_a_shop_that_there_is_not_is_looked_for_once(client: Client) -> None:
    asked: list[object] = []

    def note(model: object, **_: object) -> None:
        asked.append(model)

    events = client_of("dynamodb").meta.events
    events.register("before-call.dynamodb", note, unique_id="test-trouble")
    answer = no_such_shop(client)
    events.unregister("before-call.dynamodb", unique_id="test-trouble")

    assert answer.status_code == 404
    assert len(asked) == 1
