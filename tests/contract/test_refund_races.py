"""Many at once on one order's money: reserved once, carried out once, never above what was paid."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.errors import DomainError
from chalicelib.domain.ledger import LineState, Purpose, booked
from chalicelib.domain.orders import Order
from chalicelib.domain.return_refunds import MATCH, Execution
from chalicelib.domain.returns import MoneyState
from chalicelib.services import catalogue, intake, return_work
from chalicelib.services.house import house
from chalicelib.services.intake import Taken
from chalicelib.services.order_files import OrderFile, order_file
from chalicelib.shops.deliveries import Delivery
from tests.clocks import Clock
from tests.contract.coming_back import a_refund, bought, came_back, facts_of, stored
from tests.contract.entries import entry, tick
from tests.contract.wire import Wire, comes_after
from tests.crowds import FIFTY, at_once
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED, a_line, eur

UNITS = 7
PAID = 9999
"""Not to be divided by seven."""


@pytest.fixture(autouse=True)
def clock(acme: Clock) -> Clock:
    """The day after the parcel came."""
    acme.now = DELIVERED + timedelta(days=1)
    return acme


def file_of(order: Order) -> OrderFile:
    return order_file(desk_of(), order.id)


def reserved(order: Order) -> int:
    return booked(file_of(order).ledger, Purpose.REFUND, "EUR").amount


def shows(*refunds: object) -> None:
    """The shop tells of its refunds."""
    catalogue.take_order(desk_of(), refunds, SeenBy.WEBHOOK)  # type: ignore[arg-type]


def until_quiet() -> None:
    """Run what is due, and what follows from it."""
    while tick():
        pass


def test_of_many_who_settle_a_return_one_reserves_its_refund() -> None:
    order = bought(a_line("l1", quantity=2, paid=PAID))
    case = came_back(order)

    crowd = at_once(lambda _: return_work.settle(desk_of(), case.id))

    assert len(crowd.won) == 1
    assert crowd.refusals == {"NotAllowed"}
    assert reserved(order) == 5000
    assert len(file_of(order).settlements) == 1
    assert facts_of(case).count("return.settled") == 1


@pytest.mark.parametrize("captured", [PAID, 6000])
def test_returns_settled_all_at_once_come_to_what_was_captured_to_the_cent(captured: int) -> None:
    order = bought(a_line("l1", quantity=UNITS, paid=PAID), captured=captured)
    cases = [came_back(order) for _ in range(UNITS)]

    crowd = at_once(
        lambda place: return_work.settle(desk_of(), cases[place % UNITS].id), threads=3 * UNITS
    )

    for case in cases:
        # Whoever was asked to come back comes back.
        if stored(case).settled is None:
            return_work.settle(desk_of(), case.id)
    file = file_of(order)
    goods = [line for one in file.settlements for line in one.quote.lines if line.line]
    assert crowd.refusals <= {"NotAllowed"}
    assert {line.money.amount for line in goods} <= {1428, 1429}
    assert sum(line.money.amount for line in goods) == PAID
    assert reserved(order) == file.paid().refunded == captured
    assert file.paid().refundable == 0


def test_the_shop_refunds_while_we_settle_and_each_return_is_paid_once() -> None:
    count = 4
    order = bought(*(a_line(f"l{n}", quantity=1, paid=2500 + n) for n in range(count)))
    cases = [came_back(order, f"l{n}") for n in range(count)]
    now = house().now()

    def act(place: int) -> None:
        n = place % count
        if place % 2:
            shows(a_refund(f"r{n}", 2500 + n, now, line=f"l{n}"))
        else:
            return_work.settle(desk_of(), cases[n].id)

    crowd = at_once(act, threads=24)
    for n, case in enumerate(cases):
        shows(a_refund(f"r{n}", 2500 + n, now, line=f"l{n}"))
        if stored(case).settled is None:
            return_work.settle(desk_of(), case.id)
    until_quiet()

    file = file_of(order)
    assert crowd.refusals <= {"NotAllowed"}
    assert [stored(case).money for case in cases] == [MoneyState.DONE] * count
    assert {one.shop_refund for one in file.settlements} == {f"r{n}" for n in range(count)}
    assert file.paid().refunded == file.paid().captured == sum(2500 + n for n in range(count))
    assert facts_of(*cases).count("return.refunded") == count


def test_one_refund_of_the_shop_carries_out_one_return_whoever_looks() -> None:
    order = bought(a_line("l1", quantity=2, paid=9288))
    cases = [came_back(order) for _ in range(2)]
    for case in cases:
        return_work.settle(desk_of(), case.id)
    shows(a_refund("r1", 4644, house().now()))
    look = entry(order.id).model_copy(update={"kind": MATCH})

    crowd = at_once(lambda _: return_work.match(desk_of(), look), threads=20)

    assert crowd.lost == []
    assert sorted(stored(case).money for case in cases) == [MoneyState.DONE, MoneyState.RESERVED]
    assert facts_of(*cases).count("return.refunded") == 1


def test_a_refund_of_the_shop_is_not_both_matched_and_adopted(wire: Wire) -> None:
    order = bought(a_line("l1", quantity=2, paid=9288))
    settled, arrived = came_back(order), came_back(order)
    return_work.settle(desk_of(), settled.id)
    shows(a_refund("r1", 4644, house().now(), line="l1"))
    look = entry(order.id).model_copy(update={"kind": MATCH})
    wire.meets(comes_after(lambda: return_work.match(desk_of(), look)))

    return_work.settle(desk_of(), arrived.id)

    assert [stored(one).money for one in (settled, arrived)] == [
        MoneyState.DONE,
        MoneyState.RESERVED,
    ]
    assert {one.shop_refund for one in file_of(order).settlements} == {"r1", None}
    assert file_of(order).paid().refunded == 9288


def test_a_refund_paid_by_hand_and_shown_by_the_shop_at_once_is_done_once() -> None:
    order = bought(a_line("l1", quantity=2, paid=9288))
    case = came_back(order)
    return_work.settle(desk_of(), case.id)
    shows(a_refund("r1", 4644, house().now()))
    look = entry(order.id).model_copy(update={"kind": MATCH})
    acts: list[Callable[[], object]] = [
        lambda: return_work.execute(desk_of(), case.id, Execution.BY_HAND),
        lambda: return_work.execute(desk_of(), case.id, Execution.IN_SHOP),
        lambda: return_work.match(desk_of(), look),
    ]

    crowd = at_once(lambda place: acts[place % 3](), threads=30)

    assert crowd.refusals <= {"NotAllowed"}
    assert stored(case).money is MoneyState.DONE
    assert [line.state for line in file_of(order).ledger] == [LineState.DONE]
    assert facts_of(case).count("return.refunded") == 1


def test_a_delivery_that_comes_many_times_is_told_once() -> None:
    order = bought(a_line("l1", quantity=2, paid=9288))
    delivery = Delivery(
        platform="standard",
        topic="order.changed",
        receipt_keys=("standard/order.changed/body", "standard/id"),
        events=(a_refund("r1", 4644, house().now()),),
    )

    crowd = at_once(lambda _: intake.take(house(), "acme", delivery, correlation="test"))

    events, _ = desk_of().trail(order.id)
    assert crowd.counted(str) == {Taken.APPLIED: 1, Taken.REPEATED: FIFTY - 1}
    assert [one.type for one in events].count("order.refunded") == 1
    assert file_of(order).paid().refunded == 4644


@pytest.mark.usefixtures("hurried")
def test_parcels_and_refunds_that_come_all_at_once_are_all_there() -> None:
    order = bought(a_line("l1", quantity=2, paid=9288))
    now = house().now()

    crowd = at_once(lambda place: shows(a_refund(f"r{place}", 1, now)), threads=20)

    told = [one.type for one in desk_of().trail(order.id)[0]]
    kept = desk_of().get(Order, order.id)
    assert crowd.refusals == set()
    assert len(kept.refunds) == told.count("order.refunded") == len(crowd.won)
    assert kept.refunded_amount == eur(len(crowd.won))


@pytest.mark.parametrize("late", ["the return", "the refund"])
def test_what_is_refunded_in_the_shop_first_is_not_refunded_again(late: str) -> None:
    order = bought(a_line("l1", quantity=1, paid=5000))
    case = came_back(order)
    everything = a_refund("r1", 5000, house().now(), line="l1")
    if late == "the return":
        shows(everything)
        return_work.settle(desk_of(), case.id)
    else:
        return_work.settle(desk_of(), case.id)
        shows(everything)
    until_quiet()

    assert stored(case).money is MoneyState.DONE
    assert file_of(order).paid().refunded == 5000
    with pytest.raises(DomainError):
        return_work.settle(desk_of(), case.id)
