"""A double click on the desk's forms: the second press is the first one again, and leads where it
led."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.tickets import Ticket
from chalicelib.services import callbacks, shops
from chalicelib.services.callbacks import NewCall
from tests.browsing import Browser
from tests.cases import NOON, a_ticket
from tests.clocks import standing_at
from tests.people import desk_of
from tests.shown_forms import forms_of


@pytest.fixture
def mei(aws: dict[str, str]) -> Iterator[Browser]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    with standing_at(NOON), Client(app) as client:
        yield Browser(client, Role.AGENT)


def clicked_twice(mei: Browser, page: str, action: str, **typed: str) -> list[HTTPResponse]:
    """The form of a page that leads to an action, as it is shown, sent twice."""
    shown = forms_of(mei.get(page).body.decode())
    form = next(one for one in shown if one.action.partition("?")[0] == action)
    fields = dict(form.fields) | typed
    return [mei.post(form.action, **fields) for _ in range(2)]


def led_to_the_same(answers: list[HTTPResponse]) -> bool:
    return {one.status_code for one in answers} == {303} and (
        len({one.headers["Location"].partition("?")[0] for one in answers}) == 1
    )


def told(subject: str) -> Counter[str]:
    return Counter(event.type for event in desk_of().trail(subject)[0])


def a_call(ticket: Ticket, owner: str | None) -> Callback:
    new = NewCall(
        at=NOON + timedelta(minutes=30), what="Where it is", customer_id=None, case_id=ticket.id,
        owner_id=owner, language=None, zone=None,
    )  # fmt: skip
    return callbacks.promise(desk_of(), new)


@pytest.mark.parametrize(
    ("act", "typed", "type_"),
    [
        ("assignment", {}, "ticket.assigned"),
        ("waiting", {"waits_for": "carrier"}, "ticket.waiting"),
        ("notes", {"text": "Asked DHL."}, "ticket.noted"),
    ],
)
def test_on_a_ticket(mei: Browser, act: str, typed: dict[str, str], type_: str) -> None:
    ticket = a_ticket()
    page = f"/desk/t/{ticket.number}"

    answers = clicked_twice(mei, page, f"{page}/{act}", **typed)

    assert led_to_the_same(answers)
    assert told(ticket.id)[type_] == 1


def test_on_a_call(mei: Browser) -> None:
    call = a_call(a_ticket(), None)
    page = f"/desk/calls/{call.id}"

    taken = clicked_twice(mei, page, f"{page}/owner")
    tried = clicked_twice(mei, page, f"{page}/attempts", outcome="no_answer")

    assert led_to_the_same(taken)
    assert led_to_the_same(tried)
    assert told(call.id)["callback.attempted"] == 1
    assert len(desk_of().get(Callback, call.id).attempts) == 1


def test_on_a_promise_to_call(mei: Browser) -> None:
    ticket = a_ticket()

    answers = clicked_twice(
        mei,
        f"/desk/calls/new?case={ticket.id}",
        "/desk/calls",
        at="2026-11-26T17:00",
        what="Where it is",
    )

    assert led_to_the_same(answers)
    assert len(callbacks.owed(desk_of(), limit=9, after=None).cards) == 1
