"""An order with all that lies beside it, as returns need it: one query and one batch read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from chalicelib.domain.canonical import Line
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.ledger import LedgerLine
from chalicelib.domain.orders import Order, OrderLines, refunds_in_force
from chalicelib.domain.paid import Paid
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.policy import Ground, Place, Ruling, eligible
from chalicelib.domain.products import Product, product_id
from chalicelib.domain.records import Record
from chalicelib.domain.return_lines import Reason, open_units, shipped_units
from chalicelib.domain.return_money import Settlement, paid_of
from chalicelib.domain.returns import Return
from chalicelib.domain.shop_refunds import Refund
from chalicelib.services.desk import Desk
from chalicelib.store.commit import Conflict

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order, and its lines, parcels, refunds and settlements at the same moment."""

    order: Order
    lines: tuple[Line, ...]
    parcels: tuple[Parcel, ...]
    refunds: tuple[Refund, ...]
    """Those that stand: one that was deleted in the shop carries nothing out."""
    settlements: tuple[Settlement, ...]
    ledger: tuple[LedgerLine, ...]
    products: Mapping[str, Product] = field(default_factory=dict[str, Product])
    """By the shop's own product id."""
    customer: Customer | None = None

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    @property
    def may_claim(self) -> dict[str, int]:
        """Order line id -> units that may still be asked back."""
        return {ground.line.id: ground.units for ground in self.grounds()}

    def paid(self, *, without: Refund | None = None) -> Paid:
        """How the order stands; `without` one refund that is being adopted."""
        return paid_of(self.order, self.lines, self.refunds, self.settlements, without=without)

    def grounds(self) -> list[Ground]:
        """What each line's ruling is made of. Raises NotAllowed while the order is incomplete."""
        paid = self.paid()
        found: list[Ground] = []
        for line in self.lines:
            stands = paid.line(line.id)
            left = stands.quantity_left if stands else 0
            units = min(open_units(self.order, self.parcels, line), left)
            found.append(
                Ground(
                    line=line,
                    units=units,
                    is_sent=shipped_units(self.order, self.parcels, line) > 0,
                    value=stands.share(units)[0] if stands else 0,
                )
            )
        return found

    def ledger_line(self, case_id: str) -> LedgerLine:
        """The refund of one return. Raises NotAllowed before it was settled."""
        for line in self.ledger:
            if line.case_id == case_id:
                return line
        raise NotAllowed("Nothing was settled yet.", reason="not-settled")

    def settlement(self, case_id: str) -> Settlement:
        """What was settled for one return. Raises NotAllowed before it was."""
        for one in self.settlements:
            if one.return_id == case_id:
                return one
        raise NotAllowed("Nothing was settled yet.", reason="not-settled")


def order_file(desk: Desk, order_id: str) -> OrderFile:
    """The order with its products and customer. Raises NotFound, and Replayed as every first
    read of a request does."""
    return _file(desk, order_id, ())[0]


def file_of(desk: Desk, case: Return) -> OrderFile:
    """The order of a return as it stands with that version of the return, so that no rule is asked
    about a return from before and an order from after a change. Raises Conflict if the return has
    changed since it was read."""
    file, beside = _file(desk, case.order_id, ((Return, case.id),))
    if [one.version for one in beside if isinstance(one, Return)] != [case.version]:
        raise Conflict("the return changed while its order was read")
    return file


def _file(
    desk: Desk, order_id: str, besides: Sequence[tuple[type[Record], str]]
) -> tuple[OrderFile, list[Record]]:
    """The order's file, and other records that are read last."""
    found = desk.family(order_id, Order, OrderLines, Parcel, Refund, Settlement, LedgerLine)
    order = next(iter(_only(found, Order)), None)
    if order is None:
        raise NotFound("There is no such order.", field="order_id")
    lines = tuple(line for page in _only(found, OrderLines) for line in page.lines)
    in_force = refunds_in_force(order)
    by_product = {
        line.product_id: product_id(order.shop, order.platform, line.product_id)
        for line in lines
        if line.product_id
    }
    also: list[tuple[type[Record], str]] = [(Product, one) for one in by_product.values()]
    if order.customer_id is not None:
        also.append((Customer, order.customer_id))
    beside = [one for one in desk.read(*also, *besides) if one is not None]
    products = {one.id: one for one in beside if isinstance(one, Product)}
    file = OrderFile(
        order=order,
        lines=lines,
        parcels=tuple(_only(found, Parcel)),
        refunds=tuple(one for one in _only(found, Refund) if one.id in in_force),
        settlements=tuple(_only(found, Settlement)),
        ledger=tuple(_only(found, LedgerLine)),
        products={name: products[one] for name, one in by_product.items() if one in products},
        customer=next((one for one in beside if isinstance(one, Customer)), None),
    )
    return file, beside


def rulings(
    desk: Desk, file: OrderFile, reasons: Mapping[str, Reason], at: datetime
) -> dict[str, Ruling]:
    """What the shop's policy says of each line at a moment, for the reasons given."""
    return eligible(
        file.order,
        file.grounds(),
        file.products,
        desk.shop.returns,
        reasons,
        place=place_of(desk),
        at=at,
    )


def place_of(desk: Desk) -> Place:
    """Where the shop counts its days."""
    return Place(zone=desk.shop.zone, country=desk.shop.country)


def _only(found: Iterable[Record], kind: type[R]) -> list[R]:
    return [one for one in found if isinstance(one, kind)]
