"""However mails are handed over, answered, reported on, refused and cut short: each one ends, none
is lost, and none that is known to have left leaves again."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.services.agenda import MOST_ATTEMPTS
from tests.cases import a_ticket
from tests.faults.cloud import Cloud
from tests.faults.mailroom import READERS, Mailroom
from tests.faults.network import CALM, Schedule, schedules
from tests.faults.profiles import schedules_of
from tests.faults.webhooks import STANDARD, open_shop
from tests.faults.world import a_world

HELD = 14
"""For so many minutes at least nothing is tried when a day's quota is spent."""


class Do(NamedTuple):
    """Something that the mailroom does, and with which reader, report or mail."""

    what: str
    place: int

    def __call__(self, room: Mailroom) -> None:
        getattr(room, self.what)(self.place)


class Minutes(NamedTuple):
    count: int

    def __call__(self, room: Mailroom) -> None:
        for _ in range(self.count):
            room.world.minute()


class HalfAnHour(NamedTuple):
    def __call__(self, room: Mailroom) -> None:
        room.world.wait(minutes=30)
        room.world.minute()


class Quota(NamedTuple):
    """So many mails more may be sent today."""

    left: int | None

    def __call__(self, room: Mailroom) -> None:
        room.world.post.quota = self.left


class Busy(NamedTuple):
    """So many of the next mails come too fast for SES."""

    count: int

    def __call__(self, room: Mailroom) -> None:
        room.world.post.busy = self.count


class Early(NamedTuple):
    """From now on, reports come before answers, or do not."""

    is_early: bool

    def __call__(self, room: Mailroom) -> None:
        room.is_early = self.is_early


class AtOnce(NamedTuple):
    """The clock twice and the stream, and a report, in the same moment."""

    choices: list[int]
    report: int

    def __call__(self, room: Mailroom) -> None:
        world = room.world
        world.at_once(
            self.choices,
            world.send_due,
            world.send_due,
            world.flow,
            partial(room.hear, self.report),
        )


Step = Callable[[Mailroom], None]

ENDED_BEFORE_IT_WAS_RECORDED: list[Step] = [Do("end_after", 1), Do("write", 0), Minutes(10)]

HEARD_WHILE_UNKNOWN: list[Step] = [
    Do("lose_answers", 1), Do("write", 0), Minutes(1), Do("hear", 0), HalfAnHour(),
]  # fmt: skip

BOUNCED_WHILE_QUEUED: list[Step] = [Do("bounce_while_waiting", 0), Minutes(2)]

COMPLAINED_WHILE_QUEUED: list[Step] = [
    Do("write", 0), Minutes(1), Do("invite", 0), Do("complain", 0), Minutes(2),
]  # fmt: skip

ALL_TOGETHER: list[Step] = [
    Early(is_early=True),
    Do("lose_answers", 1), Do("write", 0), Minutes(1),
    Do("end_after", 1), Do("write", 1), Minutes(1),
    Early(is_early=False),
    Do("lose_answers", 1), Do("write", 2), Minutes(1),
    HalfAnHour(), Do("write", 0), Minutes(2),
    Do("hear", 0), Do("hear_again", 0), Do("bounce_while_waiting", 1), HalfAnHour(),
]  # fmt: skip


def plans() -> st.SearchStrategy[list[Step]]:
    places, readers = st.integers(0, 9), st.integers(0, len(READERS) - 1)
    letters = st.builds(Do, st.sampled_from(("write", "write", "invite")), readers)
    reports = st.builds(Do, st.sampled_from(("hear", "hear", "hear_again")), places)
    blocks = st.builds(Do, st.sampled_from(("bounce", "complain", "bounce_while_waiting")), places)
    trouble = st.builds(Do, st.sampled_from(("lose_answers", "end_after")), st.integers(1, 2))
    passing = st.builds(Minutes, st.integers(1, 3)) | st.builds(HalfAnHour)
    at_once = st.builds(AtOnce, st.lists(st.integers(0, 3), max_size=30), places)
    quota = st.builds(Quota, st.none() | st.integers(0, 2)) | st.builds(Busy, st.integers(1, 12))
    other = quota | st.builds(Early, st.booleans())
    steps = letters | letters | passing | reports | blocks | trouble | at_once | other
    return st.lists(steps, min_size=3, max_size=12)


@schedules_of(10)
@example(ENDED_BEFORE_IT_WAS_RECORDED, CALM)
@example(HEARD_WHILE_UNKNOWN, CALM)
@example(BOUNCED_WHILE_QUEUED, CALM)
@example(COMPLAINED_WHILE_QUEUED, CALM)
@example(ALL_TOGETHER, CALM)
@given(plans(), schedules(within=20))
def test_every_mail_comes_to_an_end(cloud: Cloud, plan: list[Step], schedule: Schedule) -> None:
    with a_world(cloud, schedule) as world:
        room = Mailroom(world)
        for step in plan:
            step(room)
        room.come_to_rest()
        found = room.check()
    assert not found, "\n".join(found)


@schedules_of(3)
@given(st.integers(1, 4), st.integers(1, 30))
@example(1, 2 * MOST_ATTEMPTS)
def test_what_comes_too_fast_leaves_later(cloud: Cloud, mails: int, refusals: int) -> None:
    """However often: a refusal is no failure of the mail, and parks nothing."""
    with a_world(cloud) as world:
        room = Mailroom(world)
        world.post.busy = refusals
        for place in range(mails):
            room.write(place % len(READERS))
        world.settle()
        assert world.post.asked == mails + refusals
        assert len({left.message for left in world.post.left}) == len(world.post.left) == mails
        room.come_to_rest()
        assert not room.check()


@schedules_of(3)
@given(st.integers(1, 5), st.integers(0, 4))
def test_a_spent_quota_stops_all_mail_until_there_is_more(
    cloud: Cloud, mails: int, quota: int
) -> None:
    with a_world(cloud) as world:
        open_shop(STANDARD)
        world.post.quota = quota
        for _ in range(mails):
            a_ticket()
        for _ in range(HELD):
            world.minute()
        assert world.post.asked == min(mails, quota + 1)
        world.post.quota = None
        world.settle()
        assert len(world.post.left) == mails
