"""Answers before they leave: what somebody is writing to a customer, and what they have sent and
can still take back. One person has one such answer a ticket."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.ids import derived
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import Direction, TicketMessage
from chalicelib.domain.tickets import Act, Ticket, after

LEAVE = "draft.leave"
"""The kind of the agenda entry by which an answer leaves."""

TAKEN_BACK_WITHIN = timedelta(seconds=10)
"""How long an answer that was sent stays before it may leave."""


class Then(StrEnum):
    """What an answer leaves the ticket as."""

    WAIT = "customer"
    """The customer acts next."""
    OPEN = "nobody"
    """We do."""
    RESOLVED = "resolved"


class Promised(StrEnum):
    CALL = "call"
    ANSWER = "answer"


class Promising(Value):
    """What is promised with the answer, and by when."""

    what: Promised
    by: Moment


class CameBack(StrEnum):
    """Why an answer did not leave."""

    ENDED = "ended"
    """The ticket was settled or closed meanwhile."""
    NEWS = "news"
    """Something was said after it was sent."""
    TIME = "time"
    """What it promises cannot be promised for that time."""


class Written(Value):
    """What stands in the composer."""

    text: str
    then: Then = Then.WAIT
    promising: Promising | None = None


class Draft(Record):
    """An answer before it leaves, beside its ticket. It is empty once it has left."""

    kind: ClassVar[str] = "draft"
    prefix: ClassVar[str] = "drf"

    ticket_id: str
    staff_id: str
    staff_name: str
    written: Written
    kept_at: Moment
    """When it was last kept, or sent."""
    leaves_at: Moment | None = None
    """When it leaves; None while it is being written."""
    came_back: CameBack | None = None

    @property
    def part_of(self) -> str:
        return self.ticket_id


def draft_id(ticket_id: str, staff_id: str) -> str:
    return derived(Draft.prefix, ticket_id, staff_id)


def keep(
    before: Draft | None, ticket: Ticket, by: Staff, written: Written, *, at: datetime
) -> Changes[Draft | None]:
    """Keep what was written so far. Raises NotAllowed, reason `leaving`, while the answer before it
    is on its way out."""
    _check_not_leaving(before)
    if not written.text and before is None:
        return nothing(None)
    kept = _draft(before, ticket, by, written, at)
    return Changes(kept, (kept,))


def send(
    before: Draft | None, ticket: Ticket, by: Staff, written: Written, *, at: datetime
) -> Changes[Draft]:
    """Send it: for some seconds it can be taken back, then it leaves. Raises NotAllowed as `keep`
    does, and for a ticket that is not answered in this state."""
    _check_not_leaving(before)
    after(ticket, Act.RESOLVE if written.then is Then.RESOLVED else Act.REPLY)
    kept = _draft(before, ticket, by, written, at)
    leaving = kept.but(leaves_at=at + TAKEN_BACK_WITHIN, came_back=None)
    return Changes(leaving, (leaving,), agenda=(_entry(leaving),))


def take_back(draft: Draft | None, *, at: datetime) -> Changes[Draft]:
    """What was sent is being written again; twice is as good as once. Raises NotAllowed, reason
    `left`, once it has left."""
    if draft is None or not draft.written.text:
        raise NotAllowed("This answer has left already.", reason="left")
    if draft.leaves_at is None:
        return nothing(draft)
    back = draft.but(leaves_at=None, kept_at=at)
    cancel = Cancel(shop=draft.shop, kind=LEAVE, subject=draft.id)
    return Changes(back, (back,), agenda=(cancel,))


def gone(draft: Draft) -> Changes[Draft]:
    """It has left: nothing of it is kept here."""
    empty = draft.but(written=Written(text=""), leaves_at=None, came_back=None)
    return Changes(empty, (empty,))


def come_back(draft: Draft, why: CameBack) -> Changes[Draft]:
    """It could not leave: its author finds it whole, with the reason."""
    back = draft.but(leaves_at=None, came_back=why)
    return Changes(back, (back,))


def is_overtaken(draft: Draft, messages: Iterable[TicketMessage]) -> bool:
    """Whether the customer wrote, or somebody else answered, after it was sent."""
    return any(
        one.direction is not Direction.NOTE
        and not one.words.is_automatic
        and one.at > draft.kept_at
        for one in messages
    )


def _draft(
    before: Draft | None, ticket: Ticket, by: Staff, written: Written, at: datetime
) -> Draft:
    if before is not None:
        return before.but(written=written, kept_at=at)
    return Draft(
        shop=ticket.shop,
        id=draft_id(ticket.id, by.id),
        ticket_id=ticket.id,
        staff_id=by.id,
        staff_name=by.name,
        written=written,
        kept_at=at,
    )


def _entry(draft: Draft) -> Entry:
    assert draft.leaves_at is not None
    return Entry(
        shop=draft.shop,
        kind=LEAVE,
        subject=draft.id,
        due_at=draft.leaves_at,
        data={"ticket": draft.ticket_id},
    )


def _check_not_leaving(before: Draft | None) -> None:
    if before is not None and before.leaves_at is not None:
        raise NotAllowed("Another answer of yours is just leaving.", reason="leaving")
