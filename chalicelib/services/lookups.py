"""Finding by the number somebody names: a case here, an order first here, then at the shop."""

from collections.abc import Iterator

from chalicelib.domain.customers import mail_address
from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.ids import read_number
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.orders import Order, OrderEvent, SeenBy, normalised_number
from chalicelib.domain.records import Record
from chalicelib.services import catalogue
from chalicelib.services.desk import Desk
from chalicelib.services.shops import secrets_name
from chalicelib.shops import lookup

LONGEST_NUMBER, MOST_WORDS = 64, 3
"""Characters of what may be an order's number as a whole, and how many words of a longer text are
looked for: each may be asked of the shop, which takes up to two seconds."""


def find_order(desk: Desk, number: str) -> Order | None:
    """The order of that number. One that was never pushed is asked for at the shop, within two
    seconds, and kept; None if nobody knows it."""
    wanted = normalised_number(number)
    if not wanted:
        return None
    cards = desk.page(3, f"order-number#{wanted}", limit=1).cards
    if cards:
        return desk.find(Order, cards[0].id)
    return _asked(desk, number)


def order_numbered(desk: Desk, number: str) -> Order:
    """The same, for who may know that there is none. Raises NotFound."""
    order = find_order(desk, number)
    if order is None:
        raise NotFound("Neither we nor the shop know this order.", field="number")
    return order


def named(desk: Desk, kind: type[Record], text: str) -> str:
    """The id of the case that somebody calls by its number, typed as it may be, or by its id.
    Raises NotFound."""
    number = read_number(text)
    if number is None:
        return text
    found = desk.find(NumberClaim, number)
    if found is None:
        raise NotFound(f"There is no such {kind.kind}.", field="number")
    return found.subject


def order_of(desk: Desk, number: str, mail: str) -> Order | None:
    """The order of that number, if that mail address ordered it. Who asks is not told which of
    the two was wrong."""
    address = mail_address(mail)
    order = find_order(desk, number) if address else None
    if order is None or mail_address(order.contact.mail) != address:
        return None
    return order


def orders_meant(desk: Desk, text: str) -> Iterator[Order]:
    """The orders that somebody may mean who tells of one in their own words: by the whole of it,
    if it is short enough for a number, then by each of its words that has a digit in it."""
    whole = [text] if len(text) <= LONGEST_NUMBER else []
    words = [word for word in text.split() if any(c.isdecimal() for c in word)]
    tried = {normalised_number(one): one for one in (*whole, *words[:MOST_WORDS])}
    found = (find_order(desk, one) for one in tried.values())
    return (order for order in found if order is not None)


def can_ask(desk: Desk) -> bool:
    """Whether the shop lets itself be asked for orders that were never pushed."""
    return _access(desk).is_configured


def _access(desk: Desk) -> lookup.Access:
    shop = desk.shop
    return lookup.Access(
        platform=shop.platform,
        url=shop.api_url,
        token=str(desk.house.parameter(secrets_name(shop.id)).get("api_token", "")),
        is_local=desk.house.settings.stage == "local",
    )


def _asked(desk: Desk, number: str) -> Order | None:
    found = lookup.order(_access(desk), number)
    events = [event for event in found.events if isinstance(event, OrderEvent)]
    if not events:
        return None
    # On a desk of its own: what was asked for is kept, whatever becomes of the request.
    own = Desk(
        desk.house, desk.shop_id, actor=Actor(kind=ActorKind.SYSTEM), correlation=desk.correlation
    )
    return catalogue.take_order(own, events, SeenBy.LOOKUP)
