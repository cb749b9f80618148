"""The inbox costs next to nothing while nothing waits, and hides nothing from the clock."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.services import inbox, intake
from chalicelib.services.house import house
from chalicelib.services.intake import Taken
from chalicelib.store.clients import client

pytestmark = pytest.mark.usefixtures("aws")

Asked = list[str]


def park(name: str) -> None:
    parked = inbox.Parked(
        platform="shopify",
        shop="acme",
        headers={},
        body=b"{}",
        received_at=house().now(),
        correlation="test",
    )
    inbox.put(house(), parked, name)


def drained() -> int:
    return intake.drain(house(), until=time.monotonic() + 5)


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """What happens while a delivery is applied; at first nothing, and it succeeds."""
    during: list[Callable[[], None]] = []

    def taken(*_: Any, **__: Any) -> Taken:
        if during:
            during.pop()()
        return Taken.APPLIED

    monkeypatch.setattr(intake, "take", taken)
    return during.append


@pytest.fixture
def asked(take: object) -> Asked:
    """What is asked of S3 once this process has listed the inbox."""
    drained()
    names: Asked = []
    client("s3").meta.events.register(
        "before-call.s3.*", lambda model, **_: names.append(model.name), unique_id="asked"
    )
    return names


@pytest.fixture(autouse=True)
def _unwatched() -> Any:
    yield
    client("s3").meta.events.unregister("before-call.s3.*", unique_id="asked")


def test_while_nothing_waits_a_minute_costs_one_look(asked: Asked) -> None:
    drained()
    drained()

    assert asked == ["HeadObject", "HeadObject"]


def test_what_is_parked_is_applied_at_the_next_minute_and_then_it_is_quiet_again(
    asked: Asked,
) -> None:
    park("a")
    applied = drained()
    asked.clear()

    assert (applied, drained()) == (1, 0)
    assert asked == ["HeadObject"]


def test_what_fails_is_tried_again_the_next_minute(
    asked: Asked, take: Callable[[Callable[[], None]], None]
) -> None:
    def fails() -> None:
        raise ValueError

    park("a")
    take(fails)

    assert [drained(), drained()] == [0, 1]


def test_what_is_parked_while_the_rest_is_applied_is_not_forgotten(
    asked: Asked, take: Callable[[Callable[[], None]], None]
) -> None:
    park("b")
    take(lambda: park("a"))

    assert [drained(), drained()] == [1, 1]


def test_what_is_parked_between_the_last_listing_and_the_end_is_marked_again(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    park("b")
    remove = inbox.remove

    def removed(house: Any, key: str) -> None:
        if key == inbox.MARK:
            park("a")
        remove(house, key)

    monkeypatch.setattr(inbox, "remove", removed)

    assert [drained(), drained()] == [1, 1]


def test_a_lost_mark_hides_what_waits_for_an_hour_at_most(asked: Asked) -> None:
    park("a")
    inbox.remove(house(), inbox.MARK)
    before = drained()
    house().forget("inbox-listed")

    assert (before, drained()) == (0, 1)
