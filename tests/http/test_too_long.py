"""What somebody pastes is never lost: too long a text, or a number that is none, comes back with
what is wrong, in the language of the page; what is taken leads on in that language."""

from collections.abc import Iterator
from datetime import timedelta
from html import escape

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.services import keys, shops
from chalicelib.services.house import house
from tests.browsing import Browser
from tests.clocks import standing_at
from tests.full_shop import NOON, a_full_shop
from tests.http.shopping import posted
from tests.people import desk_of

PASTED = "Größe 🙏 " * 3_000
MESSAGES = {
    "case of a ticket": ("/c/", "case", "ticket", {}),
    "not solved": ("/a/", "resolved", "ticket", {"solved": "no"}),
    "case of a return": ("/c/", "case", "case", {"act": "say"}),
}


@pytest.fixture
def shop(aws: dict[str, str]) -> Iterator[tuple[Client, dict[str, str]]]:
    with standing_at(NOON), Client(app) as client:
        keys.ensure(house())
        ids = a_full_shop("acme")
        spoken = Configuration(
            name="Acme", zone="Europe/Berlin", country="DE", languages=("en", "de")
        )
        shops.put(desk_of(), spoken)
        yield client, ids


def link(purpose: str, subject: str) -> str:
    return desk_of().link(purpose, subject, NOON + timedelta(days=30))


def is_kept(answer: HTTPResponse, text: str, words: str) -> bool:
    page = answer.body.decode()
    return answer.status_code == 422 and escape(text, quote=False).strip() in page and words in page


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_from_a_case(shop: tuple[Client, dict[str, str]], name: str) -> None:
    client, ids = shop
    door, purpose, subject, more = MESSAGES[name]
    place = f"{door}{link(purpose, ids[subject])}?lang=de"

    long = posted(client, place, text=PASTED, **more)
    taken = posted(client, place, text="Es ist kaputt.", **more)

    assert is_kept(long, PASTED, "Das ist zu lang")
    assert taken.status_code == 303
    assert "lang=de" in taken.headers["Location"]


def test_a_tracking_number(shop: tuple[Client, dict[str, str]]) -> None:
    client, ids = shop
    place = f"/c/{link('case', ids['case'])}?lang=en"

    answer = posted(client, place, act="sent", tracking="JJD#1 🙏")

    assert is_kept(answer, "JJD#1 🙏", "Letters and digits, at most 60")


@pytest.mark.parametrize("name", ["text", "name", "order"])
def test_the_contact_form(shop: tuple[Client, dict[str, str]], name: str) -> None:
    client, _ = shop
    given = {"step": "send", "reason": "other", "mail": "jana@example.com", "text": "Wo?"}

    answer = posted(client, "/contact/acme?lang=en", **given | {name: PASTED})

    assert is_kept(answer, PASTED, "too long")


@pytest.mark.parametrize("name", ["order", "mail"])
def test_the_search_for_an_order(shop: tuple[Client, dict[str, str]], name: str) -> None:
    client, _ = shop
    given = {"order": "1001", "mail": "jana@example.com"}

    answer = posted(client, "/portal/acme?lang=de", **given | {name: PASTED})

    assert is_kept(answer, PASTED, f'<a href="#{name}">Bitte kürzen Sie dies')


def test_a_surveys_comment(shop: tuple[Client, dict[str, str]]) -> None:
    client, ids = shop
    place = f"/s/{link('survey', ids['survey_id'])}?lang=de"

    answer = posted(client, place, score="5", comment=PASTED)

    assert escape(PASTED, quote=False).strip() in answer.body.decode()


def test_a_note_and_an_answer_of_the_staff(shop: tuple[Client, dict[str, str]]) -> None:
    client, _ = shop
    mei = Browser(client, Role.AGENT)
    number = desk_of().page(1, "tickets", limit=1).cards[0].card["number"]

    for act in ("notes", "replies"):
        long = mei.post(f"/desk/t/{number}/{act}", text=PASTED)
        empty = mei.post(f"/desk/t/{number}/{act}", text=" ")
        assert is_kept(long, PASTED, "This is too long")
        assert "Please write a few words." in empty.body.decode()


FORMS = {
    "what a call is about": (
        "what",
        "/desk/calls",
        {"case": "{ticket}", "at": "2026-11-26T17:00"},
    ),
    "how a call went": ("note", "/desk/calls/{callback_id}/attempts", {"outcome": "reached"}),
    "which order is meant": ("order_number", "/desk/withdrawals/{withdrawal_id}/match", {}),
    "why there is no right": ("text", "/desk/withdrawals/{withdrawal_id}/answer", {}),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_the_staff(shop: tuple[Client, dict[str, str]], name: str) -> None:
    client, ids = shop
    field, place, more = FORMS[name]
    given = {one: value.format(**ids) for one, value in more.items()}

    answer = Browser(client, Role.ADMIN).post(place.format(**ids), **given | {field: PASTED})

    assert is_kept(answer, PASTED, f'<a href="#{field}">Please shorten this')
