"""A shopper who writes from the contact page."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.calendar import add_working
from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Ticket
from chalicelib.services import lookups, tickets
from chalicelib.services.desk import Desk
from chalicelib.services.tickets import LONGEST_SUBJECT, Asked

FIRST_WORDS = 80
"""So much of a message stands for its subject, which the page does not ask for."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What was filled in. The order counts only if that mail address ordered it."""

    reason: Reason
    mail: str
    name: str
    order_number: str
    text: str
    language: str


def answer_by(desk: Desk) -> datetime | None:
    """By when a question asked now is answered; None for a shop that is never open."""
    target = desk.shop.sla.normal.first_response
    return add_working(desk.now(), target, desk.shop.hours)


def write(desk: Desk, letter: Letter) -> Ticket:
    """Open a ticket with what a shopper wrote, linked to the order if it is theirs."""
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER),
        author_name=letter.name,
        channel=Channel.WEB,
        language=letter.language,
        text=letter.text,
    )
    question = Question(reason=letter.reason, subject=_subject(letter.text), words=words)
    person = Person(name=letter.name or None, mail=letter.mail, language=letter.language)
    number = letter.order_number
    order = lookups.order_of(desk, number, letter.mail) if number else None
    return tickets.open_ticket(desk, Asked(question, person, order))


def _subject(text: str) -> str:
    line = " ".join(text.split())[:LONGEST_SUBJECT]
    return line if len(line) <= FIRST_WORDS else f"{line[:FIRST_WORDS].rstrip()}…"
