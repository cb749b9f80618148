"""What a shopper sees around one of their orders."""

from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.orders import Order
from chalicelib.domain.returns import Return
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason
from chalicelib.services import tickets
from chalicelib.services.desk import Desk
from chalicelib.services.ticket_cases import open_question
from chalicelib.services.tickets import Asked


def say(desk: Desk, case: Return, order: Order | None, text: str, language: str) -> str:
    """The customer writes about a return: their words join the newest open ticket of the order,
    or open one. Gives the ticket's id."""
    asked = open_question(desk, case.order_id)
    if asked is not None:
        return tickets.add_message(desk, asked.id, text, language).id
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
