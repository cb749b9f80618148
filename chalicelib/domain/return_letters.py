"""What a customer is written after an act on their return, told by its facts."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.domain import letters
from chalicelib.domain.changes import Told
from chalicelib.domain.letters import Amount, Letter
from chalicelib.domain.periods import last_moment
from chalicelib.domain.presets.legal import FreightPayer
from chalicelib.domain.refunds import QuoteCode
from chalicelib.domain.return_facts import (
    ReturnAuthorized,
    ReturnDeclined,
    ReturnReceived,
    ReturnRefunded,
    ReturnSettled,
)
from chalicelib.domain.returns import INSPECT, REFUND, Return


def letters_for(case: Return, told: Iterable[Told]) -> list[Letter]:
    """The letters that follow what happened, in its order (RET-04, RET-06). What was settled as
    it came is told in one letter: how much goes back, and by when unless it has already."""
    items = list(told)
    is_settled = any(isinstance(item.fact, ReturnSettled) for item in items)
    is_refunded = any(isinstance(item.fact, ReturnRefunded) for item in items)
    return [
        letter
        for item in items
        if not (is_settled and isinstance(item.fact, ReturnReceived))
        for letter in _letter(case, item, is_refunded=is_refunded)
    ]


def _letter(case: Return, item: Told, *, is_refunded: bool) -> list[Letter]:
    match item.fact:
        case ReturnAuthorized(send_back_by=send_by):
            return [
                letters.ReturnAuthorized(
                    number=case.number,
                    send_by=last_moment(send_by),
                    lines=tuple(
                        f"{line.title} × {line.authorized}"
                        for line in case.lines
                        if line.authorized
                    ),
                    way=case.way,
                    shop_pays_freight=case.decision.freight_payer is FreightPayer.SHOP,
                )
            ]
        case ReturnDeclined(code=code):
            return [letters.ReturnDeclined(number=case.number, reasons=(code,))]
        case ReturnReceived():
            inspection = case.promised(INSPECT)
            due_at = inspection.due_at if inspection and inspection.is_owed else None
            return [
                letters.ReturnReceived(
                    number=case.number, inspect_by=due_at and last_moment(due_at)
                )
            ]
        case ReturnSettled():
            return [_settlement(case, None if is_refunded else _refund_by(case))]
        case _:
            return []


def _refund_by(case: Return) -> datetime | None:
    """A day that has passed is told to whom it concerns in the shop, and promised to nobody."""
    refund = case.promised(REFUND)
    due_at = refund.due_at if refund and refund.is_owed else None
    return due_at if due_at and case.settled_at and due_at > case.settled_at else None


def _settlement(case: Return, refund_by: datetime | None) -> Letter:
    assert case.settled is not None
    titles = {line.line_id: line.title for line in case.lines}
    return letters.ReturnSettled(
        number=case.number,
        lines=tuple(
            Amount(
                what=titles[line.line] if line.code is QuoteCode.GOODS else line.code,
                amount=line.money,
            )
            for line in case.settled.lines
        ),
        total=case.settled.total,
        refund_by=refund_by and last_moment(refund_by),
    )
