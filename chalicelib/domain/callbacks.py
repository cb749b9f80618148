"""Promised calls: what one is, and how it is promised (CBK-09)."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain import callback_facts as facts
from chalicelib.domain import promise_facts
from chalicelib.domain.calendar import add_working
from chalicelib.domain.callback_policy import (
    CallbackPolicy,
    CallOutcome,
    check_daytime,
    first_daytime,
    zone_of,
)
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.ids import NewId, NewNumber
from chalicelib.domain.numbers import claim
from chalicelib.domain.promises import OwedTo, Promise, promise_by, ring_entry
from chalicelib.domain.records import Moment, Record, Value

WHAT = "callback"
"""What a call's promise is called."""

LONGEST_WHAT = 2_000
"""Characters of what a call is about."""

_MINUTE = timedelta(minutes=1)


class CallbackState(StrEnum):
    PROMISED = "promised"
    RUNG = "rung"
    MISSED = "missed"
    """The window is over, and the call is still owed."""
    KEPT = "kept"
    CANCELLED = "cancelled"
    GIVEN_UP = "given_up"

    @property
    def is_open(self) -> bool:
        return self in _OPEN


_OPEN = frozenset({CallbackState.PROMISED, CallbackState.RUNG, CallbackState.MISSED})


class CallPurpose(StrEnum):
    CALL = "call"
    RECOVERY = "recovery"
    """Somebody was unhappy, and a person hears them out (SUR-06)."""


class CancelReason(StrEnum):
    CUSTOMER_ASKED = "customer_asked"
    SOLVED = "solved"
    DUPLICATE = "duplicate"
    ERASED = "erased"
    """The customer wished to be forgotten."""
    OTHER = "other"


class Attempt(Value):
    """One try to reach the customer. `note` is seen by staff alone."""

    at: Moment
    by: str
    """Who tried, as an actor: `staff:stf_...`."""
    outcome: CallOutcome
    note: str = ""


class Callback(Record):
    """A call that is owed to a customer. The number to ring stands in the customer's file."""

    kind: ClassVar[str] = "callback"
    prefix: ClassVar[str] = "cbk"

    number: str
    purpose: CallPurpose = CallPurpose.CALL
    state: CallbackState = CallbackState.PROMISED
    customer_id: str
    case_id: str | None = None
    """The ticket or return it is about."""
    owner_id: str | None = None
    """Whose it is; None is nobody's yet."""
    language: str
    """BCP 47; what the caller must speak (CBK-10)."""
    zone: str
    """IANA time zone of the customer."""
    what: str
    """What it is about, in the words of who promised it."""
    window_start: Moment
    window_end: Moment
    promise: Promise
    attempts: tuple[Attempt, ...] = ()
    escalated_at: Moment | None = None
    made_at: Moment
    policy_version: int
    """Version of the shop whose policy set the window."""


class Wanted(Value):
    """The call that is to be promised."""

    customer_id: str
    case_id: str | None
    owner_id: str | None
    language: str
    zone: str | None
    """As the customer's file has it."""
    what: str


class Terms(Value):
    """What calls of a shop are promised by."""

    shop: str
    shop_zone: str
    policy: CallbackPolicy
    policy_version: int


def promise_call(
    wanted: Wanted,
    start: datetime,
    terms: Terms,
    *,
    at: datetime,
    new_id: NewId,
    new_number: NewNumber,
) -> Changes[Callback]:
    """Promise to call at `start`.

    Raises `Invalid`, field `at`, with the nearest times as `allowed`, for a time that has gone by
    or is not daytime where the customer is. An unknown zone is read as the shop's.
    """
    zone = zone_of(wanted.zone, terms.shop_zone)
    check_daytime(start, terms.policy, zone, now=at, field="at")
    end = start + terms.policy.window_minutes * _MINUTE
    made = _made(
        CallPurpose.CALL,
        wanted,
        owed(start, end, terms.policy, at=at),
        terms,
        zone=zone,
        start=start,
        end=end,
        new_id=new_id,
        new_number=new_number,
    )
    return _promised(made)


def promise_recovery(
    wanted: Wanted,
    minutes: int,
    terms: Terms,
    *,
    at: datetime,
    new_id: NewId,
    new_number: NewNumber,
) -> Changes[Callback]:
    """Promise that a person calls within so many minutes of the customer's daytime, from now on.
    Its owner is told at once by whoever promised it, and rung before it is due."""
    zone = zone_of(wanted.zone, terms.shop_zone)
    start = first_daytime(terms.policy, zone, at=at)
    end = add_working(at, minutes, terms.policy.hours(zone)) or at + minutes * _MINUTE
    warn_at = max(start, end - terms.policy.ring_minutes * _MINUTE)
    made = _made(
        CallPurpose.RECOVERY,
        wanted,
        promise_by(WHAT, OwedTo.CUSTOMER, at, due_at=end, warn_at=warn_at),
        terms,
        zone=zone,
        start=start,
        end=end,
        new_id=new_id,
        new_number=new_number,
    )
    return _promised(made)


def owed(start: datetime, end: datetime, policy: CallbackPolicy, *, at: datetime) -> Promise:
    """A promise to call between `start` and `end`, rung as long before as the policy says."""
    warn_at = max(at, start - policy.ring_minutes * _MINUTE)
    return promise_by(WHAT, OwedTo.CUSTOMER, at, due_at=end, warn_at=warn_at)


def _made(
    purpose: CallPurpose,
    wanted: Wanted,
    promise: Promise,
    terms: Terms,
    *,
    zone: str,
    start: datetime,
    end: datetime,
    new_id: NewId,
    new_number: NewNumber,
) -> Callback:
    return Callback(
        shop=terms.shop,
        id=new_id(Callback.prefix),
        number=new_number("C"),
        purpose=purpose,
        customer_id=wanted.customer_id,
        case_id=wanted.case_id,
        owner_id=wanted.owner_id,
        language=wanted.language,
        zone=zone,
        what=wanted.what,
        window_start=start,
        window_end=end,
        promise=promise,
        made_at=promise.made_at,
        policy_version=terms.policy_version,
    )


def _promised(made: Callback) -> Changes[Callback]:
    fact = facts.CallbackPromised(
        purpose=made.purpose,
        case_id=made.case_id,
        owner_id=made.owner_id,
        language=made.language,
        window_start=made.window_start,
        window_end=made.window_end,
    )
    told = (fact, *promise_facts.facts(None, made.promise))
    return Changes(
        made,
        records=(made, claim(made.shop, made.number, made.id)),
        told=tuple(Told(made, one) for one in told),
        agenda=(ring_entry(made.shop, made.id, [made.promise]),),
    )
