"""What goes back to the buyer, to the minor unit, and why.

Goods are refunded from what remains of their line, so that partial returns in any order add up
to what was paid; fees and deductions stand on lines of their own and never touch that sum.
"""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from chalicelib.domain.errors import Invalid
from chalicelib.domain.money import Money, percent, share_of_remaining, total
from chalicelib.domain.paid import Paid, PaidLine, PaidShipping
from chalicelib.domain.records import Value
from chalicelib.domain.refund_terms import RefundTerms, ShippingRule


class Accepted(Value):
    """Units that came back and were accepted, not those asked for.

    `loss` is the value they lost, in hundredths of a percent of what they are worth.
    """

    line: str
    quantity: int = Field(ge=0)
    loss: int = Field(default=0, ge=0, le=10_000)


class QuoteCode(StrEnum):
    GOODS = "goods"
    SHIPPING = "shipping"
    RESTOCKING = "restocking"
    LABEL = "label"
    LOSS = "loss"
    FLOOR = "floor"
    CAP = "cap"
    AGREED = "agreed"


class Why(StrEnum):
    """The reason of a quoted line; the words for it are in the catalogues."""

    ACCEPTED = "accepted"
    FULL_RETURN = "full_return"
    PROPORTION = "proportion"
    WITH_ANY_RETURN = "with_any_return"
    STANDARD_DELIVERY_ONLY = "standard_delivery_only"
    POLICY = "policy"
    SHOP_AT_FAULT = "shop_at_fault"
    WORTH_LESS = "worth_less"
    NEVER_BELOW_ZERO = "never_below_zero"
    NEVER_ABOVE_CAPTURED = "never_above_captured"
    STAFF_DECISION = "staff_decision"


class QuoteLine(Value):
    """One amount of a quote; what is taken off is negative, a waived fee is zero."""

    code: QuoteCode
    why: Why
    money: Money
    tax: Money
    """The part of `money` that is tax."""
    line: str = ""
    quantity: int = 0


class Quote(Value):
    """What is refunded, line by line; the lines add up to `total` exactly."""

    lines: tuple[QuoteLine, ...]
    total: Money
    capped: bool
    """More was due than may still go back of what was captured."""


def quote(paid: Paid, accepted: Sequence[Accepted], terms: RefundTerms) -> Quote:
    """The refund for what was accepted; the same function quotes beforehand and settles.

    Never below zero and never above what is left of the captured amount. Raises `Invalid`, field
    `lines.<id>`, for a line that the order has not, one named twice, or more units than are left.
    """
    goods = [_goods_line(paid, one) for one in _checked(paid, accepted)]
    fees = [
        fee for one, line in zip(accepted, goods, strict=True) for fee in _fees(one, line, terms)
    ]
    lines = [*goods, *_shipping_lines(paid, accepted, goods, terms), *fees]
    if terms.label_fee:
        label = Money(amount=terms.label_fee, currency=paid.currency)
        lines.append(_fee(_entry(QuoteCode.LABEL, Why.POLICY, label), terms))
    return _within_limits(paid, lines)


def agreed(paid: Paid, computed: Quote, amount: Money) -> Quote:
    """The computed quote with the amount that staff decided on, their decision a line of its own.

    Raises `Invalid`, field `amount`, below zero or above what is left of the captured amount.
    """
    difference = amount - computed.total
    if not 0 <= amount.amount <= paid.refundable:
        raise Invalid(f"between 0 and {paid.refundable} minor units can go back", field="amount")
    if not difference:
        return computed
    decision = _entry(QuoteCode.AGREED, Why.STAFF_DECISION, difference)
    return Quote(lines=(*computed.lines, decision), total=amount, capped=False)


def settle(paid: Paid, settled: Quote) -> Paid:
    """How the order stands once the quote is paid out."""
    goods = {line.line: line for line in settled.lines if line.code is QuoteCode.GOODS}
    shipping = [line for line in settled.lines if line.code is QuoteCode.SHIPPING]
    lines = tuple(_refunded(line, goods.get(line.id)) for line in paid.lines)
    delivery = PaidShipping(
        paid=paid.shipping.paid,
        tax=paid.shipping.tax,
        refunded=paid.shipping.refunded + sum(line.money.amount for line in shipping),
        refunded_tax=paid.shipping.refunded_tax + sum(line.tax.amount for line in shipping),
    )
    return Paid(
        currency=paid.currency,
        captured=paid.captured,
        refunded=paid.refunded + settled.total.amount,
        lines=lines,
        shipping=delivery,
    )


def _checked(paid: Paid, accepted: Sequence[Accepted]) -> Sequence[Accepted]:
    seen: set[str] = set()
    for one in accepted:
        field = f"lines.{one.line}"
        line = paid.line(one.line)
        if line is None:
            raise Invalid(f"the order has no line {one.line!r}", field=field)
        if one.line in seen:
            raise Invalid(f"line {one.line!r} is named twice", field=field)
        if one.quantity > line.quantity_left:
            raise Invalid(f"{line.quantity_left} of this line are left", field=field)
        seen.add(one.line)
    return accepted


def _goods_line(paid: Paid, one: Accepted) -> QuoteLine:
    line = paid.line(one.line)
    gross, tax = line.share(one.quantity) if line else (0, 0)
    return QuoteLine(
        code=QuoteCode.GOODS,
        why=Why.ACCEPTED,
        line=one.line,
        quantity=one.quantity,
        money=Money(amount=gross, currency=paid.currency),
        tax=Money(amount=tax, currency=paid.currency),
    )


def _fees(one: Accepted, goods: QuoteLine, terms: RefundTerms) -> list[QuoteLine]:
    restocking = percent((goods.money - goods.tax).amount, terms.restocking)
    if terms.restocking_cap is not None:
        restocking = min(restocking, terms.restocking_cap)
    loss = percent(goods.money.amount, one.loss)
    fees = (
        (QuoteCode.RESTOCKING, Why.POLICY, restocking),
        (QuoteCode.LOSS, Why.WORTH_LESS, loss),
    )
    return [
        _fee(_entry(code, why, goods.money.of(amount), one.line), terms)
        for code, why, amount in fees
        if amount
    ]


def _fee(fee: QuoteLine, terms: RefundTerms) -> QuoteLine:
    if terms.shop_at_fault:
        return _entry(fee.code, Why.SHOP_AT_FAULT, fee.money.of(0), fee.line)
    return _entry(fee.code, fee.why, -fee.money, fee.line)


def _entry(code: QuoteCode, why: Why, money: Money, line: str = "") -> QuoteLine:
    return QuoteLine(code=code, why=why, money=money, tax=money.of(0), line=line)


def _shipping_lines(
    paid: Paid, accepted: Sequence[Accepted], goods: Sequence[QuoteLine], terms: RefundTerms
) -> list[QuoteLine]:
    amount, why = _shipping_share(paid, accepted, goods, terms)
    if terms.standard_shipping is not None:
        most = max(terms.standard_shipping - paid.shipping.refunded, 0)
        if amount > most:
            amount, why = most, Why.STANDARD_DELIVERY_ONLY
    if not amount:
        return []
    tax = share_of_remaining(paid.shipping.tax_left, paid.shipping.left, amount)
    return [
        QuoteLine(
            code=QuoteCode.SHIPPING,
            why=why,
            money=Money(amount=amount, currency=paid.currency),
            tax=Money(amount=tax, currency=paid.currency),
        )
    ]


def _shipping_share(
    paid: Paid, accepted: Sequence[Accepted], goods: Sequence[QuoteLine], terms: RefundTerms
) -> tuple[int, Why]:
    left = paid.shipping.left
    coming_back = {one.line: one.quantity for one in accepted if one.quantity}
    everything = all(coming_back.get(line.id, 0) == line.quantity_left for line in paid.lines)
    if not coming_back or terms.shipping is ShippingRule.NONE:
        return 0, Why.POLICY
    if terms.shipping is ShippingRule.WHOLE:
        return left, Why.WITH_ANY_RETURN
    if everything:
        return left, Why.FULL_RETURN
    if terms.shipping is ShippingRule.ON_FULL_RETURN:
        return 0, Why.POLICY
    worth = sum(line.money.amount for line in goods)
    all_left = sum(line.left for line in paid.lines if line.quantity_left)
    if not all_left:
        return 0, Why.POLICY
    return share_of_remaining(left, all_left, worth), Why.PROPORTION


def _within_limits(paid: Paid, lines: list[QuoteLine]) -> Quote:
    due = total((line.money for line in lines), paid.currency)
    floored = max(due, due.of(0))
    if floored != due:
        lines = [*lines, _entry(QuoteCode.FLOOR, Why.NEVER_BELOW_ZERO, floored - due)]
    final = min(floored, due.of(paid.refundable))
    if final != floored:
        lines = [*lines, _entry(QuoteCode.CAP, Why.NEVER_ABOVE_CAPTURED, final - floored)]
    return Quote(lines=tuple(lines), total=final, capped=final != floored)


def _refunded(line: PaidLine, goods: QuoteLine | None) -> PaidLine:
    if goods is None:
        return line
    return line.model_copy(
        update={
            "refunded_quantity": line.refunded_quantity + goods.quantity,
            "refunded": line.refunded + goods.money.amount,
            "refunded_tax": line.refunded_tax + goods.tax.amount,
        }
    )
