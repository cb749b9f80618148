"""What may come back, until when, and why not."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.canonical import DeliverySource, Platform, SeenBy
from chalicelib.domain.orders import Order
from chalicelib.domain.policy import (
    Basis,
    Ground,
    Place,
    ReturnPolicy,
    Ruling,
    RulingCode,
    eligible,
)
from chalicelib.domain.presets.legal import FreightPayer
from chalicelib.domain.products import AfterSales, Product, product_id
from chalicelib.domain.return_lines import Reason
from tests.unit.order_builders import DELIVERED, PLACED, a_line, an_order

CHINA = Place(zone="Asia/Shanghai", country="CN")
BERLIN = Place(zone="Europe/Berlin", country="DE")


def ruling(
    policy: ReturnPolicy,
    *,
    reason: Reason = Reason.NO_REASON,
    at: datetime = DELIVERED + timedelta(days=1),
    place: Place = CHINA,
    order: Order | None = None,
    product: Product | None = None,
    units: int = 2,
) -> Ruling:
    line = a_line()
    ground = Ground(line=line, units=units, is_sent=True, value=9288)
    return eligible(
        order or an_order(line),
        [ground],
        {"p-l1": product} if product else {},
        policy,
        {line.id: reason},
        place=place,
        at=at,
    )[line.id]


def a_product(**after_sales: Any) -> Product:
    return Product(
        shop="acme",
        id=product_id("acme", Platform.STANDARD, "p-l1"),
        platform=Platform.STANDARD,
        outside_id="p-l1",
        seen_by=SeenBy.WEBHOOK,
        type="underwear",
        changed_at=PLACED,
        digest="",
        after_sales=AfterSales(**after_sales),
    )


def rules(*given: dict[str, Any]) -> ReturnPolicy:
    return ReturnPolicy.model_validate({"rules": given})


def test_seven_days_for_no_reason_end_at_midnight_on_the_shops_clock() -> None:
    # RET-08: signed on 16 November, so the last day is the 23rd.
    until = datetime(2026, 11, 24, tzinfo=ZoneInfo("Asia/Shanghai"))

    open_still = ruling(ReturnPolicy(), at=until - timedelta(microseconds=1))
    over = ruling(ReturnPolicy(), at=until)

    assert (open_still.may, open_still.until) == (True, until)
    assert (over.may, over.code) == (False, RulingCode.WINDOW_OVER)
    assert (over.preset, over.basis, over.source) == (
        "CN-7D-NOREASON",
        Basis.LAW,
        DeliverySource.CARRIER,
    )


def test_a_fault_is_the_shops_freight_and_has_its_own_window() -> None:
    # RET-09
    found = ruling(ReturnPolicy(), reason=Reason.DAMAGED, at=DELIVERED + timedelta(days=12))

    assert (found.may, found.freight_payer) == (True, FreightPayer.SHOP)
    assert (found.preset, found.basis) == ("CN-QUALITY-24", Basis.SHOP)


@pytest.mark.parametrize(
    "policy",
    [
        rules({"id": "shut", "then": [{"set": "window_days", "value": 0}]}),
        rules({"id": "shut", "then": [{"set": "exclude", "value": True}]}),
        ReturnPolicy(window_days=1, excluded_types=("underwear",)),
    ],
)
def test_no_rule_of_the_shop_lowers_the_law(policy: ReturnPolicy) -> None:
    found = ruling(policy, at=DELIVERED + timedelta(days=6), product=a_product())

    assert (found.may, found.basis) == (True, Basis.LAW)


def test_a_rule_that_grants_more_is_named() -> None:
    longer = rules(
        {
            "id": "big-orders",
            "when": [{"fact": "order_total", "op": "ge", "value": 5000}],
            "then": [
                {"set": "window_days", "value": 30},
                {"set": "freight_payer", "value": "shop"},
            ],
        }
    )

    found = ruling(longer, at=DELIVERED + timedelta(days=20))

    assert (found.may, found.rule, found.basis) == (True, "big-orders", Basis.SHOP)
    assert found.freight_payer is FreightPayer.SHOP


def test_an_exception_of_the_law_holds_for_a_change_of_mind_and_not_for_a_fault() -> None:
    product = a_product(exception="sealed_hygiene_unsealed")
    policy = ReturnPolicy(no_reason="EU-14D-WITHDRAWAL", fault="EU-2Y-CONFORMITY")

    mind = ruling(policy, product=product, place=BERLIN)
    fault = ruling(policy, product=product, place=BERLIN, reason=Reason.DEFECTIVE)

    assert (mind.may, mind.code, mind.exception) == (
        False,
        RulingCode.EXCEPTION,
        "sealed_hygiene_unsealed",
    )
    assert fault.may


def test_before_it_arrives_the_window_has_not_begun() -> None:
    on_its_way = an_order(a_line(), is_delivered=False)

    found = ruling(ReturnPolicy(), order=on_its_way)

    assert (found.may, found.until) == (True, None)


def test_rules_in_words_the_policy_does_not_know_are_refused() -> None:
    with pytest.raises(ValidationError, match="no fact"):
        rules({"id": "x", "when": [{"fact": "mood", "op": "eq", "value": "bad"}], "then": []})


@given(
    days=st.integers(0, 400),
    window=st.none() | st.integers(0, 60),
    by_rule=st.none() | st.integers(-5, 60),
    excluded=st.booleans(),
)
def test_whatever_a_shop_sets_the_law_stays_the_floor(
    *, days: int, window: int | None, by_rule: int | None, excluded: bool
) -> None:
    then: list[dict[str, Any]] = [{"set": "exclude", "value": excluded}]
    if by_rule is not None:
        then.append({"set": "window_days", "value": by_rule})
    policy = ReturnPolicy.model_validate(
        {"window_days": window, "rules": [{"id": "r", "then": then}]}
    )
    at = DELIVERED + timedelta(days=days)

    lawful = ruling(ReturnPolicy(), at=at)
    found = ruling(policy, at=at)

    assert found.may or not lawful.may
    assert found.until is not None
    assert lawful.until is not None
    assert found.until >= lawful.until
