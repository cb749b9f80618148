"""Orders as the shop tells them, merged fact by fact.

Shops deliver twice, late and in any order. An order's own fields are those of its newest
snapshot; each parcel and each refund merges by its own id; each fact is told once. So any
order of the same deliveries ends in the same records.
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import ClassVar, TypeAlias

from pydantic import Field

from chalicelib.domain import canonical, parcels, shop_refunds
from chalicelib.domain.canonical import (
    Contact,
    DeliverySource,
    Fulfilment,
    Line,
    Payment,
    Platform,
    SeenBy,
)
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import derived
from chalicelib.domain.money import Money, total, zero
from chalicelib.domain.parcels import Parcel, ParcelMark
from chalicelib.domain.records import Moment, Record
from chalicelib.domain.shop_refunds import Refund, RefundMark

LINES_A_PAGE = 25
LONGEST_NUMBER = 64

OrderEvent: TypeAlias = (
    canonical.OrderSeen
    | canonical.ParcelSeen
    | canonical.ParcelMoved
    | canonical.ParcelDelivered
    | canonical.ParcelDelayed
    | canonical.RefundSeen
)


class OrderPlaced(Fact):
    type = "order.placed"
    total: Money
    lines: int
    placed_at: Moment
    seen_by: SeenBy


class OrderPaid(Fact):
    type = "order.paid"
    captured: Money
    paid_at: Moment | None


class OrderCancelled(Fact):
    type = "order.cancelled"
    cancelled_at: Moment


class Order(Record):
    """An order's header: what decides about it. Its lines, parcels and refunds lie beside it.

    Until `complete`, only a parcel or a refund of it was seen, and the fields of the order
    itself are empty.
    """

    kind: ClassVar[str] = "order"
    prefix: ClassVar[str] = "ord"

    platform: Platform
    outside_id: str
    seen_by: SeenBy
    complete: bool = False
    number: str = ""
    """As the buyer knows it, such as `#1001`."""
    customer_id: str | None = None
    contact: Contact = Field(default_factory=Contact)
    locale: str | None = None
    country: str | None = None
    zone: str | None = None
    currency: str | None = None
    taxes_included: bool = False
    shipping_paid: Money | None = None
    discount: Money | None = None
    tax: Money | None = None
    total: Money | None = None
    captured: Money | None = None
    """What was taken from the buyer; refunds are not subtracted."""
    refunded_amount: Money | None = None
    """What went back in the shop, in the order's currency."""
    payment: Payment = Payment.PENDING
    fulfilment: Fulfilment = Fulfilment.NONE
    placed_at: Moment | None = None
    paid_at: Moment | None = None
    cancelled_at: Moment | None = None
    changed_at: Moment | None = None
    digest: str = ""
    pages: tuple[str, ...] = ()
    """The digest of each page of lines."""
    parcels: dict[str, ParcelMark] = {}
    refunds: dict[str, RefundMark] = {}
    refund_ids: tuple[str, ...] | None = None
    delivered_at: Moment | None = None
    """When the last parcel arrived; None while one is still to come."""
    delivery_source: DeliverySource | None = None
    was_paid: bool = False
    was_cancelled: bool = False
    returned: dict[str, int] = {}
    """Order line id -> units claimed by our own returns."""
    erased_at: Moment | None = None

    def erased(self, at: datetime) -> "Order":
        """The order without its buyer; later deliveries do not bring the buyer back."""
        return self.but(contact=Contact(), erased_at=at)


class OrderLines(Record):
    """A page of up to 25 lines; its id is its place: `000`, `001`, ..."""

    kind: ClassVar[str] = "lines"
    prefix: ClassVar[str] = ""
    guarded: ClassVar[bool] = True

    order_id: str
    lines: tuple[Line, ...] = ()

    @property
    def part_of(self) -> str:
        return self.order_id


def order_id(shop: str, platform: Platform, outside_id: str) -> str:
    """The id under which an order of the shop is kept, seen or not."""
    return derived("ord", shop, platform, outside_id)


def normalised_number(text: str) -> str:
    """An order number for comparing, whatever stands round it: ` # 1001-a ` -> `1001a`. One
    character may stand for eighteen, so of the outcome only so many are compared as fit a key."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())[:LONGEST_NUMBER]


def refunds_in_force(order: Order) -> dict[str, RefundMark]:
    """The refunds that stand: where a platform lets a refund be deleted, one that the newest
    snapshot does not know is gone."""
    return {
        refund: mark
        for refund, mark in order.refunds.items()
        if order.refund_ids is None
        or refund in order.refund_ids
        or order.changed_at is None
        or mark.changed_at > order.changed_at
    }


def apply(
    header: Order | None,
    event: OrderEvent,
    *,
    shop: str,
    customer_id: str | None,
    seen_by: SeenBy,
) -> Changes[Order]:
    """Take one event into an order; nothing changes if it says nothing new.

    `header` is what is kept, None if nothing is. `customer_id` is whom the order belongs to, as
    far as the event says; a known customer stays when it is None.
    """
    before = header or Order(
        shop=shop,
        id=order_id(shop, event.platform, event.order_id),
        platform=event.platform,
        outside_id=event.order_id,
        seen_by=seen_by,
    )
    change = _Change(before)
    match event:
        case canonical.OrderSeen():
            change.take_snapshot(event, customer_id, seen_by)
        case canonical.ParcelSeen():
            change.take_parcel(event)
        case canonical.ParcelMoved():
            change.set_mark(event.id, parcels.moved(change.mark(event.id), event))
        case canonical.ParcelDelivered():
            change.set_mark(event.id, parcels.delivered(change.mark(event.id), event))
        case canonical.ParcelDelayed():
            change.set_mark(event.id, parcels.delayed(change.mark(event.id), event))
        case canonical.RefundSeen():
            change.take_refund(event)
    return change.done(is_new=header is None)


def apply_all(
    header: Order | None,
    events: Iterable[OrderEvent],
    *,
    shop: str,
    customer_id: str | None,
    seen_by: SeenBy,
) -> Changes[Order | None]:
    """Take several events of the same order into it, as one decision; the result is the header
    as it is then, None if there was neither a header nor an event."""

    def take(so_far: Changes[Order | None], event: OrderEvent) -> Changes[Order | None]:
        then = apply(so_far.result, event, shop=shop, customer_id=customer_id, seen_by=seen_by)
        return Changes(then.result).plus(so_far, then)

    return reduce(take, events, nothing(header))


class _Change:
    """One event being taken in: the header as it becomes, and what is written and told."""

    def __init__(self, before: Order) -> None:
        self.before = before
        self.after = before
        self.parts: list[Record] = []
        self.removed: list[Record] = []
        self.facts: list[Fact] = []

    def mark(self, parcel: str) -> ParcelMark:
        return self.after.parcels.get(parcel, ParcelMark())

    def take_snapshot(
        self, event: canonical.OrderSeen, customer_id: str | None, seen_by: SeenBy
    ) -> None:
        before = self.before
        if not before.complete:
            self.facts.append(
                OrderPlaced(
                    total=event.total,
                    lines=len(event.lines),
                    placed_at=event.placed_at,
                    seen_by=seen_by,
                )
            )
        if event.payment.is_paid and not before.was_paid:
            self._set(was_paid=True)
            self.facts.append(OrderPaid(captured=event.captured, paid_at=event.paid_at))
        if event.cancelled_at is not None and not before.was_cancelled:
            self._set(was_cancelled=True)
            self.facts.append(OrderCancelled(cancelled_at=event.cancelled_at))
        content = canonical.digest(event, leaving_out=frozenset({"changed_at"}))
        if before.changed_at is None or _age(event, content) > (
            before.changed_at,
            _progress(before),
            before.digest,
        ):
            self._take_own_fields(event, content, customer_id, seen_by)

    def take_parcel(self, event: canonical.ParcelSeen) -> None:
        mark, is_new = parcels.seen(self.mark(event.id), event)
        self.set_mark(event.id, mark)
        if is_new:
            parcel = Parcel.of(event, shop=self.after.shop, order_id=self.after.id)
            self.parts.append(parcel.erased() if self.after.erased_at else parcel)

    def set_mark(self, parcel: str, mark: ParcelMark) -> None:
        self.facts += parcels.facts(parcel, self.mark(parcel), mark)
        self._set(parcels={**self.after.parcels, parcel: mark})

    def take_refund(self, event: canonical.RefundSeen) -> None:
        before = self.after.refunds.get(event.id)
        mark, is_new = shop_refunds.seen(before, event)
        self.facts += shop_refunds.facts(event, before, mark)
        self._set(refunds={**self.after.refunds, event.id: mark})
        if is_new:
            self.parts.append(Refund.of(event, shop=self.after.shop, order_id=self.after.id))

    def done(self, *, is_new: bool) -> Changes[Order]:
        arrived_at, source = _arrival(self.after)
        self._set(
            refunded_amount=_refunded(self.after),
            delivered_at=arrived_at,
            delivery_source=source,
        )
        if not is_new and self.after == self.before:
            return nothing(self.before)
        after = self.after.but()
        return Changes(
            after,
            records=(after, *self.parts),
            told=tuple(Told(after, fact) for fact in self.facts),
            removed=tuple(self.removed),
        )

    def _take_own_fields(
        self,
        event: canonical.OrderSeen,
        content: str,
        customer_id: str | None,
        seen_by: SeenBy,
    ) -> None:
        kept = self.after
        pages = tuple(
            event.lines[start : start + LINES_A_PAGE]
            for start in range(0, len(event.lines), LINES_A_PAGE)
        )
        digests = tuple(canonical.digest(page) for page in pages)
        for place, page in enumerate(pages):
            if digests[place : place + 1] != kept.pages[place : place + 1]:
                self.parts.append(_page(kept, place, page))
        self.removed += [_page(kept, place, ()) for place in range(len(pages), len(kept.pages))]
        self._set(
            complete=True,
            seen_by=seen_by,
            number=event.number,
            customer_id=customer_id or kept.customer_id,
            contact=Contact() if kept.erased_at else event.customer.contact,
            locale=event.customer.language,
            country=event.customer.country,
            zone=event.customer.zone,
            currency=event.currency,
            taxes_included=event.taxes_included,
            shipping_paid=event.shipping_paid,
            discount=event.discount,
            tax=event.tax,
            total=event.total,
            captured=event.captured,
            payment=event.payment,
            fulfilment=event.fulfilment,
            placed_at=event.placed_at,
            paid_at=event.paid_at,
            cancelled_at=event.cancelled_at,
            changed_at=event.changed_at,
            digest=content,
            pages=digests,
            refund_ids=event.refund_ids,
        )

    def _set(self, **fields: object) -> None:
        self.after = self.after.model_copy(update=fields)


def _page(order: Order, place: int, lines: tuple[Line, ...]) -> OrderLines:
    return OrderLines(shop=order.shop, id=f"{place:03d}", order_id=order.id, lines=lines)


def _age(event: canonical.OrderSeen, content: str) -> tuple[datetime, int, str]:
    """Which of two snapshots is newer. Platforms stamp whole seconds, within which an order is
    placed and paid: of the same second, the one further on; then any, but always the same."""
    return event.changed_at, _progress(event), content


def _progress(order: canonical.OrderSeen | Order) -> int:
    payment = list(Payment).index(order.payment)
    fulfilment = list(Fulfilment).index(order.fulfilment)
    return (order.cancelled_at is not None) * 100 + payment * 10 + fulfilment


def _refunded(order: Order) -> Money | None:
    amounts = [mark.amount for _, mark in sorted(refunds_in_force(order).items())]
    currency = order.currency or (amounts[0].currency if amounts else None)
    if currency is None:
        return None
    if not amounts:
        return zero(currency)
    return total((a for a in amounts if a.currency == currency), currency)


def _arrival(order: Order) -> tuple[datetime | None, DeliverySource | None]:
    """When everything had arrived, and on what that rests."""
    whole = order.parcels.get(canonical.WHOLE_ORDER)
    left = [
        mark
        for parcel, mark in order.parcels.items()
        if mark.has_left and parcel != canonical.WHOLE_ORDER
    ]
    arrived = [
        (mark.delivered_at, mark.source.rank, mark.source)
        for mark in left
        if mark.delivered_at and mark.source
    ]
    if left and len(arrived) == len(left) and order.fulfilment is not Fulfilment.PARTIAL:
        at, _, source = max(arrived)
        return at, source
    return (whole.delivered_at, whole.source) if whole else (None, None)
