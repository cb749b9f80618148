"""An answer is taken back while it leaves: one of the two happens, whole, and once."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import drafts
from chalicelib.domain.drafts import Draft, Then, Written, draft_id
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.messages import Outgoing
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import Direction, TicketMessage
from chalicelib.domain.tickets import Ticket
from chalicelib.services import answers
from chalicelib.services.desk import Desk
from tests.cases import a_ticket
from tests.clocks import Clock
from tests.contract.entries import tick
from tests.crowds import at_once
from tests.people import desk_of, hired

ROUNDS = 8
TEXT = "It comes on Thursday.\n\nMei"


@pytest.fixture
def mei(acme: Clock) -> Staff:
    return hired(Role.AGENT, name="Mei")


def kept(ticket: Ticket, by: Staff) -> Draft | None:
    found = desk_of().find(Draft, draft_id(ticket.id, by.id), ticket.id)
    return found if found and found.written.text else None


def answers_in(ticket: Ticket) -> list[str]:
    found = desk_of().family(ticket.id, TicketMessage)
    return [
        one.text
        for one in found
        if isinstance(one, TicketMessage) and one.direction is Direction.OUT
    ]


def mails_to(ticket: Ticket) -> int:
    assert ticket.customer_id
    told, _ = desk_of().timeline(ticket.customer_id)
    queued = [one for one in told if one.type == "message.queued"]
    outs = desk_of().read(*((Outgoing, one.subject) for one in queued))
    return sum(
        isinstance(one, Outgoing) and one.template == "ticket/reply" and one.subject_id == ticket.id
        for one in outs
    )


def sent(acme: Clock, mei: Staff) -> Ticket:
    """A ticket whose answer was sent ten seconds ago."""
    ticket = a_ticket()
    answers.send(desk_of(), ticket.id, mei, Written(text=TEXT, then=Then.WAIT))
    acme.now += timedelta(seconds=10)
    return ticket


def assert_back(ticket: Ticket, mei: Staff) -> None:
    back = kept(ticket, mei)
    assert back is not None
    assert (back.written.text, back.leaves_at, back.came_back) == (TEXT, None, None)
    assert answers_in(ticket) == []
    assert mails_to(ticket) == 0


def assert_left(ticket: Ticket, mei: Staff) -> None:
    assert kept(ticket, mei) is None
    assert answers_in(ticket) == [TEXT]
    assert mails_to(ticket) == 1


def test_of_many_who_take_it_back_while_it_leaves_all_win_or_none(acme: Clock, mei: Staff) -> None:
    for round_ in range(ROUNDS):
        ticket = sent(acme, mei)

        def act(place: int, ticket: Ticket = ticket, head_start: float = round_ / 100) -> Any:
            if place % 2:
                time.sleep(head_start)
                return answers.take_back(desk_of(), ticket.id, mei)
            return tick()

        crowd = at_once(act, threads=6)

        assert crowd.refusals <= {NotAllowed.__name__}
        if crowd.refusals:
            assert_left(ticket, mei)
        else:
            assert_back(ticket, mei)


def test_what_is_taken_back_in_the_middle_of_its_run_does_not_leave(
    acme: Clock, mei: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = sent(acme, mei)
    real = answers.thread

    def taken_back_first(desk: Desk, ticket_id: str) -> Any:
        monkeypatch.setattr(answers, "thread", real)
        answers.take_back(desk_of(), ticket_id, mei)
        return real(desk, ticket_id)

    monkeypatch.setattr(answers, "thread", taken_back_first)
    tick()

    assert_back(ticket, mei)
    tick()
    assert_back(ticket, mei)


def test_what_leaves_in_the_middle_of_being_taken_back_is_not_taken_back(
    acme: Clock, mei: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = sent(acme, mei)
    real = drafts.take_back

    def left_first(draft: Draft | None, *, at: datetime) -> Any:
        monkeypatch.setattr(drafts, "take_back", real)
        tick()
        return real(draft, at=at)

    monkeypatch.setattr(drafts, "take_back", left_first)
    with pytest.raises(NotAllowed):
        answers.take_back(desk_of(), ticket.id, mei)

    assert_left(ticket, mei)


def test_what_is_taken_back_and_sent_again_leaves_once_as_it_was_sent_last(
    acme: Clock, mei: Staff
) -> None:
    ticket = a_ticket()
    for text in ("On Wednesday.", "On Thursday."):
        answers.send(desk_of(), ticket.id, mei, Written(text=text))
        if text == "On Wednesday.":
            answers.take_back(desk_of(), ticket.id, mei)
    acme.now += timedelta(seconds=10)

    at_once(lambda _: tick(), threads=4)

    assert answers_in(ticket) == ["On Thursday."]
    assert kept(ticket, mei) is None
