"""Every entry of the agenda has its effect exactly once, whoever runs it, whenever, and whatever
fails; one that was taken back has none from then on."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.services.runners import RUNNERS
from chalicelib.store import agenda
from tests.faults import errands
from tests.faults.cloud import Cloud
from tests.faults.errands import BOARDS, KIND, Errands
from tests.faults.network import Schedule, schedules
from tests.faults.profiles import schedules_of
from tests.faults.world import a_world

SHORT_LEASE = 30
"""Seconds; so that a slow run outlives its lease and not its function."""
SLOW = 40


class Wish(NamedTuple):
    board: str
    minutes: int

    def __call__(self, asked: Errands) -> None:
        asked.wish(self.board, self.minutes)


class TakeBack(NamedTuple):
    board: str

    def __call__(self, asked: Errands) -> None:
        asked.cancel(self.board)


class Minutes(NamedTuple):
    count: int

    def __call__(self, asked: Errands) -> None:
        for _ in range(self.count):
            asked.world.minute()


class ClockMissed(NamedTuple):
    """For two hours nobody runs what is due, but for the stream."""

    def __call__(self, asked: Errands) -> None:
        asked.world.wait(hours=2)
        asked.world.flow()


class StreamOff(NamedTuple):
    """For a day the stream brings nothing, and then what it kept of it."""

    hours: int

    def __call__(self, asked: Errands) -> None:
        for _ in range(2):
            asked.world.wait(hours=self.hours / 2)
            asked.world.tick()
        asked.world.flow()


class AtOnce(NamedTuple):
    """Two clocks, the stream and somebody who changes their mind, all in the same moment."""

    board: str
    change: Callable[[str], Wish | TakeBack]
    is_slow: bool
    choices: list[int]

    def __call__(self, asked: Errands) -> None:
        world = asked.world
        asked.wish(self.board, 0)
        asked.while_running = partial(_one_is_slow, asked) if self.is_slow else _nothing
        acts: tuple[Callable[[], None], ...] = (
            world.tick, world.tick, world.flow, partial(self.change(self.board), asked),
        )  # fmt: skip
        world.at_once(self.choices, *acts)
        asked.while_running = _nothing


def plans() -> st.SearchStrategy[list[Callable[[Errands], None]]]:
    boards = st.sampled_from(BOARDS[:2])
    wish = st.builds(Wish, boards, st.sampled_from((0, 1, 3)))
    at_once = st.builds(
        AtOnce,
        boards,
        st.sampled_from((TakeBack, partial(Wish, minutes=0), partial(Wish, minutes=1))),
        st.booleans(),
        st.lists(st.integers(0, 3), min_size=30, max_size=30),
    )
    passing = (
        st.builds(Minutes, st.integers(1, 3))
        | st.builds(ClockMissed)
        | st.builds(StreamOff, st.sampled_from((22, 30)))
    )
    acts = at_once | at_once | wish | st.builds(TakeBack, boards) | passing
    return st.lists(acts, min_size=1, max_size=6)


@schedules_of(60)
@given(plans(), schedules(within=20))
def test_every_entry_has_its_effect_once(
    cloud: Cloud, plan: list[Callable[[Errands], None]], schedule: Schedule
) -> None:
    with a_world(cloud, schedule) as world, pytest.MonkeyPatch.context() as patch:
        patch.setattr(agenda, "LEASE_SECONDS", SHORT_LEASE)
        asked = Errands(world)
        patch.setitem(RUNNERS, KIND, asked.run)
        errands.set_up()
        for act in plan:
            act(asked)
        world.wait(minutes=4)
        world.settle()
        found = asked.wrongs()
    assert not found, "\n".join(found)


def _nothing() -> None:
    pass


def _one_is_slow(asked: Errands) -> None:
    """The first that runs takes longer than it holds its entry."""
    asked.while_running = _nothing
    asked.world.wait(seconds=SLOW)
    asked.world.turns.offer()
