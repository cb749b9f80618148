"""What comes back of an order: lines, quantities, reasons, and how many units may still come."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from chalicelib.domain.canonical import WHOLE_ORDER, Fulfilment, Line
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.records import Value

MOST_LINES = 100
"""Lines of one return: what is decided, found and settled of each is kept in one record."""

LONGEST_TITLE, LONGEST_DETAIL = 200, 100
"""Characters of a title, and of a variant or an SKU, that a return keeps."""


class Reason(StrEnum):
    """Why a customer sends something back (RET-10)."""

    NO_REASON = "no_reason"
    WRONG_SIZE = "wrong_size"
    WRONG_COLOUR = "wrong_colour"
    DEFECTIVE = "defective"
    DAMAGED = "damaged"
    POOR_PERFORMANCE = "poor_performance"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    OTHER = "other"

    @property
    def is_fault(self) -> bool:
        """The goods are not what was owed: the shop answers for it (RET-09)."""
        return self in _FAULTS


_FAULTS = frozenset(
    {
        Reason.DEFECTIVE,
        Reason.DAMAGED,
        Reason.POOR_PERFORMANCE,
        Reason.NOT_AS_DESCRIBED,
        Reason.WRONG_ITEM,
    }
)


class Wish(StrEnum):
    """What the customer would like for it (RET-14)."""

    REFUND = "refund"
    EXCHANGE = "exchange"
    STORE_CREDIT = "store_credit"
    REPAIR = "repair"


class Way(StrEnum):
    """How it comes back to the shop. Each needs nothing but the return address."""

    SEND = "send"
    """The customer sends it, with whom they like."""
    BRING = "bring"
    """The customer brings it there."""


class LineVerdict(StrEnum):
    """What inspection found of one line."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


class Grade(StrEnum):
    """In which condition it came back: as new, opened, used, damaged."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"


class Disposition(StrEnum):
    """Where it goes next (RET-05)."""

    RESELL = "resell"
    REPAIR = "repair"
    SCRAP = "scrap"
    SEND_BACK = "send_back"


class Rejection(StrEnum):
    """Why units that arrived are not accepted."""

    NOT_INTACT = "not_intact"
    NO_FAULT = "no_fault"
    NOT_OURS = "not_ours"


class Found(Value):
    """What inspection found of one line: how many of the units received are accepted, in which
    condition, where they go, and why the others are not."""

    line_id: str = Field(min_length=1, max_length=200)
    accepted: int = Field(ge=0)
    grade: Grade
    disposition: Disposition
    rejection: Rejection | None = None


class Wanted(Value):
    """What somebody asks to send back of one order line."""

    line_id: str = Field(min_length=1, max_length=200)
    quantity: int = Field(ge=1, le=100_000)
    reason: Reason


class ReturnLine(Value):
    """One order line within a return. What was asked, agreed, received and accepted are four
    numbers; a later one may be smaller, and only `received` may be larger than was agreed."""

    line_id: str
    sku: str = ""
    title: str = ""
    variant: str = ""
    reason: Reason
    requested: int = Field(ge=1)
    authorized: int = Field(default=0, ge=0)
    received: int = Field(default=0, ge=0)
    accepted: int = Field(default=0, ge=0)
    verdict: LineVerdict = LineVerdict.PENDING
    grade: Grade | None = None
    disposition: Disposition | None = None
    rejection: Rejection | None = None

    @classmethod
    def of(cls, line: Line, wanted: Wanted) -> "ReturnLine":
        """What is asked back of a line of the order."""
        return cls(
            line_id=line.id,
            sku=line.sku[:LONGEST_DETAIL],
            title=line.title[:LONGEST_TITLE],
            variant=line.variant[:LONGEST_DETAIL],
            reason=wanted.reason,
            requested=wanted.quantity,
        )

    def but_authorized(self, units: int) -> "ReturnLine":
        """The line with units agreed to. Raises Invalid, field `lines`, for more than were asked
        for."""
        if not 0 <= units <= self.requested:
            raise Invalid(
                f"Between 0 and {self.requested} units of this line.",
                field="lines",
                line=self.line_id,
                most=self.requested,
            )
        return self.model_copy(update={"authorized": units})

    @property
    def missing(self) -> int:
        """Agreed but not received."""
        return max(self.authorized - self.received, 0)

    @property
    def over(self) -> int:
        """Received beyond what was agreed."""
        return max(self.received - self.authorized, 0)


def check_named(line_ids: Sequence[str]) -> None:
    """Raises Invalid, field `lines`, for no line at all, one named twice, or more than one return
    takes."""
    if not line_ids or len(set(line_ids)) != len(line_ids):
        raise Invalid("Name each line that comes back once.", field="lines")
    if len(line_ids) > MOST_LINES:
        raise Invalid(f"{MOST_LINES} lines fit into one return.", field="lines")


def shipped_units(order: Order, parcels: Iterable[Parcel], line: Line) -> int:
    """How many units of a line have left the shop, as far as it said."""
    whole = order.parcels.get(WHOLE_ORDER)
    if order.fulfilment is Fulfilment.SHIPPED or (whole and whole.has_left):
        return line.quantity
    sent = sum(
        parcel.lines.get(line.id, 0)
        for parcel in parcels
        if (mark := order.parcels.get(parcel.id)) and mark.has_left
    )
    return min(sent, line.quantity)


def open_units(order: Order, parcels: Iterable[Parcel], line: Line) -> int:
    """How many units of a line may still be asked back: those shipped, less those that our
    returns claimed or that are gone in the shop by its own refunds, whichever is more (a unit
    returned with us is in the end refunded there, and counts once)."""
    gone = max(order.returned.get(line.id, 0), line.quantity - line.current_quantity)
    return max(shipped_units(order, parcels, line) - gone, 0)


def claimed(order: Order, units: Mapping[str, int], may_claim: Mapping[str, int]) -> Order:
    """The order with units claimed for a return, to be written by its version.

    Raises Invalid, field `lines`, for a line the order does not have, and NotAllowed, field
    `lines`, for more units than `may_claim` has.
    """
    for line_id, quantity in units.items():
        if line_id not in may_claim:
            raise Invalid("This order has no such line.", field="lines")
        if quantity > may_claim[line_id]:
            raise NotAllowed(
                f"{quantity} asked, {may_claim[line_id]} can still come back.", field="lines"
            )
    return _moved(order, units, 1)


def released(order: Order, units: Mapping[str, int]) -> Order:
    """The order with units given free again. Raises Invalid, field `lines`, for more than were
    claimed."""
    if any(quantity > order.returned.get(line, 0) for line, quantity in units.items()):
        raise Invalid("More units are given free than were claimed.", field="lines")
    return _moved(order, units, -1)


def units_of(lines: Iterable[ReturnLine]) -> dict[str, int]:
    """The units a return holds: those agreed, or while nothing is decided those asked for."""
    counted = tuple(lines)
    is_decided = any(line.authorized for line in counted)
    return {line.line_id: line.authorized if is_decided else line.requested for line in counted}


def _moved(order: Order, units: Mapping[str, int], sign: int) -> Order:
    after = dict(order.returned)
    for line, quantity in units.items():
        after[line] = after.get(line, 0) + sign * quantity
    return order.but(returned={line: units for line, units in after.items() if units})
