"""Money is whole, knows its digits, and adds up after every split."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.errors import Invalid
from chalicelib.domain.money import (
    Money,
    divided,
    percent,
    prorate,
    rounded_from_decimal,
    share_of_remaining,
    total,
)

amounts = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(["JPY", "EUR", "KWD", "CLF"])


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.30", "EUR", 1230),
        ("10.0000", "EUR", 1000),
        ("10", "EUR", 1000),
        ("1230.00", "JPY", 1230),
        ("1.234", "KWD", 1234),
        ("1E+2", "USD", 10000),
        (Decimal("-0.05"), "CNY", -5),
        (7, "IQD", 7000),
    ],
)
def test_what_platforms_write_becomes_minor_units(
    text: str | int | Decimal, currency: str, minor: int
) -> None:
    assert rounded_from_decimal(text, currency) == Money(amount=minor, currency=currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("", "EUR"),
        ("12,30", "EUR"),
        ("1e300", "EUR"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rounded_from_decimal(text, currency)
    assert refusal.value.field == "amount"


def test_surplus_digits_are_rounded_half_away_from_zero() -> None:
    assert rounded_from_decimal("16.665", "EUR") == eur(1667)
    assert rounded_from_decimal("-16.665", "EUR") == eur(-1667)
    assert rounded_from_decimal("16.6649999", "EUR") == eur(1666)


@given(amounts, currencies)
def test_major_units_and_back_are_the_same_money(amount: int, currency: str) -> None:
    money = Money(amount=amount, currency=currency)
    assert rounded_from_decimal(str(money.decimal), currency) == money


def test_two_currencies_are_never_reckoned_together() -> None:
    yen = Money(amount=1, currency="JPY")
    for reckon in (
        lambda: eur(1) + yen,
        lambda: eur(1) - yen,
        lambda: eur(1) < yen,
        lambda: total([yen], "EUR"),
    ):
        with pytest.raises(Invalid) as refusal:
            reckon()
        assert refusal.value.field == "currency"


@pytest.mark.parametrize("amount", [1.0, "1", True])
def test_an_amount_is_a_whole_number_and_nothing_like_it(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "EUR"})


@pytest.mark.parametrize(
    ("weights", "amount", "parts"),
    [
        ([4300, 1400, 2300], 299, [161, 52, 86]),
        ([1000, 1000, 1000], 299, [100, 100, 99]),
        ([10, 20, 10, 30, 50, 20, 10, 40], 93, [5, 10, 5, 15, 24, 10, 5, 19]),
        ([4000, 2000, 2000], -300, [-150, -75, -75]),
        ([0, 0], 10, [5, 5]),
        ([3000, 4000, 1000], 1730, [649, 865, 216]),
        ([123], 300, [300]),
        ([], 0, []),
    ],
)
def test_amounts_are_spread_by_largest_remainder(
    weights: list[int], amount: int, parts: list[int]
) -> None:
    assert prorate(weights, amount) == parts


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40), amounts)
def test_a_spread_adds_up_and_is_never_a_unit_away_from_exact(
    weights: list[int], amount: int
) -> None:
    parts = prorate(weights, amount)
    assert sum(parts) == amount
    if any(weights):
        whole = sum(weights)
        pairs = zip(parts, weights, strict=True)
        assert all(abs(part * whole - amount * weight) < whole for part, weight in pairs)


def test_nothing_to_spread_over_is_refused() -> None:
    for weights in ([], [-1, 2]):
        with pytest.raises(Invalid):
            prorate(weights, 5)


@pytest.mark.parametrize(
    ("paid", "quantity", "returns", "refunds"),
    [
        (1238, 3, [2, 1], [825, 413]),
        (100, 3, [1, 2], [33, 67]),
        (29000, 3, [1, 1, 1], [9667, 9667, 9666]),
        (0, 5, [2, 3], [0, 0]),
    ],
)
def test_partial_returns_take_from_what_remains(
    paid: int, quantity: int, returns: list[int], refunds: list[int]
) -> None:
    given_back: list[int] = []
    for units in returns:
        given_back.append(share_of_remaining(paid - sum(given_back), quantity, units))
        quantity -= units
    assert given_back == refunds


def test_more_than_is_left_is_refused() -> None:
    with pytest.raises(Invalid):
        share_of_remaining(100, 2, 3)


def test_halves_go_away_from_zero() -> None:
    assert [divided(n, 2) for n in (3, -3, 4, 1, -1)] == [2, -2, 2, 1, -1]
    assert percent(1000, 1250) == 125
    assert percent(100, 1250) == 13
