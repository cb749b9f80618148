"""Tickets that come by mail or from elsewhere, each once however often it is told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.agenda import Entry
from chalicelib.domain.canonical import (
    CustomerDataRequested,
    MessageReceived,
    Owner,
    Person,
    Platform,
    TicketRequested,
)
from chalicelib.domain.changes import Changes
from chalicelib.domain.permissions import Role
from chalicelib.domain.promises import RING
from chalicelib.domain.shops import Configuration
from chalicelib.domain.sla import Priority
from chalicelib.domain.threads import Channel
from chalicelib.domain.tickets import Reason, Status, Ticket
from chalicelib.services import rings, shops, ticket_cases, ticket_clock, tickets
from chalicelib.services import staff as staff_service
from chalicelib.services.house import house, real_time, set_clock
from chalicelib.store import events as events_store
from tests.cases import a_mail
from tests.people import desk_of

JANA = Person(name="Jana Weber", mail="jana@example.de", outside_id="c1", language="de")


@pytest.fixture(autouse=True)
def shop(aws: dict[str, str]) -> Iterator[None]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    yield
    set_clock(real_time)


def received(**fields: Any) -> Ticket | None:
    return tickets.receive_mail(desk_of(), a_mail(**fields))


def opened(**fields: Any) -> Ticket:
    ticket = received(**fields)
    assert ticket is not None
    return ticket


def queue() -> list[str]:
    return [card.id for card in desk_of().page(1, "tickets", limit=100).cards]


def queued_to(ticket: Ticket) -> list[str]:
    assert ticket.customer_id is not None
    events, _ = desk_of().timeline(ticket.customer_id)
    return [one.data["template"] for one in reversed(events) if one.type == "message.queued"]


def test_a_mail_opens_one_ticket_however_often_it_comes() -> None:
    first, again = opened(), opened()

    assert first.id == again.id
    assert first.subject == "Wo bleibt Bcc: eve@example.com"
    assert first.mail_id == "<1@example.de>"
    assert queued_to(first) == ["ticket/acknowledged"]


def test_an_answer_comes_back_to_its_ticket_once() -> None:
    ticket = opened()
    for _ in range(2):
        opened(message_id="<2@example.de>", number=ticket.number, is_answer=True, sender="x@y.zz")

    assert queue() == [ticket.id]
    assert desk_of().get(Ticket, ticket.id).messages == 2


@pytest.mark.parametrize(
    ("mail", "tickets_after"),
    [
        ({"sender": "jana@example.de"}, 1),
        ({"sender": "jana@example.de", "is_verified": False}, 2),
        ({"sender": "eve@example.com"}, 2),
    ],
)
def test_a_number_in_a_subject_counts_only_from_who_is_known_to_the_ticket(
    mail: dict[str, Any], tickets_after: int
) -> None:
    number = opened().number

    received(message_id="<2@e>", number=number, **mail)

    assert len(queue()) == tickets_after


def test_what_a_machine_wrote_opens_nothing_and_changes_nothing() -> None:
    ticket = opened()

    nothing = received(message_id="<2@e>", is_automatic=True)
    filed = opened(message_id="<3@e>", is_automatic=True, number=ticket.number, is_answer=True)

    assert nothing is None
    assert queue() == [ticket.id]
    assert (filed.status, filed.messages) == (ticket.status, 2)
    assert filed.promises == ticket.promises


def test_a_suspect_mail_is_kept_for_a_person_and_not_answered() -> None:
    ticket = opened(is_suspect=True)

    assert (ticket.customer_id, ticket.priority) == (None, Priority.LOW)


def a_request(**fields: Any) -> TicketRequested:
    given: dict[str, Any] = {
        "platform": Platform.STANDARD,
        "id": "q1",
        "at": datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        "customer": JANA,
        "text": "Zip is broken",
        "reason": "broken",
        "channel": "web chat",
    }
    return TicketRequested(**(given | fields))


def test_a_question_asked_elsewhere_opens_one_ticket_however_often_it_is_told() -> None:
    first = tickets.open_requested(desk_of(), a_request())
    again = tickets.open_requested(desk_of(), a_request())

    assert first.id == again.id
    assert (first.reason, first.channel) == (Reason.BROKEN, Channel.CHAT)
    assert queued_to(first) == ["ticket/acknowledged"]


def test_a_case_of_a_marketplace_is_mirrored_with_its_deadline() -> None:
    answer_by = real_time() + timedelta(days=2)

    ticket = tickets.open_requested(
        desk_of(), a_request(owner=Owner.MARKETPLACE, answer_by=answer_by)
    )

    assert ticket.answer_due_at == answer_by
    assert queued_to(ticket) == []


def test_messages_of_a_conversation_elsewhere_gather_in_one_ticket() -> None:
    def message(id_: str, conversation: str) -> Ticket:
        return tickets.message_received(
            desk_of(),
            MessageReceived(
                platform=Platform.STANDARD,
                id=id_,
                at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
                conversation=conversation,
                customer=JANA,
                text=f"Message {id_}",
                channel="social",
            ),
        )

    first = message("m1", "talk-7")
    message("m2", "talk-7")
    message("m2", "talk-7")
    last = message("m3", first.number)

    assert queue() == [first.id]
    assert last.messages == 3
    _, said = ticket_cases.thread(desk_of(), first.id)
    assert [one.text for one in said] == ["Message m1", "Message m2", "Message m3"]


def test_a_conversation_that_ended_long_ago_goes_on_in_one_new_ticket() -> None:
    def message(id_: str) -> Ticket:
        return tickets.message_received(
            desk_of(),
            MessageReceived(
                platform=Platform.STANDARD,
                id=id_,
                at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
                conversation="talk-7",
                customer=JANA,
                text=f"Message {id_}",
                channel="social",
            ),
        )

    first = message("m1")
    closed = first.but(status=Status.CLOSED, closed_at=house().now() - timedelta(days=60))
    desk_of().commit(Changes(closed, (closed,)))

    second, again, third = message("m2"), message("m2"), message("m3")

    assert second.follows == first.id
    assert (again.id, third.id, third.messages) == (second.id, second.id, 2)


def test_a_request_for_data_is_somebodys_work() -> None:
    asked = CustomerDataRequested(platform=Platform.SHOPIFY, id="9", customer=JANA)

    first = tickets.data_requested(desk_of(), asked)
    again = tickets.data_requested(desk_of(), asked)

    assert (first.id, first.reason) == (again.id, Reason.PRIVACY)
    assert queued_to(first) == []


def test_a_late_ticket_of_nobody_is_told_to_the_managers_once() -> None:
    staff_service.add(
        desk_of(),
        name="Mia",
        mail="mia@acme.example",
        role=Role.MANAGER,
        language="en",
        zone=None,
        phone=None,
    )
    ticket = opened()
    later = real_time() + timedelta(days=14)
    set_clock(lambda: later)
    entry = Entry(shop="acme", kind=RING, subject=ticket.id, due_at=later)

    rings.ring(desk_of(), entry)
    rings.ring(desk_of(), entry)

    events, _ = desk_of().trail(ticket.id)
    late = [one.data["what"] for one in events if one.type == "promise.breached"]
    assert sorted(late) == ["first_response", "resolution"]
    happened = events_store.of_hour(house().tables, "acme", events_store.hour_of(later))
    letters = [one.data["template"] for one in happened if one.type == "message.queued"]
    assert letters == ["staff/promise-late"]


def test_silence_closes_a_ticket_only_while_it_is_resolved() -> None:
    ticket = opened()
    entry = Entry(shop="acme", kind="ticket.close", subject=ticket.id, due_at=real_time())

    ticket_clock.close(desk_of(), entry)

    assert desk_of().get(Ticket, ticket.id).status is Status.NEW
