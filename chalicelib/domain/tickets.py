"""Tickets: a customer's question from the first word to the last, and who acts next.

One table says which act leads from which status to which. The acts are in `ticket_work`, those
that end a ticket or begin it anew in `ticket_cycles`, and the clocks in `sla`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain import sla
from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.calendar import working_minutes
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import NewId
from chalicelib.domain.messages import Addressee
from chalicelib.domain.promises import next_due, next_ring, ring_entry
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.sla import FIRST_RESPONSE, RESOLUTION, Priority, Promises, Terms
from chalicelib.domain.threads import Channel, Direction, TicketMessage, Words
from chalicelib.domain.ticket_facts import TicketReplied

ABOUT_TO_RUN = timedelta(minutes=5)
"""How long before its time an entry counts as one that may run at any moment."""


class Reason(StrEnum):
    """What a shopper writes about; the first five are the buttons of the contact page."""

    PARCEL = "parcel"
    RETURN = "return"
    BROKEN = "broken"
    CHANGE = "change"
    OTHER = "other"
    PRIVACY = "privacy"
    """What is kept about them; asked by law, through the shop."""


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    """The customer acts next."""
    ON_HOLD = "on_hold"
    """Somebody else acts next."""
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_active(self) -> bool:
        return self not in (Status.RESOLVED, Status.CLOSED)


class WaitsFor(StrEnum):
    CUSTOMER = "customer"
    CARRIER = "carrier"
    WAREHOUSE = "warehouse"
    SUPPLIER = "supplier"
    BANK = "bank"
    COLLEAGUE = "colleague"
    NOBODY = "nobody"
    """Work goes on."""


class Act(StrEnum):
    """What can be done to a ticket."""

    HEAR = "hear"
    REPLY = "reply"
    NOTE = "note"
    ASSIGN = "assign"
    ASK_CUSTOMER = "ask_customer"
    HOLD = "hold"
    WORK = "work"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSE = "close"


_ACTIVE = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)

TRANSITIONS: dict[Act, dict[Status, Status]] = {
    Act.HEAR: {
        Status.NEW: Status.NEW,
        Status.OPEN: Status.OPEN,
        Status.PENDING: Status.OPEN,
        Status.ON_HOLD: Status.OPEN,
    },
    Act.REPLY: {**dict.fromkeys(_ACTIVE, Status.OPEN), Status.RESOLVED: Status.RESOLVED},
    Act.NOTE: {status: status for status in Status},
    Act.ASSIGN: {
        **{status: status for status in Status if status is not Status.CLOSED},
        Status.NEW: Status.OPEN,
    },
    Act.ASK_CUSTOMER: dict.fromkeys(_ACTIVE, Status.PENDING),
    Act.HOLD: dict.fromkeys(_ACTIVE, Status.ON_HOLD),
    Act.WORK: dict.fromkeys(_ACTIVE, Status.OPEN),
    Act.RESOLVE: dict.fromkeys(_ACTIVE, Status.RESOLVED),
    Act.CONFIRM: {Status.RESOLVED: Status.CLOSED},
    Act.REOPEN: {Status.RESOLVED: Status.OPEN, Status.CLOSED: Status.OPEN},
    Act.CLOSE: {Status.RESOLVED: Status.CLOSED},
}
"""Which act leads from which status to which; what is not here is refused."""


class OutsideCase(Value):
    """The same case where it is led, if that is not here."""

    reference: str
    state: str = ""
    answer_by: Moment | None = None


class Ticket(Record):
    """One question of one customer. Its messages lie beside it."""

    kind: ClassVar[str] = "ticket"
    prefix: ClassVar[str] = "tkt"

    number: str
    customer_id: str | None = None
    """None where nothing is known by which the customer could be known again."""
    addressee: Addressee | None = None
    """How the customer was written to when the ticket was opened."""
    order_id: str | None = None
    reason: Reason
    subject: str
    channel: Channel
    priority: Priority
    customer_language: str
    message_language: str
    """Of the customer's last message."""
    staff_language: str
    owner: Owner
    outside: OutsideCase | None = None
    status: Status = Status.NEW
    assignee: str | None = None
    waits_for: WaitsFor = WaitsFor.NOBODY
    cycle: int = 1
    """One more each time it was opened again."""
    promises: Promises
    rings_at: Moment | None = None
    """The time its entry in the agenda was last put to; None while it has none."""
    policy_version: int
    """The version of the shop that its clocks were started by."""
    opened_at: Moment
    cycle_began_at: Moment
    last_customer_at: Moment
    resolved_at: Moment | None = None
    confirmed_at: Moment | None = None
    closed_at: Moment | None = None
    messages: int = 1
    mail_id: str = ""
    """The Message-ID of the customer's last mail, which an answer names."""
    follows: str | None = None
    """The closed ticket that this one goes on from."""
    erased_at: Moment | None = None

    @property
    def running(self) -> Promises:
        """What is owed and has a time. While somebody else acts the resolution's stands still, even
        where it is over (SRV-10)."""
        stands_still = self.status in (Status.PENDING, Status.ON_HOLD)
        owed = (one for one in self.promises if one.is_owed and one.due_at is not None)
        return tuple(one for one in owed if not (stands_still and one.what == RESOLUTION))

    @property
    def next_due_at(self) -> datetime | None:
        """When the next thing is, or was, owed; None if nothing is or somebody else acts."""
        return next_due(self.running)

    @property
    def answer_due_at(self) -> datetime | None:
        """By when an answer is promised; None if none is owed."""
        return next_due(p for p in self.promises if p.what != RESOLUTION)

    @property
    def is_ours(self) -> bool:
        return self.owner is Owner.OURS


def after(ticket: Ticket, act: Act) -> Status:
    """The status an act leads to. Raises NotAllowed; `reason` names the act and the status."""
    if ticket.status not in TRANSITIONS[act]:
        raise NotAllowed(
            f"A ticket that is {ticket.status.replace('_', ' ')} does not take this: {act}.",
            field="status",
            reason=f"{act}-{ticket.status}",
        )
    return TRANSITIONS[act][ticket.status]


def step(
    ticket: Ticket,
    *facts: Fact,
    at: datetime,
    records: Sequence[Record] = (),
    agenda: Sequence[Entry | Cancel] = (),
    **fields: object,
) -> Changes[Ticket]:
    """One step of a ticket: its fields, what is told of it and of its promises, and when the
    clock rings next."""
    after = ticket.but(**fields)
    told = (*facts, *sla.told(ticket.promises, after.promises))
    if not _rings_in_time(ticket, after.promises, at):
        after = after.but(**fields, rings_at=next_ring(after.promises))
        agenda = (*agenda, ring_entry(ticket.shop, ticket.id, after.promises))
    return Changes(
        after,
        records=(after, *records),
        told=tuple(Told(after, fact) for fact in told),
        agenda=tuple(agenda),
    )


def _rings_in_time(ticket: Ticket, promises: Promises, at: datetime) -> bool:
    """Whether the ticket's entry may stay as it is. One that comes too early does: it finds
    nothing to say then and puts itself off, which costs less than moving it at every step. Only
    one that is not about to run can be relied on, for its run might know nothing of this step."""
    ring = next_ring(promises)
    if ring == next_ring(ticket.promises):
        return True
    if ring is None or ticket.rings_at is None:
        return False
    return at + ABOUT_TO_RUN < ticket.rings_at <= ring


def replied(ticket: Ticket, promises: Promises, terms: Terms, at: datetime) -> TicketReplied:
    """What an answer tells; `promises` are those after it."""
    before, after = (
        sla.promised(ticket.promises, FIRST_RESPONSE),
        sla.promised(promises, FIRST_RESPONSE),
    )
    if before is None or after is None or not before.is_owed:
        return TicketReplied(cycle=ticket.cycle)
    return TicketReplied(
        cycle=ticket.cycle,
        first_response_minutes=working_minutes(ticket.opened_at, at, terms.hours),
        within=not after.was_late,
    )


def mail_id(words: Words) -> str:
    """The Message-ID of what was said, if it was said by mail."""
    return words.outside_id if words.channel is Channel.MAIL else ""


def message(
    ticket: Ticket, direction: Direction, words: Words, at: datetime, new_id: NewId
) -> TicketMessage:
    """What was said, as it is filed in the ticket."""
    return TicketMessage(
        shop=ticket.shop,
        id=new_id("msg"),
        ticket_id=ticket.id,
        direction=direction,
        words=words,
        at=at,
    )
