"""What was promised counts as gone until it has failed."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.ledger import (
    LedgerLine,
    LineState,
    Payer,
    Purpose,
    booked,
    move,
    refundable,
    reserve,
)
from chalicelib.domain.money import Money

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def a_line(amount: int, key: str = "refund", purpose: Purpose = Purpose.REFUND) -> LedgerLine:
    return reserve(
        "acme",
        order_id="ord_1",
        case_id="rma_1",
        key=key,
        money=eur(amount),
        payer=Payer.SHOP,
        purpose=purpose,
        reason="return",
        at=AT,
        customer_id=None,
    )


def test_the_same_key_is_the_same_line_under_the_same_reference() -> None:
    first, again, other = a_line(500), a_line(500), a_line(500, "label.1")
    assert (first.id, first.reference) == (again.id, again.reference)
    assert first.id != other.id
    assert first.reference != other.reference
    assert first.part_of == "ord_1"


def test_only_failed_refunds_may_be_refunded_again() -> None:
    lines = [
        a_line(300),
        move(a_line(200, "b"), LineState.DONE, AT),
        move(a_line(100, "c"), LineState.FAILED, AT),
        a_line(50, "d", Purpose.COMPENSATION),
    ]
    assert booked(lines, Purpose.REFUND, "EUR") == eur(500)
    assert refundable(eur(1000), lines) == eur(500)
    assert refundable(eur(400), lines) == eur(0)


def test_what_arrived_or_failed_never_moves_again() -> None:
    sent = move(a_line(300), LineState.SENT, AT)
    lost = move(sent, LineState.UNKNOWN, AT)
    assert move(lost, LineState.DONE, AT).state is LineState.DONE
    for state, forbidden in [
        (move(lost, LineState.DONE, AT), LineState.FAILED),
        (lost, LineState.SENT),
        (move(sent, LineState.FAILED, AT), LineState.SENT),
    ]:
        with pytest.raises(NotAllowed):
            move(state, forbidden, AT)
