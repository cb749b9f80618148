"""Several benches with one parcel, and several scans at one bench: saved once, counted right."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.domain import unpacking
from chalicelib.domain.errors import Invalid
from chalicelib.domain.returns import MoneyState
from chalicelib.services import bench
from tests.clocks import Clock
from tests.contract.coming_back import asked_back, bought, facts_of, stored
from tests.crowds import at_once
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED, a_line

SOME = 8


@pytest.fixture(autouse=True)
def clock(acme: Clock) -> Clock:
    """The day after the parcel came."""
    acme.now = DELIVERED + timedelta(days=1)
    return acme


def clerk(place: int) -> str:
    return f"stf_{place}"


def reason_of(error: Exception) -> str:
    return error.facts["reason"] if isinstance(error, Invalid) else type(error).__name__


def test_of_many_benches_with_one_parcel_one_saves_it_and_the_others_keep_theirs() -> None:
    case = asked_back(bought(a_line("l1", quantity=1, paid=9288)))
    for place in range(SOME):
        for text in (case.number, "GRADE-A/1"):
            bench.take_scan(desk_of(), clerk(place), text)

    crowd = at_once(lambda place: bench.take_scan(desk_of(), clerk(place), "NEXT"), threads=SOME)

    assert len(crowd.won) == 1
    assert Counter(reason_of(error) for error in crowd.lost) == {"received": SOME - 1}
    told = Counter(facts_of(case))
    assert (told["return.received"], told["return.inspected"], told["return.settled"]) == (1, 1, 1)
    assert stored(case).money is MoneyState.RESERVED
    benches = [bench.bench_of(desk_of(), clerk(place)) for place in range(SOME)]
    assert Counter(one.parcels for one in benches) == {1: 1, 0: SOME - 1}
    lying = [one.parcel for one in benches if one.parcel]
    assert [unpacking.arrived(parcel) for parcel in lying] == [{"l1": 1}] * (SOME - 1)


def test_units_scanned_at_the_same_moment_all_count_and_none_too_many() -> None:
    case = asked_back(bought(a_line("l1", quantity=5, paid=9285, sku="LIN-2")), units=5)
    bench.take_scan(desk_of(), clerk(0), case.number)

    crowd = at_once(lambda _: bench.take_scan(desk_of(), clerk(0), "LIN-2"), threads=SOME)

    parcel = bench.bench_of(desk_of(), clerk(0)).parcel
    assert parcel is not None
    assert unpacking.arrived(parcel) == {"l1": 5}
    assert len(crowd.won) == 5
    assert {reason_of(error) for error in crowd.lost} == {"over"}
