"""What happens to returns, as events tell it: codes, counts, minor units and moments."""

from typing import ClassVar

from chalicelib.domain.events import Fact
from chalicelib.domain.records import Moment, Value


class ReturnRequested(Fact):
    type: ClassVar[str] = "return.requested"
    order_id: str
    reasons: dict[str, int]
    """Reason code -> units (RET-11)."""
    units: int
    wish: str
    owner: str
    channel: str
    value: int
    """Minor units that were quoted."""
    currency: str


class ReturnAuthorized(Fact):
    """The warehouse may expect a parcel. `rule` is empty where a person decided."""

    type: ClassVar[str] = "return.authorized"
    rule: str
    preset: str
    policy_version: int
    units: int
    freight_payer: str
    automatic: bool
    send_back_by: Moment


class ReturnDeclined(Fact):
    type: ClassVar[str] = "return.declined"
    code: str


class ReturnCancelled(Fact):
    type: ClassVar[str] = "return.cancelled"
    units: int


class ReturnExpired(Fact):
    """Nothing was sent back in time; the units are free again."""

    type: ClassVar[str] = "return.expired"
    units: int


class ReturnSent(Fact):
    type: ClassVar[str] = "return.sent"


class ReturnReceived(Fact):
    type: ClassVar[str] = "return.received"
    units: int
    missing: int
    over: int


class ReturnInspected(Fact):
    type: ClassVar[str] = "return.inspected"
    accepted: int
    rejected: int
    automatic: bool
    """Nobody looked in time, and what arrived was accepted as it was."""


class DisposedLine(Value):
    """One line of what was disposed of."""

    line_id: str
    sku: str
    reason: str
    grade: str
    disposition: str
    units: int


class UnitsDisposed(Fact):
    """Where the units of each line go next (RET-05), and why they came (RET-12)."""

    type: ClassVar[str] = "return.disposed"
    lines: tuple[DisposedLine, ...]


class ReturnSettled(Fact):
    """The refund was reckoned and reserved; `took_minutes` is the time since the request."""

    type: ClassVar[str] = "return.settled"
    amount: int
    """Minor units."""
    currency: str
    payer: str
    freight_payer: str
    deducted: int
    """Minor units taken off for fees and lost value."""
    took_minutes: int


class ReturnRefunded(Fact):
    """The money has moved. `by` is `shop` where the shop's own refund showed it, else `hand`."""

    type: ClassVar[str] = "return.refunded"
    amount: int
    currency: str
    by: str


class ReturnEscalated(Fact):
    """Something owed is late and nothing may happen by itself: a person must act."""

    type: ClassVar[str] = "return.escalated"
    what: str
