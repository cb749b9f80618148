"""Whose promises a ring is about: told by the id of the record that makes them."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.agenda import Entry
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.withdrawals import Withdrawal
from chalicelib.services import callbacks, return_work, ticket_clock, withdrawal_matching
from chalicelib.services.desk import Desk

RINGERS: dict[str, Callable[[Desk, Entry], object]] = {
    Ticket.prefix: ticket_clock.ring,
    Callback.prefix: callbacks.ring,
    Return.prefix: return_work.ring,
    Withdrawal.prefix: withdrawal_matching.ring,
}


def ring(desk: Desk, entry: Entry) -> None:
    """Ring for what a ticket, a return, a call or a declaration of withdrawal owes."""
    RINGERS[entry.subject.partition("_")[0]](desk, entry)


PASSERS: dict[str, Callable[[Desk, Entry, datetime], object]] = {
    Ticket.prefix: ticket_clock.pass_over,
    Callback.prefix: callbacks.pass_over,
    Return.prefix: return_work.pass_over,
    Withdrawal.prefix: withdrawal_matching.pass_over,
}


def pass_over(desk: Desk, entry: Entry, until: datetime) -> None:
    """Tell what was due by `until` and is owed, and ring nobody for it; what comes next rings as
    ever."""
    PASSERS[entry.subject.partition("_")[0]](desk, entry, until)
