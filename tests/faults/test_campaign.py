"""A campaign, or a day's quota that is spent, keeps nobody waiting but itself."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.agenda import Entry, Lane
from chalicelib.domain.changes import Changes
from chalicelib.domain.promises import RING
from chalicelib.domain.shops import Configuration
from chalicelib.domain.tickets import Ticket
from chalicelib.services import agenda, shops
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.services.runners import RUNNERS
from tests.cases import a_ticket
from tests.faults.cloud import Cloud
from tests.faults.profiles import is_soak
from tests.faults.world import World, a_world, everything
from tests.people import desk_of

KIND = "test.campaign"
BIG, SMALL = "big", "small"

MAIL_SECONDS = 0.3
"""How long SES takes for one: a clock's fifty seconds are good for some hundred and sixty."""

IN_TIME = timedelta(minutes=4)
"""A clock that runs its fifty seconds, a minute until it runs again, and two for which a stream
tries what a campaign has put there before."""


@pytest.mark.parametrize("ahead", [0, 30], ids=["sent-now", "scheduled"])
def test_a_campaign_delays_neither_a_ring_nor_another_shop(cloud: Cloud, ahead: int) -> None:
    """Whether it was put due at once, so that the stream brings it, or for a time."""
    count = 50_000 if is_soak() else 1_000
    with a_world(cloud) as world, pytest.MonkeyPatch.context() as patch:
        patch.setitem(RUNNERS, KIND, _a_slow_mail)
        if not is_soak():
            patch.setattr(agenda, "PAGE", 100)  # so that it is read in as many turns as a large one
        _open_shops()
        ticket = a_ticket(at=desk_of(SMALL))
        due_at = _wait_until_nearly_rung(world, ticket)
        _put_campaign(count, ahead)
        asked_at = datetime.now(UTC)
        a_ticket(at=desk_of(SMALL))
        for _ in range(2):
            _pass_a_minute(world)
        (mail,) = (left for left in world.post.left if left.shop == SMALL and left.at >= asked_at)
        left = sum(1 for item in everything(house().tables.agenda) if item.get("kind") == KIND)

        assert timedelta(0) <= _rung_at(ticket) - due_at <= IN_TIME
        assert mail.at - asked_at <= IN_TIME
        assert left, "the campaign was over before it could delay anybody"


def test_a_spent_quota_delays_no_ring_and_all_mail_leaves_afterwards(cloud: Cloud) -> None:
    with a_world(cloud) as world:
        _open_shops()
        world.post.quota = 3
        for _ in range(12):
            a_ticket(at=desk_of(BIG))
        ticket = a_ticket(at=desk_of(SMALL))
        due_at = _wait_until_nearly_rung(world, ticket)
        for _ in range(2):
            _pass_a_minute(world)
        rung_at, asked = _rung_at(ticket), world.post.asked
        world.post.quota = None
        world.settle()
        messages = [left.message for left in world.post.left]

    assert timedelta(0) <= rung_at - due_at <= IN_TIME
    assert asked < 3 + 40, "each waiting mail was tried again and again"
    assert len(set(messages)) == len(messages) == 13


def _open_shops() -> None:
    for name in (BIG, SMALL):
        shops.put(desk_of(name), Configuration(name=name.title(), country="DE"))


def _a_slow_mail(desk: Desk, entry: Entry) -> None:
    time.sleep(MAIL_SECONDS)


def _put_campaign(count: int, ahead: int) -> None:
    due_at, desk = house().now() + timedelta(seconds=ahead), desk_of(BIG)
    for start in range(0, count, 80):
        entries = tuple(
            Entry(shop=BIG, kind=KIND, subject=f"mail_{n}", lane=Lane.MAIL, due_at=due_at)
            for n in range(start, min(start + 80, count))
        )
        desk.commit(Changes(None, agenda=entries))


def _wait_until_nearly_rung(world: World, ticket: Ticket) -> datetime:
    """Until a minute before the first ring about a ticket; gives when that is due."""
    waiting = everything(house().tables.agenda)
    (ring,) = (i for i in waiting if i.get("kind") == RING and i["subject"] == ticket.id)
    due_at = datetime.fromisoformat(ring["due_at"])
    world.minute()
    world.wait(seconds=(due_at - datetime.now(UTC)).total_seconds() - 60)
    return due_at


def _rung_at(ticket: Ticket) -> datetime:
    """When the clock first told something of a ticket."""
    told = (item for item in everything(house().tables.events) if item["subject"] == ticket.id)
    return min(datetime.fromisoformat(i["at"]) for i in told if i["actor"] == "clock")


def _pass_a_minute(world: World) -> None:
    """The clock's functions and the stream's are others, and run side by side."""
    world.wait(minutes=1)
    world.tick()
    world.send_due()
    world.flow()
