"""Lanes that are switched, by one while work is due and by many at once, and what the streams
leave to the tick."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.agenda import WORK, Entry, Lane
from chalicelib.handlers import streams
from chalicelib.services import agenda, lanes
from chalicelib.services.agenda import Outcome
from chalicelib.services.house import house
from chalicelib.store.agenda import Due
from chalicelib.store.clients import client
from tests.contract.entries import HOUR, Runs, entry, put, tick
from tests.crowds import at_once

pytestmark = pytest.mark.usefixtures("ministack")


def test_a_tick_out_of_time_leaves_the_rest_to_the_next(runs: Runs) -> None:
    runs(lambda *_: time.sleep(0.3))
    put(*(entry(f"jar_{n}") for n in range(3 * agenda.WORKERS)))

    drained = agenda.tick(house(), Lane, until=time.monotonic() + 0.4)

    assert drained.out_of_time
    assert drained.outcomes.get(Outcome.DONE, 0) < 3 * agenda.WORKERS


def test_no_shop_waits_behind_another_shops_campaign() -> None:
    waiting = [Due(f"a{n}", "acme", 1) for n in range(3)] + [Due("b", "bolt", 1)]

    assert [one.id for one in agenda.in_turn(waiting)] == ["a0", "b", "a1", "a2"]


@pytest.mark.parametrize(
    ("lane", "runs_at_once"), [(Lane.URGENT, streams.run_now), (Lane.MAIL, streams.send_now)]
)
def test_a_paused_lane_holds_what_is_due_at_once_until_it_is_resumed(
    ran: list[str], lane: Lane, runs_at_once: Callable[[dict[str, Any], object], object]
) -> None:
    lanes.pause(house(), [lane])
    wanted = entry().model_copy(update={"lane": lane})
    put(wanted)

    runs_at_once(an_image_of(wanted), None)
    tick()
    held = list(ran)
    lanes.resume(house(), [lane])
    tick()

    assert (held, ran) == ([], ["jar_1"])


@pytest.mark.parametrize("late", [timedelta(0), streams.OLDEST + timedelta(seconds=5)])
def test_a_mark_that_comes_late_is_left_to_the_tick(ran: list[str], late: timedelta) -> None:
    wanted = entry()
    put(wanted)
    created = datetime.now(UTC) - late

    streams.run_now(an_image_of(wanted, ApproximateCreationDateTime=created.timestamp()), None)
    before = list(ran)
    tick()

    assert (before, ran) == ([] if late else ["jar_1"], ["jar_1"])


def test_a_stream_leaves_the_lanes_of_others_alone(ran: list[str]) -> None:
    wanted = entry()
    put(wanted)

    streams.send_now(an_image_of(wanted), None)

    assert ran == []


def test_a_lane_switched_by_many_ends_as_one_of_them_said_and_the_others_are_untouched() -> None:
    turns = [
        lambda: lanes.pause(house(), [Lane.BULK]),
        lambda: lanes.resume(house(), [Lane.BULK]),
        lambda: lanes.hold_post(house(), HOUR, "Daily"),
    ]

    crowd = at_once(lambda place: turns[place % 3]())

    assert crowd.lost == []
    assert lanes.look_again(house()) in (frozenset(WORK), frozenset({Lane.URGENT}))
    lanes.resume(house(), Lane)
    assert lanes.look_again(house()) == frozenset(Lane)


def test_a_lane_paused_and_held_at_once_is_both(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(
        lambda place: (
            lanes.hold_post(house(), HOUR, "Daily")
            if place % 2
            else lanes.pause(house(), [Lane.MAIL])
        )
    )

    held = lanes.look_again(house())
    real = house().clock
    monkeypatch.setattr(house(), "clock", lambda: real() + 2 * HOUR)
    assert held == frozenset(WORK)
    assert lanes.look_again(house()) == frozenset(Lane) - {Lane.MAIL}


def an_image_of(wanted: Entry, **more: float) -> dict[str, Any]:
    """What the stream brings when an entry was put."""
    answer = client("dynamodb").get_item(
        TableName=house().tables.agenda, Key={"id": {"S": wanted.id}}
    )
    record = {
        "eventName": "INSERT",
        "dynamodb": {"NewImage": answer["Item"], "SequenceNumber": "1", **more},
    }
    return {"Records": [record]}
