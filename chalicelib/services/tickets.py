"""What customers say, wherever they say it: a ticket is opened, or what was said is added to one
(TKT-01 to TKT-06)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import canonical, ticket_cycles, ticket_work
from chalicelib.domain.canonical import Person
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.ids import NewId, derived, read_number
from chalicelib.domain.letters import Letter, TicketAcknowledged
from chalicelib.domain.messages import Addressee, ReceivedMail, addressee, message
from chalicelib.domain.numbers import NumberClaim, claim
from chalicelib.domain.orders import Order
from chalicelib.domain.records import Record
from chalicelib.domain.sla import Priority, Terms
from chalicelib.domain.threads import (
    LONGEST_TEXT,
    Channel,
    TicketMessage,
    Words,
    channel_named,
)
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import OutsideCase, Reason, Ticket
from chalicelib.locales import catalogue
from chalicelib.services import customers, lookups
from chalicelib.services.desk import Desk, command
from chalicelib.store import counters

LONGEST_SUBJECT = 200

_AUTHOR = Actor(kind=ActorKind.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, who asks it, and what it is about as far as that is proved."""

    question: Question
    person: Person
    order: Order | None = None
    reference: str = ""
    """The id of the claim by which the same question is known when it comes again."""
    at: datetime | None = None
    """When it was asked; None for this moment."""


@command
def open_ticket(desk: Desk, asked: Asked) -> Ticket:
    """Open a ticket, linked to order and customer, and acknowledge it with the time by which an
    answer is promised. A question whose reference was seen before gives the ticket it has."""
    return desk.commit(_opened_once(desk, asked))


@command
def add_message(desk: Desk, ticket_id: str, text: str, language: str) -> Ticket:
    """The customer writes on their case page. Long after the end it is a new ticket."""
    ticket = desk.get(Ticket, ticket_id)
    words = Words(author=_AUTHOR, channel=Channel.WEB, language=language, text=text)
    return desk.commit(heard(desk, ticket, words, desk.new_id))


@command
def open_requested(desk: Desk, event: canonical.TicketRequested) -> Ticket:
    """A question that reached the shop elsewhere; the same one again changes nothing."""
    language = event.language or event.customer.language or desk.shop.languages[0]
    outside = None
    if event.owner is not canonical.Owner.OURS:
        outside = OutsideCase(reference=event.id, answer_by=event.answer_by)
    question = Question(
        reason=_reason(event.reason),
        subject=_subject(event.subject or event.text),
        words=Words(
            author=_AUTHOR,
            author_name=event.customer.name or "",
            channel=channel_named(event.channel),
            language=language,
            text=event.text[:LONGEST_TEXT],
            outside_id=event.id,
        ),
        owner=event.owner,
        outside=outside,
    )
    # The shop itself says whose the order is.
    order = lookups.find_order(desk, event.order_number) if event.order_number else None
    reference = _reference(event.platform, event.id)
    asked = Asked(question, event.customer, order, reference, event.at)
    return desk.commit(_opened_once(desk, asked))


@command
def message_received(desk: Desk, event: canonical.MessageReceived) -> Ticket:
    """A message of a conversation that is led elsewhere; one of an unknown conversation opens a
    ticket, and the next ones are added to it."""
    reference = _reference(event.platform, event.conversation)
    number = read_number(event.conversation)
    ticket = _known(desk, number or reference)
    words = Words(
        author=_AUTHOR,
        author_name=event.customer.name or "",
        channel=channel_named(event.channel),
        language=event.customer.language or desk.shop.languages[0],
        text=event.text[:LONGEST_TEXT],
        outside_id=event.id,
    )
    if ticket is None:
        question = Question(reason=Reason.OTHER, subject=_subject(event.text), words=words)
        asked = Asked(question, event.customer, reference=reference, at=event.at)
        return desk.commit(_opened(desk, asked))
    said_id = derived("msg", event.platform, event.id)
    said, who = desk.read((TicketMessage, said_id, ticket.id), (Customer, ticket.customer_id or ""))
    if said is not None:
        return desk.commit(nothing(ticket))
    words = _kept(desk, words, who, event.customer, said_at=event.at)
    decided = heard(desk, ticket, words, _saying(said_id, desk.new_id))
    if decided.result.id == ticket.id or number:
        return desk.commit(decided)
    led = desk.get(NumberClaim, reference).but(subject=decided.result.id)
    # The conversation goes on in the new ticket, and its next message must not open another.
    return desk.commit(decided.plus(Changes(None, (led,))))


@command
def data_requested(desk: Desk, event: canonical.CustomerDataRequested) -> Ticket:
    """Somebody asks by law what is kept about them; a person answers, and not late (PRV)."""
    language = desk.shop.languages[0]
    say = catalogue(language).gettext
    question = Question(
        reason=Reason.PRIVACY,
        subject=say("What is kept about a customer"),
        words=Words(
            author=Actor(kind=ActorKind.SHOP),
            channel=Channel.WEBHOOK,
            language=language,
            text=say("The customer asks, through the shop, what is kept about them."),
        ),
        priority=Priority.HIGH,
    )
    reference = _reference(event.platform, f"data-request:{event.id}")
    asked = Asked(question, event.customer, reference=reference, at=event.at)
    return desk.commit(_opened_once(desk, asked))


@command
def receive_mail(desk: Desk, mail: ReceivedMail) -> Ticket | None:
    """A mail to the shop: added to the ticket it answers, else a new one. The same mail again
    changes nothing, and what a machine wrote opens nothing (None)."""
    reference = _reference(Channel.MAIL, mail.message_id)
    person = Person(name=mail.sender_name or None, mail=mail.sender, language=mail.language)
    known = _known(desk, reference)
    if known is not None:
        return desk.commit(nothing(known))
    ticket = _answered(desk, mail, person)
    if ticket is None and mail.is_automatic:
        counters.note(desk.house.tables, desk.shop_id, "automatic_mail", now=desk.now())
        return None
    words = Words(
        author=_AUTHOR,
        author_name=mail.sender_name,
        channel=Channel.MAIL,
        language=mail.language or (ticket and ticket.customer_language) or desk.shop.languages[0],
        text=mail.text[:LONGEST_TEXT],
        is_automatic=mail.is_automatic,
        outside_id=mail.message_id,
    )
    if ticket is None:
        return desk.commit(_opened_by_mail(desk, mail, words, person, reference))
    claimed = Changes(ticket, (claim(desk.shop_id, reference, ticket.id),))
    who = desk.find(Customer, ticket.customer_id or "")
    words = _kept(desk, words, who, person, said_at=mail.received_at)
    return desk.commit(heard(desk, ticket, words, desk.new_id).plus(claimed))


def terms(desk: Desk) -> Terms:
    """What the shop's clocks run by."""
    return Terms(policy=desk.shop.sla, hours=desk.shop.hours)


def written(
    desk: Desk, ticket: Ticket, letter: Letter, new_id: NewId | None = None
) -> Changes[object]:
    """A letter to a ticket's customer, in the language they wrote in last; `new_id` gives it its
    name, if it has one already. Nobody is written to whom nobody knows."""
    if ticket.addressee is None:
        return nothing(None)
    return message(
        ticket.addressee,
        letter,
        shop=desk.shop,
        subject_id=ticket.id,
        new_id=new_id or desk.new_id,
        at=desk.now(),
        language=ticket.message_language,
    )


def reached(desk: Desk, customer: Customer | None) -> Addressee | None:
    """How a customer is written to; None for nobody, and for somebody who was erased."""
    if customer is None or customer.erased_at is not None:
        return None
    return addressee(customer, desk.shop)


def _opened_once(desk: Desk, asked: Asked) -> Changes[Ticket]:
    """The ticket that the question's reference has, or a new one."""
    known = _known(desk, asked.reference)
    return nothing(known) if known is not None else _opened(desk, asked)


def _opened(desk: Desk, asked: Asked) -> Changes[Ticket]:
    """A new ticket. Its reference is claimed with it: whoever comes second is in conflict and
    decides again. Of somebody who was erased since they asked, it holds nothing."""
    who = customers.recognise(desk, asked.person, said_at=asked.at or desk.now())
    customer, order = who.changes.result, asked.order
    question = asked.question.emptied() if who.is_forgotten else asked.question
    language = question.words.language
    opened = _ticket(
        desk,
        question,
        customer,
        customer_id=customer.id if customer else order and order.customer_id,
        order_id=order.id if order else None,
        language=(customer and customer.language) or language,
        new_id=desk.new_id,
    )
    ticket = opened.result
    also = [who.changes, *_claims(ticket, asked.reference)]
    if ticket.is_ours and ticket.reason is not Reason.PRIVACY:
        also.append(written(desk, ticket, _acknowledgement(ticket, order)))
    return opened.plus(*also)


def _ticket(
    desk: Desk,
    question: Question,
    customer: Customer | None,
    *,
    customer_id: str | None,
    order_id: str | None,
    language: str,
    new_id: NewId,
) -> Changes[Ticket]:
    return ticket_work.open_ticket(
        question,
        shop=desk.shop_id,
        customer_id=customer_id,
        addressee=reached(desk, customer),
        order_id=order_id,
        customer_language=language,
        staff_language=desk.shop.languages[0],
        terms=terms(desk),
        policy_version=desk.shop.version,
        at=desk.now(),
        new_id=new_id,
        new_number=desk.new_number,
    )


def _opened_by_mail(
    desk: Desk, mail: ReceivedMail, words: Words, person: Person, reference: str
) -> Changes[Ticket]:
    """A suspect mail is kept for a person to look at: it is nobody's, and is not answered."""
    priority = Priority.LOW if mail.is_suspect else Priority.NORMAL
    question = Question(
        reason=Reason.OTHER,
        subject=_subject(mail.subject or mail.text),
        words=words,
        priority=priority,
    )
    who = Person() if mail.is_suspect else person
    return _opened(desk, Asked(question, who, reference=reference, at=mail.received_at))


def heard(desk: Desk, ticket: Ticket, words: Words, new_id: NewId) -> Changes[Ticket]:
    """What follows from a customer's words: they are added, and open an ended ticket again; long
    after its end they are a new one that goes on from it."""
    at, by = desk.now(), terms(desk)
    if words.is_automatic or ticket_cycles.can_reopen(ticket, by, at):
        return ticket_cycles.hear(ticket, words, terms=by, at=at, new_id=new_id)
    question = Question(
        reason=ticket.reason, subject=ticket.subject, words=words, follows=ticket.id
    )
    customer = desk.find(Customer, ticket.customer_id) if ticket.customer_id else None
    opened = _ticket(
        desk,
        question,
        customer,
        customer_id=ticket.customer_id,
        order_id=ticket.order_id,
        language=ticket.customer_language,
        new_id=new_id,
    )
    follow_up = opened.result
    return opened.plus(written(desk, follow_up, _acknowledgement(follow_up, None)))


def _answered(desk: Desk, mail: ReceivedMail, person: Person) -> Ticket | None:
    """The ticket a mail answers. A number that merely stands in a subject counts only if the
    sender's address is proved and is known to the ticket."""
    if mail.number is None:
        return None
    ticket = _known(desk, mail.number)
    if ticket is None or mail.is_answer:
        return ticket
    is_theirs = mail.is_verified and customers.known(desk, person) == ticket.customer_id
    return ticket if is_theirs and ticket.customer_id else None


def _kept(
    desk: Desk, words: Words, customer: Record | None, person: Person, *, said_at: datetime
) -> Words:
    """What may be kept of a person's words for a ticket of this customer: nothing, if they were
    erased since."""
    if isinstance(customer, Customer):
        erased_at = customer.erased_at
        is_forgotten = erased_at is not None and said_at <= erased_at
    else:
        is_forgotten = customers.is_forgotten(desk, person, said_at=said_at)
    return words.emptied() if is_forgotten else words


def _acknowledgement(ticket: Ticket, order: Order | None) -> TicketAcknowledged:
    marks = list(order.parcels.values()) if order and ticket.reason is Reason.PARCEL else []
    mark = max(marks, key=lambda one: (one.has_left, one.status.rank), default=None)
    return TicketAcknowledged(
        number=ticket.number,
        answer_by=ticket.answer_due_at,
        parcel=mark.status if mark else None,
        parcel_expected_at=mark.expected_at if mark else None,
        parcel_delivered_at=mark.delivered_at if mark else None,
    )


def _known(desk: Desk, reference: str) -> Ticket | None:
    """The ticket that a number or a reference was given to."""
    found = desk.find(NumberClaim, reference) if reference else None
    return desk.find(Ticket, found.subject) if found else None


def _claims(ticket: Ticket, reference: str) -> list[Changes[object]]:
    if not reference:
        return []
    return [Changes(ticket, (claim(ticket.shop, reference, ticket.id),))]


def _reference(where: str, outside_id: str) -> str:
    return derived("ref", where, outside_id)


def _saying(said_id: str, new_id: NewId) -> Callable[[str], str]:
    return lambda prefix: said_id if prefix == TicketMessage.prefix else new_id(prefix)


def _reason(name: str | None) -> Reason:
    return Reason(name) if name in set(Reason) else Reason.OTHER


def _subject(text: str) -> str:
    """One line, as subjects are; a line break in it could add a header to a mail."""
    return " ".join(text.split())[:LONGEST_SUBJECT]
