"""Tickets: taken in for a customer, listed by what is due next, answered, handed on, resolved."""

from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.canonical import Owner, Person
from chalicelib.domain.customers import mail_address
from chalicelib.domain.errors import Invalid
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Permission
from chalicelib.domain.promises import Promise, PromiseState
from chalicelib.domain.records import Moment
from chalicelib.domain.shops import Language
from chalicelib.domain.sla import Priority
from chalicelib.domain.threads import LONGEST_TEXT, Channel, Direction, TicketMessage, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import OutsideCase, Reason, Status, Ticket, WaitsFor
from chalicelib.handlers.customers import CustomerView, customer_view
from chalicelib.handlers.photo_api import PhotoView, photo_view
from chalicelib.services import lookups, ticket_cases, ticket_work
from chalicelib.services import tickets as ticket_service
from chalicelib.services.lookups import named
from chalicelib.services.ticket_work import Answer
from chalicelib.services.tickets import LONGEST_SUBJECT, Asked
from chalicelib.store.records import Card
from chalicelib.web.answers import created, ok
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Listed, Paging, after, listed_by_due
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.trails import EventPage, trail
from chalicelib.web.views import View, view, viewed

tickets = Blueprint(__name__)

QUEUE = "tickets"


class Asking(Body):
    """Who asks. Whatever is given is how they are recognised."""

    name: str | None = Field(default=None, max_length=200)
    mail: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=32)
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")


class NewTicket(Body):
    customer: Asking
    reason: Reason
    subject: str = Field(min_length=1, max_length=LONGEST_SUBJECT)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    channel: Channel = Channel.PHONE
    language: Language | None = None
    priority: Priority = Priority.NORMAL
    order_number: str | None = Field(default=None, max_length=64)


class NewReply(Body):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    language: Language | None = None
    then: WaitsFor = WaitsFor.NOBODY
    """Who acts next."""


class NewNote(Body):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class NewAssignment(Body):
    assignee: str | None = Field(default=None, max_length=64)
    """A member of staff; null gives the ticket back to the pool."""


class NewWaiting(Body):
    waits_for: WaitsFor


class NewResolution(Body):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    language: Language | None = None


class PromiseView(Shape):
    what: str
    state: PromiseState
    due_at: Moment | None
    made_at: Moment
    target_minutes: int
    kept_at: Moment | None
    was_late: bool


class TicketView(Shape):
    id: str
    version: int
    number: str
    status: Status
    reason: Reason
    subject: str
    channel: Channel
    priority: Priority
    owner: Owner
    outside: OutsideCase | None
    customer_id: str | None
    order_id: str | None
    assignee: str | None
    waits_for: WaitsFor
    cycle: int
    customer_language: str
    message_language: str
    staff_language: str
    opened_at: Moment
    last_customer_at: Moment
    resolved_at: Moment | None
    closed_at: Moment | None
    next_due_at: Moment | None
    answer_due_at: Moment | None
    messages: int
    follows: str | None
    promises: list[PromiseView]
    """What is owed, and how what was owed ended."""


class MessageView(Shape):
    id: str
    direction: Direction
    channel: Channel
    author: str
    author_name: str
    language: str
    text: str
    is_automatic: bool
    at: Moment


class TicketOrderView(Shape):
    id: str
    number: str
    payment: str
    fulfilment: str
    placed_at: Moment | None
    delivered_at: Moment | None


class CaseView(Shape):
    """A ticket with everything around it."""

    ticket: TicketView
    thread: list[MessageView]
    order: TicketOrderView | None
    customer: CustomerView | None
    other_cases: list[dict[str, Any]]
    """The customer's other cases and orders, newest first."""
    calls: list[dict[str, Any]]
    """Calls promised about it, by time."""
    photos: list[PhotoView]
    """What its customer sent as photos, kept or refused, by time."""


@viewed(Ticket, at="/tickets/{id}")
def ticket_view(one: Ticket) -> TicketView:
    values = {name: getattr(one, name) for name in TicketView.model_fields if name != "promises"}
    return TicketView(**values, promises=[promise_view(promise) for promise in one.promises])


def promise_view(one: Promise) -> PromiseView:
    return PromiseView(**{name: getattr(one, name) for name in PromiseView.model_fields})


def _listed(card: Card) -> dict[str, Any]:
    return {"id": card.id, "kind": card.kind, **card.card}


def message_view(one: TicketMessage) -> MessageView:
    said = one.words
    return MessageView(
        id=one.id,
        direction=one.direction,
        channel=said.channel,
        author=str(said.author),
        author_name=said.author_name,
        language=said.language,
        text=said.text,
        is_automatic=said.is_automatic,
        at=one.at,
    )


@tickets.route("/tickets", methods=["POST"])
@staff_only(Permission.OPEN_TICKET)
@operation("Open a ticket for a customer", takes=NewTicket, gives=TicketView, status=201)
def open_for_customer() -> Response:
    """For what was said on the phone, in a chat or anywhere else; the customer is told the
    number and the time of the answer."""
    return created(view(opened(body(NewTicket))))


def opened(new: NewTicket) -> Ticket:
    """Open a ticket in the name of a customer. Raises Invalid for one nobody could answer."""
    here, who = desk(), new.customer
    if who.mail is not None and mail_address(who.mail) is None:
        raise Invalid("This is not a mail address.", field="customer.mail")
    if who.mail is None and who.phone is None:
        raise Invalid("A mail address or a phone number.", field="customer")
    language = new.language or here.shop.languages[0]
    question = Question(
        reason=new.reason,
        subject=" ".join(new.subject.split()),
        words=Words(
            author=Actor(kind=ActorKind.CUSTOMER),
            author_name=who.name or "",
            channel=new.channel,
            language=language,
            text=new.text,
        ),
        priority=new.priority,
    )
    person = Person(**who.model_dump(), language=new.language)
    order = lookups.find_order(here, new.order_number) if new.order_number else None
    return ticket_service.open_ticket(here, Asked(question, person, order))


@tickets.route("/tickets", methods=["GET"])
@staff_only(Permission.READ)
@operation("The queue by what is due next", query=Paging, gives=Listed)
def queue() -> Response:
    here, paging = desk(), query(Paging)
    page = here.page(1, QUEUE, limit=paging.limit, after=after(here, QUEUE, paging.cursor))
    return ok(listed_by_due(here, QUEUE, page))


@tickets.route("/tickets/{ticket}", methods=["GET"])
@staff_only(Permission.READ)
@operation("A ticket with its messages, order and customer", gives=CaseView)
def ticket_case(ticket: str) -> Response:
    """`ticket` is an id or a number, typed as it may be."""
    here = desk()
    found = ticket_cases.case(here, named(here, Ticket, ticket))
    order = found.order
    shown = CaseView(
        ticket=ticket_view(found.ticket),
        thread=[message_view(message) for message in found.messages],
        order=TicketOrderView(
            id=order.id,
            number=order.number,
            payment=order.payment,
            fulfilment=order.fulfilment,
            placed_at=order.placed_at,
            delivered_at=order.delivered_at,
        )
        if order
        else None,
        customer=customer_view(found.customer) if found.customer else None,
        other_cases=[_listed(card) for card in found.others],
        calls=[_listed(card) for card in found.calls],
        photos=[photo_view(photo) for photo in found.photos],
    )
    return ok(View(shown, found.ticket.version, f"/tickets/{found.ticket.id}"))


@tickets.route("/tickets/{ticket}/events", methods=["GET"])
@staff_only(Permission.READ)
@operation("What happened to a ticket", query=Paging, gives=EventPage)
def ticket_events(ticket: str) -> Response:
    here = desk()
    found = here.get(Ticket, named(here, Ticket, ticket))
    return ok(trail(here, found.id, query(Paging)))


@tickets.route("/tickets/{ticket}/replies", methods=["POST"])
@staff_only(Permission.REPLY)
@operation("Answer the customer", takes=NewReply, gives=TicketView, status=201)
def reply(ticket: str) -> Response:
    """The mail goes out with the same commit."""
    new, here = body(NewReply), desk()
    answer = Answer(new.text, caller(), new.language)
    ticket_id = named(here, Ticket, ticket)
    return created(view(ticket_work.reply(here, ticket_id, answer, new.then)))


@tickets.route("/tickets/{ticket}/notes", methods=["POST"])
@staff_only(Permission.NOTE)
@operation("Write something down that only staff see", takes=NewNote, gives=TicketView, status=201)
def note(ticket: str) -> Response:
    here = desk()
    answer = Answer(body(NewNote).text, caller(), caller().language)
    return created(view(ticket_work.note(here, named(here, Ticket, ticket), answer)))


@tickets.route("/tickets/{ticket}/assignment", methods=["POST"])
@staff_only(Permission.ASSIGN)
@operation("Make a ticket somebody's, or nobody's", takes=NewAssignment, gives=TicketView)
def assign(ticket: str) -> Response:
    here, assignee = desk(), body(NewAssignment).assignee
    return ok(view(ticket_work.assign(here, named(here, Ticket, ticket), assignee)))


@tickets.route("/tickets/{ticket}/waiting", methods=["POST"])
@staff_only(Permission.REPLY)
@operation("Say who acts next", takes=NewWaiting, gives=TicketView)
def wait(ticket: str) -> Response:
    """While somebody else acts, the resolution's clock stands still; `nobody` goes on."""
    here, waits_for = desk(), body(NewWaiting).waits_for
    return ok(view(ticket_work.wait(here, named(here, Ticket, ticket), waits_for)))


@tickets.route("/tickets/{ticket}/resolution", methods=["POST"])
@staff_only(Permission.RESOLVE)
@operation("Settle a ticket", takes=NewResolution, gives=TicketView, status=201)
def resolve(ticket: str) -> Response:
    """One mail: the answer, and under it "Solved" and "Not solved"."""
    new, here = body(NewResolution), desk()
    answer = Answer(new.text, caller(), new.language)
    return created(view(ticket_work.resolve(here, named(here, Ticket, ticket), answer)))
