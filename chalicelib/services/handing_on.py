"""Handing on what somebody still owes when their shift ends."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain import callback_work, ticket_work
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.errors import Invalid
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Permission
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.tickets import Ticket
from chalicelib.services.desk import Desk, command


class Handed(StrEnum):
    """What became of one thing."""

    ON = "on"
    """It is whose it was meant to be: since this press, or since one before it."""
    OVER = "over"
    """Nothing is owed of it any more."""
    NOT_YOURS = "not_yours"
    """Somebody else has it by now, and keeps it."""


@dataclass(frozen=True, slots=True)
class Handing:
    """Who hands on, to whom, and what the next one should know."""

    by: Staff
    to: str | None
    """Id of one of the staff; None is the pool."""
    note: str
    """Kept as a note on a ticket; a call has no notes of its own."""


@command
def hand_on_ticket(desk: Desk, ticket_id: str, handing: Handing) -> Handed:
    """Give a ticket away with a note, both or neither; a second press adds no second note.

    Raises NotFound, and Invalid, field `to`, for who does not work here or may not answer.
    """
    ticket = desk.get(Ticket, ticket_id)
    _check(desk, handing, Permission.REPLY)
    if ticket.assignee != handing.by.id:
        return _left(ticket.assignee, handing)
    if not ticket.status.is_active:
        return Handed.OVER
    given = ticket_work.assign(ticket, handing.to, at=desk.now())
    noted = _noted(desk, given.result, handing)
    desk.commit(Changes(noted.result).plus(given, noted))
    return Handed.ON


@command
def hand_on_call(desk: Desk, callback_id: str, handing: Handing) -> Handed:
    """Give a promised call away. Raises as `hand_on_ticket` does."""
    call = desk.get(Callback, callback_id)
    _check(desk, handing, Permission.CALL)
    if call.owner_id != handing.by.id:
        return _left(call.owner_id, handing)
    if not call.state.is_open:
        return Handed.OVER
    desk.commit(callback_work.take_over(call, handing.to))
    return Handed.ON


def _check(desk: Desk, handing: Handing, needed: Permission) -> None:
    if handing.to is None:
        return
    person = desk.find(Staff, handing.to)
    if person is None or person.disabled_at is not None or needed not in person.permissions:
        raise Invalid("Nobody of that id works on this.", field="to")


def _left(owner: str | None, handing: Handing) -> Handed:
    return Handed.ON if owner == handing.to else Handed.NOT_YOURS


def _noted(desk: Desk, ticket: Ticket, handing: Handing) -> Changes[Ticket]:
    if not handing.note:
        return nothing(ticket)
    words = Words(
        author=Actor(kind=ActorKind.STAFF, id=handing.by.id),
        author_name=handing.by.name,
        channel=Channel.WEB,
        language=handing.by.language,
        text=handing.note,
    )
    return ticket_work.note(ticket, words, at=desk.now(), new_id=desk.new_id)
