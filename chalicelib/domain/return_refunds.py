"""The money of a return: reckoned and reserved once, and followed until it has moved."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.agenda import Entry, Lane
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.ids import derived
from chalicelib.domain.ledger import LedgerLine, LineState, Payer, Purpose, move, reserve
from chalicelib.domain.numbers import NumberClaim, claim
from chalicelib.domain.orders import Order
from chalicelib.domain.paid import Paid
from chalicelib.domain.policy import ReturnPolicy
from chalicelib.domain.presets.legal import LegalPreset
from chalicelib.domain.refunds import agreed
from chalicelib.domain.return_facts import (
    ReturnRefunded,
    ReturnSettled,
)
from chalicelib.domain.return_money import Settlement, deducted, settled, terms_of
from chalicelib.domain.return_requests import freed
from chalicelib.domain.returns import (
    REFUND,
    Act,
    MoneyState,
    RequestState,
    Return,
    check,
    kept,
    step,
    withdrawn,
)
from chalicelib.domain.shop_refunds import Refund
from chalicelib.domain.survey_policy import SURVEY

LEDGER_KEY = "refund"
"""A return has one refund; asked for twice, it is the same one."""

MATCH = "refund.match"
"""The kind of the agenda entry by which an order's refunds are looked up for its returns."""


def settle(
    case: Return,
    order: Order,
    paid: Paid,
    policy: ReturnPolicy,
    *,
    law: LegalPreset,
    adopted: Refund | None,
    at: datetime,
) -> Changes[Return]:
    """Reckon the refund from the accepted units and reserve it, by the order's version, so that
    no two refunds use the same money. What was agreed to and never came is free again.

    `adopted` is a refund the shop made already for this return (left out of `paid`): what it
    gave back is then what was settled. A refund of nothing is done at once. The customer is asked
    how it went after the policy's delay (RET-07).
    """
    check(case, Act.SETTLE)
    if case.inspected_at is None:
        raise NotAllowed("Inspect it first.", reason="settle-not-inspected")
    terms = terms_of(policy, law, case.decision.freight_payer, case.way)
    reckoned = settled(paid, case.lines, terms, policy, law)
    if adopted is not None:
        reckoned = agreed(paid, reckoned, min(adopted.amount, adopted.amount.of(paid.refundable)))
    is_done = adopted is not None or not reckoned.total
    line = reserve(
        case.shop,
        order_id=order.id,
        case_id=case.id,
        key=LEDGER_KEY,
        money=reckoned.total,
        payer=Payer.SHOP,
        purpose=Purpose.REFUND,
        reason="return",
        at=at,
        customer_id=case.customer_id,
    )
    settlement = Settlement(
        shop=case.shop,
        id=case.id.replace(Return.prefix, Settlement.prefix, 1),
        order_id=order.id,
        return_id=case.id,
        quote=reckoned,
        shop_refund=adopted.id if adopted else None,
    )
    fact = ReturnSettled(
        amount=reckoned.total.amount,
        currency=reckoned.total.currency,
        payer=Payer.SHOP,
        freight_payer=case.decision.freight_payer,
        deducted=deducted(reckoned),
        took_minutes=(at - case.requested_at) // timedelta(minutes=1),
    )
    change = step(
        case,
        fact,
        money=MoneyState.RESERVED,
        refund=reckoned.total,
        settled=reckoned,
        settled_at=at,
    )
    missing = {one.line_id: one.missing for one in case.lines}
    return change.plus(
        Changes(
            None,
            records=(
                line,
                settlement,
                *(freed(order, missing) or (order.but(),)),
                *((_taken(case, adopted),) if adopted else ()),
            ),
            agenda=_survey(case, policy, at),
        ),
        *((_moved_on(change.result, line, "shop" if adopted else "none", at),) if is_done else ()),
    )


class Execution(StrEnum):
    """How the money goes out, as staff say it."""

    IN_SHOP = "in_shop"
    """Ordered in the shop, whose own refund will show it."""
    BY_HAND = "by_hand"
    """Paid some other way; this is all that will ever be heard of it."""


def execute(case: Return, line: LedgerLine, how: Execution, *, at: datetime) -> Changes[Return]:
    """Staff say that they refunded it. Ordered in the shop it is on its way until the shop's own
    refund appears; by hand it is done."""
    check(case, Act.REFUND)
    if how is Execution.BY_HAND:
        return _moved_on(case, line, "hand", at)
    if case.money is MoneyState.SENT:
        return nothing(case)
    moved = move(line, LineState.SENT, at)
    return step(case, money=MoneyState.SENT).plus(Changes(None, records=(moved,)))


def shown(
    case: Return, line: LedgerLine, settlement: Settlement, refund: Refund, *, at: datetime
) -> Changes[Return]:
    """The shop's own refund has appeared: the money is done, and counts once."""
    check(case, Act.REFUND)
    matched = settlement.but(shop_refund=refund.id)
    records = (matched, _taken(case, refund))
    return _moved_on(case, line, "shop", at).plus(Changes(None, records=records))


def match_entry(order: Order, at: datetime) -> Entry:
    """Look whether a refund of the shop carries out one of the order's returns; put beside every
    refund that is seen."""
    return Entry(shop=order.shop, kind=MATCH, subject=order.id, due_at=at)


def shown_by(
    case: Return, refunds: Iterable[Refund], settlements: Iterable[Settlement]
) -> Refund | None:
    """The shop's refund that carries this return out: made since the request, of the same amount,
    and not yet another return's. None if there is none."""
    taken = {settlement.shop_refund for settlement in settlements}
    fitting = [
        refund
        for refund in refunds
        if refund.id not in taken
        and refund.amount == case.refund
        and refund.refunded_at >= _asked_for(case)
    ]
    return min(fitting, key=lambda refund: (refund.refunded_at, refund.id), default=None)


def _asked_for(case: Return) -> datetime:
    """The beginning of the second, since shops tell times to the second."""
    return case.requested_at.replace(microsecond=0)


def made_already(
    case: Return, refunds: Iterable[Refund], settlements: Iterable[Settlement]
) -> Refund | None:
    """A refund that the shop made for this return before it was settled: since it was asked for,
    of the lines of this return and no others. None if there is none."""
    taken = {settlement.shop_refund for settlement in settlements}
    ours = {line.line_id for line in case.lines}
    fitting = [
        refund
        for refund in refunds
        if refund.id not in taken
        and refund.lines
        and {line.line_id for line in refund.lines} <= ours
        and refund.refunded_at >= _asked_for(case)
    ]
    return min(fitting, key=lambda refund: (refund.refunded_at, refund.id), default=None)


def _taken(case: Return, refund: Refund) -> NumberClaim:
    """Whose a refund of the shop is. Claimed once, so that two returns that are matched at the
    same moment never share one."""
    return claim(case.shop, derived("ref", case.order_id, refund.id), case.id)


def _moved_on(case: Return, line: LedgerLine, by: str, at: datetime) -> Changes[Return]:
    done = move(line, LineState.DONE, at)
    fact = ReturnRefunded(amount=line.money.amount, currency=line.money.currency, by=by)
    change = step(
        case,
        fact,
        request=RequestState.CLOSED,
        money=MoneyState.DONE,
        refunded_at=at,
        ended_at=at,
        promises=withdrawn(kept(case.promises, REFUND, at), at, "closed"),
    )
    return change.plus(Changes(None, records=(done,)))


def _survey(case: Return, policy: ReturnPolicy, at: datetime) -> tuple[Entry, ...]:
    if case.owner is not Owner.OURS:
        return ()
    return (
        Entry(
            shop=case.shop,
            kind=SURVEY,
            subject=case.id,
            due_at=at + timedelta(hours=policy.timers.survey_hours),
            lane=Lane.BULK,
        ),
    )
