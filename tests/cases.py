"""Cases that a test shop works on."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.messages import ReceivedMail
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Ticket
from chalicelib.services import tickets
from chalicelib.services.desk import Desk
from chalicelib.services.tickets import Asked
from tests.people import desk_of

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""Of a Monday in Berlin."""

JANA = Person(name="Jana Weber", mail="jana@example.de", country="DE")


def a_question(text: str = "Where is it?", who: Person = JANA, reference: str = "") -> Asked:
    """What a customer asks from the contact page."""
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language="en", text=text
    )
    question = Question(reason=Reason.PARCEL, subject="Where is it?", words=words)
    return Asked(question, who, reference=reference)


def a_ticket(who: Person = JANA, at: Desk | None = None) -> Ticket:
    """A ticket somebody just opened."""
    return tickets.open_ticket(at or desk_of(), a_question(who=who))


def a_mail(**fields: Any) -> ReceivedMail:
    """What Jana writes to the shop."""
    given: dict[str, Any] = {
        "shop": "acme",
        "number": None,
        "is_answer": False,
        "sender": "jana@example.de",
        "sender_name": "Jana Weber",
        "is_verified": True,
        "is_automatic": False,
        "is_suspect": False,
        "subject": "Wo bleibt\r\nBcc: eve@example.com",
        "text": "Seit Donnerstag nichts.",
        "language": "de",
        "message_id": "<1@example.de>",
        "in_reply_to": "",
        "received_at": datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    }
    return ReceivedMail(**(given | fields))
