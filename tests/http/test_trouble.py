"""What cannot be shown says what helps: by what went wrong, and by what led there."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.portal import TRIES
from chalicelib.services import keys, shops
from chalicelib.services import staff as staff_service
from chalicelib.services.house import house
from tests.browsing import FORM
from tests.clocks import standing_at
from tests.full_shop import NOON
from tests.people import desk_of, hired

IN_A_MAIL = "Open the link from our mail once more"
FORM_IS_THERE = "What you typed is still in the form"
WRITE_TO_US = 'href="/contact/acme?lang=en"'


def posted(client: Client, place: str, **fields: str) -> HTTPResponse:
    return client.http.post(place, body=urlencode(fields).encode(), headers=FORM)


def over(purpose: str) -> str:
    return desk_of().link(purpose, "any", NOON - timedelta(days=1))


@pytest.mark.usefixtures("aws")
def test_a_page_that_cannot_be_shown_says_what_helps() -> None:
    with standing_at(NOON) as clock, Client(app) as client:
        keys.ensure(house())
        shops.put(desk_of(), Configuration(name="Acme", support_phone="+49 30 1"))
        signing_in = staff_service.sign_in_link(desk_of(), hired(Role.AGENT).id)
        answers = {
            "call": client.http.get(f"/k/{over('call')}"),
            "unsubscribe": client.http.get(f"/u/{over('unsubscribe')}"),
            "cut": client.http.get(f"/c/{over('case')[:-5]}"),
            "no shop": client.http.get("/portal/nobodys"),
            "form": posted(client, "/contact/acme", step="none"),
            "too many": [posted(client, "/portal/acme") for _ in range(TRIES + 1)][-1],
        }
        clock.wait(minutes=20)
        answers["sign-in"] = posted(client, "/desk/session", once=signing_in.partition("once=")[2])

    pages = {kind: answer.body.decode() for kind, answer in answers.items()}
    assert {kind: answer.status_code for kind, answer in answers.items()} == {
        "call": 410,
        "unsubscribe": 410,
        "cut": 404,
        "no shop": 404,
        "form": 422,
        "too many": 429,
        "sign-in": 410,
    }
    assert {kind for kind, page in pages.items() if IN_A_MAIL in page} == {"cut"}
    assert {kind for kind, page in pages.items() if FORM_IS_THERE in page} == {"form"}
    assert {kind for kind, page in pages.items() if WRITE_TO_US in page} == {"call", "unsubscribe"}
    assert "nothing is needed" in pages["call"]
    assert "Please wait 10 minutes" in pages["too many"]
    assert 'reach us here: <a href="tel:+49 30 1">' in pages["too many"]
    assert "look at the address of this page" in pages["no shop"]
    assert "Have a new one mailed to you." in pages["sign-in"]
