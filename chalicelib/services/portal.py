"""What a shopper sees around one of their orders."""

from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.orders import Order
from chalicelib.domain.returns import RequestState, Return
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Status, Ticket
from chalicelib.services import tickets
from chalicelib.services.desk import Desk
from chalicelib.services.tickets import Asked

MOST_CASES = 20


def open_cases(desk: Desk, order_id: str) -> list[tuple[str, str]]:
    """Number and id of each case of an order that is still open, the newest first."""
    cards = desk.page(4, f"order#{order_id}", limit=MOST_CASES, backwards=True).cards
    return [
        (str(card.card["number"]), card.id)
        for card in cards
        if (card.kind == Return.kind and RequestState(card.card["request"]).is_open)
        or (card.kind == Ticket.kind and Status(card.card["status"]).is_active)
    ]


def say(desk: Desk, case: Return, order: Order | None, text: str, language: str) -> str:
    """The customer writes about a return: their words join the newest open ticket of the order,
    or open one. Gives the ticket's id."""
    cards = desk.page(4, f"order#{case.order_id}", limit=MOST_CASES, backwards=True).cards
    known = (c.id for c in cards if c.kind == Ticket.kind and Status(c.card["status"]).is_active)
    ticket_id = next(known, None)
    if ticket_id is not None:
        return tickets.add_message(desk, ticket_id, text, language).id
    contact = order.contact if order else None
    question = Question(
        reason=Reason.RETURN,
        subject=case.number,
        words=Words(
            author=Actor(kind=ActorKind.CUSTOMER),
            author_name=(contact and contact.name) or "",
            channel=Channel.WEB,
            language=language,
            text=text,
        ),
    )
    person = Person(**contact.model_dump()) if contact else Person()
    return tickets.open_ticket(desk, Asked(question, person, order)).id
