"""How a ticket ends, and how it begins anew: resolved, confirmed, closed by silence, reopened."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain import sla
from chalicelib.domain.agenda import Cancel, Entry, Lane
from chalicelib.domain.calendar import working_minutes
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import NewId, NewNumber, derived
from chalicelib.domain.messages import Addressee
from chalicelib.domain.numbers import claim
from chalicelib.domain.promises import next_ring, ring_entry
from chalicelib.domain.records import Record
from chalicelib.domain.sla import RESOLUTION, Terms
from chalicelib.domain.survey_policy import SURVEY
from chalicelib.domain.threads import Direction, Words
from chalicelib.domain.ticket_facts import (
    TicketAssigned,
    TicketClosed,
    TicketConfirmed,
    TicketContinued,
    TicketFiled,
    TicketHeard,
    TicketReopened,
    TicketResolved,
)
from chalicelib.domain.tickets import (
    Act,
    Status,
    Ticket,
    WaitsFor,
    after,
    mail_id,
    message,
    replied,
    step,
)

CLOSE = "ticket.close"
"""The kind of the agenda entry by which a resolved ticket closes by silence."""


def hear(
    ticket: Ticket, words: Words, *, terms: Terms, at: datetime, new_id: NewId
) -> Changes[Ticket]:
    """The customer wrote. What a machine wrote is filed and changes nothing; a message to a
    ticket that was resolved or closed opens it again.

    Raises NotAllowed, reason `reopen-window-over`, when it was closed too long ago.
    """
    said = message(ticket, Direction.IN, words, at, new_id)
    if words.is_automatic:
        fact = TicketFiled(channel=words.channel)
        return step(ticket, fact, at=at, records=(said,), messages=ticket.messages + 1)
    if not ticket.status.is_active:
        return reopen(ticket, words, reason="message", terms=terms, at=at, new_id=new_id)
    return step(
        ticket,
        TicketHeard(channel=words.channel),
        at=at,
        records=(said,),
        status=after(ticket, Act.HEAR),
        waits_for=WaitsFor.NOBODY,
        promises=sla.on_message(ticket.promises, terms, ticket.priority, at),
        message_language=words.language,
        last_customer_at=at,
        mail_id=mail_id(words) or ticket.mail_id,
        messages=ticket.messages + 1,
    )


def resolve(
    ticket: Ticket,
    words: Words,
    *,
    survey_delay: timedelta,
    terms: Terms,
    at: datetime,
    new_id: NewId,
) -> Changes[Ticket]:
    """The answer that settles it. A survey goes out after `survey_delay` and the ticket closes
    by silence, unless the customer says meanwhile whether it is solved."""
    status = after(ticket, Act.RESOLVE)
    promises = sla.on_resolution(ticket.promises, at)
    resolution = sla.promised(promises, RESOLUTION)
    resolved = TicketResolved(
        cycle=ticket.cycle,
        resolution_minutes=working_minutes(ticket.cycle_began_at, at, terms.hours),
        within=resolution is None or not resolution.was_late,
    )
    close_at = at + timedelta(days=terms.policy.close_after_days)
    silence = Entry(
        shop=ticket.shop, kind=CLOSE, subject=ticket.id, due_at=close_at, lane=Lane.BULK
    )
    survey = Entry(
        shop=ticket.shop,
        kind=SURVEY,
        subject=ticket.id,
        due_at=at + survey_delay,
        lane=Lane.BULK,
    )
    return step(
        ticket,
        replied(ticket, promises, terms, at),
        resolved,
        at=at,
        records=(message(ticket, Direction.OUT, words, at, new_id),),
        agenda=(silence, survey) if ticket.is_ours else (silence,),
        status=status,
        waits_for=WaitsFor.NOBODY,
        assignee=ticket.assignee or words.author.id or None,
        promises=promises,
        resolved_at=at,
        messages=ticket.messages + 1,
    )


def confirm(ticket: Ticket, *, at: datetime) -> Changes[Ticket]:
    """The customer says that it is solved; saying it twice changes nothing.

    Raises NotAllowed while somebody is working on it again.
    """
    if ticket.confirmed_at is not None and ticket.status is Status.CLOSED:
        return nothing(ticket)
    if ticket.status is Status.CLOSED:
        fact = TicketConfirmed(cycle=ticket.cycle)
        return step(ticket, fact, at=at, agenda=_unasked(ticket), confirmed_at=at)
    return step(
        ticket,
        TicketConfirmed(cycle=ticket.cycle),
        TicketClosed(by="confirmed", cycle=ticket.cycle),
        at=at,
        agenda=_unasked(ticket),
        status=after(ticket, Act.CONFIRM),
        confirmed_at=at,
        closed_at=at,
    )


def not_solved(
    ticket: Ticket, words: Words, *, terms: Terms, at: datetime, new_id: NewId
) -> Changes[Ticket]:
    """The customer says that it is not solved: it opens again with their words. While it is
    open already their words are added.

    Raises NotAllowed, reason `reopen-window-over`, when it was closed too long ago.
    """
    if ticket.status.is_active:
        return hear(ticket, words, terms=terms, at=at, new_id=new_id)
    return reopen(ticket, words, reason="not_solved", terms=terms, at=at, new_id=new_id)


def reopen(
    ticket: Ticket, words: Words, *, reason: str, terms: Terms, at: datetime, new_id: NewId
) -> Changes[Ticket]:
    """A new cycle with the customer's words.

    Raises NotAllowed, reason `reopen-window-over`, when it was closed too long ago.
    """
    return _begin_anew(
        ticket,
        reason,
        terms=terms,
        at=at,
        records=(message(ticket, Direction.IN, words, at, new_id),),
        message_language=words.language,
        last_customer_at=at,
        mail_id=mail_id(words) or ticket.mail_id,
        messages=ticket.messages + 1,
    )


def take_up(ticket: Ticket, by: str, *, terms: Terms, at: datetime) -> Changes[Ticket]:
    """A new cycle without a word of the customer's: one of the staff goes on with it, and has it.

    Raises NotAllowed for one that has not ended, and as `reopen` does.
    """
    is_handed = ticket.assignee != by
    given = (TicketAssigned(assignee=by, before=ticket.assignee),) if is_handed else ()
    return _begin_anew(ticket, "staff", *given, terms=terms, at=at, assignee=by)


def go_on(
    ticket: Ticket,
    by: str,
    *,
    addressee: Addressee | None,
    terms: Terms,
    policy_version: int,
    at: datetime,
    new_id: NewId,
    new_number: NewNumber,
) -> Changes[Ticket]:
    """A new ticket in place of a new cycle, where one of the staff goes on with what ended long
    ago. The customer has not said a word in it: a reply is owed, and no first response. It is
    claimed as `gone_on_in`, so that there is never a second one."""
    promises = sla.on_reopening((), terms, ticket.priority, at)
    new = Ticket(
        shop=ticket.shop,
        id=new_id("tkt"),
        number=new_number("T"),
        customer_id=ticket.customer_id,
        addressee=addressee,
        order_id=ticket.order_id,
        reason=ticket.reason,
        subject=ticket.subject,
        channel=ticket.channel,
        priority=ticket.priority,
        customer_language=ticket.customer_language,
        message_language=ticket.message_language,
        staff_language=ticket.staff_language,
        owner=Owner.OURS,
        status=Status.OPEN,
        assignee=by,
        promises=promises,
        rings_at=next_ring(promises),
        policy_version=policy_version,
        opened_at=at,
        cycle_began_at=at,
        last_customer_at=ticket.last_customer_at,
        messages=0,
        follows=ticket.id,
    )
    continued = TicketContinued(
        reason=new.reason,
        priority=new.priority,
        owner=new.owner,
        order_id=new.order_id,
        follows=ticket.id,
    )
    facts: list[Fact] = [
        continued,
        TicketAssigned(assignee=by, before=None),
        *sla.told((), promises),
    ]
    return Changes(
        new,
        records=(
            new,
            claim(new.shop, new.number, new.id),
            claim(new.shop, gone_on_in(ticket), new.id),
        ),
        told=tuple(Told(new, fact) for fact in facts),
        agenda=(ring_entry(new.shop, new.id, promises),),
    )


def gone_on_in(ticket: Ticket) -> str:
    """The id of the claim that leads to the ticket in which staff went on with this one."""
    return derived("ref", "again", ticket.id)


def _begin_anew(
    ticket: Ticket,
    reason: str,
    *also: Fact,
    terms: Terms,
    at: datetime,
    records: Sequence[Record] = (),
    **fields: object,
) -> Changes[Ticket]:
    """Nobody is asked any more whether it is solved."""
    status = after(ticket, Act.REOPEN)
    if not can_reopen(ticket, terms, at):
        raise NotAllowed(
            f"It was closed more than {terms.policy.reopen_days} days ago.",
            reason="reopen-window-over",
        )
    cycle = ticket.cycle + 1
    return step(
        ticket,
        TicketReopened(reason=reason, cycle=cycle),
        *also,
        at=at,
        records=records,
        agenda=_unasked(ticket),
        status=status,
        cycle=cycle,
        cycle_began_at=at,
        promises=sla.on_reopening(ticket.promises, terms, ticket.priority, at),
        resolved_at=None,
        confirmed_at=None,
        closed_at=None,
        **fields,
    )


def can_reopen(ticket: Ticket, terms: Terms, at: datetime) -> bool:
    """Whether its window is open: a question that comes later is a new ticket."""
    window = timedelta(days=terms.policy.reopen_days)
    return ticket.closed_at is None or at < ticket.closed_at + window


def close(ticket: Ticket, *, at: datetime) -> Changes[Ticket]:
    """Close by silence. One that is not waiting for the customer's word stays as it is."""
    if ticket.status is not Status.RESOLVED:
        return nothing(ticket)
    fact = TicketClosed(by="silence", cycle=ticket.cycle)
    return step(ticket, fact, at=at, status=after(ticket, Act.CLOSE), closed_at=at)


def _unasked(ticket: Ticket) -> tuple[Cancel, ...]:
    """Take back what was planned for a customer who says nothing."""
    return tuple(Cancel(shop=ticket.shop, kind=kind, subject=ticket.id) for kind in (CLOSE, SURVEY))
