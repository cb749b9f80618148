"""What the shop's policy and the law say about the money of a return."""

from enum import StrEnum

from pydantic import Field

from chalicelib.domain.money import MinorUnits
from chalicelib.domain.presets.legal import (
    Diminished,
    FreightPayer,
    LegalKind,
    LegalPreset,
    Outbound,
)
from chalicelib.domain.records import Value


class ShippingRule(StrEnum):
    """What comes back of the delivery charge."""

    NONE = "none"
    ON_FULL_RETURN = "on_full_return"
    """All that is left of it, once nothing of the order is kept."""
    PROPORTIONAL = "proportional"
    """In proportion to the value of the goods that come back."""
    WHOLE = "whole"
    """All that is left of it, with any return."""


class RefundTerms(Value):
    """What the policy says about money. Minor units, and hundredths of a percent for rates."""

    shipping: ShippingRule = ShippingRule.NONE
    standard_shipping: MinorUnits | None = None
    """The cheapest standard delivery, if no more than it comes back (2011/83 art. 13(2))."""
    restocking: int = Field(default=0, ge=0, le=10_000)
    """Rate of the goods' value without tax, taken from every line."""
    restocking_cap: MinorUnits | None = None
    """The most that restocking costs a line."""
    label_fee: MinorUnits = Field(default=0, ge=0)
    shop_at_fault: bool = False
    """The shop bears every fee and loss (RET-09)."""


def lawful(terms: RefundTerms, law: LegalPreset) -> RefundTerms:
    """The shop's terms, improved for the buyer wherever the law grants more (RET-01).

    Fees that the law forbids are dropped and the delivery charge it gives back is given; a fault
    of the goods is the shop's. What a preset allows on conditions stays as the shop has it.
    """
    shop_pays = law.return_freight is FreightPayer.SHOP
    return terms.model_copy(
        update={
            "shipping": _better_shipping(terms.shipping, law.outbound),
            "standard_shipping": None if law.outbound is Outbound.FULL else terms.standard_shipping,
            "restocking": terms.restocking if law.restocking_fee_allowed else 0,
            "label_fee": 0 if shop_pays else terms.label_fee,
            "shop_at_fault": terms.shop_at_fault or law.kind is not LegalKind.NO_REASON,
        }
    )


def may_deduct_loss(law: LegalPreset) -> bool:
    """Whether value that returned goods lost may be taken off the refund."""
    return law.diminished is Diminished.DEDUCT_BEYOND_TESTING


_GENEROSITY = list(ShippingRule)


def _better_shipping(shops: ShippingRule, law: Outbound) -> ShippingRule:
    granted = {
        Outbound.NONE: ShippingRule.NONE,
        Outbound.STANDARD: ShippingRule.ON_FULL_RETURN,
        Outbound.FULL: ShippingRule.ON_FULL_RETURN,
    }[law]
    return max(shops, granted, key=_GENEROSITY.index)
