"""Many at once for the same unit, and on one return: decided, received and inspected once."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.orders import Order
from chalicelib.domain.return_lines import Disposition, Found, Grade, Rejection
from chalicelib.domain.returns import SEND_BACK, RequestState, Return
from chalicelib.services import return_work, returns
from tests.clocks import Clock
from tests.contract.coming_back import (
    ASKED,
    as_new,
    asked_back,
    bought,
    buyers_desk,
    came_back,
    facts_of,
    stored,
    wanted,
)
from tests.contract.entries import entry
from tests.crowds import at_once
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED, a_line


@pytest.fixture(autouse=True)
def clock(acme: Clock) -> Clock:
    """The day after the parcel came."""
    acme.now = DELIVERED + timedelta(days=1)
    return acme


def claimed_of(order: Order) -> dict[str, int]:
    return desk_of().get(Order, order.id).returned


def letters_about(case: Return) -> Counter[str]:
    assert case.customer_id
    events, _ = desk_of().timeline(case.customer_id)
    return Counter(e.data["template"] for e in events if e.type == "message.queued")


def test_fifty_want_the_last_unit_and_one_gets_it() -> None:
    order = bought(a_line("l1", quantity=1, paid=5000))

    crowd = at_once(lambda _: returns.request(buyers_desk(), order.id, wanted(), ASKED))

    assert len(crowd.won) == 1
    assert crowd.refusals == {"NotAllowed"}
    assert claimed_of(order) == {"l1": 1}


def test_never_more_units_are_promised_than_were_bought() -> None:
    order = bought(a_line("l1", quantity=7, paid=9999))

    def ask(place: int) -> int:
        units = 1 + place % 2
        if place % 3:
            returns.request(buyers_desk(), order.id, wanted(units=units), ASKED)
        else:
            returns.request_by_staff(desk_of(), order.id, wanted(units=units), ASKED)
        return units

    crowd = at_once(ask, threads=24)

    assert crowd.refusals == {"NotAllowed"}
    assert sum(crowd.won) <= 7
    assert claimed_of(order) == {"l1": sum(crowd.won)}


def test_of_agreeing_declining_and_calling_off_one_happens(clock: Clock) -> None:
    order = bought(a_line("l1", quantity=1, paid=5000))
    clock.wait(days=60)
    case = returns.request_by_staff(desk_of(), order.id, wanted(), ASKED)
    assert case.request is RequestState.REVIEW

    def decide(place: int) -> Return:
        match place % 3:
            case 0:
                return returns.authorize(desk_of(), case.id, None)
            case 1:
                return returns.decline(desk_of(), case.id, code="window_over", text="Late.")
            case _:
                return returns.cancel(buyers_desk(), case.id)

    crowd = at_once(decide)

    after = stored(case)
    # What was agreed to can still be called off, before anything was sent.
    is_agreed_first = len(crowd.won) == 2
    assert crowd.refusals == {"NotAllowed"}
    assert len(crowd.won) == 1 or after.request is RequestState.CANCELLED
    assert claimed_of(order) == ({"l1": 1} if after.request is RequestState.AUTHORIZED else {})
    assert Counter(facts_of(case)) == Counter(
        ["return.requested", f"return.{after.request}"] + ["return.authorized"] * is_agreed_first
    )
    assert letters_about(case)["return/declined"] == (after.request is RequestState.DECLINED)


def test_a_parcel_that_is_scanned_by_many_is_received_once() -> None:
    case = asked_back(bought(a_line("l1", quantity=2, paid=9288)))

    crowd = at_once(lambda _: return_work.receive(desk_of(), case.id, {"l1": 1}))

    assert len(crowd.won) == 1
    assert crowd.refusals == {"NotAllowed"}
    assert facts_of(case).count("return.received") == 1
    assert letters_about(case)["return/received"] == 1


def test_what_is_settled_is_what_was_found_last() -> None:
    case = came_back(bought(a_line("l1", quantity=2, paid=9288)), units=2)
    one_less = Found(
        line_id="l1",
        accepted=1,
        grade=Grade.A,
        disposition=Disposition.RESELL,
        rejection=Rejection.NOT_OURS,
    )

    found = {1: one_less, 2: as_new(units=2)}

    def act(place: int) -> None:
        if place % 3:
            return_work.inspect(desk_of(), case.id, [found[place % 3]])
        else:
            return_work.settle(desk_of(), case.id)

    crowd = at_once(act, threads=24)

    after = stored(case)
    assert after.settled is not None
    assert crowd.refusals <= {"NotAllowed"}
    assert [line.quantity for line in after.settled.lines] == [after.lines[0].accepted]
    assert after.refund == after.settled.total
    assert after.settled.total.amount == 4644 * after.lines[0].accepted
    assert facts_of(case)[-1] == "return.settled"


def test_what_is_settled_is_not_inspected_again() -> None:
    case = came_back(bought(a_line("l1", quantity=1, paid=4644)), units=1)
    return_work.inspect(desk_of(), case.id, [as_new(units=1)])
    return_work.settle(desk_of(), case.id)

    with pytest.raises(NotAllowed):
        return_work.inspect(desk_of(), case.id, [as_new(units=1)])


def test_a_parcel_that_leaves_in_the_last_moment_has_left_or_has_expired(clock: Clock) -> None:
    order = bought(a_line("l1", quantity=1, paid=5000))
    case = asked_back(order)
    promise = case.promised(SEND_BACK)
    assert promise is not None
    assert promise.due_at is not None
    clock.now = promise.due_at
    bell = entry(case.id)

    def act(place: int) -> object:
        if place % 2:
            return return_work.ring(desk_of(), bell)
        return return_work.send(buyers_desk(), case.id, tracking="JJD0003412")

    crowd = at_once(act)

    after = stored(case)
    has_expired = after.request is RequestState.EXPIRED
    assert crowd.refusals == {"NotAllowed"}
    assert claimed_of(order) == ({} if has_expired else {"l1": 1})
    assert facts_of(case)[2:] == ["return.expired" if has_expired else "return.sent"]
