"""What a return is worth: how its order stands, what the policy and the law say, what is settled.

A settlement lies beside its order, so that one read of the order gives all that went back of it,
or is about to: by the shop itself, and by us as long as the shop has not shown it.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from chalicelib.domain.canonical import Line
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.orders import Order, refunds_in_force
from chalicelib.domain.paid import Paid, PaidLine, PaidShipping
from chalicelib.domain.policy import ReturnPolicy
from chalicelib.domain.presets.legal import FreightPayer, LegalPreset
from chalicelib.domain.records import Record
from chalicelib.domain.refund_terms import RefundTerms, lawful, may_deduct_loss
from chalicelib.domain.refunds import Accepted, Quote, QuoteCode, QuoteLine, quote
from chalicelib.domain.return_lines import Grade, Reason, ReturnLine, Way, units_of
from chalicelib.domain.shop_refunds import Refund


class Settlement(Record):
    """What was settled for one return. `shop_refund` is the shop's refund that carried it out;
    while there is none, it counts by itself."""

    kind: ClassVar[str] = "settlement"
    prefix: ClassVar[str] = "stl"

    order_id: str
    return_id: str
    quote: Quote
    shop_refund: str | None = None

    @property
    def part_of(self) -> str:
        return self.order_id


def paid_of(
    order: Order,
    lines: Iterable[Line],
    refunds: Iterable[Refund],
    settlements: Iterable[Settlement],
    *,
    without: Refund | None = None,
) -> Paid:
    """How the order stands: paid, and gone back already or about to go. A refund of the shop that
    is only now being taken for a return's own is left out (`without`).

    Raises NotAllowed, field `order`, for an order of which only a parcel or a refund was seen.
    """
    if order.currency is None or order.captured is None:
        raise NotAllowed("The shop has not told us this order yet.", field="order")
    in_force = refunds_in_force(order)
    if without is not None:
        in_force.pop(without.id, None)
    shops = [refund for refund in refunds if refund.id in in_force]
    ours = [s.quote for s in settlements if s.shop_refund not in in_force]
    goods = [line for one in ours for line in one.lines if line.code is QuoteCode.GOODS]
    shipping = [line for one in ours for line in one.lines if line.code is QuoteCode.SHIPPING]
    return Paid(
        currency=order.currency,
        captured=order.captured.amount,
        refunded=sum(mark.amount.amount for mark in in_force.values())
        + sum(one.total.amount for one in ours),
        lines=tuple(_paid_line(line, shops, goods) for line in lines),
        shipping=PaidShipping(
            paid=order.shipping_paid.amount if order.shipping_paid else 0,
            refunded=sum(refund.shipping.amount for refund in shops if refund.shipping)
            + sum(line.money.amount for line in shipping),
        ),
    )


def law_of(policy: ReturnPolicy, lines: Iterable[ReturnLine]) -> LegalPreset:
    """The preset that a parcel travels under: that of a fault as soon as one line has one, for
    its freight is paid once (RET-09)."""
    reasons = [line.reason for line in lines]
    return policy.law(next((r for r in reasons if r.is_fault), Reason.NO_REASON))


def terms_of(
    policy: ReturnPolicy, law: LegalPreset, freight_payer: FreightPayer, way: Way
) -> RefundTerms:
    """What the refund is reckoned by: the shop's terms, with what the law adds. What is brought
    needs no label."""
    terms = lawful(policy.terms, law)
    if freight_payer is FreightPayer.SHOP or way is Way.BRING:
        terms = terms.model_copy(update={"label_fee": 0})
    return terms


def quoted(paid: Paid, lines: Sequence[ReturnLine], terms: RefundTerms) -> Quote:
    """What comes back if everything agreed, or asked for, arrives as it should; of more units
    than are left, those that are."""
    units = units_of(lines)
    left = {line.id: line.quantity_left for line in paid.lines}
    return quote(
        paid,
        [_accepted(one, min(units[one.line_id], left.get(one.line_id, 0)), 0) for one in lines],
        terms,
    )


def settled(
    paid: Paid,
    lines: Sequence[ReturnLine],
    terms: RefundTerms,
    policy: ReturnPolicy,
    law: LegalPreset,
) -> Quote:
    """What comes back for the units that were accepted, less what they lost where the law lets
    it be taken off."""
    return quote(
        paid,
        [_accepted(one, one.accepted, loss(one.grade, policy, law)) for one in lines],
        terms,
    )


def loss(grade: Grade | None, policy: ReturnPolicy, law: LegalPreset) -> int:
    """Hundredths of a percent that a grade costs; 0 where the law allows no deduction."""
    if grade is None or not may_deduct_loss(law):
        return 0
    return policy.loss_by_grade.get(grade, 0)


def deducted(quote: Quote) -> int:
    """Minor units that fees and lost value take off."""
    return -sum(line.money.amount for line in quote.lines if line.code in _DEDUCTIONS)


_DEDUCTIONS = (QuoteCode.RESTOCKING, QuoteCode.LABEL, QuoteCode.LOSS)


def _accepted(line: ReturnLine, quantity: int, loss: int) -> Accepted:
    return Accepted(line=line.line_id, quantity=quantity, loss=loss)


def _paid_line(line: Line, shops: Sequence[Refund], goods: Sequence[QuoteLine]) -> PaidLine:
    by_shop = [one for refund in shops for one in refund.lines if one.line_id == line.id]
    by_us = [one for one in goods if one.line == line.id]
    tax = line.tax.amount
    refunded = sum(one.amount.amount for one in by_shop)
    return PaidLine(
        id=line.id,
        quantity=line.quantity,
        paid=line.paid.amount,
        tax=tax,
        refunded_quantity=sum(o.quantity for o in by_shop) + sum(o.quantity for o in by_us),
        refunded=refunded + sum(one.money.amount for one in by_us),
        refunded_tax=sum(one.tax.amount for one in by_us)
        + (tax * refunded // line.paid.amount if line.paid.amount else 0),
    )
