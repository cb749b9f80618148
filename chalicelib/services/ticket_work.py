"""What staff do with tickets, and what customers say of the outcome."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain import messages, ticket_cycles
from chalicelib.domain import ticket_work as rules
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.letters import TicketReply, TicketResolved
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import Channel, Direction, TicketMessage, Words
from chalicelib.domain.tickets import Ticket, WaitsFor
from chalicelib.services.desk import Desk, command
from chalicelib.services.tickets import heard, reached, terms, written


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of the staff writes; without a language, that of the customer's last message."""

    text: str
    by: Staff
    language: str | None = None


@command
def reply(desk: Desk, ticket_id: str, answer: Answer, then: WaitsFor) -> Ticket:
    """Answer the customer, and say who acts next; the mail goes out with the same commit."""
    return desk.commit(answered(desk, desk.get(Ticket, ticket_id), answer, then))


def answered(desk: Desk, ticket: Ticket, answer: Answer, then: WaitsFor) -> Changes[Ticket]:
    """What an answer changes, and the mail that carries it."""
    said = rules.reply(
        ticket,
        _words(ticket, answer, channel_to(ticket)),
        terms=terms(desk),
        at=desk.now(),
        new_id=desk.new_id,
    )
    message_id = _said(said).id
    letter = TicketReply(number=ticket.number, message_id=message_id)
    mail = written(desk, ticket, letter, _carrying(message_id))
    if then is WaitsFor.NOBODY or not said.result.status.is_active:
        return said.plus(mail)
    waiting = rules.wait(said.result, then, terms=terms(desk), at=desk.now())
    return Changes(waiting.result).plus(said, waiting, mail)


@command
def note(desk: Desk, ticket_id: str, answer: Answer) -> Ticket:
    """Write something down that only staff see."""
    ticket = desk.get(Ticket, ticket_id)
    words = _words(ticket, answer, Channel.WEB)
    return desk.commit(rules.note(ticket, words, at=desk.now(), new_id=desk.new_id))


@command
def assign(desk: Desk, ticket_id: str, assignee: str | None) -> Ticket:
    """Make a ticket somebody's, or nobody's. Raises Invalid for who does not work here."""
    ticket = desk.get(Ticket, ticket_id)
    if assignee is not None:
        person = desk.find(Staff, assignee)
        if person is None or person.disabled_at is not None:
            raise Invalid("Nobody of that id works here.", field="assignee")
    return desk.commit(rules.assign(ticket, assignee, at=desk.now()))


@command
def wait(desk: Desk, ticket_id: str, waits_for: WaitsFor) -> Ticket:
    """Say who acts next; `nobody` takes the ticket up again."""
    ticket = desk.get(Ticket, ticket_id)
    return desk.commit(rules.wait(ticket, waits_for, terms=terms(desk), at=desk.now()))


@command
def resolve(desk: Desk, ticket_id: str, answer: Answer) -> Ticket:
    """Settle it: one mail with the answer, and under it "Solved" and "Not solved"."""
    return desk.commit(settled(desk, desk.get(Ticket, ticket_id), answer))


def settled(desk: Desk, ticket: Ticket, answer: Answer) -> Changes[Ticket]:
    """What the answer that settles a ticket changes, and the mail that carries it."""
    resolved = ticket_cycles.resolve(
        ticket,
        _words(ticket, answer, channel_to(ticket)),
        survey_delay=desk.shop.surveys.after_ticket,
        terms=terms(desk),
        at=desk.now(),
        new_id=desk.new_id,
    )
    message_id = _said(resolved).id
    letter = TicketResolved(number=ticket.number, message_id=message_id)
    return resolved.plus(written(desk, ticket, letter, _carrying(message_id)))


@command
def not_solved(desk: Desk, ticket_id: str, text: str, language: str) -> Ticket:
    """The customer says that it is not solved: it opens again with their words. Long after its
    end they are a new ticket, which is then given."""
    ticket = desk.get(Ticket, ticket_id)
    at, by = desk.now(), terms(desk)
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language=language, text=text
    )
    if not ticket_cycles.can_reopen(ticket, by, at):
        return desk.commit(heard(desk, ticket, words, desk.new_id))
    return desk.commit(ticket_cycles.not_solved(ticket, words, terms=by, at=at, new_id=desk.new_id))


@command
def write_again(desk: Desk, ticket_id: str, by: Staff) -> Ticket:
    """Go on with a ticket that ended, of our own accord: it opens again. Long after its end it is
    a new ticket, the same for whoever asks, which is then given. Raises NotAllowed for one that
    has not ended."""
    return desk.commit(_gone_on(desk, desk.get(Ticket, ticket_id), by))


def _gone_on(desk: Desk, ticket: Ticket, by: Staff) -> Changes[Ticket]:
    """What going on with a ticket changes: nothing, where it goes on in another already that is
    being worked on; if that one ended too, it is gone on with instead."""
    at, clocks = desk.now(), terms(desk)
    if ticket.status.is_active or ticket_cycles.can_reopen(ticket, clocks, at):
        return ticket_cycles.take_up(ticket, by.id, terms=clocks, at=at)
    claimed, customer = desk.read(
        (NumberClaim, ticket_cycles.gone_on_in(ticket)), (Customer, ticket.customer_id or "")
    )
    if isinstance(claimed, NumberClaim):
        later = desk.get(Ticket, claimed.subject)
        return nothing(later) if later.status.is_active else _gone_on(desk, later, by)
    return ticket_cycles.go_on(
        ticket,
        by.id,
        addressee=reached(desk, customer if isinstance(customer, Customer) else None),
        terms=clocks,
        policy_version=desk.shop.version,
        at=at,
        new_id=desk.new_id,
        new_number=desk.new_number,
    )


def _carrying(message_id: str) -> Callable[[str], str]:
    return lambda _: messages.carrier_id(message_id)


def channel_to(ticket: Ticket) -> Channel:
    """How an answer reaches this customer, as the ticket knows them."""
    return Channel.WEB if ticket.addressee is None else channel_by(ticket.addressee.channel)


def channel_now(desk: Desk, ticket: Ticket, customer: Customer | None) -> Channel:
    """How an answer that is written now will go, the customer's file being read: an address that
    bounced since the ticket was opened is none any more."""
    if ticket.addressee is None or customer is None:
        return channel_to(ticket)
    return channel_by(messages.likely(ticket.addressee, customer, desk.shop))


def channel_by(carried: messages.Channel) -> Channel:
    """What is said by it."""
    return {
        messages.Channel.MAIL: Channel.MAIL,
        messages.Channel.SMS: Channel.SMS,
        messages.Channel.EVENT: Channel.PLATFORM,
        messages.Channel.BY_HAND: Channel.THIRD_PARTY,
    }[carried]


def _words(ticket: Ticket, answer: Answer, channel: Channel) -> Words:
    return Words(
        author=Actor(kind=ActorKind.STAFF, id=answer.by.id),
        author_name=answer.by.name,
        channel=channel,
        language=answer.language or ticket.message_language,
        text=answer.text,
    )


def _said(changes: Changes[Ticket]) -> TicketMessage:
    return next(
        one
        for one in changes.records
        if isinstance(one, TicketMessage) and one.direction is Direction.OUT
    )
