"""Lanes: who waits for whom, and what stands still."""

import time
from datetime import timedelta

import pytest

from chalicelib.domain.agenda import POST, WORK, Entry, Lane
from chalicelib.domain.changes import Changes
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.services import agenda, lanes
from chalicelib.services.agenda import Outcome
from chalicelib.services.desk import Desk
from chalicelib.services.house import House, house
from chalicelib.services.runners import RUNNERS

pytestmark = pytest.mark.usefixtures("ministack")

KIND = "test.told"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Shop and subject of every entry that ran, in order."""
    ran: list[tuple[str, str]] = []
    monkeypatch.setitem(RUNNERS, KIND, lambda _, entry: ran.append((entry.shop, entry.subject)))
    monkeypatch.setattr(agenda, "WORKERS", 1)
    return ran


def put(shop: str, lane: Lane, count: int) -> None:
    """Entries of a shop that are due."""
    at = house().now()
    desk = Desk(house(), shop, actor=Actor(kind=ActorKind.SYSTEM), correlation="test")
    for start in range(0, count, 80):
        entries = tuple(
            Entry(shop=shop, kind=KIND, subject=f"{lane}_{n}", lane=lane, due_at=at)
            for n in range(start, min(start + 80, count))
        )
        desk.commit(Changes(None, agenda=entries))


def tick(*runs: Lane) -> dict[Outcome, int]:
    return agenda.tick(house(), runs, until=time.monotonic() + 20).outcomes


def test_a_campaign_delays_neither_a_ring_nor_another_shop(
    told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "PAGE", 20)
    put("big", Lane.MAIL, 300)
    put("small", Lane.MAIL, 2)
    put("small", Lane.NOTICE, 1)
    put("small", Lane.URGENT, 1)

    tick(*POST)

    assert len(told) == 303
    assert told[0] == ("small", "notice_0")
    assert {told.index(("small", f"mail_{n}")) for n in range(2)} < set(range(6))
    assert tick(*WORK) == {Outcome.DONE: 1}


def test_a_function_leaves_the_lanes_of_others_alone(told: list[tuple[str, str]]) -> None:
    for lane in Lane:
        put("acme", lane, 1)

    tick(*WORK)

    assert told == [("acme", "urgent_0"), ("acme", "bulk_0")]


def test_post_is_held_for_a_while_and_then_goes_out(
    told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("acme", Lane.MAIL, 2)
    put("acme", Lane.URGENT, 1)
    lanes.hold_post(house(), timedelta(minutes=15), "Daily")

    assert tick(*POST) == {}
    assert tick(*WORK) == {Outcome.DONE: 1}

    real = house().clock
    monkeypatch.setattr(house(), "clock", lambda: real() + timedelta(minutes=16))
    assert tick(*POST) == {Outcome.DONE: 2}


def test_a_hold_stops_the_drain_that_is_under_way(
    told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("acme", Lane.MAIL, 100)

    def stops(desk: Desk, entry: Entry) -> None:
        told.append((entry.shop, entry.subject))
        lanes.hold_post(desk.house, timedelta(minutes=15), "Daily")

    monkeypatch.setitem(RUNNERS, KIND, stops)

    assert tick(*POST) == {Outcome.DONE: 1, Outcome.LEFT: 99}


def test_a_held_lane_that_is_paused_stays_paused(told: list[tuple[str, str]]) -> None:
    put("acme", Lane.MAIL, 1)
    lanes.pause(house(), [Lane.MAIL])
    lanes.hold_post(house(), timedelta(minutes=-1), "Daily")

    assert tick(*POST) == {}
    lanes.resume(house(), POST)
    assert tick(*POST) == {Outcome.DONE: 1}


def test_a_lane_held_here_is_held_everywhere(told: list[tuple[str, str]]) -> None:
    elsewhere = House(house().settings)
    lanes.hold_post(elsewhere, timedelta(minutes=15), "Daily")

    assert lanes.look_again(house()) == frozenset(WORK)
