"""What fails: tried again, parked with its error, and revived by an operator."""

from datetime import timedelta

import pytest

from chalicelib.domain.agenda import Entry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.later import Later
from chalicelib.services import agenda
from chalicelib.services.agenda import Outcome
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.store import agenda as lanes
from tests.contract.entries import HOUR, Runs, cancel, claimed, entry, item_of, parked, put, tick
from tests.crowds import FIFTY, at_once
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("ministack")


def test_a_cancelled_run_that_fails_does_not_come_back(runs: Runs) -> None:
    def fails(desk: Desk, one: Entry) -> None:
        cancel()
        raise ValueError("no")

    runs(fails)
    put(entry())

    assert tick() == {Outcome.RETRY: 1}
    assert not item_of(entry()).keys() & {"lane", "due_at", "last_error"}


def test_waiting_uses_no_attempts_up(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    def waits(desk: Desk, one: Entry) -> None:
        raise Later(desk.now() + timedelta(days=1), "not_yet")

    runs(waits)
    put(entry())
    real = house().clock
    for day in range(agenda.MOST_ATTEMPTS + 2):
        monkeypatch.setattr(house(), "clock", lambda d=day: real() + timedelta(days=d, hours=1))
        assert tick() == {Outcome.LATER: 1}


def test_what_ends_its_worker_every_time_is_parked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    put(entry())
    monkeypatch.setattr(lanes, "LEASE_SECONDS", -1)
    for _ in range(agenda.MOST_ATTEMPTS):
        assert claimed(entry())

    assert tick() == {Outcome.DEAD: 1}


def test_what_keeps_failing_is_parked_listed_and_run_again(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(desk: Desk, one: Entry) -> None:
        raise ValueError("no")

    runs(fails)
    put(entry())
    real = house().clock
    outcomes: list[Outcome] = []
    for tries in range(agenda.MOST_ATTEMPTS):
        monkeypatch.setattr(house(), "clock", lambda t=tries: real() + timedelta(hours=2 * t))
        outcomes += tick()

    dead, _ = agenda.dead(desk_of(), limit=10, after=None)
    assert outcomes == [Outcome.RETRY] * (agenda.MOST_ATTEMPTS - 1) + [Outcome.DEAD]
    assert [(item["id"], item["last_error"]) for item in dead] == [
        (entry().id, "ValueError in test.work")
    ]

    runs(lambda *_: None)
    agenda.retry(desk_of(), entry().id)
    assert tick() == {Outcome.DONE: 1}


def test_many_who_revive_an_entry_revive_it_once_and_all_are_answered_with_it() -> None:
    dead = parked()

    crowd = at_once(lambda _: agenda.retry(desk_of(), dead.id))

    assert crowd.counted(lambda one: one.id) == {dead.id: FIFTY}
    assert item_of(dead)["generation"] == 2
    assert claimed(dead, generation=2) is not None


def test_what_was_revived_a_moment_ago_by_another_clock_is_there() -> None:
    dead = parked()
    agenda.retry(desk_of(), dead.id)

    a_moment_ago = house().now() - timedelta(seconds=1)
    found = lanes.revive(house().tables, "acme", dead.id, now=a_moment_ago)

    assert found is not None


def test_an_entry_that_is_not_dead_or_another_shops_is_not_revived() -> None:
    put(entry("jar_2", house().now() + HOUR))

    for shop, wanted in (("bolt", parked("jar_1")), ("acme", entry("jar_2"))):
        with pytest.raises(NotFound):
            agenda.retry(desk_of(shop), wanted.id)


def test_a_dead_entry_is_claimed_by_nobody() -> None:
    dead = parked()

    assert claimed(dead) is None
