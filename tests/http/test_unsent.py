"""A form of the desk that is sent after its writer's session was over: nothing is done, nothing
that was typed is lost, and it can be sent once they are signed in again."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain.drafts import Draft, draft_id
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import csrf_of
from chalicelib.domain.tickets import Ticket
from chalicelib.services import shops
from tests.browsing import FORM, Browser
from tests.cases import NOON, a_ticket
from tests.clocks import standing_at
from tests.people import desk_of
from tests.shown_forms import ShownForm, forms_of

ANSWER = "Dear Jana,\r\n\r\nyour parcel is at the depot.\r\n"


@pytest.fixture
def mei(aws: dict[str, str]) -> Iterator[Browser]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    with standing_at(NOON), Client(app) as client:
        yield Browser(client, Role.AGENT)


@pytest.fixture
def ticket(mei: Browser) -> Ticket:
    return a_ticket()


@pytest.fixture
def written(mei: Browser, ticket: Ticket) -> ShownForm:
    """An answer in its form, which its writer has not sent when their session ends."""
    shown = forms_of(mei.read(f"/desk/t/{ticket.number}"))
    form = next(one for one in shown if "/replies" in one.action)
    typed = {"text": ANSWER, "then": "customer"}
    mei.post("/desk/sign-out")
    mei.cookie = {}
    return ShownForm(form.action, list((dict(form.fields) | typed).items()))


def sent(mei: Browser, form: ShownForm, **headers: str) -> HTTPResponse:
    """A form as a browser sends it."""
    headers = {"Sec-Fetch-Site": "same-origin"} | headers
    body = urlencode(form.fields).encode()
    return mei.client.http.post(form.action, body=body, headers=mei.cookie | FORM | headers)


def handed_back(answer: HTTPResponse) -> ShownForm:
    (form,) = forms_of(answer.body.decode())
    return form


def draft(mei: Browser, ticket: Ticket) -> Draft | None:
    return desk_of().find(Draft, draft_id(ticket.id, mei.person.id), ticket.id)


def test_it_comes_back_and_can_be_sent_after_signing_in(
    mei: Browser, ticket: Ticket, written: ShownForm
) -> None:
    refused = sent(mei, written)
    mei.sign_in()
    older = sent(mei, handed_back(refused))
    taken = [sent(mei, handed_back(older)) for _ in range(2)]

    assert [one.status_code for one in (refused, older, *taken)] == [401, 403, 303, 303]
    ours = {"csrf": csrf_of(mei.session)}
    for answer in (refused, older):
        form = handed_back(answer)
        assert form.action == written.action
        assert dict(form.fields) | ours == dict(written.fields) | ours
    assert 'href="/desk/sign-in"' in refused.body.decode()
    leaving = draft(mei, ticket)
    assert leaving is not None
    assert leaving.leaves_at is not None
    assert leaving.written.text.split() == ANSWER.split()


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_what_another_site_filled_in_is_not_shown(
    mei: Browser, written: ShownForm, site: str
) -> None:
    signed_out = sent(mei, written, **{"Sec-Fetch-Site": site})
    mei.sign_in()
    signed_in = sent(mei, written, **{"Sec-Fetch-Site": site})

    assert signed_out.headers["Location"].endswith("/desk/sign-in")
    assert signed_in.status_code == 403
    assert "depot" not in signed_in.body.decode()


def test_a_draft_that_is_kept_by_itself_says_that_it_is_not(
    mei: Browser, ticket: Ticket, written: ShownForm
) -> None:
    by_itself = ShownForm(f"/desk/t/{ticket.number}/draft", written.fields)

    answer = sent(mei, by_itself, **{"HX-Request": "true"})

    assert answer.status_code == 401
    assert "<form" not in answer.body.decode()
    assert "not kept any more" in answer.body.decode()
    assert draft(mei, ticket) is None


def test_what_cannot_be_read_leads_to_the_sign_in(mei: Browser, written: ShownForm) -> None:
    headers = FORM | {"Sec-Fetch-Site": "same-origin"}
    answer = mei.client.http.post(written.action, body=b"text=%ff", headers=headers)

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/desk/sign-in")


def test_signing_out_once_more_asks_for_nothing(mei: Browser, written: ShownForm) -> None:
    answer = sent(mei, ShownForm("/desk/sign-out", []))

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/desk/sign-in")
