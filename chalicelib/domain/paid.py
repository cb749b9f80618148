"""What was paid for an order and what is left of it to refund. Whole minor units throughout."""

from pydantic import Field

from chalicelib.domain.money import Currency, MinorUnits, share_of_remaining
from chalicelib.domain.records import Value


class PaidLine(Value):
    """An order line: what was paid for all of it, tax included and after every discount, and
    what was refunded of it. `tax` is the part of `paid` that is tax. Minor units."""

    id: str
    quantity: int = Field(ge=0)
    paid: MinorUnits = Field(ge=0)
    tax: MinorUnits = Field(default=0, ge=0)
    refunded_quantity: int = Field(default=0, ge=0)
    refunded: MinorUnits = 0
    refunded_tax: MinorUnits = 0

    @property
    def quantity_left(self) -> int:
        return max(self.quantity - self.refunded_quantity, 0)

    @property
    def left(self) -> int:
        return max(self.paid - self.refunded, 0)

    @property
    def tax_left(self) -> int:
        return min(max(self.tax - self.refunded_tax, 0), self.left)

    def share(self, quantity: int) -> tuple[int, int]:
        """What that many of the units left are worth, and the tax in it.

        Never more than their price: when the shop refunded other units for less, by a fee of its
        own, the last units do not inherit the difference.
        """
        gross = share_of_remaining(self.left, self.quantity_left, quantity)
        tax = share_of_remaining(self.tax_left, self.quantity_left, quantity)
        most = quantity * _rounded_up(self.paid, self.quantity)
        most_tax = quantity * _rounded_up(min(self.tax, self.paid), self.quantity)
        return min(gross, most), min(tax, most_tax)


class PaidShipping(Value):
    """What was paid for delivery, tax included, and what was refunded of it. Minor units."""

    paid: MinorUnits = Field(default=0, ge=0)
    tax: MinorUnits = Field(default=0, ge=0)
    refunded: MinorUnits = 0
    refunded_tax: MinorUnits = 0

    @property
    def left(self) -> int:
        return max(self.paid - self.refunded, 0)

    @property
    def tax_left(self) -> int:
        return min(max(self.tax - self.refunded_tax, 0), self.left)


class Paid(Value):
    """How an order stands before a refund. `refunded` counts every refund that has not failed,
    reserved ones included (`ledger.booked`). Minor units."""

    currency: Currency
    captured: MinorUnits = Field(ge=0)
    refunded: MinorUnits = 0
    lines: tuple[PaidLine, ...]
    shipping: PaidShipping = Field(default_factory=PaidShipping)

    @property
    def refundable(self) -> int:
        return max(self.captured - self.refunded, 0)

    def line(self, line_id: str) -> PaidLine | None:
        return next((line for line in self.lines if line.id == line_id), None)


def _rounded_up(amount: int, quantity: int) -> int:
    return -(-amount // quantity) if quantity else 0
