"""Returns: quantities, money and states, whatever order things come in."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import return_refunds, return_requests, return_work
from chalicelib.domain.calendar import office_hours
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import DomainError, Invalid, NotAllowed
from chalicelib.domain.ledger import LedgerLine
from chalicelib.domain.orders import Order
from chalicelib.domain.paid import Paid
from chalicelib.domain.policy import Place, ReturnPolicy
from chalicelib.domain.presets.legal import FreightPayer
from chalicelib.domain.promises import RING
from chalicelib.domain.refund_terms import RefundTerms, ShippingRule
from chalicelib.domain.return_lines import (
    MOST_LINES,
    Disposition,
    Found,
    Grade,
    Reason,
    Rejection,
    ReturnLine,
    Wanted,
    Way,
    Wish,
    check_named,
    claimed,
    open_units,
)
from chalicelib.domain.return_money import Settlement, law_of, paid_of, quoted, terms_of
from chalicelib.domain.return_refunds import Execution
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.returns import (
    INSPECT,
    REFUND,
    SEND_BACK,
    Act,
    Decision,
    Logistics,
    MoneyState,
    RequestState,
    Return,
    allows,
)
from tests.unit.order_builders import DELIVERED, a_line, an_order

AT = DELIVERED + timedelta(days=2)
PLACE = Place(zone="Europe/Berlin", country="DE")
HOURS = office_hours("Europe/Berlin", "09:00", "17:00", "DE")
LAVISH = ReturnPolicy(terms=RefundTerms(shipping=ShippingRule.PROPORTIONAL))


@dataclass
class Shop:
    """A shop's records of one order, as commits would leave them."""

    policy: ReturnPolicy = LAVISH
    lines: tuple[Any, ...] = (a_line("l1"),)
    shipping: int = 490
    order: Order = field(init=False)
    settlements: dict[str, Settlement] = field(default_factory=dict[str, Settlement])
    ledger: dict[str, LedgerLine] = field(default_factory=dict[str, LedgerLine])
    made: int = 0

    def __post_init__(self) -> None:
        self.order = an_order(*self.lines, shipping=self.shipping)

    def commit(self, changes: Changes[Return]) -> Return:
        for record in changes.records:
            record.mark_stored(record.version)
            match record:
                case Order():
                    self.order = record
                case Settlement():
                    self.settlements[record.id] = record
                case LedgerLine():
                    self.ledger[record.case_id] = record
                case _:
                    pass
        return changes.result

    @property
    def may_claim(self) -> dict[str, int]:
        return {line.id: open_units(self.order, (), line) for line in self.lines}

    def paid(self) -> Paid:
        return paid_of(self.order, self.lines, (), self.settlements.values())

    def ask(self, units: dict[str, int], reason: Reason = Reason.NO_REASON) -> Return:
        self.made += 1
        lines = tuple(
            ReturnLine(line_id=one, title="Linen set", sku="LIN", reason=reason, requested=n)
            for one, n in units.items()
        )
        law = law_of(self.policy, lines)
        decision = Decision(
            policy_version=1,
            preset=law.id,
            rulings=(),
            quote=quoted(
                self.paid(), lines, terms_of(self.policy, law, FreightPayer.CUSTOMER, Way.SEND)
            ),
            freight_payer=FreightPayer.CUSTOMER,
        )
        order = claimed(self.order, units, self.may_claim)
        return self.commit(
            return_requests.request(
                order,
                lines,
                Asked(wish=Wish.REFUND, note="", channel="web", language="de"),
                decision,
                self.policy,
                at=AT,
                new_id=lambda prefix: f"{prefix}_{self.made}",
                new_number=lambda letter: f"{letter}-{self.made:04}-000",
            )
        )

    def agree(self, case: Return, units: dict[str, int] | None = None) -> Return:
        agreed = units or {line.line_id: line.requested for line in case.lines}
        lines = tuple(line.but_authorized(agreed.get(line.line_id, 0)) for line in case.lines)
        return self.commit(
            return_requests.authorize(
                case,
                self.order,
                lines,
                self.policy,
                law=law_of(self.policy, lines),
                quote=case.decision.quote,
                place=PLACE,
                automatic=False,
                at=AT,
            )
        )

    def receive(
        self, case: Return, units: dict[str, int], at: datetime = AT + timedelta(days=3)
    ) -> Return:
        return self.commit(
            return_work.receive(
                case,
                self.order,
                units,
                self.may_claim,
                self.policy,
                law=law_of(self.policy, case.lines),
                place=PLACE,
                hours=HOURS,
                at=at,
            )
        )

    def inspect(self, case: Return, *found: Found) -> Return:
        seen = found or return_work.unseen(case)
        return self.commit(
            return_work.inspect(case, seen, self.policy, automatic=False, at=AT + timedelta(days=4))
        )

    def settle(self, case: Return) -> Return:
        return self.commit(
            return_refunds.settle(
                case,
                self.order,
                self.paid(),
                self.policy,
                law=law_of(self.policy, case.lines),
                adopted=None,
                at=AT + timedelta(days=5),
            )
        )

    def ledger_line(self, case: Return) -> LedgerLine:
        if case.id not in self.ledger:
            raise NotAllowed("nothing was settled")
        return self.ledger[case.id]

    def through(self, units: dict[str, int]) -> Return:
        """A return that goes all the way, with everything arriving as it should."""
        case = self.agree(self.ask(units))
        return self.settle(self.inspect(self.receive(case, units)))


@st.composite
def orders_and_returns(draw: st.DrawFn) -> tuple[Shop, list[dict[str, int]]]:
    """An order, and its units in any sequence of partial returns until all came back."""
    lines = tuple(
        a_line(f"l{place}", quantity=draw(st.integers(1, 5)), paid=draw(st.integers(0, 100_000)))
        for place in range(draw(st.integers(1, 3)))
    )
    shop = Shop(lines=lines, shipping=draw(st.integers(0, 2000)))
    units = [line.id for line in lines for _ in range(line.quantity)]
    shuffled = draw(st.permutations(units))
    returns: list[dict[str, int]] = []
    while shuffled:
        taken = draw(st.integers(1, len(shuffled)))
        batch, shuffled = shuffled[:taken], shuffled[taken:]
        returns.append({one: batch.count(one) for one in dict.fromkeys(batch)})
    return shop, returns


@given(orders_and_returns())
@settings(max_examples=60, deadline=None)
def test_when_all_came_back_in_any_portions_the_refunds_are_what_was_paid(
    given_: tuple[Shop, list[dict[str, int]]],
) -> None:
    shop, returns = given_
    captured = shop.order.captured
    assert captured is not None
    refunds = 0

    for units in returns:
        case = shop.through(units)
        assert case.refund is not None
        assert case.refund.amount >= 0
        refunds += case.refund.amount
        assert refunds <= captured.amount

    assert refunds == captured.amount
    assert shop.order.returned == {line.id: line.quantity for line in shop.lines}
    with pytest.raises(NotAllowed):
        shop.ask({shop.lines[0].id: 1})


@given(st.lists(st.tuples(st.sampled_from(list(Act)), st.integers(0, 3), st.integers(0, 4))))
@settings(max_examples=80, deadline=None)
def test_whatever_is_tried_units_and_money_stay_within_what_was_sold(
    moves: list[tuple[Act, int, int]],
) -> None:
    line = a_line("l1", quantity=3, paid=10_000)
    shop = Shop(lines=(line,), shipping=0)
    cases: list[Return] = []

    for act, which, n in moves:
        with suppress(DomainError):
            if act is Act.AUTHORIZE and (not cases or which == 3):
                cases.append(shop.ask({"l1": max(n, 1)}))
            elif cases:
                place = which % len(cases)
                cases[place] = _tried(shop, cases[place], act, n)
        claimed_units = shop.order.returned.get("l1", 0)
        held = sum(
            one.lines[0].authorized or one.lines[0].requested for one in cases if one.is_open
        )
        refunded = sum(one.refund.amount for one in cases if one.refund)
        assert 0 <= claimed_units <= 3
        assert held <= 3
        assert 0 <= refunded <= 10_000
        assert sum(one.lines[0].accepted for one in cases if one.refund) <= 3


def _tried(shop: Shop, case: Return, act: Act, n: int) -> Return:
    found = Found(
        line_id="l1",
        accepted=min(n, case.lines[0].received),
        grade=Grade.A,
        disposition=Disposition.RESELL,
        rejection=Rejection.NOT_OURS,
    )
    how = Execution.BY_HAND if n % 2 else Execution.IN_SHOP
    tried: dict[Act, Callable[[], Return]] = {
        Act.AUTHORIZE: lambda: shop.agree(case, {"l1": n}),
        Act.DECLINE: lambda: shop.commit(
            return_requests.decline(case, shop.order, code="other", text="", at=AT)
        ),
        Act.CANCEL: lambda: shop.commit(return_requests.cancel(case, shop.order, at=AT)),
        Act.EXPIRE: lambda: shop.commit(return_requests.expire(case, shop.order, at=AT)),
        Act.SEND: lambda: shop.commit(return_work.send(case, tracking="", at=AT)),
        Act.RECEIVE: lambda: shop.receive(case, {"l1": n}),
        Act.INSPECT: lambda: shop.inspect(case, found),
        Act.SETTLE: lambda: shop.settle(case),
        Act.REFUND: lambda: shop.commit(
            return_refunds.execute(case, shop.ledger_line(case), how, at=AT)
        ),
    }
    return tried[act]()


@given(
    st.sampled_from(list(RequestState)),
    st.sampled_from(list(Logistics)),
    st.sampled_from(list(MoneyState)),
)
def test_nothing_is_done_to_a_return_that_ended_and_no_money_moves_twice(
    request: RequestState, logistics: Logistics, money: MoneyState
) -> None:
    case = Shop().ask({"l1": 1}).but(request=request, logistics=logistics, money=money)
    allowed = {act for act in Act if allows(case, act)}

    if not request.is_open:
        assert allowed <= {Act.RECEIVE}
    if money not in (MoneyState.NONE, MoneyState.QUOTED):
        assert allowed <= {Act.REFUND}
    if money is MoneyState.DONE:
        assert not allowed


def test_two_units_of_three_arrive_and_one_of_them_is_refused() -> None:
    shop = Shop(lines=(a_line("l1", quantity=3, paid=30_000),), shipping=0)
    case = shop.receive(shop.agree(shop.ask({"l1": 3})), {"l1": 2})
    found = Found(
        line_id="l1",
        accepted=1,
        grade=Grade.C,
        disposition=Disposition.SCRAP,
        rejection=Rejection.NOT_INTACT,
    )

    settled = shop.settle(shop.inspect(case, found))

    assert settled.refund is not None
    assert settled.refund.amount == 10_000
    assert shop.order.returned == {"l1": 2}, "the unit that never came is free again"


def test_a_parcel_that_comes_very_late_is_not_accepted_before_a_working_day_is_over() -> None:
    # EU-14D-WITHDRAWAL: the notice is a month old, so the refund is owed by the end of Saturday.
    shop = Shop(policy=ReturnPolicy(no_reason="EU-14D-WITHDRAWAL"))
    case = shop.agree(shop.ask({"l1": 1}))
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 12, 18, 17, 0, tzinfo=berlin)

    received = shop.receive(case, {"l1": 1}, at=friday)

    inspection, refund = received.promised(INSPECT), received.promised(REFUND)
    assert inspection is not None
    assert refund is not None
    assert refund.due_at == datetime(2026, 12, 20, tzinfo=berlin)
    assert inspection.due_at == datetime(2026, 12, 22, tzinfo=berlin)


def test_a_return_takes_so_many_lines_as_fit_into_one_record() -> None:
    check_named([f"l{n}" for n in range(MOST_LINES)])

    for wrong in ([], ["l1", "l1"], [f"l{n}" for n in range(MOST_LINES + 1)]):
        with pytest.raises(Invalid) as refused:
            check_named(wrong)
        assert refused.value.field == "lines"


def test_a_return_keeps_as_much_of_a_lines_words_as_a_label_shows() -> None:
    line = a_line().model_copy(update={"title": "t" * 500, "variant": "v" * 500, "sku": "s" * 500})

    kept = ReturnLine.of(line, Wanted(line_id="l1", quantity=1, reason=Reason.NO_REASON))

    assert [len(words) for words in (kept.title, kept.variant, kept.sku)] == [200, 100, 100]


def test_agreeing_to_less_frees_the_rest() -> None:
    shop = Shop()

    shop.agree(shop.ask({"l1": 2}), {"l1": 1})

    assert shop.order.returned == {"l1": 1}
    assert shop.may_claim == {"l1": 1}


def test_what_is_not_as_good_as_new_is_not_sold_again() -> None:
    # RET-05
    shop = Shop()
    case = shop.receive(shop.agree(shop.ask({"l1": 1})), {"l1": 1})
    found = Found(line_id="l1", accepted=1, grade=Grade.D, disposition=Disposition.RESELL)

    with pytest.raises(Invalid) as refusal:
        shop.inspect(case, found)

    assert refusal.value.field == "disposition"


def test_where_the_law_only_deducts_a_used_thing_is_accepted_for_less() -> None:
    # Directive 2011/83 art. 14(2): value lost is taken off, the goods are not turned away.
    policy = ReturnPolicy(no_reason="EU-14D-WITHDRAWAL", fault="EU-2Y-CONFORMITY")
    shop = Shop(policy=policy, lines=(a_line("l1", quantity=1, paid=10_000),), shipping=0)
    case = shop.receive(shop.agree(shop.ask({"l1": 1})), {"l1": 1})
    worn = Found(line_id="l1", accepted=1, grade=Grade.C, disposition=Disposition.REPAIR)
    refused = worn.model_copy(update={"accepted": 0, "rejection": Rejection.NOT_INTACT})

    with pytest.raises(Invalid):
        shop.inspect(case, refused)
    settled = shop.settle(shop.inspect(case, worn))

    assert settled.refund is not None
    assert settled.refund.amount == 8_000


def test_each_step_owes_the_next_and_rings_once_for_it() -> None:
    shop = Shop()
    agreed = shop.agree(shop.ask({"l1": 1}))
    received = shop.receive(agreed, {"l1": 1})

    owed = {p.what: p.due_at for p in received.promises if p.is_owed}

    assert agreed.promised(SEND_BACK)
    assert owed.keys() == {INSPECT, REFUND}
    # Refund within seven days of the goods (CN consumer law art. 25), inspection before that.
    inspect_by, refund_by = owed[INSPECT], owed[REFUND]
    assert inspect_by is not None
    assert refund_by is not None
    assert refund_by - inspect_by == timedelta(days=1)
    late, signals = return_work.ring(received, at=AT + timedelta(days=30))
    assert {what for what, _ in signals} == {INSPECT, REFUND}
    assert [entry.kind for entry in late.agenda] == [RING]


def test_what_is_on_its_way_does_not_expire() -> None:
    shop = Shop()
    case = shop.agree(shop.ask({"l1": 2}))
    sent = shop.commit(return_work.send(case, tracking="", at=AT))

    with pytest.raises(NotAllowed):
        return_requests.expire(sent, shop.order, at=AT)


def test_a_parcel_that_comes_after_the_return_expired_takes_its_units_again() -> None:
    shop = Shop()
    case = shop.agree(shop.ask({"l1": 2}))
    expired = shop.commit(return_requests.expire(case, shop.order, at=AT))
    assert shop.order.returned == {}

    received = shop.receive(expired, {"l1": 2})

    assert (received.request, shop.order.returned) == (RequestState.AUTHORIZED, {"l1": 2})
