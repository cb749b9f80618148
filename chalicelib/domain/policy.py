"""What a shop lets come back, until when, and why not: its policy on top of the law's floor.

Every answer names what decided: the preset and its articles, the rule, the event that set the
window off and on what that event rests, and the last moment (RET-01, RET-02, RET-08).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from pydantic import Field, field_validator

from chalicelib.domain import rules
from chalicelib.domain.canonical import DeliverySource, Fulfilment, Line
from chalicelib.domain.errors import Invalid
from chalicelib.domain.orders import Order
from chalicelib.domain.periods import CountFrom, Rollover, last_instant
from chalicelib.domain.presets import DEFAULT_LEGAL_PRESET, legal_preset
from chalicelib.domain.presets.legal import FreightPayer, LegalKind, LegalPreset
from chalicelib.domain.products import Product
from chalicelib.domain.records import Moment, Value
from chalicelib.domain.refund_terms import RefundTerms
from chalicelib.domain.return_lines import Reason, Way, Wish
from chalicelib.domain.return_timers import Timers
from chalicelib.domain.rules import FactType, FactValue, Rule, Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """What the rules of a return policy read and set. `value` and `order_total` are minor units;
    `freight_payer` is `shop` or `customer`; `exclude` shortens a window to what the law demands."""
    return Vocabulary(
        facts={
            "reason": FactType.TEXT,
            "is_fault": FactType.FLAG,
            "quantity": FactType.NUMBER,
            "value": FactType.NUMBER,
            "order_total": FactType.NUMBER,
            "days_since_arrival": FactType.NUMBER,
            "sku": FactType.TEXT,
            "product_type": FactType.TEXT,
            "tags": FactType.LIST,
            "country": FactType.TEXT,
        },
        actions={
            "window_days": FactType.NUMBER,
            "review": FactType.FLAG,
            "freight_payer": FactType.TEXT,
            "exclude": FactType.FLAG,
        },
    )


class ReturnPolicy(Value):
    """A shop's return policy; the version of the shop is the policy's."""

    no_reason: str = DEFAULT_LEGAL_PRESET
    """Id of the legal preset for a change of mind."""
    fault: str = "CN-QUALITY-24"
    """Id of the legal preset for goods that are not as they should be."""
    window_days: int | None = Field(default=None, ge=0, le=3650)
    """The shop's own window for a change of mind; None is the law's."""
    fault_window_days: int | None = Field(default=15, ge=0, le=3650)
    """The shop's own window for faults; None is the law's."""
    transit_days: int = Field(default=5, ge=0, le=60)
    """An arrival nobody reported is assumed so long after the parcel left."""
    rules: tuple[Rule, ...] = ()
    excluded_types: tuple[str, ...] = ()
    """Product types that come back only as long as the law demands."""
    wishes: tuple[Wish, ...] = (Wish.REFUND, Wish.EXCHANGE, Wish.STORE_CREDIT, Wish.REPAIR)
    ways: tuple[Way, ...] = Field(default=(Way.SEND,), min_length=1)
    """How something may come back; the first is meant where none is chosen."""
    freight_payer: FreightPayer = FreightPayer.CUSTOMER
    """Who pays the way back of a change of mind; of a fault it is always the shop (RET-09)."""
    terms: RefundTerms = Field(default_factory=RefundTerms)
    loss_by_grade: dict[str, int] = {"a": 0, "b": 0, "c": 2000, "d": 10_000}
    """Hundredths of a percent that a grade loses, where the law allows a deduction at all."""
    timers: Timers = Field(default_factory=Timers)
    automatic_cap: int = Field(default=20_000, ge=0)
    """Minor units up to which something that moves money may happen by itself."""

    @field_validator("rules")
    @classmethod
    def _known_words(cls, value: tuple[Rule, ...]) -> tuple[Rule, ...]:
        try:
            rules.check(value, vocabulary())
        except Invalid as error:
            raise ValueError(f"{error.field}: {error.detail}") from error
        return value

    @field_validator("no_reason", "fault")
    @classmethod
    def _known_preset(cls, value: str) -> str:
        try:
            legal_preset(value)
        except Invalid as error:
            raise ValueError(error.detail) from error
        return value

    def law(self, reason: Reason) -> LegalPreset:
        """The preset that a reason falls under."""
        return legal_preset(self.fault if reason.is_fault else self.no_reason)


class RulingCode(StrEnum):
    """Why something may come back, or not."""

    OPEN = "open"
    NOT_SENT = "not_sent"
    NONE_LEFT = "none_left"
    WINDOW_OVER = "window_over"
    EXCEPTION = "exception"
    CANCELLED = "cancelled"


class Basis(StrEnum):
    """What a window rests on."""

    LAW = "law"
    SHOP = "shop"


class Ruling(Value):
    """Whether a line may come back for a reason, and all that decided it."""

    line_id: str
    reason: Reason
    may: bool
    code: RulingCode
    units: int
    until: Moment | None = None
    """The moment from which it is too late; None while nothing has arrived."""
    basis: Basis
    preset: str
    articles: tuple[str, ...]
    rule: str = ""
    """Id of the shop's rule that set the window; empty for none."""
    fired: tuple[str, ...] = ()
    start_event: str
    started_at: Moment | None = None
    source: DeliverySource | None = None
    """On what the start rests; `assumed` is counted from when the parcel left."""
    exception: str = ""
    freight_payer: FreightPayer
    needs_review: bool = False


class Ground(Value):
    """What a line's ruling is made of beside the policy."""

    line: Line
    units: int
    """How many may still be asked back."""
    is_sent: bool
    value: int
    """What those units are worth, in minor units."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where days are counted: an IANA zone, and the country whose public holidays count."""

    zone: str
    country: str


def eligible(
    order: Order,
    grounds: Sequence[Ground],
    products: Mapping[str, Product],
    policy: ReturnPolicy,
    reasons: Mapping[str, Reason],
    *,
    place: Place,
    at: datetime,
) -> dict[str, Ruling]:
    """For each line, whether it may come back for its reason (`no_reason` where none is given),
    until when, or why not. `products` are by the shop's own product id.

    The law is the floor: no rule and no exclusion shortens its window, and a line inside it is
    never refused for anything but an exception of that law.
    """
    cases = _cases(order, grounds, products, policy, reasons, place=place, at=at)
    return {case.ground.line.id: _ruling(case) for case in cases}


def held_by_law(
    order: Order,
    grounds: Sequence[Ground],
    products: Mapping[str, Product],
    policy: ReturnPolicy,
    reasons: Mapping[str, Reason],
    *,
    place: Place,
    at: datetime,
) -> frozenset[str]:
    """The ids of the lines that come back by the law alone: the shop's own window for them is
    over, or it excludes them, and the law's is still open."""
    cases = _cases(order, grounds, products, policy, reasons, place=place, at=at)
    return frozenset(case.ground.line.id for case in cases if _is_held_by_law(case))


def arrival(order: Order, policy: ReturnPolicy) -> tuple[datetime | None, DeliverySource | None]:
    """When the order arrived, and on what that rests; assumed from when its last parcel left
    where nobody said."""
    if order.delivered_at is not None:
        return order.delivered_at, order.delivery_source
    left = [mark.status_at for mark in order.parcels.values() if mark.has_left and mark.status_at]
    if order.fulfilment is not Fulfilment.SHIPPED or not left:
        return None, None
    return max(left) + timedelta(days=policy.transit_days), DeliverySource.ASSUMED


@dataclass(frozen=True, slots=True)
class _Case:
    """One line's question, with what the shop's rules said of it."""

    order: Order
    ground: Ground
    product: Product | None
    policy: ReturnPolicy
    reason: Reason
    law: LegalPreset
    said: rules.Verdict
    start: datetime | None
    source: DeliverySource | None
    place: Place
    at: datetime


def _cases(
    order: Order,
    grounds: Sequence[Ground],
    products: Mapping[str, Product],
    policy: ReturnPolicy,
    reasons: Mapping[str, Reason],
    *,
    place: Place,
    at: datetime,
) -> Iterator[_Case]:
    start, source = arrival(order, policy)
    for ground in grounds:
        reason = reasons.get(ground.line.id, Reason.NO_REASON)
        product = products.get(ground.line.product_id or "")
        facts = _facts(order, ground, product, reason) | {
            "days_since_arrival": (at - start).days if start else None
        }
        yield _Case(
            order=order,
            ground=ground,
            product=product,
            policy=policy,
            reason=reason,
            law=policy.law(reason),
            said=rules.decide(policy.rules, facts),
            start=start,
            source=source,
            place=place,
            at=at,
        )


def _ruling(case: _Case) -> Ruling:
    lawful_until = _lawful_window(case)
    shops_until, rule = _shops_window(case)
    exception = _exception(case.law, case.product)
    # An exception takes the law's window away; what the shop grants by itself stays.
    until = shops_until if exception else _later(lawful_until, shops_until)
    by_shop = until is not None and until == shops_until and until != lawful_until
    code = _code(case, until, exception)
    return Ruling(
        line_id=case.ground.line.id,
        reason=case.reason,
        may=code is RulingCode.OPEN,
        code=code,
        units=case.ground.units if code is RulingCode.OPEN else 0,
        until=until,
        basis=Basis.SHOP if by_shop else Basis.LAW,
        preset=case.law.id,
        articles=case.law.citations,
        rule=rule if by_shop else "",
        fired=case.said.fired,
        start_event=case.law.starts_with,
        started_at=case.start,
        source=case.source,
        exception=exception,
        freight_payer=_freight_payer(case),
        needs_review=case.said.actions.get("review") is True,
    )


def _code(case: _Case, until: datetime | None, exception: str) -> RulingCode:
    is_over = until is None or case.at >= until
    if not case.ground.is_sent:
        return RulingCode.CANCELLED if case.order.cancelled_at else RulingCode.NOT_SENT
    if case.ground.units < 1:
        return RulingCode.NONE_LEFT
    if exception and is_over:
        return RulingCode.EXCEPTION
    if case.start is not None and is_over:
        return RulingCode.WINDOW_OVER
    return RulingCode.OPEN


def _lawful_window(case: _Case) -> datetime | None:
    """The end of the law's window. A law of one country counts that country's holidays, a law of
    several those of the shop's; where none are known it ends as if there were none."""
    if case.start is None:
        return None
    jurisdiction = case.law.jurisdiction
    country = case.place.country if jurisdiction == "EU" else jurisdiction
    window = case.law.window
    if not country:
        window = window.model_copy(update={"rollover": Rollover.NONE})
    return window.ends(case.start, zone=case.place.zone, country=country)


def _shops_window(case: _Case) -> tuple[datetime | None, str]:
    """The end of the shop's own window and the rule that set it; None where the shop grants
    nothing of its own."""
    days, rule = _shops_days(case)
    if case.start is None or days is None or days < 0 or _is_excluded(case):
        return None, ""
    until = last_instant(
        case.start,
        days,
        count_from=CountFrom.DAY_AFTER,
        zone=case.place.zone,
        rollover=Rollover.NONE,
        country="",
    )
    return until, rule


def _shops_days(case: _Case) -> tuple[int | None, str]:
    """How long the shop itself takes things back, and the rule that says so; None for no longer
    than the law."""
    policy, by_rule = case.policy, case.said.actions.get("window_days")
    if isinstance(by_rule, int):
        return by_rule, case.said.decided_by("window_days") or ""
    return (policy.fault_window_days if case.reason.is_fault else policy.window_days), ""


def _is_excluded(case: _Case) -> bool:
    if case.reason.is_fault:
        return False
    is_of_excluded_type = (
        case.product is not None and case.product.type in case.policy.excluded_types
    )
    return case.said.actions.get("exclude") is True or is_of_excluded_type


def _is_held_by_law(case: _Case) -> bool:
    lawful_until = _lawful_window(case)
    if lawful_until is None or case.at >= lawful_until or _exception(case.law, case.product):
        return False
    grants_less = _is_excluded(case) or _shops_days(case)[0] is not None
    shops_until, _ = _shops_window(case)
    return grants_less and (shops_until is None or case.at >= shops_until)


def _exception(law: LegalPreset, product: Product | None) -> str:
    """The code of the law's exception that the product falls under; empty for none.

    One that needs the buyer's confirmation counts: staff may only mark such a product where the
    shop asks for it at the checkout.
    """
    marked = product.after_sales.exception if product else None
    return marked if marked and marked in {e.code for e in law.exceptions} else ""


def _freight_payer(case: _Case) -> FreightPayer:
    law = case.law
    if law.kind is not LegalKind.NO_REASON or law.return_freight is FreightPayer.SHOP:
        return FreightPayer.SHOP
    chosen = case.said.actions.get("freight_payer")
    return FreightPayer(chosen) if chosen in set(FreightPayer) else case.policy.freight_payer


def _facts(
    order: Order, ground: Ground, product: Product | None, reason: Reason
) -> dict[str, FactValue]:
    return {
        "reason": reason.value,
        "is_fault": reason.is_fault,
        "quantity": ground.units,
        "value": ground.value,
        "order_total": order.total.amount if order.total else None,
        "sku": ground.line.sku,
        "product_type": product.type if product else None,
        "tags": product.tags if product else None,
        "country": order.country,
    }


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    moments = [moment for moment in (one, other) if moment is not None]
    return max(moments, default=None)
