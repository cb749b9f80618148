"""Which of Shopify's two currencies an amount is in: always the one the buyer paid in.

Beside `price` stands `price_set` with the shop's and the buyer's ("presentment") money; a
refund must be reckoned in the buyer's.
"""

from chalicelib.domain.money import Money
from chalicelib.shops import reading
from chalicelib.shops.reading import Body


def amount(body: Body, field: str, currency: str, *, set_field: str | None = None) -> Money:
    """`field` of a body in the buyer's currency. Raises Unreadable."""
    both = reading.mapping(body.get(set_field or f"{field}_set"))
    shown = reading.mapping(both.get("presentment_money"))
    if reading.text(shown.get("currency_code")).upper() == currency:
        return reading.money(shown.get("amount"), currency, field)
    return reading.money(body.get(field), currency, field)


def presentment_currency(body: Body, *set_fields: str) -> str | None:
    """The buyer's currency as the first of some `_set` fields names it."""
    for field in set_fields:
        shown = reading.mapping(reading.mapping(body.get(field)).get("presentment_money"))
        code = reading.text(shown.get("currency_code")).upper()
        if code:
            return reading.currency(code)
    return None
