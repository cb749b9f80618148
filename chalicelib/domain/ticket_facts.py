"""What happens to tickets. Minutes are whole minutes of the shop's working time."""

from typing import ClassVar

from chalicelib.domain.canonical import Owner
from chalicelib.domain.events import Fact
from chalicelib.domain.sla import Priority
from chalicelib.domain.threads import Channel


class TicketOpened(Fact):
    type: ClassVar[str] = "ticket.opened"
    reason: str
    channel: Channel
    priority: Priority
    owner: Owner
    order_id: str | None
    follows: str | None


class TicketContinued(Fact):
    """One of the staff goes on from a ticket that ended long ago. Nothing came in, so that it is
    no `ticket.opened`."""

    type: ClassVar[str] = "ticket.continued"
    reason: str
    priority: Priority
    owner: Owner
    order_id: str | None
    follows: str


class TicketHeard(Fact):
    """The customer wrote again."""

    type: ClassVar[str] = "ticket.heard"
    channel: Channel


class TicketFiled(Fact):
    """A machine wrote; nothing changed."""

    type: ClassVar[str] = "ticket.filed"
    channel: Channel


class TicketReplied(Fact):
    type: ClassVar[str] = "ticket.replied"
    cycle: int
    first_response_minutes: int | None = None
    """Of the ticket's first answer alone."""
    within: bool | None = None
    """Whether the first answer came in time; of the first alone."""


class TicketNoted(Fact):
    type: ClassVar[str] = "ticket.noted"


class TicketAssigned(Fact):
    type: ClassVar[str] = "ticket.assigned"
    assignee: str | None
    before: str | None


class TicketWaiting(Fact):
    """Somebody else acts next; `waits_for` is `nobody` when work goes on."""

    type: ClassVar[str] = "ticket.waiting"
    waits_for: str


class TicketResolved(Fact):
    type: ClassVar[str] = "ticket.resolved"
    cycle: int
    resolution_minutes: int
    """Since the cycle began, waiting included."""
    within: bool


class TicketConfirmed(Fact):
    """The customer pressed "Solved"."""

    type: ClassVar[str] = "ticket.confirmed"
    cycle: int


class TicketReopened(Fact):
    type: ClassVar[str] = "ticket.reopened"
    reason: str
    """`message` or `not_solved` of the customer, or `staff`."""
    cycle: int


class TicketClosed(Fact):
    type: ClassVar[str] = "ticket.closed"
    by: str
    """`confirmed` or `silence`."""
    cycle: int
