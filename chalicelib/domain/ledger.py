"""The part *Ledger*: append-only amounts with payer, reason and case."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.ids import derived
from chalicelib.domain.money import Money, total
from chalicelib.domain.records import Moment, Record


class Payer(StrEnum):
    """Who bears an amount."""

    CUSTOMER = "customer"
    SHOP = "shop"
    CARRIER = "carrier"
    SUPPLIER = "supplier"


class Purpose(StrEnum):
    """What an amount is. Only a refund uses up what was captured."""

    REFUND = "refund"
    COMPENSATION = "compensation"
    FREIGHT = "freight"
    CLAIM = "claim"


class LineState(StrEnum):
    """How far an amount has moved. `unknown`: it was sent and the answer was lost."""

    RESERVED = "reserved"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"


_S = LineState
_NEXT: dict[LineState, frozenset[LineState]] = {
    _S.RESERVED: frozenset({_S.SENT, _S.DONE, _S.FAILED}),
    _S.SENT: frozenset({_S.UNKNOWN, _S.DONE, _S.FAILED}),
    _S.UNKNOWN: frozenset({_S.DONE, _S.FAILED}),
    _S.DONE: frozenset(),
    _S.FAILED: frozenset(),
}


class LedgerLine(Record):
    """One amount of an order that somebody bears for a reason; lies beside its order.

    `reference` is the idempotency key under which it is sent, the same at every attempt.
    """

    kind: ClassVar[str] = "ledger"
    prefix: ClassVar[str] = "led"

    order_id: str
    case_id: str
    customer_id: str | None = None
    money: Money
    payer: Payer
    purpose: Purpose
    reason: str = Field(pattern=r"^[a-z0-9_.-]+$")
    state: LineState = LineState.RESERVED
    reference: str
    reserved_at: Moment
    moved_at: Moment

    @property
    def part_of(self) -> str:
        return self.order_id


def line_id(shop: str, order_id: str, case_id: str, key: str) -> str:
    """The id of the one line that a case keeps under `key`."""
    return derived("led", shop, order_id, case_id, key)


def reserve(
    shop: str,
    *,
    order_id: str,
    case_id: str,
    key: str,
    money: Money,
    payer: Payer,
    purpose: Purpose,
    reason: str,
    at: datetime,
    customer_id: str | None,
) -> LedgerLine:
    """A new line, reserved. `key` tells the lines of one case apart (`refund`, `label.1`): the
    same key is the same line and the same idempotency reference, however often it is asked."""
    return LedgerLine(
        shop=shop,
        id=line_id(shop, order_id, case_id, key),
        order_id=order_id,
        case_id=case_id,
        customer_id=customer_id,
        money=money,
        payer=payer,
        purpose=purpose,
        reason=reason,
        reference=derived("pay", shop, order_id, case_id, key),
        reserved_at=at,
        moved_at=at,
    )


def move(line: LedgerLine, state: LineState, at: datetime) -> LedgerLine:
    """The line in its next state. Moving to the state it is in changes nothing.

    Raises `NotAllowed` for a step that is none: what is done or failed stays so, and what was
    sent is never sent again under a new key.
    """
    if state is line.state:
        return line
    if state not in _NEXT[line.state]:
        raise NotAllowed(f"an amount that is {line.state} cannot become {state}")
    return line.but(state=state, moved_at=at)


def booked(lines: Iterable[LedgerLine], purpose: Purpose, currency: str) -> Money:
    """What the lines of one purpose come to, failed ones left out, reserved ones counted."""
    return total((line.money for line in lines if _counts(line, purpose)), currency)


def refundable(captured: Money, lines: Iterable[LedgerLine]) -> Money:
    """What may still go back to the customer: captured less every refund that has not failed.
    A reserved or unknown refund counts as gone. Never below zero."""
    left = captured - booked(lines, Purpose.REFUND, captured.currency)
    return max(left, left.of(0))


def _counts(line: LedgerLine, purpose: Purpose) -> bool:
    return line.purpose is purpose and line.state is not LineState.FAILED
