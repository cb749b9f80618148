"""Whose promises a ring is about: told by the id of the record that makes them."""

from collections.abc import Callable

from chalicelib.domain.agenda import Entry
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.services import callbacks, return_work, ticket_clock
from chalicelib.services.desk import Desk

RINGERS: dict[str, Callable[[Desk, Entry], object]] = {
    Ticket.prefix: ticket_clock.ring,
    Callback.prefix: callbacks.ring,
    Return.prefix: return_work.ring,
}


def ring(desk: Desk, entry: Entry) -> None:
    """Ring for what a ticket, a return or a call owes."""
    RINGERS[entry.subject.partition("_")[0]](desk, entry)
