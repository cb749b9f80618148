"""A ticket with everything around it, for whoever works on it."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.calendar import add_working
from chalicelib.domain.callbacks import Callback, CallbackState
from chalicelib.domain.customers import Customer
from chalicelib.domain.drafts import Draft
from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders import Order
from chalicelib.domain.photos import Photo
from chalicelib.domain.returns import RequestState, Return
from chalicelib.domain.threads import TicketMessage
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.domain.withdrawals import State as WithdrawalState
from chalicelib.domain.withdrawals import Withdrawal
from chalicelib.services import photos
from chalicelib.services.desk import Desk
from chalicelib.store.records import Card

MOST_CASES = 10
MOST_KNOWN = 50
MOST_OF_ORDER = 20


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket, what was said in it, and what else is known of its customer."""

    ticket: Ticket
    messages: list[TicketMessage]
    """As they were said, oldest first."""
    order: Order | None
    customer: Customer | None
    others: list[Card]
    """The customer's other cases and orders, newest first."""
    known: list[Card]
    """As much of the customer's whole file, this ticket too, as one page of it holds."""
    drafts: list[Draft]
    """Answers that somebody is writing, or that are about to leave."""
    calls: list[Card]
    """Calls promised about this ticket, open and past, by time."""
    photos: list[Photo]
    """Files that the customer sent as photos, oldest first."""


def open_cases(desk: Desk, order_id: str) -> list[Card]:
    """The tickets and returns of an order that are still open, the newest first."""
    cards = desk.page(4, f"order#{order_id}", limit=MOST_OF_ORDER, backwards=True).cards
    return [card for card in cards if card.kind in (Ticket.kind, Return.kind) and is_open(card)]


def is_open(card: Card) -> bool:
    """Whether somebody still works on the ticket, return, call or withdrawal of a card."""
    if card.kind == Ticket.kind:
        return Status(card.card["status"]).is_active
    if card.kind == Callback.kind:
        return CallbackState(card.card["state"]).is_open
    if card.kind == Withdrawal.kind:
        return card.card["state"] == WithdrawalState.WAITING
    return card.kind == Return.kind and RequestState(card.card["request"]).is_open


def open_question(desk: Desk, order_id: str) -> Card | None:
    """The newest ticket about an order that is still being worked on."""
    return next((card for card in open_cases(desk, order_id) if card.kind == Ticket.kind), None)


def thread(desk: Desk, ticket_id: str) -> tuple[Ticket, list[TicketMessage]]:
    """A ticket and what was said in it, in one query. Raises NotFound."""
    ticket, messages, _, _ = _family(desk, ticket_id)
    return ticket, messages


def _family(
    desk: Desk, ticket_id: str
) -> tuple[Ticket, list[TicketMessage], list[Draft], list[Photo]]:
    family = desk.family(ticket_id, Ticket, TicketMessage, Draft, Photo)
    ticket = next((one for one in family if isinstance(one, Ticket)), None)
    if ticket is None:
        raise NotFound("There is no such ticket.", field="id")
    messages = [one for one in family if isinstance(one, TicketMessage)]
    drafts = [one for one in family if isinstance(one, Draft)]
    sent = photos.in_order(one for one in family if isinstance(one, Photo))
    return ticket, sorted(messages, key=lambda one: (one.at, one.id)), drafts, sent


def _known_of(desk: Desk, ticket: Ticket) -> tuple[Order | None, Customer | None]:
    """The order and the customer of a ticket, in one read."""
    named = ((Order, ticket.order_id), (Customer, ticket.customer_id))
    wanted = [(kind, id_) for kind, id_ in named if id_]
    found = desk.read(*wanted) if wanted else []
    order = next((one for one in found if isinstance(one, Order)), None)
    return order, next((one for one in found if isinstance(one, Customer)), None)


def reply_by(desk: Desk, ticket: Ticket) -> datetime | None:
    """By when what its customer writes now is answered; None for a shop that is never open."""
    target = desk.shop.sla.targets(ticket.priority).next_reply
    return add_working(desk.now(), target, desk.shop.hours)


def case(desk: Desk, ticket_id: str) -> Case:
    """A ticket with its messages, its order, its calls, its customer and their other cases."""
    ticket, messages, drafts, sent = _family(desk, ticket_id)
    order, customer = _known_of(desk, ticket)
    if ticket.customer_id is None:
        return Case(ticket, messages, order, None, [], [], drafts, [], sent)
    cases = desk.page(2, f"customer#{ticket.customer_id}", limit=MOST_KNOWN, backwards=True)
    others = [card for card in cases.cards if card.id != ticket.id]
    calls = desk.page(4, f"calls#{ticket_id}", limit=MOST_CASES).cards
    few = others[:MOST_CASES]
    return Case(ticket, messages, order, customer, few, cases.cards, drafts, calls, sent)
