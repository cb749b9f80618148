"""Whatever is tried with returns of one order: units and money stay within what was sold."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import return_refunds, return_requests, return_work
from chalicelib.domain.errors import DomainError, NotAllowed
from chalicelib.domain.return_lines import (
    Disposition,
    Found,
    Grade,
    Rejection,
)
from chalicelib.domain.return_refunds import Execution
from chalicelib.domain.returns import (
    Act,
    Logistics,
    MoneyState,
    RequestState,
    Return,
    allows,
)
from tests.unit.order_builders import a_line
from tests.unit.return_builders import AT, Shop


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
@settings(max_examples=60)
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
@settings(max_examples=80)
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
