"""What a returns policy would have done to the returns of the last month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from chalicelib.domain.canonical import Line
from chalicelib.domain.money import share_of_remaining
from chalicelib.domain.orders import Order, OrderLines
from chalicelib.domain.policy import Ground, Place, ReturnPolicy
from chalicelib.domain.policy_effect import AskedThen, Effect, effect
from chalicelib.domain.products import Product, product_id
from chalicelib.domain.records import Record
from chalicelib.domain.return_lines import ReturnLine
from chalicelib.domain.returns import Return
from chalicelib.domain.shops import Shop
from chalicelib.services.desk import Desk

R = TypeVar("R", bound=Record)

ASKED = "returns-asked"
MOST = 200
A_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LastMonth:
    """The effect on the returns asked for in the last 30 days; the newest ones, if there are more
    than are looked at."""

    effect: Effect
    is_all: bool


def on_last_month(desk: Desk, shop: Shop, wanted: ReturnPolicy) -> LastMonth:
    """Decides the last month's returns under the shop's policy and under another.

    A return whose order has been emptied, or has lost the line, is left out. Of a line as many
    units count as were asked for.
    """
    page = desk.page(4, ASKED, limit=MOST, backwards=True)
    ids = [str(card.card["subject"]) for card in page.cards]
    since = desk.now() - A_MONTH
    returns = [one for one in _read(desk, Return, ids) if one.requested_at >= since]
    place = Place(zone=shop.zone, country=shop.country)
    found = effect(_asked(desk, returns), shop.returns, wanted, place)
    return LastMonth(found, is_all=len(returns) < len(ids) or len(ids) < MOST)


def _asked(desk: Desk, returns: list[Return]) -> list[AskedThen]:
    """A few batches, however many orders and lines they are about."""
    orders = {one.id: one for one in _read(desk, Order, sorted({r.order_id for r in returns}))}
    pages = [(OrderLines, f"{n:03d}", o.id) for o in orders.values() for n in range(len(o.pages))]
    read: list[Record | None] = desk.read(*pages) if pages else []
    lines = {
        (page.order_id, line.id): line
        for page in read
        if isinstance(page, OrderLines)
        for line in page.lines
    }
    sold = {
        line.product_id: product_id(desk.shop_id, orders[order].platform, line.product_id)
        for (order, _), line in lines.items()
        if line.product_id
    }
    known = {one.id: one for one in _read(desk, Product, sorted(set(sold.values())))}
    products = {name: known[one] for name, one in sold.items() if one in known}
    return [
        AskedThen(
            order=orders[one.order_id],
            grounds=[_ground(lines[one.order_id, line.line_id], line) for line in one.lines],
            products=products,
            reasons={line.line_id: line.reason for line in one.lines},
            at=one.requested_at,
        )
        for one in returns
        if _is_whole(one, lines)
    ]


def _is_whole(one: Return, lines: Mapping[tuple[str, str], Line]) -> bool:
    return all((one.order_id, line.line_id) in lines for line in one.lines)


def _ground(line: Line, wanted: ReturnLine) -> Ground:
    units = min(wanted.requested, line.quantity)
    worth = share_of_remaining(line.paid.amount, line.quantity, units)
    return Ground(line=line, units=units, is_sent=True, value=worth)


def _read(desk: Desk, kind: type[R], ids: list[str]) -> list[R]:
    found = desk.read(*((kind, one) for one in ids)) if ids else []
    return [one for one in found if isinstance(one, kind)]
