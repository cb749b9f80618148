"""Returns as customers, staff and shops ask for them (RET-02 to RET-04, RET-13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain import canonical, return_requests
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.ids import derived
from chalicelib.domain.messages import message
from chalicelib.domain.numbers import NumberClaim, claim
from chalicelib.domain.orders import order_id
from chalicelib.domain.policy import Ruling
from chalicelib.domain.presets.legal import FreightPayer
from chalicelib.domain.return_advice import agrees_by_itself
from chalicelib.domain.return_letters import letters_for
from chalicelib.domain.return_lines import (
    Reason,
    ReturnLine,
    Wanted,
    Way,
    Wish,
    check_named,
    claimed,
)
from chalicelib.domain.return_money import law_of, quoted, terms_of
from chalicelib.domain.return_requests import Asked, send_back_by, send_back_days, way_of
from chalicelib.domain.return_work import refund_due_at, refund_within
from chalicelib.domain.returns import Decision, Return
from chalicelib.services.desk import Desk, command
from chalicelib.services.order_files import (
    OrderFile,
    file_of,
    order_file,
    place_of,
    rulings,
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be decided about a return if it were asked for now."""

    file: OrderFile
    lines: tuple[ReturnLine, ...]
    decision: Decision
    decide_by: datetime | None
    """By when a person decides first; None where it is agreed to at once."""
    send_days: int
    """How many days there are to send it, once it is agreed to."""
    send_by: datetime
    """By when it must be on its way, if it is agreed to at once or else at the last moment."""
    refund_by: datetime
    """By when the money is owed if it is sent on that last day."""

    @property
    def refused(self) -> list[Ruling]:
        return [ruling for ruling in self.decision.rulings if not ruling.may]


def returnable(desk: Desk, order: str) -> tuple[OrderFile, dict[str, Ruling], dict[str, Ruling]]:
    """The order, and for each line whether it may come back: for a change of mind, and for a
    fault."""
    file = order_file(desk, order)
    faulty = dict.fromkeys((line.id for line in file.lines), Reason.DEFECTIVE)
    at = desk.now()
    return file, rulings(desk, file, {}, at), rulings(desk, file, faulty, at)


def weigh(
    desk: Desk, file: OrderFile, wanted: tuple[Wanted, ...], way: Way | None = None
) -> Preview:
    """The decision and the quote, before anything is asked for; the same that `request` makes.

    Raises Invalid: field `lines`, for a line the order does not have, one named twice, more lines
    than one return takes, and more units than are left; field `way`, for one the shop has not.
    """
    return _weighed(desk, file, wanted, way, desk.now())


@command
def request(desk: Desk, order: str, wanted: tuple[Wanted, ...], asked: Asked) -> Return:
    """A customer asks; the policy decides at once where it is clear, and binds them.

    Raises NotAllowed, field `lines`, with the rulings, for what may not come back.
    """
    weighed = weigh(desk, order_file(desk, order), wanted, asked.way)
    if weighed.refused:
        first = weighed.refused[0]
        raise NotAllowed(
            "This cannot come back.",
            field="lines",
            rulings=[ruling.model_dump(mode="json") for ruling in weighed.refused],
            reason=str(first.code),
        )
    return desk.commit(_opened(desk, weighed, asked))


@command
def request_by_staff(desk: Desk, order: str, wanted: tuple[Wanted, ...], asked: Asked) -> Return:
    """Staff ask for a customer. What the policy would refuse waits for a decision of its own,
    and is marked as overriding it when somebody agrees."""
    weighed = weigh(desk, order_file(desk, order), wanted, asked.way)
    return desk.commit(_opened(desk, weighed, asked))


@command
def request_from_event(desk: Desk, event: canonical.ReturnRequested) -> Return:
    """A return that was asked for elsewhere; the same one again changes nothing.

    Raises NotFound for an order that was never seen.
    """
    reference = derived("ref", event.platform, f"return:{event.id}")
    known = desk.find(NumberClaim, reference)
    if known is not None:
        return desk.commit(nothing(desk.get(Return, known.subject)))
    file = order_file(desk, order_id(desk.shop_id, event.platform, event.order_id))
    wanted = tuple(
        Wanted(line_id=one.line_id, quantity=one.quantity, reason=_reason(one.reason))
        for one in event.lines
    )
    asked = Asked(
        wish=Wish(event.outcome) if event.outcome in set(Wish) else Wish.REFUND,
        note="" if _is_forgotten(file, event.at) else event.text,
        channel="platform",
        language=_language(desk, file),
        owner=event.owner,
        outside_id=event.id,
        decide_by=event.decide_by,
    )
    opened = _opened(desk, weigh(desk, file, wanted), asked)
    named = claim(desk.shop_id, reference, opened.result.id)
    return desk.commit(opened.plus(Changes(None, (named,))))


def from_withdrawal(
    desk: Desk, file: OrderFile, wanted: tuple[Wanted, ...], asked: Asked
) -> Changes[Return]:
    """The return that a withdrawal from the contract begins, judged as of its declaration. Where
    every line may come back it is agreed to at once, whatever it is worth and whatever rule of
    the shop would have a person look at it, for the buyer has the right; else a person decides,
    with the rulings as advice.

    Raises Invalid, field `lines`, as `weigh` does.
    """
    weighed = _weighed(desk, file, wanted, asked.way, asked.noticed_at or desk.now())
    opened = _requested(desk, weighed, asked)
    if weighed.refused:
        return with_letters(desk, opened, file)
    units = {line.line_id: line.requested for line in opened.result.lines}
    agreed = _authorized(desk, file, opened.result, units, automatic=True)
    return with_letters(desk, then(opened, agreed), file)


@command
def authorize(desk: Desk, case_id: str, units: Mapping[str, int] | None) -> Return:
    """Staff agree, to all that was asked for or to the units of each line."""
    case = desk.get(Return, case_id)
    file = file_of(desk, case)
    agreed = {line.line_id: line.requested for line in case.lines} if units is None else units
    for line_id in agreed:
        case.line(line_id)
    return desk.commit(
        with_letters(desk, _authorized(desk, file, case, agreed, automatic=False), file)
    )


@command
def decline(desk: Desk, case_id: str, *, code: str, text: str) -> Return:
    """Staff refuse, for a reason the customer is told; not against the policy or the law."""
    case = desk.get(Return, case_id)
    file = file_of(desk, case)
    declined = return_requests.decline(case, file.order, code=code, text=text, at=desk.now())
    return desk.commit(with_letters(desk, declined, file))


@command
def cancel(desk: Desk, case_id: str) -> Return:
    """Call it off, by the customer or for them."""
    case = desk.get(Return, case_id)
    file = file_of(desk, case)
    return desk.commit(return_requests.cancel(case, file.order, at=desk.now()))


def automatic(desk: Desk, file: OrderFile, case: Return) -> Changes[Return] | None:
    """The agreement that may happen by itself; None if a person must decide."""
    cap = desk.shop.returns.automatic_cap
    if not agrees_by_itself(case.decision, case.owner, automatic_cap=cap):
        return None
    units = {line.line_id: line.requested for line in case.lines}
    return _authorized(desk, file, case, units, automatic=True)


def with_letters(desk: Desk, changes: Changes[Return], file: OrderFile) -> Changes[Return]:
    """The changes, and what the customer is written about them. A case that is led elsewhere is
    written about there, and nobody is written to whom nobody knows."""
    case, customer = changes.result, file.customer
    if customer is None or customer.erased_at is not None or case.owner is not Owner.OURS:
        return changes
    return changes.plus(
        *(
            message(
                customer,
                letter,
                shop=desk.shop,
                subject_id=case.id,
                new_id=desk.new_id,
                at=desk.now(),
                language=case.language,
            )
            for letter in letters_for(case, changes.told)
        )
    )


def then(first: Changes[Return], second: Changes[Return]) -> Changes[Return]:
    """Two acts on the same return in one commit; the second was decided on the first's result."""
    return Changes(second.result).plus(first, second)


def _weighed(
    desk: Desk, file: OrderFile, wanted: tuple[Wanted, ...], way: Way | None, at: datetime
) -> Preview:
    check_named([one.line_id for one in wanted])
    reasons = {one.line_id: one.reason for one in wanted}
    lines = tuple(_return_line(file, one) for one in wanted)
    ruled = rulings(desk, file, reasons, at)
    chosen = tuple(ruled[line.line_id] for line in lines)
    policy = desk.shop.returns
    freight = _freight(chosen)
    law = law_of(policy, lines)
    terms = terms_of(policy, law, freight, way_of(way, policy))
    decision = Decision(
        policy_version=desk.shop.version,
        preset=law.id,
        rule=next((ruling.rule for ruling in chosen if ruling.rule), ""),
        rulings=chosen,
        quote=quoted(file.paid(), lines, terms),
        freight_payer=freight,
    )
    decide_by = _decide_by(desk, decision)
    send_by = send_back_by(policy, law, place_of(desk), decide_by or desk.now())
    refund_by = refund_due_at(
        refund_within(lines, policy, law),
        policy,
        place_of(desk),
        requested_at=at,
        received_at=send_by + timedelta(days=policy.transit_days),
    )
    return Preview(
        file, lines, decision, decide_by, send_back_days(policy, law), send_by, refund_by
    )


def _decide_by(desk: Desk, decision: Decision) -> datetime | None:
    policy = desk.shop.returns
    needs_review = any(ruling.needs_review for ruling in decision.rulings)
    if not needs_review and agrees_by_itself(
        decision, Owner.OURS, automatic_cap=policy.automatic_cap
    ):
        return None
    return desk.now() + timedelta(hours=policy.timers.decide_hours)


def _is_forgotten(file: OrderFile, said_at: datetime) -> bool:
    """Whether the order's buyer was erased since."""
    return file.order.erased_at is not None and said_at <= file.order.erased_at


def _opened(desk: Desk, weighed: Preview, asked: Asked) -> Changes[Return]:
    file, opened = weighed.file, _requested(desk, weighed, asked)
    agreed = None if weighed.decide_by else automatic(desk, file, opened.result)
    return with_letters(desk, then(opened, agreed) if agreed else opened, file)


def _requested(desk: Desk, weighed: Preview, asked: Asked) -> Changes[Return]:
    file = weighed.file
    units = {line.line_id: line.requested for line in weighed.lines}
    return return_requests.request(
        claimed(file.order, units, file.may_claim),
        weighed.lines,
        asked,
        weighed.decision,
        desk.shop.returns,
        at=desk.now(),
        new_id=desk.new_id,
        new_number=desk.new_number,
    )


def _authorized(
    desk: Desk, file: OrderFile, case: Return, units: Mapping[str, int], *, automatic: bool
) -> Changes[Return]:
    policy = desk.shop.returns
    law = law_of(policy, case.lines)
    lines = tuple(line.but_authorized(units.get(line.line_id, 0)) for line in case.lines)
    return return_requests.authorize(
        case,
        file.order,
        lines,
        policy,
        law=law,
        quote=quoted(
            file.paid(), lines, terms_of(policy, law, case.decision.freight_payer, case.way)
        ),
        place=place_of(desk),
        automatic=automatic,
        at=desk.now(),
    )


def _return_line(file: OrderFile, wanted: Wanted) -> ReturnLine:
    line = file.line(wanted.line_id)
    if line is None:
        raise Invalid("This order has no such line.", field="lines")
    return ReturnLine.of(line, wanted)


def _freight(chosen: tuple[Ruling, ...]) -> FreightPayer:
    """One parcel, one payer: the shop as soon as it owes the way of one line."""
    payers = {ruling.freight_payer for ruling in chosen}
    return FreightPayer.SHOP if FreightPayer.SHOP in payers else FreightPayer.CUSTOMER


def _reason(code: str) -> Reason:
    return Reason(code) if code in set(Reason) else Reason.OTHER


def _language(desk: Desk, file: OrderFile) -> str:
    theirs = file.customer.language if file.customer else None
    return theirs or file.order.locale or desk.shop.languages[0]
