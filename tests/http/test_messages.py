"""Messages to send by hand: listed, read and marked, by machines and in a browser."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from chalice.test import Client

from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Customer
from chalicelib.domain.letters import StaffSignIn, TicketAcknowledged, letters
from chalicelib.domain.messages import Outgoing, State, message
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import Staff, csrf_of
from chalicelib.handlers.desk.messages import desk_messages
from chalicelib.handlers.messages import messages
from chalicelib.services import shops
from chalicelib.services import staff as staff_service
from chalicelib.web.app import AftercareApp
from local.state import ROOT
from tests.people import desk_of

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme"))
    app = AftercareApp("messages")
    app.register_blueprint(messages)
    app.register_blueprint(desk_messages)
    with Client(app) as client:
        yield client


@pytest.fixture
def li(client: Client) -> Staff:
    return staff_service.add(
        desk_of(),
        name="Li",
        mail="li@acme.example",
        role=Role.AGENT,
        language="zh-CN",
        zone=None,
        phone=None,
    )


@pytest.fixture
def bearer(li: Staff) -> dict[str, str]:
    issued = staff_service.issue_token(desk_of(), li.id, label="till", lifetime=None)
    return {"Authorization": f"Bearer {issued.text}", **JSON}


@pytest.fixture
def session(li: Staff) -> str:
    link = staff_service.sign_in_link(desk_of(), li.id)
    return staff_service.sign_in(desk_of(), link.partition("once=")[2]).text


def written(to: Customer | Staff, *also: Customer) -> Outgoing:
    letter = StaffSignIn() if isinstance(to, Staff) else TicketAcknowledged(number="T-7KQ4-XMK")
    here = desk_of()
    changes = message(
        to, letter, shop=here.shop, subject_id=to.id, new_id=here.new_id, at=here.now()
    )
    return here.commit(changes.plus(Changes(None, also)))


def by_hand() -> Outgoing:
    here = desk_of()
    jana = Customer(
        shop="acme", id=here.new_id("cus"), name="Jana", language="en", first_seen_at=here.now()
    )
    return written(jana, jana)


def test_what_has_no_channel_is_listed_read_and_marked(client: Client, bearer: dict[str, str]):
    out = by_hand()

    (listed,) = json.loads(client.http.get("/messages/by-hand", headers=bearer).body)["items"]
    read = json.loads(client.http.get(f"/messages/{listed['id']}", headers=bearer).body)
    marked = client.http.post(f"/messages/{out.id}/sent", headers=bearer)
    again = client.http.post(f"/messages/{out.id}/sent", headers=bearer)

    assert (listed["id"], listed["number"]) == (out.id, "T-7KQ4-XMK")
    assert "T-7KQ4-XMK" in read["subject"]
    assert read["text"].startswith("Hello Jana,")
    assert json.loads(marked.body)["state"] == json.loads(again.body)["state"] == "sent"
    assert json.loads(client.http.get("/messages/by-hand", headers=bearer).body)["items"] == []


def test_a_letter_to_the_staff_is_not_read_to_others(
    client: Client, bearer: dict[str, str], li: Staff
):
    out = written(li)

    read = json.loads(client.http.get(f"/messages/{out.id}", headers=bearer).body)

    assert (read["subject"], read["text"]) == (None, None)
    assert client.http.post(f"/messages/{out.id}/sent", headers=bearer).status_code == 409


def test_a_browser_does_the_same(client: Client, session: str):
    out = by_hand()
    cookie = {"Cookie": f"__Host-aftercare={session}"}
    body = urlencode({"csrf": csrf_of(session)}).encode()

    listed = client.http.get("/desk/messages", headers=cookie)
    shown = client.http.get(f"/desk/messages/{out.id}", headers=cookie)
    marked = client.http.post(f"/desk/messages/{out.id}", headers=cookie | FORM, body=body)

    assert f"/desk/messages/{out.id}" in listed.body.decode()
    assert "Hello Jana," in shown.body.decode()
    assert (marked.status_code, marked.headers["Location"]) == (303, "/desk/messages")
    assert desk_of().get(Outgoing, out.id).state is State.SENT
    assert out.id not in client.http.get("/desk/messages", headers=cookie).body.decode()


def test_every_letter_to_a_customer_has_words_in_the_list() -> None:
    page = (ROOT / "chalicelib/pages/templates/desk/messages.html").read_text("utf-8")
    to_customers = [one for one in letters() if not one.startswith("staff/")]

    assert [one for one in to_customers if f'"{one}"' not in page] == []
