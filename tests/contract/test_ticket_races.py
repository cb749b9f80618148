"""Many at once on one ticket, and many deliveries of one question."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.domain.canonical import MessageReceived, Platform, TicketRequested
from chalicelib.domain.messages import ReceivedMail
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import TicketMessage
from chalicelib.domain.tickets import Status, Ticket, WaitsFor
from chalicelib.services import surveys, ticket_clock, ticket_work, tickets
from chalicelib.services.house import house
from chalicelib.services.ticket_work import Answer
from tests.cases import JANA, NOON, a_ticket
from tests.clocks import Clock
from tests.contract.entries import entry
from tests.crowds import FIFTY, at_once
from tests.people import desk_of, hired

pytestmark = pytest.mark.usefixtures("acme")


@pytest.fixture
def mei() -> Staff:
    return hired(Role.AGENT, name="Mei")


def stored(ticket: Ticket) -> Ticket:
    return desk_of().get(Ticket, ticket.id)


def said_in(ticket: Ticket) -> list[str]:
    found = desk_of().family(ticket.id, TicketMessage)
    return sorted(one.text for one in found if isinstance(one, TicketMessage))


def facts_of(ticket: Ticket) -> Counter[str]:
    return Counter(event.type for event in desk_of().trail(ticket.id)[0])


def letters_to(ticket: Ticket) -> Counter[str]:
    """The mails that were written to the ticket's customer."""
    assert ticket.customer_id
    events, _ = desk_of().timeline(ticket.customer_id)
    return Counter(e.data["template"] for e in events if e.type == "message.queued")


def queued() -> list[str]:
    """The subjects in the queue."""
    return [card.id for card in desk_of().page(1, "tickets", limit=100).cards]


@pytest.mark.usefixtures("hurried")
def test_nothing_that_many_do_to_one_ticket_is_lost(mei: Staff) -> None:
    ticket = a_ticket()
    acts: list[tuple[str, Callable[[str], Ticket]]] = [
        ("replied", lambda text: _reply(ticket, mei, text)),
        ("noted", lambda text: ticket_work.note(desk_of(), ticket.id, Answer(text, mei))),
        ("heard", lambda text: tickets.add_message(desk_of(), ticket.id, text, "en")),
        ("waiting", lambda _: ticket_work.wait(desk_of(), ticket.id, WaitsFor.CARRIER)),
        ("assigned", lambda _: ticket_work.assign(desk_of(), ticket.id, mei.id)),
    ]

    def act(place: int) -> tuple[str, str]:
        what, do = acts[place % len(acts)]
        text = f"{what} {place}"
        do(text)
        return what, text

    crowd = at_once(act)

    done = crowd.counted(lambda one: one[0])
    words = [text for what, text in crowd.won if what in ("replied", "noted", "heard")]
    after, told = stored(ticket), facts_of(ticket)
    assert crowd.refusals == set()
    assert {what: told[f"ticket.{what}"] for what in ("replied", "noted", "heard", "waiting")} == {
        what: done[what] for what in ("replied", "noted", "heard", "waiting")
    }
    assert told["ticket.assigned"] <= 1
    assert after.version == sum(told[f"ticket.{what}"] for what, _ in acts) + 1
    assert said_in(ticket) == sorted(["Where is it?", *words])
    assert after.messages == len(words) + 1
    assert letters_to(ticket)["ticket/reply"] == done["replied"]


def test_one_of_many_resolves_it_and_the_others_are_told_that_it_is(mei: Staff) -> None:
    ticket = a_ticket()

    crowd = at_once(lambda _: ticket_work.resolve(desk_of(), ticket.id, Answer("Here.", mei)))

    assert [one.status for one in crowd.won] == [Status.RESOLVED]
    assert crowd.refusals == {"NotAllowed"}
    assert facts_of(ticket)["ticket.resolved"] == 1
    assert letters_to(ticket)["ticket/resolved"] == 1
    assert said_in(ticket) == ["Here.", "Where is it?"]


def test_solved_not_solved_and_silence_end_as_the_last_of_them_said(mei: Staff) -> None:
    ticket = ticket_work.resolve(desk_of(), a_ticket().id, Answer("Here.", mei))
    silence = entry(ticket.id)

    def act(place: int) -> None:
        match place % 3:
            case 0:
                surveys.confirm(desk_of(), ticket.id)
            case 1:
                ticket_work.not_solved(desk_of(), ticket.id, "No.", "en")
            case _:
                ticket_clock.close(desk_of(), silence)

    crowd = at_once(act, threads=24)

    after, told = stored(ticket), facts_of(ticket)
    assert crowd.refusals <= {"NotAllowed"}
    assert after.cycle == told["ticket.reopened"] + 1
    assert told["ticket.closed"] <= after.cycle
    assert (after.status is Status.CLOSED) == (told["ticket.closed"] == after.cycle)
    assert len(said_in(ticket)) == after.messages


def test_two_who_go_on_with_what_was_closed_long_ago_share_one_ticket(
    mei: Staff, acme: Clock
) -> None:
    ticket = ticket_work.resolve(desk_of(), a_ticket().id, Answer("Here.", mei))
    surveys.confirm(desk_of(), ticket.id)
    acme.now += timedelta(days=31)

    crowd = at_once(lambda _: ticket_work.write_again(desk_of(), ticket.id, mei), threads=2)

    assert crowd.lost == []
    assert queued() == list({one.id for one in crowd.won})


def test_a_question_that_is_delivered_many_times_is_one_ticket() -> None:
    asked = TicketRequested(
        platform=Platform.STANDARD,
        id="q-1",
        at=NOON,
        customer=JANA,
        text="Where is it?",
        channel="chat",
    )

    crowd = at_once(lambda _: tickets.open_requested(desk_of(), asked))

    assert len({one.id for one in crowd.won}) == 1
    assert crowd.lost == []
    assert queued() == [crowd.won[0].id]


@pytest.mark.usefixtures("hurried")
def test_a_conversation_whose_messages_come_all_at_once_is_one_ticket_with_all_of_them() -> None:
    def message(place: int) -> MessageReceived:
        return MessageReceived(
            platform=Platform.STANDARD,
            id=f"m-{place}",
            at=NOON,
            conversation="c-1",
            customer=JANA,
            text=f"message {place:02}",
            channel="chat",
        )

    crowd = at_once(lambda place: tickets.message_received(desk_of(), message(place)).id)

    assert crowd.refusals == set()
    assert queued() == [crowd.won[0]]
    ticket = desk_of().get(Ticket, crowd.won[0])
    assert len(said_in(ticket)) == ticket.messages == len(crowd.won)


def test_a_mail_that_is_delivered_many_times_is_one_ticket() -> None:
    mail = ReceivedMail(
        shop="acme",
        number=None,
        is_answer=False,
        sender="jana@example.de",
        sender_name="Jana",
        is_verified=True,
        is_automatic=False,
        is_suspect=False,
        subject="Where is it?",
        text="Where is it?",
        language="en",
        message_id="<1@example.de>",
        in_reply_to="",
        received_at=NOON,
    )

    crowd = at_once(lambda _: tickets.receive_mail(desk_of(), mail))

    assert len({one.id for one in crowd.won if one}) == 1
    assert crowd.lost == []
    assert len(queued()) == 1


def test_no_two_tickets_share_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [house().new_number("T") for _ in range(3)]
    drawn = iter([*few * FIFTY])
    real = house().new_number

    def number(letter: str) -> str:
        return next(drawn) if len(queued()) < 3 else real(letter)

    monkeypatch.setattr(house(), "new_number", number)

    crowd = at_once(lambda _: a_ticket().number, threads=12)

    assert crowd.lost == []
    assert len(set(crowd.won)) == len(crowd.won)


def _reply(ticket: Ticket, by: Staff, text: str) -> Ticket:
    return ticket_work.reply(desk_of(), ticket.id, Answer(text, by), WaitsFor.NOBODY)
