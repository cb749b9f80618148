"""How a return is asked for, decided and called off."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.agenda import Entry
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.ids import NewId, NewNumber
from chalicelib.domain.numbers import claim
from chalicelib.domain.orders import Order
from chalicelib.domain.policy import Place, ReturnPolicy
from chalicelib.domain.presets.legal import LegalPreset
from chalicelib.domain.promise_facts import facts as promise_facts
from chalicelib.domain.promises import (
    OwedTo,
    promise_by,
    promise_in_calendar_time,
    ring_entry,
)
from chalicelib.domain.records import Moment, Value
from chalicelib.domain.refunds import Quote
from chalicelib.domain.return_facts import (
    ReturnAuthorized,
    ReturnCancelled,
    ReturnDeclined,
    ReturnExpired,
    ReturnRequested,
)
from chalicelib.domain.return_lines import ReturnLine, Way, Wish, check_named, released, units_of
from chalicelib.domain.returns import (
    DECISION,
    SEND_BACK,
    WAREHOUSE,
    Act,
    Decision,
    Logistics,
    RequestState,
    Return,
    check,
    days_on,
    kept,
    step,
    withdrawn,
)


class Asked(Value):
    """How a return is asked for, beside its lines."""

    wish: Wish
    note: str
    channel: str
    language: str
    way: Way | None = None
    """None is the policy's first."""
    owner: Owner = Owner.OURS
    outside_id: str | None = None
    decide_by: Moment | None = None
    """The outside deadline, where the case is not ours."""
    noticed_at: Moment | None = None
    """When the customer said so, where that was before it was asked for here."""
    withdrawal_id: str | None = None
    """The withdrawal from the contract that it follows from."""


def request(
    order: Order,
    lines: Sequence[ReturnLine],
    asked: Asked,
    decision: Decision,
    policy: ReturnPolicy,
    *,
    at: datetime,
    new_id: NewId,
    new_number: NewNumber,
) -> Changes[Return]:
    """Open a return for units that `order` has claimed already. It waits for a decision, which
    is owed to the customer; `authorize` in the same commit decides at once.

    Raises Invalid: field `lines`, for no lines, one named twice, or more than one return takes;
    field `way`, for one that the policy does not have.
    """
    check_named([line.line_id for line in lines])
    hours = policy.timers.decide_hours
    decide = (
        promise_by(DECISION, OwedTo.CUSTOMER, at, due_at=asked.decide_by, warn_at=None)
        if asked.decide_by
        else promise_in_calendar_time(
            DECISION,
            OwedTo.CUSTOMER,
            at,
            minutes=hours * 60,
            warn_minutes=policy.timers.warn_hours * 60,
        )
    )
    made = Return(
        shop=order.shop,
        id=new_id("rma"),
        number=new_number("R"),
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        language=asked.language,
        owner=asked.owner,
        outside_id=asked.outside_id,
        channel=asked.channel,
        wish=asked.wish,
        way=way_of(asked.way, policy),
        note=asked.note,
        lines=tuple(lines),
        request=(RequestState.REVIEW if asked.owner is Owner.OURS else RequestState.SUBMITTED),
        decision=decision,
        promises=(decide,),
        withdrawal_id=asked.withdrawal_id,
        requested_at=asked.noticed_at or at,
    )
    reasons: dict[str, int] = {}
    for line in made.lines:
        reasons[line.reason] = reasons.get(line.reason, 0) + line.requested
    fact = ReturnRequested(
        order_id=order.id,
        reasons=reasons,
        units=sum(reasons.values()),
        wish=made.wish,
        owner=made.owner,
        channel=made.channel,
        value=decision.quote.total.amount,
        currency=decision.quote.total.currency,
    )
    told = (fact, *promise_facts(None, decide))
    return Changes(
        made,
        records=(made, order, claim(order.shop, made.number, made.id)),
        told=tuple(Told(made, one) for one in told),
        agenda=(ring_entry(made.shop, made.id, made.promises),),
    )


def authorize(
    case: Return,
    order: Order,
    lines: Sequence[ReturnLine],
    policy: ReturnPolicy,
    *,
    law: LegalPreset,
    quote: Quote,
    place: Place,
    automatic: bool,
    at: datetime,
) -> Changes[Return]:
    """Agree to the lines as they are authorized now; units not agreed to are free again. From
    now on the customer owes the parcel, and the warehouse is told what will come. `quote` is
    the refund for them.

    Raises NotAllowed in any other state, and Invalid, field `lines`, for nothing at all.
    """
    check(case, Act.AUTHORIZE)
    if not any(line.authorized for line in lines):
        raise Invalid("Agree to one unit at least, or decline.", field="lines")
    unused = {line.line_id: line.requested - line.authorized for line in lines}
    send_by = send_back_by(policy, law, place, at)
    send_back = promise_by(SEND_BACK, OwedTo.SHOP, at, due_at=send_by, warn_at=None)
    fact = ReturnAuthorized(
        rule=case.decision.rule if automatic else "",
        preset=case.decision.preset,
        policy_version=case.decision.policy_version,
        units=sum(line.authorized for line in lines),
        freight_payer=case.decision.freight_payer,
        automatic=automatic,
        send_back_by=send_by,
    )
    change = step(
        case,
        fact,
        request=RequestState.AUTHORIZED,
        logistics=Logistics.AWAITING,
        lines=tuple(lines),
        decision=case.decision.model_copy(
            update={
                "quote": quote,
                "overridden": not all(ruling.may for ruling in case.decision.rulings),
            }
        ),
        promises=(*kept(case.promises, DECISION, at), send_back),
        authorized_at=at,
    )
    tell = Entry(shop=case.shop, kind=WAREHOUSE, subject=case.id, due_at=at)
    return change.plus(Changes(None, records=freed(order, unused), agenda=(tell,)))


def send_back_by(
    policy: ReturnPolicy, law: LegalPreset, place: Place, agreed_at: datetime
) -> datetime:
    """By when something must be on its way once it was agreed to."""
    return days_on(agreed_at, send_back_days(policy, law), place)


def send_back_days(policy: ReturnPolicy, law: LegalPreset) -> int:
    """How many days there are for it: never fewer than the law gives."""
    return max(policy.timers.send_back_days, law.ship_back_days or 0)


def way_of(chosen: Way | None, policy: ReturnPolicy) -> Way:
    """How it comes back. Raises Invalid, field `way`, for a way that the policy does not have."""
    way = chosen or policy.ways[0]
    if way not in policy.ways:
        raise Invalid("The shop does not take it back this way.", field="way")
    return way


def decline(case: Return, order: Order, *, code: str, text: str, at: datetime) -> Changes[Return]:
    """Refuse it, with a reason the customer is told.

    Raises NotAllowed, field `code`, while the policy or the law lets every line come back.
    """
    check(case, Act.DECLINE)
    if all(ruling.may for ruling in case.decision.rulings):
        raise NotAllowed(
            f"{case.decision.preset} lets it come back: it cannot be declined.",
            field="code",
            reason="law",
        )
    change = step(
        case,
        ReturnDeclined(code=code),
        request=RequestState.DECLINED,
        promises=kept(case.promises, DECISION, at),
        decline_code=code,
        decline_text=text,
        ended_at=at,
    )
    return change.plus(Changes(None, records=freed(order, units_of(case.lines))))


def cancel(case: Return, order: Order, *, at: datetime) -> Changes[Return]:
    """Call it off before anything was sent; the units are free again."""
    check(case, Act.CANCEL)
    units = units_of(case.lines)
    change = step(
        case,
        ReturnCancelled(units=sum(units.values())),
        request=RequestState.CANCELLED,
        logistics=Logistics.NONE,
        promises=withdrawn(case.promises, at, "cancelled"),
        ended_at=at,
    )
    return change.plus(Changes(None, records=freed(order, units)))


def expire(case: Return, order: Order, *, at: datetime) -> Changes[Return]:
    """Nothing was sent in time; the units are free again, and what is still open of the window
    can be asked for anew."""
    check(case, Act.EXPIRE)
    units = units_of(case.lines)
    change = step(
        case,
        ReturnExpired(units=sum(units.values())),
        request=RequestState.EXPIRED,
        promises=withdrawn(case.promises, at, "expired"),
        ended_at=at,
    )
    return change.plus(Changes(None, records=freed(order, units)))


def freed(order: Order, units: dict[str, int]) -> tuple[Order, ...]:
    """The order with units given free, if there are any."""
    left = {line: quantity for line, quantity in units.items() if quantity}
    return (released(order, left),) if left else ()
