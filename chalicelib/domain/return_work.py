"""What follows a parcel that comes back: sent, received, inspected, and who is late."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.calendar import WorkingHours, next_opening
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import Invalid
from chalicelib.domain.orders import Order
from chalicelib.domain.policy import Place, ReturnPolicy
from chalicelib.domain.presets.legal import (
    Diminished,
    LegalPreset,
    RefundFrom,
    RefundWithin,
)
from chalicelib.domain.promises import (
    OwedTo,
    Promise,
    Signal,
    promise_by,
    ring_all,
    ring_entry,
)
from chalicelib.domain.return_facts import (
    DisposedLine,
    ReturnEscalated,
    ReturnInspected,
    ReturnReceived,
    ReturnSent,
    UnitsDisposed,
)
from chalicelib.domain.return_lines import (
    Disposition,
    Found,
    Grade,
    LineVerdict,
    Rejection,
    ReturnLine,
    claimed,
    units_of,
)
from chalicelib.domain.returns import (
    INSPECT,
    REFUND,
    SEND_BACK,
    Act,
    Logistics,
    RequestState,
    Return,
    check,
    days_on,
    kept,
    step,
)

AS_GOOD_AS_NEW = (Grade.A, Grade.B)
"""What may be sold again (RET-05)."""

_DAY = timedelta(days=1)


def send(case: Return, *, tracking: str, at: datetime) -> Changes[Return]:
    """The customer says that the parcel is on its way: what they owed is kept."""
    check(case, Act.SEND)
    return step(
        case,
        ReturnSent(),
        logistics=Logistics.IN_TRANSIT,
        tracking=tracking,
        sent_at=at,
        promises=kept(case.promises, SEND_BACK, at),
    )


def receive(
    case: Return,
    order: Order,
    units: Mapping[str, int],
    may_claim: Mapping[str, int],
    policy: ReturnPolicy,
    *,
    law: LegalPreset,
    place: Place,
    hours: WorkingHours,
    at: datetime,
) -> Changes[Return]:
    """The parcel is here, with so many units of each line; more or fewer than agreed is recorded
    as it is. From now on inspection and refund are owed; where the refund is owed sooner than
    anybody could look, it is late before the goods count as accepted unseen. A parcel that comes
    after its return expired takes its units again, if they are still free (`may_claim`).

    Raises Invalid, field `lines`, for a line that is not part of the return, or nothing at all.
    """
    check(case, Act.RECEIVE)
    for line_id in units:
        case.line(line_id)
    if not any(units.values()) or any(quantity < 0 for quantity in units.values()):
        raise Invalid("Say how many units of which line are here.", field="lines")
    lines = tuple(
        line.model_copy(update={"received": units.get(line.line_id, 0)}) for line in case.lines
    )
    within = refund_within(case.lines, policy, law)
    refund_due = refund_due_at(
        within, policy, place, requested_at=case.requested_at, received_at=at
    )
    inspect_due = _inspect_due_at(policy, place, hours, at, refund_due)
    fact = ReturnReceived(
        units=sum(line.received for line in lines),
        missing=sum(line.missing for line in lines),
        over=sum(line.over for line in lines),
    )
    change = step(
        case,
        fact,
        request=RequestState.AUTHORIZED,
        logistics=Logistics.RECEIVED,
        lines=lines,
        received_at=at,
        ended_at=None,
        promises=(
            *kept(case.promises, SEND_BACK, at),
            _owed(INSPECT, inspect_due, policy, at),
            _owed(REFUND, refund_due, policy, at),
        ),
    )
    if case.request is not RequestState.EXPIRED:
        return change
    again = claimed(order, units_of(case.lines), may_claim)
    return change.plus(Changes(None, records=(again,)))


def refund_within(
    lines: Sequence[ReturnLine], policy: ReturnPolicy, law: LegalPreset
) -> RefundWithin | None:
    """How soon the law wants the money back; None where it names no day."""
    return law.refund_within or policy.law(lines[0].reason).refund_within


def refund_due_at(
    within: RefundWithin | None,
    policy: ReturnPolicy,
    place: Place,
    *,
    requested_at: datetime,
    received_at: datetime,
) -> datetime:
    """By when the money is owed, once the goods are there. Where the law's time runs from the
    notice but may wait for the goods, it is never before the day after they came."""
    if within is None:
        return days_on(received_at, policy.timers.refund_days, place)
    if within.counted_from is not RefundFrom.NOTICE:
        return days_on(received_at, within.days, place)
    by_notice = days_on(requested_at, within.days, place)
    return (
        max(by_notice, days_on(received_at, 1, place)) if within.may_wait_for_goods else by_notice
    )


def inspect(
    case: Return,
    found: Sequence[Found],
    policy: ReturnPolicy,
    *,
    automatic: bool,
    at: datetime,
) -> Changes[Return]:
    """What was found of each line that arrived. It may be said again until it is settled.

    Raises Invalid: field `lines`, for a line that arrived and is not named, or one that did not;
    `accepted`, for more units than arrived or were agreed; `disposition`, for selling again what
    is not as good as new (RET-05); `rejection`, for turning units away for what the law of the
    line does not allow.
    """
    check(case, Act.INSPECT)
    by_line = {one.line_id: one for one in found}
    arrived = {line.line_id for line in case.lines if line.received}
    if len(by_line) != len(found) or by_line.keys() != arrived:
        raise Invalid("Name each line that arrived, once.", field="lines")
    lines = tuple(
        _inspected(line, by_line[line.line_id], policy) if line.received else line
        for line in case.lines
    )
    inspected = ReturnInspected(
        accepted=sum(line.accepted for line in lines),
        rejected=sum(line.received - line.accepted for line in lines),
        automatic=automatic,
    )
    disposed = UnitsDisposed(
        lines=tuple(_disposed(line, by_line[line.line_id]) for line in lines if line.received)
    )
    return step(
        case,
        inspected,
        disposed,
        lines=lines,
        inspected_at=at,
        promises=kept(case.promises, INSPECT, at),
    )


def unseen(case: Return) -> tuple[Found, ...]:
    """What counts as found where nobody looked in time: all that was agreed to and arrived, as
    good as new."""
    return tuple(
        Found(
            line_id=line.line_id,
            accepted=min(line.received, line.authorized),
            grade=Grade.A,
            disposition=Disposition.RESELL,
            rejection=Rejection.NOT_OURS if line.over else None,
        )
        for line in case.lines
        if line.received
    )


def is_as_agreed(case: Return) -> bool:
    """Whether all that was agreed to came, was accepted, and is as good as new."""
    return all(
        line.accepted == line.received == line.authorized
        and (line.grade in AS_GOOD_AS_NEW or not line.received)
        for line in case.lines
    )


def ring(case: Return, *, at: datetime) -> tuple[Changes[Return], list[tuple[str, Signal]]]:
    """What the clock found: the promises that are nearly due or late, each told once. Without
    any it rings again when one is."""
    promises, signals = ring_all(case.promises, at)
    if not signals:
        return Changes(case, agenda=(ring_entry(case.shop, case.id, case.promises),)), []
    return step(case, promises=promises), signals


def escalate(case: Return, what: str) -> Changes[Return]:
    """Something is late and may not happen by itself: a person must act."""
    return step(case, ReturnEscalated(what=what))


def _inspect_due_at(
    policy: ReturnPolicy,
    place: Place,
    hours: WorkingHours,
    received_at: datetime,
    refund_due: datetime,
) -> datetime:
    """A day before the refund is owed at the latest, so that it can be paid; but never before a
    whole day of the shop's work has gone by in which somebody could look."""
    by_policy = days_on(received_at, policy.timers.inspect_days, place)
    tomorrow = days_on(received_at, 0, place)
    soonest = days_on(next_opening(tomorrow, hours) or tomorrow, 0, place)
    return max(min(by_policy, refund_due - _DAY), soonest)


def _owed(what: str, due_at: datetime, policy: ReturnPolicy, at: datetime) -> Promise:
    warn_at = due_at - timedelta(hours=policy.timers.warn_hours)
    return promise_by(what, OwedTo.CUSTOMER, at, due_at=due_at, warn_at=max(warn_at, at))


def _inspected(line: ReturnLine, found: Found, policy: ReturnPolicy) -> ReturnLine:
    most = min(line.received, line.authorized)
    if found.accepted > most:
        raise Invalid(
            f"At most {most} arrived of those agreed to.",
            field="accepted",
            line=line.line_id,
            most=most,
        )
    if found.disposition is Disposition.RESELL and found.grade not in AS_GOOD_AS_NEW:
        raise Invalid(
            "Only what is as good as new is sold again.", field="disposition", line=line.line_id
        )
    turned_away = line.received - found.accepted
    if turned_away and not _may_reject(line, found.rejection, policy):
        raise Invalid(
            "Say why, by a reason that the law of this line knows.",
            field="rejection",
            line=line.line_id,
        )
    verdict = LineVerdict.PARTLY if turned_away else LineVerdict.ACCEPTED
    return line.model_copy(
        update={
            "accepted": found.accepted,
            "grade": found.grade,
            "disposition": found.disposition,
            "rejection": found.rejection if turned_away else None,
            "verdict": verdict if found.accepted else LineVerdict.REJECTED,
        }
    )


def _may_reject(line: ReturnLine, why: Rejection | None, policy: ReturnPolicy) -> bool:
    match why:
        case Rejection.NOT_OURS:
            return True
        case Rejection.NO_FAULT:
            return line.reason.is_fault
        case Rejection.NOT_INTACT:
            return policy.law(line.reason).diminished is Diminished.REFUSE_IF_NOT_INTACT
        case None:
            return False


def _disposed(line: ReturnLine, found: Found) -> DisposedLine:
    return DisposedLine(
        line_id=line.line_id,
        sku=line.sku,
        reason=line.reason,
        grade=found.grade,
        disposition=found.disposition,
        units=line.received,
    )
