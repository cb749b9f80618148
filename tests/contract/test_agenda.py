"""The agenda: an entry is claimed by one, and fenced off by what replaces or cancels it."""

import time
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.agenda import Entry
from chalicelib.domain.changes import Changes
from chalicelib.services.agenda import Outcome
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.store import agenda as lanes
from chalicelib.store.commit import LeaseLost
from tests.contract.entries import HOUR, Runs, cancel, claimed, entry, item_of, put, tick
from tests.contract.jars import Jar, a_jar, stored, with_one_more
from tests.crowds import FIFTY, at_once
from tests.people import SYSTEM

pytestmark = pytest.mark.usefixtures("ministack")


def test_of_many_who_claim_an_entry_one_holds_it() -> None:
    wanted = entry()
    put(wanted)

    crowd = at_once(lambda _: claimed(wanted))

    holders = [one for one in crowd.won if one is not None]
    assert len(holders) == 1
    assert crowd.lost == []
    assert (item_of(wanted)["lease"], item_of(wanted)["attempts"]) == (holders[0].lease, 1)


def test_a_lease_that_ran_out_is_taken_over_once_and_its_run_has_no_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jar = a_jar()
    wanted = entry(jar.id)
    put(wanted)
    monkeypatch.setattr(lanes, "LEASE_SECONDS", -1)
    first = claimed(wanted)
    assert first is not None
    monkeypatch.setattr(lanes, "LEASE_SECONDS", 90)

    crowd = at_once(lambda _: claimed(wanted))

    (holder,) = [one for one in crowd.won if one is not None]
    late = Desk(house(), "acme", actor=SYSTEM, correlation="", run=first)
    with pytest.raises(LeaseLost):
        late.commit(with_one_more(stored(jar)))
    lanes.finish(house().tables, first)
    lanes.postpone(house().tables, first, until=house().now() + HOUR, error="late", attempts=1)
    lanes.park(house().tables, first, error="late")
    assert stored(jar).sweets == 0
    assert item_of(wanted)["lease"] == holder.lease
    assert "last_error" not in item_of(wanted)


def test_two_workers_on_one_entry_have_one_effect(runs: Runs) -> None:
    jar = a_jar()

    def add_slowly(desk: Desk, one: Entry) -> None:
        found = desk.get(Jar, one.subject)
        time.sleep(0.05)
        desk.commit(with_one_more(found))

    runs(add_slowly)
    put(entry(jar.id))

    at_once(lambda _: tick(), threads=4)

    assert stored(jar).sweets == 1


def test_no_replacement_is_lost_and_the_last_one_stands() -> None:
    later = [house().now() + timedelta(minutes=place) for place in range(FIFTY)]

    crowd = at_once(lambda place: put(entry(due_at=later[place])))

    item = item_of(entry())
    assert crowd.lost == []
    assert item["generation"] == len(crowd.won)
    assert datetime.fromisoformat(item["due_at"]) in later


def test_an_entry_replaced_and_cancelled_at_once_is_one_or_the_other() -> None:
    later = house().now() + HOUR

    def act(place: int) -> int:
        if place % 2:
            put(entry(due_at=later))
        else:
            cancel()
        return place % 2

    crowd = at_once(act)

    item = item_of(entry())
    assert crowd.lost == []
    assert ("lane" in item) == ("due_at" in item) == ("cancelled" not in item)
    assert item["generation"] == sum(crowd.won)


def test_a_replaced_entry_fences_the_run_that_had_begun(runs: Runs) -> None:
    jar = a_jar()

    def replaced_meanwhile(desk: Desk, _: Entry) -> None:
        found = desk.get(Jar, jar.id)
        put(entry(jar.id, house().now() + HOUR))
        desk.commit(with_one_more(found))

    runs(replaced_meanwhile)
    put(entry(jar.id))

    assert tick() == {Outcome.TAKEN: 1}
    assert stored(jar).sweets == 0


def test_an_index_that_lags_behind_shows_nobody_an_older_generation() -> None:
    put(entry())
    put(entry())

    assert claimed(entry(), generation=1) is None
    assert claimed(entry(), generation=2) is not None


def test_an_index_that_lags_behind_runs_nothing_before_its_time() -> None:
    put(entry(due_at=house().now() + HOUR))

    assert claimed(entry()) is None


def test_a_cancelled_entry_does_not_run(ran: list[str]) -> None:
    put(entry())
    cancel()

    assert claimed(entry()) is None
    assert tick() == {}
    assert ran == []


def test_an_entry_cancelled_while_it_runs_has_no_effect(runs: Runs) -> None:
    jar = a_jar()

    def cancelled_meanwhile(desk: Desk, _: Entry) -> None:
        found = desk.get(Jar, jar.id)
        cancel(jar.id)
        desk.commit(with_one_more(found))

    runs(cancelled_meanwhile)
    put(entry(jar.id))

    assert tick() == {Outcome.TAKEN: 1}
    assert stored(jar).sweets == 0


@pytest.mark.parametrize("meanwhile", ["cancelled", "replaced"])
def test_a_run_that_puts_itself_back_does_not_undo_what_happened_meanwhile(
    runs: Runs, meanwhile: str
) -> None:
    jar = a_jar()
    replaced_until = house().now() + 2 * HOUR

    def again(desk: Desk, one: Entry) -> None:
        if meanwhile == "cancelled":
            cancel(jar.id)
        else:
            put(entry(jar.id, replaced_until))
        further = one.model_copy(update={"due_at": house().now() + HOUR})
        desk.commit(Changes(None, agenda=(further,)))

    runs(again)
    put(entry(jar.id))

    assert tick() == {Outcome.TAKEN: 1}
    item = item_of(entry(jar.id))
    if meanwhile == "cancelled":
        assert item["cancelled"]
    else:
        assert datetime.fromisoformat(item["due_at"]) == replaced_until
