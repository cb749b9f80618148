"""Finding what somebody has in hand: the number of a case, an order or a parcel, or how a person
is known. Each is read by key or is one Query; another shop's things are not there."""

from dataclasses import dataclass
from typing import TypeAlias

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.canonical import Person
from chalicelib.domain.customers import Customer, Identity, identities_of, mail_address
from chalicelib.domain.ids import near_numbers, read_number
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.orders import Order, normalised_number
from chalicelib.domain.records import Record
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.withdrawals import Withdrawal
from chalicelib.services.desk import Desk

MOST_FOUND = 20
"""Of each kind; who has more in hand than that knows more than a number."""

LONGEST = 254
"""Characters of a mail address; nothing that can be found is longer."""

Case: TypeAlias = Ticket | Return | Callback | Withdrawal

_CASES: dict[str, type[Record]] = {
    one.prefix: one for one in (Ticket, Return, Callback, Withdrawal)
}


@dataclass(frozen=True, slots=True)
class Numbered:
    """What has a number."""

    cases: list[Case]
    orders: list[Order]
    """Those called so, and those that a parcel of this tracking number belongs to."""
    meant: str = ""
    """The case's number as it was meant, where it was mistyped."""


def numbered(desk: Desk, text: str) -> Numbered:
    """Cases, orders and parcels of a number, typed as it may be. A case's number with one
    character wrong, or two changed round, is mended by its check character."""
    if not is_number(text):
        return Numbered([], [])
    exact = read_number(text)
    cases = _cases(desk, (exact,) if exact else near_numbers(text))
    meant = cases[0].number if cases and not exact else ""
    return Numbered(cases, _orders(desk, normalised_number(text)), meant)


def is_number(text: str) -> bool:
    """Whether it could be the number of anything."""
    is_short = len(text) <= LONGEST
    return is_short and bool(normalised_number(text)) and not mail_address(text)


def people(desk: Desk, text: str) -> list[Customer]:
    """Who is known by a mail address or a whole phone number; without a country code, a number
    is one of the shop's country."""
    if len(text) > LONGEST:
        return []
    person = Person(mail=text, phone=text, country=desk.shop.country or None)
    ids = identities_of(person, desk.shop.platform, desk.fingerprint)
    known = desk.read(*((Identity, one) for one in ids)) if ids else []
    wanted = {one.customer_id for one in known if isinstance(one, Identity) and one.customer_id}
    found = desk.read(*((Customer, one) for one in sorted(wanted))) if wanted else []
    return [one for one in found if isinstance(one, Customer)]


def _cases(desk: Desk, numbers: tuple[str, ...]) -> list[Case]:
    if not numbers:
        return []
    claims = desk.read(*((NumberClaim, one) for one in numbers))
    subjects = [one.subject for one in claims if isinstance(one, NumberClaim)]
    if not subjects:
        return []
    found = desk.read(*((_CASES[one.partition("_")[0]], one) for one in subjects))
    return [one for one in found if isinstance(one, Case)]


def _orders(desk: Desk, number: str) -> list[Order]:
    called = desk.page(3, f"order-number#{number}", limit=MOST_FOUND, backwards=True).cards
    parcels = desk.page(3, f"tracking#{number}", limit=MOST_FOUND, backwards=True).cards
    ids = [*(card.id for card in called), *(str(card.card["order_id"]) for card in parcels)]
    wanted = list(dict.fromkeys(ids))[:MOST_FOUND]
    found = desk.read(*((Order, one) for one in wanted)) if wanted else []
    return [one for one in found if isinstance(one, Order)]
