"""Returns: the case, its four states, and which act is taken in which of them.

Request, logistics, each line's verdict and the money move on their own: a parcel can be lost
while the request stands, and a refund can fail after everything was accepted. Which act is
taken in which state stands in one table. How a return is asked for and decided stands in
`return_requests.py`, what follows its parcel in `return_work.py`.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.events import Fact
from chalicelib.domain.money import Money
from chalicelib.domain.periods import CountFrom, Rollover, last_instant
from chalicelib.domain.permissions import Permission
from chalicelib.domain.policy import Place, Ruling
from chalicelib.domain.presets.legal import FreightPayer
from chalicelib.domain.promise_facts import facts as promise_facts
from chalicelib.domain.promises import (
    Promise,
    keep,
    next_due,
    next_ring,
    ring_entry,
    withdraw,
)
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.refunds import Quote
from chalicelib.domain.return_lines import ReturnLine, Way, Wish

DECISION, SEND_BACK, INSPECT, REFUND = "decision", "send_back", "inspect", "refund"

WAREHOUSE = "warehouse.notify"
"""The kind of the agenda entry by which the warehouse is told what will arrive."""


class RequestState(StrEnum):
    SUBMITTED = "submitted"
    """Led elsewhere: our policy advises, and the outside decides."""
    REVIEW = "review"
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self in (RequestState.SUBMITTED, RequestState.REVIEW, RequestState.AUTHORIZED)


class Logistics(StrEnum):
    NONE = "none"
    AWAITING = "awaiting"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    LOST = "lost"


class MoneyState(StrEnum):
    NONE = "none"
    QUOTED = "quoted"
    RESERVED = "reserved"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"


class Act(StrEnum):
    """What can be done to a return."""

    AUTHORIZE = "authorize"
    DECLINE = "decline"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SEND = "send"
    RECEIVE = "receive"
    INSPECT = "inspect"
    SETTLE = "settle"
    REFUND = "refund"


_R, _L, _M = RequestState, Logistics, MoneyState
_WAITING = (_R.SUBMITTED, _R.REVIEW)
_UNSENT, _UNPAID = (_L.NONE, _L.AWAITING), (_M.NONE, _M.QUOTED)

States: TypeAlias = tuple[tuple[RequestState, ...], tuple[Logistics, ...], tuple[MoneyState, ...]]
"""Of request, logistics and money."""

ALLOWED: dict[Act, States] = {
    Act.AUTHORIZE: (_WAITING, (_L.NONE,), _UNPAID),
    Act.DECLINE: (_WAITING, (_L.NONE,), _UNPAID),
    Act.CANCEL: ((*_WAITING, _R.AUTHORIZED), _UNSENT, _UNPAID),
    Act.EXPIRE: ((_R.AUTHORIZED,), (_L.AWAITING,), _UNPAID),
    Act.SEND: ((_R.AUTHORIZED,), (_L.AWAITING,), _UNPAID),
    Act.RECEIVE: ((_R.AUTHORIZED, _R.EXPIRED), (_L.AWAITING, _L.IN_TRANSIT, _L.LOST), _UNPAID),
    Act.INSPECT: ((_R.AUTHORIZED,), (_L.RECEIVED,), _UNPAID),
    Act.SETTLE: ((_R.AUTHORIZED,), (_L.RECEIVED,), _UNPAID),
    Act.REFUND: ((_R.AUTHORIZED,), tuple(_L), (_M.RESERVED, _M.SENT, _M.UNKNOWN)),
}
"""Which act is taken in which states of request, logistics and money; all else is refused."""


NEEDED: dict[Act, Permission] = {
    Act.AUTHORIZE: Permission.DECIDE_RETURN,
    Act.DECLINE: Permission.DECIDE_RETURN,
    Act.CANCEL: Permission.OPEN_RETURN,
    Act.RECEIVE: Permission.RECEIVE_RETURN,
    Act.INSPECT: Permission.INSPECT_RETURN,
    Act.SETTLE: Permission.SETTLE_RETURN,
    Act.REFUND: Permission.SETTLE_RETURN,
}
"""What a member of staff must be allowed to do for each act of theirs."""


class Decision(Value):
    """What decided a return, so that it can be explained years later."""

    policy_version: int
    """The version of the shop whose policy it was."""
    preset: str
    rule: str = ""
    """The shop's rule that set the window or asked for a review; empty for none."""
    rulings: tuple[Ruling, ...]
    quote: Quote
    """What was shown before it was agreed to."""
    freight_payer: FreightPayer
    overridden: bool = False
    """Staff agreed to what the policy would have refused."""


class Return(Record):
    """One return of one order. Its id is in links, its number on the parcel."""

    kind: ClassVar[str] = "return"
    prefix: ClassVar[str] = "rma"

    number: str
    order_id: str
    order_number: str = ""
    customer_id: str | None
    language: str
    """The customer's, BCP 47."""
    owner: Owner = Owner.OURS
    outside_id: str | None = None
    channel: str
    wish: Wish
    """What the customer would like; what is carried out is the refund."""
    way: Way = Way.SEND
    note: str = ""
    """The customer's own words."""
    withdrawal_id: str | None = None
    """The withdrawal from the contract that it follows from."""
    lines: tuple[ReturnLine, ...]
    request: RequestState
    logistics: Logistics = Logistics.NONE
    money: MoneyState = MoneyState.QUOTED
    decision: Decision
    promises: tuple[Promise, ...] = ()
    tracking: str = ""
    refund: Money | None = None
    """What was settled."""
    settled: Quote | None = None
    decline_code: str = ""
    decline_text: str = ""
    requested_at: Moment
    authorized_at: Moment | None = None
    sent_at: Moment | None = None
    received_at: Moment | None = None
    inspected_at: Moment | None = None
    settled_at: Moment | None = None
    refunded_at: Moment | None = None
    ended_at: Moment | None = None
    erased_at: Moment | None = None

    @property
    def next_due_at(self) -> datetime | None:
        """When the next thing is, or was, owed by anybody; None if nothing is."""
        return next_due(self.promises)

    @property
    def is_open(self) -> bool:
        return self.request.is_open

    def promised(self, what: str) -> Promise | None:
        return next((p for p in self.promises if p.what == what), None)

    def line(self, line_id: str) -> ReturnLine:
        """Raises Invalid, field `lines`, for a line the return does not have."""
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise Invalid("This return has no such line.", field="lines")


def allows(case: Return, act: Act) -> bool:
    """Whether the return takes this act now."""
    requests, logistics, money = ALLOWED[act]
    return case.request in requests and case.logistics in logistics and case.money in money


def check(case: Return, act: Act) -> None:
    """Raises NotAllowed, with the state as `reason`, if the return does not take this act now."""
    requests, logistics, money = ALLOWED[act]
    if case.request not in requests:
        raise NotAllowed(f"This return is {case.request}.", reason=f"{act}-{case.request}")
    if case.logistics not in logistics:
        raise NotAllowed(
            f"The parcel of this return is {case.logistics.replace('_', ' ')}.",
            reason=f"{act}-{case.logistics}",
        )
    if case.money not in money:
        raise NotAllowed(f"The refund is {case.money} already.", reason=f"{act}-{case.money}")


def step(case: Return, *facts: Fact, **fields: object) -> Changes[Return]:
    """One act on a return: its facts, what it did to the promises, and the next ring."""
    after = case.but(**fields)
    told = (*facts, *_told_of_promises(case.promises, after.promises))
    agenda: tuple[Entry | Cancel, ...] = ()
    if next_ring(after.promises) != next_ring(case.promises):
        agenda = (ring_entry(case.shop, case.id, after.promises),)
    return Changes(
        after, records=(after,), told=tuple(Told(after, fact) for fact in told), agenda=agenda
    )


def kept(promises: Sequence[Promise], what: str, at: datetime) -> tuple[Promise, ...]:
    return tuple(keep(p, at) if p.what == what else p for p in promises)


def withdrawn(promises: Sequence[Promise], at: datetime, outcome: str) -> tuple[Promise, ...]:
    return tuple(withdraw(p, at, outcome) for p in promises)


def days_on(at: datetime, days: int, place: Place) -> datetime:
    """The end of the day that many days from now, on the shop's clock."""
    return last_instant(
        at,
        days,
        count_from=CountFrom.DAY_AFTER,
        zone=place.zone,
        rollover=Rollover.NONE,
        country="",
    )


def _told_of_promises(before: Sequence[Promise], after: Sequence[Promise]) -> list[Fact]:
    earlier = {promise.what: promise for promise in before}
    return [fact for p in after for fact in promise_facts(earlier.get(p.what), p)]
