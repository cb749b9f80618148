"""The bodies of our own vocabulary, as a shop writes them. Fields we do not know are allowed.

Amounts are in major units, as text (better) or number; times are ISO 8601 with a zone.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from chalicelib.domain.canonical import Fulfilment, Owner, ParcelStatus, Payment
from chalicelib.shops import reading


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _id(value: object) -> object:
    return reading.id_or_none(value) if isinstance(value, int | Decimal | str) else value


def _said(value: object) -> object:
    """What is empty was not said."""
    return None if value == "" else value


def _language(value: object) -> object:
    return value if value is None else reading.language_tag(value)


At: TypeAlias = Annotated[AwareDatetime, AfterValidator(_utc)]
Id: TypeAlias = Annotated[
    str, BeforeValidator(_id), StringConstraints(min_length=1, max_length=reading.ID_LENGTH)
]
MaybeId: TypeAlias = Annotated[Id | None, BeforeValidator(_said)]
Words: TypeAlias = Annotated[str, AfterValidator(reading.text)]
Text: TypeAlias = Annotated[str, AfterValidator(reading.several_lines)]
Amount: TypeAlias = Annotated[Decimal, Field(ge=0, le=10**12, allow_inf_nan=False)]
Quantity: TypeAlias = Annotated[int, Field(ge=0, le=1_000_000)]
Currency: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Country: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Language: TypeAlias = Annotated[str | None, BeforeValidator(_language)]
Url: TypeAlias = Annotated[str, AfterValidator(reading.web_address)]


MaybeCountry: TypeAlias = Annotated[Country | None, BeforeValidator(_said)]


class EventBody(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)


class Envelope(EventBody):
    type: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=64)]
    timestamp: At
    data: dict[str, Any]


class PersonBody(EventBody):
    id: MaybeId = None
    name: Words | None = None
    mail: Words | None = None
    phone: Words | None = None
    language: Language = None
    country: MaybeCountry = None
    zone: Words | None = None


class LineBody(EventBody):
    id: Id
    sku: Words = ""
    title: Words
    variant: Words = ""
    product_id: MaybeId = None
    variant_id: MaybeId = None
    quantity: Quantity
    unit_price: Amount
    discount: Amount = Decimal(0)
    tax: Amount = Decimal(0)
    paid: Amount | None = None


class ParcelLineBody(EventBody):
    line_id: Id
    quantity: Quantity


class ParcelBody(EventBody):
    id: Id
    status: ParcelStatus = ParcelStatus.SHIPPED
    carrier: Words = ""
    tracking: Words = ""
    url: Url = ""
    lines: tuple[ParcelLineBody, ...] = ()
    shipped_at: At | None = None
    delivered_at: At | None = None


class RefundLineBody(EventBody):
    line_id: Id
    quantity: Quantity
    amount: Amount = Decimal(0)


class RefundBody(EventBody):
    id: Id
    amount: Amount
    lines: tuple[RefundLineBody, ...] = ()
    shipping: Amount | None = None
    reason: Words = ""
    refunded_at: At


class OrderBody(EventBody):
    id: Id
    number: Words
    changed_at: At | None = None
    placed_at: At
    paid_at: At | None = None
    cancelled_at: At | None = None
    currency: Currency
    taxes_included: bool = True
    customer: PersonBody | None = None
    lines: Annotated[tuple[LineBody, ...], Field(max_length=1_000)]
    shipping_paid: Amount = Decimal(0)
    discount: Amount | None = None
    tax: Amount | None = None
    total: Amount | None = None
    captured: Amount | None = None
    payment: Payment | None = None
    fulfilment: Fulfilment = Fulfilment.NONE
    parcels: Annotated[tuple[ParcelBody, ...], Field(max_length=40)] = ()
    refunds: Annotated[tuple[RefundBody, ...], Field(max_length=40)] = ()


class VariantBody(EventBody):
    id: Id
    title: Words = ""
    sku: Words = ""
    gtin: Words = ""
    price: Amount | None = None
    currency: Currency | None = None
    grams: Quantity | None = None


class ProductBody(EventBody):
    id: Id
    changed_at: At | None = None
    title: Words
    type: Words = ""
    tags: tuple[Words, ...] = ()
    image: Annotated[str, AfterValidator(reading.https_address)] = ""
    status: Words = ""
    variants: Annotated[tuple[VariantBody, ...], Field(max_length=2_000)] = ()


class DeliveredBody(EventBody):
    order_id: Id
    parcel_id: MaybeId = None
    delivered_at: At
    source: Literal["carrier", "platform", "completed", "assumed"] = "platform"


class DelayedBody(EventBody):
    order_id: Id
    parcel_id: MaybeId = None
    expected_at: At | None = None


class TicketBody(EventBody):
    id: Id
    customer: PersonBody
    subject: Words = ""
    text: Annotated[Text, Field(min_length=1)]
    language: Language = None
    reason: Words | None = None
    channel: Words = "shop"
    order_number: Words | None = None
    owner: Owner = Owner.OURS
    answer_by: At | None = None


class WantedBackBody(EventBody):
    line_id: Id
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    reason: Words


class ReturnBody(EventBody):
    id: Id
    order_id: Id
    lines: Annotated[tuple[WantedBackBody, ...], Field(min_length=1, max_length=250)]
    outcome: Literal["refund", "exchange", "repair", "store_credit"] = "refund"
    text: Text = ""
    owner: Owner = Owner.OURS
    decide_by: At | None = None


class ReceivedBody(EventBody):
    id: Id
    conversation: Id
    customer: PersonBody = Field(default_factory=PersonBody)
    text: Annotated[Text, Field(min_length=1)]
    channel: Words = "shop"


class SentBody(EventBody):
    message_id: Id
    outside_id: MaybeId = None
    sent_at: At | None = None


class CustomerBody(PersonBody):
    changed_at: At | None = None
    consent: dict[str, bool] = {}


class CustomerErasedBody(EventBody):
    id: MaybeId = None
    mail: Words | None = None
    phone: Words | None = None
    order_ids: tuple[Id, ...] = ()
