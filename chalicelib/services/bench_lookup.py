"""Whose parcel a scan names: by the number of a case, a parcel's tracking number, or an order's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.domain.ids import near_numbers, read_number
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.orders import Order, normalised_number
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.products import Product, Variants
from chalicelib.domain.return_lines import ReturnLine
from chalicelib.domain.returns import Logistics, RequestState, Return
from chalicelib.domain.unpacking import Expected, refused
from chalicelib.services.desk import Desk
from chalicelib.services.order_files import OrderFile, file_of
from chalicelib.store.records import Card

MOST_CASES = 20
"""So many returns of one order, or parcels of one number, are looked at."""

MOST_PAGES = 100
"""So many pages of variants are read for the codes of what is expected."""

_LETTER = "R-"
_COMING = (Logistics.AWAITING, Logistics.IN_TRANSIT, Logistics.LOST)


@dataclass(frozen=True, slots=True)
class Named:
    """A return by what was scanned; `is_mended` if that was a number with a character wrong."""

    case: Return
    is_mended: bool = False


def return_named(desk: Desk, text: str) -> Named:
    """The return whose parcel it is; of several, the one that still waits for it. The number of a
    case with one character wrong, or two changed round, is mended by its check character.

    Raises Invalid, field `scan`: reason `several` with their `numbers` if more than one waits,
    `misread` for a number of ours that cannot be mended, `unknown` for anything else.
    """
    number = read_number(text)
    if number is not None:
        return Named(_numbered(desk, [number], "unknown"))
    cards = _cards(desk, normalised_number(text))
    if cards:
        return Named(desk.get(Return, _one_of(cards)))
    near = [one for one in near_numbers(text) if one.startswith(_LETTER)]
    if not near:
        raise refused("Nothing here has this number.", "unknown")
    return Named(_numbered(desk, near, "misread"), is_mended=True)


def expected_lines(desk: Desk, case: Return) -> list[Expected]:
    """What was agreed to, with the codes its goods are known by."""
    file = file_of(desk, case)
    gtins = _gtins(desk, file, case)
    return [_expected(file, line, gtins) for line in case.lines if line.authorized]


def _cards(desk: Desk, code: str) -> list[Card]:
    """The returns that a tracking number or an order's number leads to, newest first."""
    if not code:
        return []
    tracked = desk.page(3, f"tracking#{code}", limit=MOST_CASES, backwards=True).cards
    own = [card for card in tracked if card.kind == Return.kind]
    if own:
        return own
    orders = [str(card.card["order_id"]) for card in tracked if card.kind == Parcel.kind]
    if not orders:
        numbered = desk.page(3, f"order-number#{code}", limit=1).cards
        orders = [card.id for card in numbered if card.kind == Order.kind]
    return [card for order in orders[:1] for card in _of_order(desk, order)]


def _of_order(desk: Desk, order: str) -> Iterable[Card]:
    cards = desk.page(4, f"order#{order}", limit=MOST_CASES, backwards=True).cards
    return (card for card in cards if card.kind == Return.kind)


def _numbered(desk: Desk, numbers: Sequence[str], reason: str) -> Return:
    """The one return that has one of these numbers. Raises Invalid with that reason."""
    claims = desk.read(*((NumberClaim, one) for one in numbers))
    subjects = [
        one.subject
        for one in claims
        if isinstance(one, NumberClaim) and one.subject.startswith(f"{Return.prefix}_")
    ]
    if len(subjects) != 1:
        raise refused("No return, or more than one, has this number.", reason)
    return desk.get(Return, subjects[0])


def _one_of(cards: Sequence[Card]) -> str:
    coming = [card for card in cards if _is_coming(card)]
    if len(coming) > 1:
        numbers = [str(card.card["number"]) for card in coming]
        raise refused("Several returns wait for a parcel.", "several", numbers=numbers)
    return (coming or cards)[0].id


def _is_coming(card: Card) -> bool:
    agreed = (RequestState.AUTHORIZED, RequestState.EXPIRED)
    return card.card["request"] in agreed and card.card["logistics"] in _COMING


def _gtins(desk: Desk, file: OrderFile, case: Return) -> dict[tuple[str, str], str]:
    """By product and variant, as the shop names them."""
    sold = [found for line in case.lines if (found := file.line(line.line_id))]
    names = {one.product_id for one in sold if one.product_id}
    products = {name: product for name, product in file.products.items() if name in names}
    pages = [
        (Variants, f"{page:03d}", product.id)
        for product in products.values()
        for page in range(len(product.pages))
    ][:MOST_PAGES]
    if not pages:
        return {}
    by_id = {product.id: name for name, product in products.items()}
    return {
        (by_id[page.product_id], variant.id): variant.gtin
        for page in desk.read(*pages)
        if isinstance(page, Variants)
        for variant in page.variants
    }


def _expected(file: OrderFile, line: ReturnLine, gtins: dict[tuple[str, str], str]) -> Expected:
    sold = file.line(line.line_id)
    product_id, variant_id = (sold.product_id, sold.variant_id) if sold else (None, None)
    product: Product | None = file.products.get(product_id) if product_id else None
    told = product.after_sales if product else None
    return Expected(
        line_id=line.line_id,
        title=line.title,
        variant=line.variant,
        sku=line.sku,
        gtin=gtins.get((product_id or "", variant_id or ""), ""),
        reason=line.reason,
        units=line.authorized,
        instruction=told.exception_reason if told else "",
        is_serial_wanted=told.is_serial_wanted if told else False,
    )
