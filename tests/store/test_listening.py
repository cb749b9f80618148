"""A shop whose webhooks stop is noticed in what they told, and its managers are written to."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from chalicelib.domain.agenda import Lane
from chalicelib.domain.canonical import Platform
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.events import Actor, ActorKind, Fact
from chalicelib.domain.permissions import Role
from chalicelib.domain.records import Record
from chalicelib.domain.shops import Configuration
from chalicelib.domain.silence import SLOT, Heartbeat, heartbeat_id
from chalicelib.services import agenda, shops
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.store import agenda as agenda_store
from chalicelib.store.agenda import Due
from tests.clocks import Clock, standing_at
from tests.people import desk_of, hired

pytestmark = pytest.mark.usefixtures("aws")

MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)
WEEK = timedelta(days=7)


class Crate(Record):
    """A record of these tests."""

    kind: ClassVar[str] = "crate"
    prefix: ClassVar[str] = "crt"


class CrateCame(Fact):
    type: ClassVar[str] = "test.crate_came"


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(MONDAY) as clock:
        shops.put(desk_of(), Configuration(name="Acme", platform=Platform.WOOCOMMERCE))
        hired(Role.MANAGER)
        yield clock


def webhooks(count: int, kind: ActorKind = ActorKind.SHOP) -> None:
    for _ in range(count):
        crate = Crate(shop="acme", id=house().new_id("crt"))
        desk = Desk(house(), "acme", actor=Actor(kind=kind, id="woocommerce"), correlation="test")
        desk.commit(Changes(crate, (crate,), (Told(crate, CrateCame()),)))


def silent_since() -> datetime | None:
    beat = desk_of().find(Heartbeat, heartbeat_id("acme"))
    return beat.silent_since if beat else None


def listen_until(clock: Clock, moment: datetime) -> None:
    """As the clock does, every three hours."""
    while clock.now < moment:
        clock.now += SLOT
        agenda.tick(house(), [Lane.BULK], until=float("inf"))


def told() -> list[str]:
    trail, _ = desk_of().trail(heartbeat_id("acme"))
    return [event.type for event in trail]


def letters() -> list[Due]:
    """The letters to the staff that wait to be sent."""
    return [
        entry
        for shard in range(agenda_store.SHARDS)
        for entry in agenda_store.due(
            house().tables, f"{Lane.NOTICE}#{shard}", now=house().now(), limit=50, after=None
        )[0]
    ]


def test_a_silence_that_surprises_is_told_once_and_so_is_its_end(
    clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    webhooks(6)
    listen_until(clock, MONDAY + WEEK)
    assert silent_since() is None

    listen_until(clock, MONDAY + WEEK + timedelta(hours=9))

    assert silent_since() == MONDAY + WEEK + 2 * SLOT
    assert silent_counts(capsys) == 2
    webhooks(1)
    listen_until(clock, MONDAY + WEEK + timedelta(hours=15))
    assert silent_since() is None
    assert told() == ["shop.fell_silent", "shop.heard_again"]
    assert silent_counts(capsys) == 0
    assert len(letters()) == 1


def test_what_others_do_is_no_sign_of_the_shops_system(clock: Clock) -> None:
    webhooks(6)
    listen_until(clock, MONDAY + WEEK)
    webhooks(3, ActorKind.STAFF)

    listen_until(clock, clock.now + 2 * SLOT)

    assert silent_since() == clock.now


def silent_counts(capsys: pytest.CaptureFixture[str]) -> int:
    lines = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return sum("SilentShops" in json.loads(line) for line in lines)
