"""Tickets over HTTP: opened by staff, listed by what is due next, answered, settled."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.agenda import Lane
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.tickets import tickets
from chalicelib.services import agenda, shops
from chalicelib.services.house import house, real_time, set_clock
from chalicelib.web.app import AftercareApp
from tests.people import bearer, desk_of, hired

JSON = {"Content-Type": "application/json"}

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("tickets")
    app.register_blueprint(tickets)
    with Client(app) as client:
        yield client


@pytest.fixture
def agent(client: Client) -> dict[str, str]:
    return bearer(hired(Role.AGENT))


def posted(client: Client, path: str, headers: dict[str, str], **body: Any) -> HTTPResponse:
    return client.http.post(path, body=json.dumps(body).encode(), headers=headers)


def new_ticket(client: Client, agent: dict[str, str], **fields: Any) -> HTTPResponse:
    given: dict[str, Any] = {
        "customer": {"name": "Jana Weber", "mail": "jana@example.de"},
        "reason": "parcel",
        "subject": "Where is my linen?",
        "text": "It should have come on Thursday.",
        "language": "de",
    }
    return posted(client, "/tickets", agent, **(given | fields))


def letters_to(ticket: str) -> list[str]:
    """The templates of what was written about a ticket, by its trail of queued messages."""
    customer = desk_of().get(Ticket, ticket).customer_id
    assert customer is not None
    events, _ = desk_of().timeline(customer)
    return [e.data["template"] for e in reversed(events) if e.type == "message.queued"]


def test_a_ticket_is_opened_acknowledged_and_found_by_its_number(
    client: Client, agent: dict[str, str]
) -> None:
    made = new_ticket(client, agent)

    assert made.status_code == 201, made.json_body
    assert made.headers["ETag"] == '"1"'
    assert made.json_body["answer_due_at"] is not None
    assert letters_to(made.json_body["id"]) == ["ticket/acknowledged"]
    typed = made.json_body["number"].lower().replace("-", " ")
    found = client.http.get(f"/tickets/{typed.replace(' ', '%20')}", headers=agent)
    assert found.json_body["ticket"]["id"] == made.json_body["id"]
    assert [m["text"] for m in found.json_body["thread"]] == ["It should have come on Thursday."]
    assert found.json_body["customer"]["mail"] == "jana@example.de"


def test_the_same_request_sent_twice_opens_one_ticket(
    client: Client, agent: dict[str, str]
) -> None:
    key = {"Idempotency-Key": "k1"}

    first = new_ticket(client, agent | key)
    again = new_ticket(client, agent | key)

    assert (again.status_code, again.json_body["id"]) == (201, first.json_body["id"])
    assert again.headers["Location"] == first.headers["Location"]
    assert len(client.http.get("/tickets", headers=agent).json_body["items"]) == 1


def test_what_is_promised_about_a_ticket_is_in_its_trail_and_not_in_its_customers(
    client: Client, agent: dict[str, str]
) -> None:
    made = new_ticket(client, agent).json_body

    trail, _ = desk_of().trail(made["id"])
    timeline, _ = desk_of().timeline(made["customer_id"])

    assert {"ticket.opened", "promise.made"} <= {event.type for event in trail}
    assert {event.type for event in trail} - {event.type for event in timeline} == {"promise.made"}


def test_the_queue_has_what_is_due_next_first_and_goes_on_by_a_signed_cursor(
    client: Client, agent: dict[str, str]
) -> None:
    made = [
        new_ticket(client, agent, priority=priority).json_body
        for priority in ("low", "urgent", "normal")
    ]

    first = client.http.get("/tickets?limit=2", headers=agent).json_body
    rest = client.http.get(f"/tickets?limit=2&cursor={first['next']}", headers=agent).json_body
    forged = client.http.get("/tickets?cursor=k1.x.y", headers=agent)

    order = [item["priority"] for item in first["items"] + rest["items"]]
    assert order == ["urgent", "normal", "low"]
    due = datetime.fromisoformat(first["items"][0]["due_at"])
    assert due == datetime.fromisoformat(made[1]["next_due_at"])
    assert forged.status_code == 400


def test_replying_on_an_older_version_is_refused(client: Client, agent: dict[str, str]) -> None:
    ticket = new_ticket(client, agent).json_body
    path = f"/tickets/{ticket['id']}/replies"
    assert posted(client, path, agent | {"If-Match": '"1"'}, text="Soon.").status_code == 201

    late = posted(client, path, agent | {"If-Match": '"1"'}, text="Sooner.")

    assert late.status_code == 412
    assert late.json_body["version"] == 2


def test_working_a_ticket_from_the_first_answer_to_the_resolution(
    client: Client, agent: dict[str, str]
) -> None:
    ticket = new_ticket(client, agent).json_body
    path = f"/tickets/{ticket['number']}"

    replied = posted(client, f"{path}/replies", agent, text="We ask.", then="carrier")
    noted = posted(client, f"{path}/notes", agent, text="The depot sorted it wrong.")
    pooled = posted(client, f"{path}/assignment", agent, assignee=None)
    resumed = posted(client, f"{path}/waiting", agent, waits_for="nobody")
    resolved = posted(client, f"{path}/resolution", agent, text="It comes on Thursday.")
    refused = posted(client, f"{path}/waiting", agent, waits_for="customer")

    assert replied.json_body["status"] == "on_hold"
    assert noted.json_body["status"] == "on_hold"
    assert pooled.json_body["assignee"] is None
    assert resumed.json_body["status"] == "open"
    assert resolved.json_body["status"] == "resolved"
    assert (refused.status_code, refused.json_body["reason"]) == (409, "ask_customer-resolved")
    assert letters_to(ticket["id"]) == ["ticket/acknowledged", "ticket/reply", "ticket/resolved"]
    events = client.http.get(f"{path}/events?limit=100", headers=agent).json_body["items"]
    types = [event["type"] for event in events if event["type"].startswith("ticket.")]
    assert types == [
        "ticket.opened",
        "ticket.replied",
        "ticket.waiting",
        "ticket.noted",
        "ticket.assigned",
        "ticket.waiting",
        "ticket.replied",
        "ticket.resolved",
    ]
    assert client.http.get("/tickets", headers=agent).json_body["items"] == []


def test_what_is_wrong_is_named(client: Client, agent: dict[str, str]) -> None:
    nobody = new_ticket(client, agent, customer={"name": "Jana"})
    garbled = new_ticket(client, agent, customer={"mail": "jana"})
    stranger = posted(
        client,
        f"/tickets/{new_ticket(client, agent).json_body['id']}/assignment",
        agent,
        assignee="stf_x",
    )

    assert (nobody.status_code, nobody.json_body["field"]) == (422, "customer")
    assert (garbled.status_code, garbled.json_body["field"]) == (422, "customer.mail")
    assert (stranger.status_code, stranger.json_body["field"]) == (422, "assignee")


def test_an_analyst_neither_reads_nor_answers(client: Client, agent: dict[str, str]) -> None:
    ticket = new_ticket(client, agent).json_body
    analyst = bearer(hired(Role.ANALYST, name="Ana Lyst"))

    assert client.http.get(f"/tickets/{ticket['id']}", headers=analyst).status_code == 403
    assert posted(client, f"/tickets/{ticket['id']}/notes", analyst, text="x").status_code == 403


def test_the_clock_rings_for_a_late_ticket(client: Client, agent: dict[str, str]) -> None:
    ticket = new_ticket(client, agent, priority="urgent").json_body
    later = real_time() + timedelta(days=14)
    set_clock(lambda: later)
    try:
        agenda.tick(house(), Lane, until=float("inf"))
    finally:
        set_clock(real_time)

    events, _ = desk_of().trail(ticket["id"])
    breaches = [event.data["what"] for event in events if event.type == "promise.breached"]
    assert sorted(breaches) == ["first_response", "resolution"]
