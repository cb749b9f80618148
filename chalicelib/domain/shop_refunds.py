"""Refunds as the shop tells them: money that went back there, whoever caused it."""

from typing import ClassVar

from chalicelib.domain import canonical
from chalicelib.domain.canonical import RefundLine
from chalicelib.domain.events import Fact
from chalicelib.domain.money import Money
from chalicelib.domain.records import Moment, Record, Value


class OrderRefunded(Fact):
    type = "order.refunded"
    refund: str
    amount: Money
    refunded_at: Moment


class Refund(Record):
    """What a refund gave back, by line and for shipping as far as the shop says."""

    kind: ClassVar[str] = "refund"
    prefix: ClassVar[str] = ""
    guarded: ClassVar[bool] = True

    order_id: str
    amount: Money
    lines: tuple[RefundLine, ...] = ()
    shipping: Money | None = None
    reason: str = ""
    refunded_at: Moment

    @property
    def part_of(self) -> str:
        return self.order_id

    @classmethod
    def of(cls, event: canonical.RefundSeen, *, shop: str, order_id: str) -> "Refund":
        return cls(
            shop=shop,
            id=event.id,
            order_id=order_id,
            amount=event.amount,
            lines=event.lines,
            shipping=event.shipping,
            reason=event.reason,
            refunded_at=event.refunded_at,
        )


class RefundMark(Value):
    """What an order's header keeps of a refund: enough to merge it without reading it."""

    digest: str
    changed_at: Moment
    amount: Money
    is_told: bool
    """The fact went out; a refund of nothing is none yet."""


def seen(mark: RefundMark | None, event: canonical.RefundSeen) -> tuple[RefundMark, bool]:
    """The mark after a refund was seen, and whether its content is to be written anew.

    The later statement wins, then the digest, so that order of arrival leaves no trace.
    """
    content = canonical.digest(event, leaving_out=frozenset({"changed_at"}))
    is_told = bool(event.amount) or (mark is not None and mark.is_told)
    if mark and (event.changed_at, content) <= (mark.changed_at, mark.digest):
        return mark.model_copy(update={"is_told": is_told}), False
    updated = RefundMark(
        digest=content, changed_at=event.changed_at, amount=event.amount, is_told=is_told
    )
    return updated, mark is None or mark.digest != content


def facts(event: canonical.RefundSeen, before: RefundMark | None, after: RefundMark) -> list[Fact]:
    """What is told when a refund is seen: once, as soon as money is in it."""
    if not after.is_told or (before is not None and before.is_told):
        return []
    return [OrderRefunded(refund=event.id, amount=event.amount, refunded_at=event.refunded_at)]
