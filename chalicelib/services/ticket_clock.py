"""What the clock does with tickets: it rings for what is owed, and closes by silence."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain import ticket_cycles, ticket_work
from chalicelib.domain.agenda import Entry
from chalicelib.domain.alerts import alert
from chalicelib.domain.changes import Changes
from chalicelib.domain.letters import PromiseLate
from chalicelib.domain.promises import Promise, Signal
from chalicelib.domain.sla import promised
from chalicelib.domain.tickets import Ticket
from chalicelib.services.alerts import responsible, to_staff
from chalicelib.services.desk import Desk, command

DUE, LATE = "ticket.due", "ticket.late"
"""What alerts about tickets are called."""


@command
def ring(desk: Desk, entry: Entry) -> None:
    """Say what is nearly due or late: an event, an alert, and a mail about what is late to who
    is responsible, or to the managers where nobody is (SRV-01, SRV-02)."""
    ticket = desk.find(Ticket, entry.subject)
    if ticket is None:
        return
    rung, signals = ticket_work.ring(ticket, at=desk.now())
    if not signals:
        desk.commit(rung)
        return
    late = _first(ticket, [what for what, signal in signals if signal is Signal.BREACHED])
    near = _first(ticket, [what for what, signal in signals if signal is Signal.WARNED])
    also = [
        _bell(desk, ticket, type_, promise)
        for type_, promise in ((DUE, near), (LATE, late))
        if promise is not None
    ]
    if late is not None:
        also += _letters(desk, ticket, late)
    desk.commit(rung.plus(*also))


@command
def pass_over(desk: Desk, entry: Entry, until: datetime) -> None:
    """Tell what was nearly due or late by `until`, and nobody in particular."""
    ticket = desk.find(Ticket, entry.subject)
    if ticket is not None:
        rung, _ = ticket_work.ring(ticket, at=until)
        desk.commit(rung)


@command
def close(desk: Desk, entry: Entry) -> None:
    """Close a resolved ticket about which nobody said anything."""
    ticket = desk.find(Ticket, entry.subject)
    if ticket is not None:
        desk.commit(ticket_cycles.close(ticket, at=desk.now()))


def _first(ticket: Ticket, names: Sequence[str]) -> Promise | None:
    """Of several promises the one that is due first: one mail tells of a ticket, not three."""
    found = [promise for name in names if (promise := promised(ticket.promises, name))]
    return min(found, key=lambda one: str(one.due_at), default=None)


def _bell(desk: Desk, ticket: Ticket, type_: str, promise: Promise) -> Changes[object]:
    assert promise.due_at is not None
    at = desk.now()
    bell = alert(ticket, type_, number=ticket.number, due_at=promise.due_at, at=at)
    return Changes(None, agenda=(bell,))


def _letters(desk: Desk, ticket: Ticket, promise: Promise) -> list[Changes[object]]:
    assert promise.due_at is not None
    letter = PromiseLate(
        number=ticket.number,
        place=f"t/{ticket.number}",
        what=promise.what,
        due_at=promise.due_at,
    )
    return to_staff(desk, responsible(desk, ticket.assignee), letter, ticket.id)
