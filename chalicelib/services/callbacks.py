"""Promised calls: promising, ringing, trying, moving, giving up."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import callback_work as work
from chalicelib.domain import callbacks as rules
from chalicelib.domain.agenda import Entry
from chalicelib.domain.alerts import PUBLISH
from chalicelib.domain.callback_policy import CallOutcome
from chalicelib.domain.callbacks import Callback, CallbackState, CancelReason, Terms, Wanted
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.forms import answer
from chalicelib.domain.letters import (
    CallbackConfirmed,
    CallbackDue,
    CallbackMissed,
    CallbackNotReached,
    Letter,
)
from chalicelib.domain.messages import message
from chalicelib.domain.presets import form_preset
from chalicelib.domain.returns import Return
from chalicelib.domain.staff import Staff
from chalicelib.domain.tickets import Ticket
from chalicelib.services.alerts import managers, responsible, to_staff
from chalicelib.services.desk import Desk, command
from chalicelib.store.records import Page
from chalicelib.store.tables import Item

CALLS = "callbacks"
"""The list of calls that are owed, by when they are due."""

PLACE = "calls"
"""The page of the desk where calls are worked."""

OUTCOME_FORM = "call.outcome"

_CASES: tuple[tuple[str, type[Ticket | Return]], ...] = (("tkt_", Ticket), ("rma_", Return))


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to promise: to a customer, or about a case whose customer it is."""

    at: datetime
    what: str
    customer_id: str | None
    case_id: str | None
    owner_id: str | None
    language: str | None
    """BCP 47; None is the case's, or the customer's own."""
    zone: str | None
    """IANA time zone; None is the customer's own."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a call would be to, and about which case."""

    case: Ticket | Return
    customer: Customer


def subject_of(desk: Desk, case_id: str) -> Subject:
    """Whom a call about a case would be to. Raises NotFound, Invalid as `promise` does."""
    case = case_of(desk, case_id)
    return Subject(case, _customer(desk, case, None))


@command
def promise(desk: Desk, new: NewCall) -> Callback:
    """Promise a call and confirm it to the customer.

    Raises NotFound for a case, customer or member of staff there is not; Invalid for a case
    without a customer, and, field `at`, for a time that is not daytime where the customer is.
    """
    return desk.commit(promised(desk, new))


def promised(desk: Desk, new: NewCall) -> Changes[Callback]:
    """What a promised call changes, and its confirmation. Raises as `promise` does."""
    case = case_of(desk, new.case_id) if new.case_id else None
    customer = _customer(desk, case, new.customer_id)
    owner_id = desk.get(Staff, new.owner_id).id if new.owner_id else desk.actor.id or None
    wanted = Wanted(
        customer_id=customer.id,
        case_id=case.id if case else None,
        owner_id=owner_id,
        language=new.language or _language(case) or customer.language or desk.shop.languages[0],
        zone=new.zone or customer.zone,
        what=new.what,
    )
    call = rules.promise_call(
        wanted,
        new.at,
        terms(desk),
        at=desk.now(),
        new_id=desk.new_id,
        new_number=desk.new_number,
    )
    return call.plus(_confirmation(desk, call.result, customer))


@command
def attempt(
    desk: Desk, callback_id: str, answers: dict[str, object], next_at: datetime | None
) -> Callback:
    """Record how a try ended, as the form `call.outcome` asks it. Who was given up is written to.

    Raises Invalid naming the question, or field `next_at`; NotAllowed for a call that is over.
    """
    callback = desk.get(Callback, callback_id)
    given = answer(form_preset(OUTCOME_FORM), answers)
    changes = work.attempt(
        callback,
        CallOutcome(given.choices["outcome"]),
        note=given.words.get("note", ""),
        next_at=next_at,
        by=desk.actor,
        at=desk.now(),
        policy=desk.shop.callbacks,
    )
    after = changes.result
    if after.state is not CallbackState.GIVEN_UP:
        return desk.commit(changes)
    customer = desk.get(Customer, after.customer_id)
    if customer.erased_at is not None:
        return desk.commit(changes)
    not_reached = CallbackNotReached(number=after.number)
    return desk.commit(changes.plus(_written(desk, after, customer, not_reached)))


@command
def move(desk: Desk, callback_id: str, at: datetime) -> Callback:
    """Agree on another time and confirm it. Raises NotAllowed, and Invalid as `promise` does."""
    callback = desk.get(Callback, callback_id)
    moved = work.move(callback, at, desk.shop.callbacks, at=desk.now())
    customer = desk.get(Customer, callback.customer_id)
    return desk.commit(moved.plus(_confirmation(desk, moved.result, customer)))


@command
def cancel(desk: Desk, callback_id: str, reason: CancelReason) -> Callback:
    """The call is no longer owed. Raises NotAllowed for one that is over otherwise."""
    return desk.commit(work.cancel(desk.get(Callback, callback_id), reason, at=desk.now()))


@command
def take_over(desk: Desk, callback_id: str) -> Callback:
    """Make it the caller's. Raises NotAllowed for a call that is over."""
    return desk.commit(work.take_over(desk.get(Callback, callback_id), desk.actor.id))


@command
def ring(desk: Desk, entry: Entry) -> Callback:
    """The clock rings: the owner is told that the call is near, or that it was missed."""
    before = desk.get(Callback, entry.subject)
    rung = work.ring(before, desk.shop.callbacks, at=desk.now())
    after = rung.result
    if after.state is before.state or after.state is not CallbackState.RUNG:
        return desk.commit(rung)
    due = CallbackDue(number=after.number, place=PLACE, call_at=after.window_start)
    return desk.commit(rung.plus(*to_staff(desk, responsible(desk, after.owner_id), due, after.id)))


@command
def pass_over(desk: Desk, entry: Entry, until: datetime) -> Callback:
    """Tell that the call was near by `until`, or missed, and nobody in particular."""
    rung = work.ring(desk.get(Callback, entry.subject), desk.shop.callbacks, at=until)
    quietly = tuple(one for one in rung.agenda if one.kind != PUBLISH)
    return desk.commit(replace(rung, agenda=quietly))


@command
def escalate(desk: Desk, entry: Entry) -> Callback:
    """Nobody called although it was missed: the managers are told."""
    before = desk.get(Callback, entry.subject)
    told = work.escalate(before, at=desk.now())
    after = told.result
    if after.escalated_at == before.escalated_at:
        return desk.commit(told)
    missed = CallbackMissed(number=after.number, place=PLACE, call_at=after.window_start)
    return desk.commit(told.plus(*to_staff(desk, managers(desk), missed, after.id)))


def owed(desk: Desk, *, limit: int, after: Item | None) -> Page:
    """The calls that are owed, the most urgent first."""
    return desk.page(1, CALLS, limit=limit, after=after)


def case_of(desk: Desk, case_id: str) -> Ticket | Return:
    """The ticket or return a call or a survey is about. Raises NotFound; Invalid, field
    `case_id`, for an id of anything else."""
    for prefix, kind in _CASES:
        if case_id.startswith(prefix):
            return desk.get(kind, case_id)
    raise Invalid("The id of a ticket or a return.", field="case_id")


def terms(desk: Desk) -> Terms:
    """What this shop's calls are promised by."""
    return Terms(
        shop=desk.shop_id,
        shop_zone=desk.shop.zone,
        policy=desk.shop.callbacks,
        policy_version=desk.shop.version,
    )


def _customer(desk: Desk, case: Ticket | Return | None, customer_id: str | None) -> Customer:
    wanted = customer_id or (case.customer_id if case else None)
    if wanted is None:
        raise Invalid("Nobody knows who the customer is.", field="customer_id")
    return desk.get(Customer, wanted)


def _language(case: Ticket | Return | None) -> str | None:
    match case:
        case Ticket():
            return case.customer_language
        case Return():
            return case.language
        case None:
            return None


def _confirmation(desk: Desk, callback: Callback, customer: Customer) -> Changes[object]:
    confirmed = CallbackConfirmed(
        number=callback.number, call_at=callback.window_start, zone=callback.zone
    )
    return _written(desk, callback, customer, confirmed)


def _written(desk: Desk, callback: Callback, customer: Customer, letter: Letter) -> Changes[object]:
    return message(
        customer,
        letter,
        shop=desk.shop,
        subject_id=callback.id,
        new_id=desk.new_id,
        at=desk.now(),
        language=callback.language,
    )
