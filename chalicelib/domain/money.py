"""Money in whole minor units, and the only ways it is ever split or rounded."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import total_ordering
from typing import Annotated

from pydantic import Field

from chalicelib.domain.errors import Invalid
from chalicelib.domain.records import Value

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""

MinorUnits = Annotated[int, Field(strict=True)]
"""A whole number of cents, yen or fils; a float is refused."""

# ISO 4217 list one. CLDR's own table differs (it gives 0 for IQD, ALL, MGA and others), because it
# says how many digits are customarily shown, not how many there are.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

# The default context would round a long fraction to 28 digits before it could be refused.
_EXACT = Context(prec=200)


def exponent(currency: str) -> int:
    """How many decimal digits the currency has: JPY 0, EUR 2, KWD 3 (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


@total_ordering
class Money(Value):
    """An amount in minor units of its currency; may be negative.

    Arithmetic and comparison of two currencies raise `Invalid`, field `currency`.
    """

    amount: MinorUnits
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        return self.of(self.amount + self._same(other).amount)

    def __sub__(self, other: "Money") -> "Money":
        return self.of(self.amount - self._same(other).amount)

    def __mul__(self, times: int) -> "Money":
        return self.of(self.amount * times)

    def __neg__(self) -> "Money":
        return self.of(-self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def of(self, amount: int) -> "Money":
        """Another amount of the same currency."""
        return Money(amount=amount, currency=self.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units with all its digits: `12.30`, `1230`, `1.230`."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise Invalid(
                f"{self.currency} and {other.currency} cannot be reckoned together",
                field="currency",
            )
        return other


def zero(currency: str) -> Money:
    return Money(amount=0, currency=currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero of `currency` if there is nothing to add. Refuses any other currency."""
    return sum(amounts, start=zero(currency))


def rounded_from_decimal(value: str | int | Decimal, currency: str) -> Money:
    """Money from major units as platforms write them: `"10"`, `"10.00"` and `"10.0000"` are the
    same ten euros. Platforms send more digits than the currency has (WooCommerce's unit `price`
    and tax totals, Shopify's unit shares): half a minor unit goes away from zero.

    Raises `Invalid`, field `amount`, for what is no finite number.
    """
    minor = _scaled(value, currency).to_integral_value(ROUND_HALF_UP)
    return Money(amount=int(minor), currency=currency)


def divided(numerator: int, denominator: int) -> int:
    """The quotient rounded to a whole number, half away from zero; `denominator` is positive."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def percent(amount: int, basis_points: int) -> int:
    """A share in hundredths of a percent (`1250` is 12.5 %), half away from zero."""
    return divided(amount * basis_points, 10_000)


def prorate(weights: Sequence[int], amount: int) -> list[int]:
    """`amount` split in proportion to `weights`, so that the parts add up to it exactly.

    Largest remainder: every share is floored and the missing units go one by one to the largest
    remainders, the first of equals winning. Weights that are all zero share equally. A negative
    amount, such as a discount, is split the same way. Raises `Invalid`, field `weights`, for a
    negative weight, or for no weights at all while there is something to split.
    """
    if any(weight < 0 for weight in weights):
        raise Invalid("a share cannot weigh less than nothing", field="weights")
    if not weights:
        if amount:
            raise Invalid("there is nothing to spread the amount over", field="weights")
        return []
    counted = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(counted)
    shares, remainders = zip(*(divmod(amount * weight, whole) for weight in counted), strict=True)
    parts = list(shares)
    largest_first = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))
    for place in largest_first[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def share_of_remaining(remaining: int, quantity_left: int, quantity: int) -> int:
    """What `quantity` of `quantity_left` units are worth when `remaining` is what is left of them.

    The last units take all that is left, so any sequence of partial returns adds up to what was
    paid. Raises `Invalid`, field `quantity`, for more units than are left.
    """
    if not 0 <= quantity <= quantity_left:
        raise Invalid(f"{quantity} of {quantity_left} that are left", field="quantity")
    if quantity == quantity_left:
        return remaining
    return divided(remaining * quantity, quantity_left)


def _scaled(value: str | int | Decimal, currency: str) -> Decimal:
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError) as error:
        raise Invalid(f"{value!r} is not an amount", field="amount") from error
    if not number.is_finite() or number.adjusted() > 15 or len(number.as_tuple().digits) > 100:
        raise Invalid(f"{value!r} is not an amount", field="amount")
    return number.scaleb(exponent(currency), _EXACT)
