"""A link that is over: its page, and a fresh one to the address on file."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.messages import Outgoing
from chalicelib.domain.shops import Configuration
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Ticket
from chalicelib.handlers.case import case
from chalicelib.handlers.fresh_links import TRIES, fresh_links
from chalicelib.handlers.portal import portal
from chalicelib.services import shops
from chalicelib.services import tickets as ticket_service
from chalicelib.services.tickets import Asked
from chalicelib.web.app import AftercareApp
from tests.clocks import Clock, standing_at
from tests.people import desk_of

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", country="DE", support_phone="+49 30 1"))
    app = AftercareApp("fresh-links")
    for door in (case, fresh_links, portal):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


def a_ticket(**person: str) -> Ticket:
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language="en", text="Where?"
    )
    question = Question(reason=Reason.PARCEL, subject="Where is it?", words=words)
    return ticket_service.open_ticket(desk_of(), Asked(question, Person(**person)))


def over(purpose: str, subject: str) -> str:
    return desk_of().link(purpose, subject, NOON - timedelta(days=1))


def pressed(client: Client, token: str, purpose: str = "case") -> HTTPResponse:
    return client.http.post(f"/again/{purpose}/{token}", body=b"")


def fresh(ticket: Ticket) -> list[Outgoing]:
    """The fresh links that were written to its customer."""
    told = desk_of().timeline(ticket.customer_id or "")[0]
    queued = [event for event in told if event.type == "message.queued"]
    return [
        desk_of().get(Outgoing, event.subject)
        for event in queued
        if event.data["template"] == "case/link"
    ]


def test_a_link_that_is_over_says_where_it_was_and_offers_another(client: Client) -> None:
    token = over("case", a_ticket(mail="jana@example.de").id)

    page = client.http.get(f"/c/{token}")

    assert page.status_code == 410
    for words in ("This link is over", "Acme", "+49 30 1", f'action="/again/case/{token}?lang=en"'):
        assert words in page.body.decode()


def test_one_press_sends_a_letter_to_the_address_on_file(client: Client, clock: Clock) -> None:
    ticket = a_ticket(mail="jana@example.de")
    token = over("resolved", ticket.id)

    answer = pressed(client, token, "resolved")
    page = client.http.get(answer.headers["Location"])

    assert answer.status_code == 303
    assert "Look into your mail" in page.body.decode()
    [letter] = fresh(ticket)
    assert (letter.customer_id, letter.subject_id) == (ticket.customer_id, ticket.id)


def test_two_letters_an_hour_and_six_presses_in_ten_minutes(client: Client, clock: Clock) -> None:
    ticket = a_ticket(mail="jana@example.de")
    token = over("case", ticket.id)

    answers = [pressed(client, token).status_code for _ in range(TRIES + 1)]

    assert answers == [303] * TRIES + [429]
    assert len(fresh(ticket)) == 2
    clock.wait(hours=1)
    pressed(client, token)
    assert len(fresh(ticket)) == 3


def test_whether_anybody_could_be_written_to_is_not_told(client: Client) -> None:
    known, unknown = a_ticket(mail="jana@example.de"), a_ticket(phone="+4930550100")

    told = [pressed(client, over("case", one.id)) for one in (known, unknown)]
    pages = [client.http.get(one.headers["Location"]) for one in told]

    assert [one.status_code for one in told] == [303, 303]
    first, second = (page.body.decode().partition("<main>")[2] for page in pages)
    assert first == second
    assert fresh(unknown) == []


def test_nothing_else_is_made_anew(client: Client) -> None:
    ticket = a_ticket(mail="jana@example.de")
    forged = over("case", ticket.id)[:-3] + "abc"

    assert pressed(client, forged).status_code == 404
    for purpose in ("survey", "unsubscribe", "order"):
        assert pressed(client, over(purpose, ticket.id), purpose).status_code == 404
    assert pressed(client, over("survey", ticket.id)).status_code == 404
    assert fresh(ticket) == []


def test_an_order_whose_link_is_over_is_found_again(client: Client) -> None:
    page = client.http.get(f"/o/{over('order', 'ord_1')}")

    assert page.status_code == 410
    assert 'href="/portal/acme?lang=en"' in page.body.decode()
