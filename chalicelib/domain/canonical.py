"""What a shop tells us, in one vocabulary: what every platform adapter turns its bodies into.

Ids are the shop's own, as strings. Amounts are in the currency the buyer paid in.
"""

import hashlib
import json
from enum import StrEnum
from typing import TypeAlias

from chalicelib.domain.money import Money
from chalicelib.domain.records import Moment, Value

WHOLE_ORDER = "all"
"""The parcel id of a shop that tells only that an order as a whole was sent or delivered."""


class Platform(StrEnum):
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    STANDARD = "standard"


class SeenBy(StrEnum):
    """How an order or product came to us."""

    WEBHOOK = "webhook"
    IMPORT = "import"
    LOOKUP = "lookup"
    RECONCILE = "reconcile"


class Payment(StrEnum):
    """How far an order is paid, in the order in which it goes."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"

    @property
    def is_paid(self) -> bool:
        """Whether the whole price was taken at some time."""
        return self in (Payment.PAID, Payment.PARTIALLY_REFUNDED, Payment.REFUNDED)


class Fulfilment(StrEnum):
    """How much of an order has left the shop."""

    NONE = "none"
    PARTIAL = "partial"
    SHIPPED = "shipped"


class ParcelStatus(StrEnum):
    """Where a parcel is, in the order in which it goes."""

    PENDING = "pending"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    AWAITING_PICKUP = "awaiting_pickup"
    UNDELIVERABLE = "undeliverable"
    DELIVERED = "delivered"

    @property
    def has_left(self) -> bool:
        """Whether the parcel was handed to a carrier."""
        return self not in (ParcelStatus.PENDING, ParcelStatus.CANCELLED)

    @property
    def rank(self) -> int:
        return list(ParcelStatus).index(self)


class DeliverySource(StrEnum):
    """On what a delivery date rests, the most reliable first."""

    CARRIER = "carrier"
    PLATFORM = "platform"
    COMPLETED = "completed"
    """The shop marked the order completed; the parcel may have arrived earlier or later."""
    ASSUMED = "assumed"
    """Counted from the day of shipping."""

    @property
    def rank(self) -> int:
        return list(DeliverySource).index(self)


class Owner(StrEnum):
    """Whose case it is: one that is not ours is mirrored, and the outside clock rules."""

    OURS = "ours"
    SHOP = "shop"
    MARKETPLACE = "marketplace"


class Contact(Value):
    """How a person is named and reached, as the shop wrote it; None where it said nothing."""

    name: str | None = None
    mail: str | None = None
    phone: str | None = None


class Person(Contact):
    """A shop's customer or guest."""

    outside_id: str | None = None
    """None for a guest."""
    language: str | None = None
    """BCP 47."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    zone: str | None = None
    """IANA time zone; None where it cannot be told."""

    @property
    def contact(self) -> Contact:
        return Contact(name=self.name, mail=self.mail, phone=self.phone)


class Line(Value):
    """One line of an order, as it was sold."""

    id: str
    sku: str = ""
    title: str = ""
    variant: str = ""
    product_id: str | None = None
    variant_id: str | None = None
    quantity: int
    current_quantity: int
    """What is left of it in the shop after edits and refunds there."""
    unit_price: Money
    """Before discounts; with tax where the order's prices include it."""
    discount: Money
    """Of the whole line, its share of the order's discounts included."""
    tax: Money
    """Of the whole line."""
    paid: Money
    """What the buyer paid for the whole line, tax included."""


class RefundLine(Value):
    line_id: str
    quantity: int
    amount: Money


class AboutOrder(Value):
    """Something about one order."""

    platform: Platform
    order_id: str


class ParcelSeen(AboutOrder):
    """A parcel as the shop knows it at `changed_at`."""

    id: str
    changed_at: Moment
    status: ParcelStatus
    carrier: str = ""
    tracking: str = ""
    url: str = ""
    lines: dict[str, int] = {}
    """Order line id -> quantity; empty where the shop does not say."""
    shipped_at: Moment | None = None


class ParcelMoved(AboutOrder):
    """A parcel is somewhere else by now."""

    id: str
    at: Moment
    status: ParcelStatus
    expected_at: Moment | None = None


class ParcelDelivered(AboutOrder):
    id: str = WHOLE_ORDER
    at: Moment
    source: DeliverySource


class ParcelDelayed(AboutOrder):
    """It was said at `at` that a parcel comes late: by `expected_at`, if that is known."""

    id: str = WHOLE_ORDER
    at: Moment
    expected_at: Moment | None = None


class RefundSeen(AboutOrder):
    """Money given back by the shop, whoever caused it. Amounts are positive."""

    id: str
    changed_at: Moment
    amount: Money
    lines: tuple[RefundLine, ...] = ()
    shipping: Money | None = None
    reason: str = ""
    refunded_at: Moment


class OrderSeen(AboutOrder):
    """A whole order as the shop knew it at `changed_at`, without its parcels and refunds."""

    number: str
    changed_at: Moment
    customer: Person
    currency: str
    taxes_included: bool
    lines: tuple[Line, ...]
    shipping_paid: Money
    discount: Money
    tax: Money
    total: Money
    captured: Money
    """What was taken from the buyer; refunds are not subtracted."""
    payment: Payment
    fulfilment: Fulfilment
    placed_at: Moment
    paid_at: Moment | None = None
    cancelled_at: Moment | None = None
    refund_ids: tuple[str, ...] | None = None
    """Every refund there is at `changed_at`; None where the platform lets none disappear."""


class VariantSeen(Value):
    id: str
    title: str = ""
    sku: str = ""
    gtin: str = ""
    price: str | None = None
    """Decimal text in the shop's currency, or in `currency` where it is given."""
    currency: str | None = None
    grams: int | None = None


class ProductSeen(Value):
    """A product of the catalogue as the shop knew it at `changed_at`."""

    platform: Platform
    id: str
    changed_at: Moment
    title: str
    type: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""
    status: str = ""
    variants: tuple[VariantSeen, ...] = ()


class CustomerSeen(Value):
    platform: Platform
    changed_at: Moment
    customer: Person
    consent: dict[str, bool] = {}
    """Channel (`mail`, `sms`) -> whether the person agreed to marketing."""


class CustomerDataRequested(Value):
    """A person asks, through the platform, what is kept about them."""

    platform: Platform
    id: str
    at: Moment | None = None
    """None where the platform does not say when."""
    customer: Person
    order_ids: tuple[str, ...] = ()
    domain: str = ""
    """The shop's own, where the body names it: it must be the shop that was posted to."""


class CustomerErased(Value):
    """A person asks, through the platform, to be forgotten."""

    platform: Platform
    customer: Person
    order_ids: tuple[str, ...] = ()
    domain: str = ""
    """The shop's own, where the body names it: it must be the shop that was posted to."""


class ShopErased(Value):
    """The shop left the platform: everything of it is to be forgotten."""

    platform: Platform
    domain: str


class TicketRequested(Value):
    """A customer's question that reached the shop elsewhere."""

    platform: Platform
    id: str
    at: Moment
    customer: Person
    subject: str = ""
    text: str
    language: str | None = None
    reason: str | None = None
    channel: str
    order_number: str | None = None
    owner: Owner = Owner.OURS
    answer_by: Moment | None = None
    """The outside deadline, where the case is not ours."""


class WantedBack(Value):
    """What of an order line shall come back, and the code of why."""

    line_id: str
    quantity: int
    reason: str


class ReturnRequested(Value):
    """A return that was asked for elsewhere, such as on a marketplace."""

    platform: Platform
    id: str
    at: Moment
    order_id: str
    lines: tuple[WantedBack, ...]
    outcome: str = "refund"
    text: str = ""
    owner: Owner = Owner.OURS
    decide_by: Moment | None = None


class MessageReceived(Value):
    """A message in a conversation that is led elsewhere."""

    platform: Platform
    id: str
    at: Moment
    conversation: str
    """The outside id of the ticket, or our own number of it."""
    customer: Person
    text: str
    channel: str


class MessageSent(Value):
    """A message of ours that a connector or a person took elsewhere has gone out."""

    platform: Platform
    message_id: str
    at: Moment
    outside_id: str | None = None


CanonicalEvent: TypeAlias = (
    OrderSeen
    | ParcelSeen
    | ParcelMoved
    | ParcelDelivered
    | ParcelDelayed
    | RefundSeen
    | ProductSeen
    | CustomerSeen
    | CustomerDataRequested
    | CustomerErased
    | ShopErased
    | TicketRequested
    | ReturnRequested
    | MessageReceived
    | MessageSent
)


def digest(value: Value | tuple[Value, ...], *, leaving_out: frozenset[str] = frozenset()) -> str:
    """32 hexadecimal digits that are equal if the content is."""
    if isinstance(value, tuple):
        content: object = [v.model_dump(mode="json") for v in value]
    else:
        content = value.model_dump(mode="json", exclude=set(leaving_out))
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
