"""Working on a ticket: taking it in, answering, noting, handing over, waiting, ringing."""

from datetime import datetime

from chalicelib.domain import sla
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import NewId, NewNumber
from chalicelib.domain.messages import Addressee
from chalicelib.domain.numbers import claim
from chalicelib.domain.promises import Signal, next_ring, ring_all, ring_entry
from chalicelib.domain.records import Value
from chalicelib.domain.sla import Priority, Terms
from chalicelib.domain.threads import Direction, Words
from chalicelib.domain.ticket_facts import (
    TicketAssigned,
    TicketNoted,
    TicketOpened,
    TicketWaiting,
)
from chalicelib.domain.tickets import (
    Act,
    OutsideCase,
    Reason,
    Ticket,
    WaitsFor,
    after,
    mail_id,
    message,
    replied,
    step,
)


class Question(Value):
    """What a ticket is opened with."""

    reason: Reason
    subject: str
    words: Words
    priority: Priority = Priority.NORMAL
    owner: Owner = Owner.OURS
    outside: OutsideCase | None = None
    follows: str | None = None

    def emptied(self) -> "Question":
        """The same without anything that tells of a person."""
        return self.model_copy(update={"subject": "", "words": self.words.emptied()})


def open_ticket(
    question: Question,
    *,
    shop: str,
    customer_id: str | None,
    addressee: Addressee | None,
    order_id: str | None,
    customer_language: str,
    staff_language: str,
    terms: Terms,
    policy_version: int,
    at: datetime,
    new_id: NewId,
    new_number: NewNumber,
) -> Changes[Ticket]:
    """Take a question in: a number to quote (TKT-02), the first message, and what is promised."""
    outside_deadline = question.outside.answer_by if question.outside else None
    promises = sla.on_opening(terms, question.priority, at, outside_deadline=outside_deadline)
    ticket = Ticket(
        shop=shop,
        id=new_id("tkt"),
        number=new_number("T"),
        customer_id=customer_id,
        addressee=addressee,
        order_id=order_id,
        reason=question.reason,
        subject=question.subject,
        channel=question.words.channel,
        priority=question.priority,
        customer_language=customer_language,
        message_language=question.words.language,
        staff_language=staff_language,
        owner=question.owner,
        outside=question.outside,
        promises=promises,
        rings_at=next_ring(promises),
        policy_version=policy_version,
        opened_at=at,
        cycle_began_at=at,
        last_customer_at=at,
        mail_id=mail_id(question.words),
        follows=question.follows,
    )
    opened = TicketOpened(
        reason=ticket.reason,
        channel=ticket.channel,
        priority=ticket.priority,
        owner=ticket.owner,
        order_id=order_id,
        follows=ticket.follows,
    )
    said = message(ticket, Direction.IN, question.words, at, new_id)
    facts: list[Fact] = [opened, *sla.told((), ticket.promises)]
    return Changes(
        ticket,
        records=(ticket, said, claim(shop, ticket.number, ticket.id)),
        told=tuple(Told(ticket, fact) for fact in facts),
        agenda=(ring_entry(shop, ticket.id, ticket.promises),),
    )


def reply(
    ticket: Ticket, words: Words, *, terms: Terms, at: datetime, new_id: NewId
) -> Changes[Ticket]:
    """Somebody answers the customer: the first response or the next reply is kept, and the
    ticket is theirs if it was nobody's."""
    promises = sla.on_work(sla.on_answer(ticket.promises, at), terms, at)
    return step(
        ticket,
        replied(ticket, promises, terms, at),
        at=at,
        records=(message(ticket, Direction.OUT, words, at, new_id),),
        status=after(ticket, Act.REPLY),
        waits_for=WaitsFor.NOBODY,
        assignee=ticket.assignee or words.author.id or None,
        promises=promises,
        messages=ticket.messages + 1,
    )


def promise_answer(ticket: Ticket, due_at: datetime, *, at: datetime) -> Changes[Ticket]:
    """Another answer is promised by a time. Raises Invalid, field `promise_at`, for one that has
    gone by, and NotAllowed for a ticket that is settled."""
    if not ticket.status.is_active:
        raise NotAllowed("Nothing more is owed about a settled ticket.", reason="settled")
    return step(ticket, at=at, promises=sla.promise_answer(ticket.promises, due_at, at))


def note(ticket: Ticket, words: Words, *, at: datetime, new_id: NewId) -> Changes[Ticket]:
    """Something for staff alone. It answers nobody and stops no clock."""
    return step(
        ticket,
        TicketNoted(),
        at=at,
        records=(message(ticket, Direction.NOTE, words, at, new_id),),
        status=after(ticket, Act.NOTE),
        messages=ticket.messages + 1,
    )


def assign(ticket: Ticket, assignee: str | None, *, at: datetime) -> Changes[Ticket]:
    """Whose the ticket is; None gives it back to the pool."""
    status = after(ticket, Act.ASSIGN)
    if ticket.assignee == assignee:
        return nothing(ticket)
    fact = TicketAssigned(assignee=assignee, before=ticket.assignee)
    return step(ticket, fact, at=at, status=status, assignee=assignee)


def wait(ticket: Ticket, waits_for: WaitsFor, *, terms: Terms, at: datetime) -> Changes[Ticket]:
    """Somebody else acts next: the resolution's clock stands still until the customer writes,
    an answer goes out, or nobody is waited for."""
    match waits_for:
        case WaitsFor.CUSTOMER:
            act = Act.ASK_CUSTOMER
        case WaitsFor.NOBODY:
            act = Act.WORK
        case _:
            act = Act.HOLD
    status = after(ticket, act)
    move = sla.on_work if act is Act.WORK else sla.on_wait
    return step(
        ticket,
        TicketWaiting(waits_for=waits_for),
        at=at,
        status=status,
        waits_for=waits_for,
        promises=move(ticket.promises, terms, at),
    )


def ring(ticket: Ticket, *, at: datetime) -> tuple[Changes[Ticket], list[tuple[str, Signal]]]:
    """What the clock found: the promises that are nearly due or late, each told once, and
    `what` they are with what is said of them. Without any it rings again when one is."""
    promises, signals = ring_all(ticket.promises, at)
    if not signals:
        again = ring_entry(ticket.shop, ticket.id, ticket.promises)
        return Changes(ticket, agenda=(again,)), []
    return step(ticket, at=at, promises=promises), signals
