"""What can never be done stands in nobody's way: it ends parked with its error, or where the
stream leaves what it gives up, and everything else goes on."""

import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from botocore.awsrequest import AWSResponse
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.agenda import Entry
from chalicelib.domain.changes import Changes
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.services.runners import RUNNERS
from chalicelib.store.clients import client
from chalicelib.store.codec import to_item
from tests.faults import errands
from tests.faults.cloud import Call, Cloud
from tests.faults.errands import BOARDS, KIND, Errands
from tests.faults.network import Killed
from tests.faults.profiles import schedules_of
from tests.faults.world import World, a_world, everything
from tests.people import desk_of

UNKNOWN, FAILS, ENDS, STRANGE, LOST = "unknown", "fails", "ends", "strange", "lost"
POISONS = {
    UNKNOWN: "KeyError in test.unknown",
    FAILS: "ArithmeticError in test.fails",
    ENDS: "test.ends never came to an end",
    STRANGE: "ValueError in test.errand",
    LOST: "NotFound in test.lost",
}
"""Kinds of work that can never be done, and with what each ends."""

SOON = 5
"""Minutes after which good work is done, whatever stands before it."""


@schedules_of(4)
@given(
    order=st.permutations([*POISONS, *BOARDS]),
    minutes=st.lists(st.integers(0, 1), min_size=8, max_size=8),
)
def test_what_always_fails_is_parked_and_the_rest_is_done(
    cloud: Cloud, order: list[str], minutes: list[int]
) -> None:
    with a_world(cloud) as world, pytest.MonkeyPatch.context() as patch:
        asked = Errands(world)
        for kind, runner in _runners(asked).items():
            patch.setitem(RUNNERS, kind, runner)
        errands.set_up()
        for name, delay in zip(order, minutes, strict=True):
            asked.wish(name, delay) if name in BOARDS else _poison(name, delay)
        for _ in range(SOON):
            world.minute()
        done = sum(asked.done().values())
        world.settle()
        parked = {item["subject"]: item["last_error"] for item in _dead()}

    assert done == len(BOARDS)
    assert parked == POISONS


@schedules_of(3)
@given(place=st.integers(0, 2))
def test_an_event_that_cannot_be_published_holds_nothing_up(cloud: Cloud, place: int) -> None:
    told: list[str] = []
    with a_world(cloud) as world, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cloud, "answer", _listening(cloud.answer, told))
        asked = Errands(world)
        patch.setitem(RUNNERS, KIND, asked.run)
        errands.set_up()
        for number, board in enumerate(BOARDS):
            if number == place:
                _put_event_that_is_none()
            asked.wish(board, 0)
            _run_what_is_due(world)
        for _ in range(SOON):
            world.minute()

    assert sorted(set(told)) == ["1", "2", "3"]


def _runners(asked: Errands) -> dict[str, Callable[[Desk, Entry], object]]:
    def fails(desk: Desk, entry: Entry) -> None:
        raise ArithmeticError

    def ends(desk: Desk, entry: Entry) -> None:
        raise Killed

    return {
        KIND: asked.run,
        f"test.{FAILS}": fails,
        f"test.{ENDS}": ends,
        f"test.{LOST}": lambda desk, _: desk.shop,
    }


def _poison(name: str, minutes: int) -> None:
    kind = KIND if name == STRANGE else f"test.{name}"
    due_at = house().now() + timedelta(minutes=minutes)
    entry = Entry(shop="acme", kind=kind, subject=name, due_at=due_at)
    desk_of().commit(Changes(None, agenda=(entry,)))
    if name == STRANGE:
        # As a later release may leave it that was taken back.
        client("dynamodb").update_item(
            TableName=house().tables.agenda,
            Key=to_item({"id": entry.id}),
            UpdateExpression="SET home_lane = :lane",
            ExpressionAttributeValues=to_item({":lane": "express"}),
        )


def _dead() -> list[dict[str, str]]:
    agenda = everything(house().tables.agenda)
    return [item for item in agenda if item.get("lane", "").startswith("dead#")]


def _run_what_is_due(world: World) -> None:
    """Without letting the events be published yet."""
    with world.network.sheltered():
        world.pumps["run_now"].drain()


def _put_event_that_is_none() -> None:
    item = to_item({"pk": "acme#nothing", "sk": "00000001#000", "shop": "acme"})
    client("dynamodb").put_item(TableName=house().tables.events, Item=item)


def _listening(
    answer: Callable[[Call], AWSResponse], told: list[str]
) -> Callable[[Call], AWSResponse]:
    """Answers as before, and notes which wishes were told of."""

    def heard(call: Call) -> AWSResponse:
        if call.operation == "PublishBatch":
            fields = parse_qs(call.body.decode())
            bodies = [values[0] for name, values in fields.items() if name.endswith(".Message")]
            told.extend(json.loads(body)["data"]["wish"] for body in bodies)
        return answer(call)

    return heard
