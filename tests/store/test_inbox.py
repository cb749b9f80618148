"""The inbox costs next to nothing while nothing waits, and hides nothing from the clock."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.agenda import Entry
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.shops import Configuration, Platform
from chalicelib.metrics import Metric
from chalicelib.services import inbox, intake, shops
from chalicelib.services.erasure import PARKED
from chalicelib.services.house import house
from chalicelib.services.intake import Taken
from chalicelib.services.runners import RUNNERS
from chalicelib.store import counters
from chalicelib.store.clients import client
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("aws")

Asked = list[str]


A_DELIVERY = inbox.Parked(
    platform="shopify",
    shop="acme",
    headers={},
    body=b"{}",
    received_at=datetime(2026, 11, 23, 8, 2, tzinfo=UTC),
    correlation="test",
)


def park(name: str, **what: Any) -> None:
    inbox.put(house(), replace(A_DELIVERY, **what), name)


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


def test_what_told_nothing_is_counted_when_it_could_not_be_at_once() -> None:
    shops.put(desk_of(), Configuration(name="Acme", platform=Platform.SHOPIFY))
    park("a", headers={"x-shopify-topic": "shop/update"})

    drained()

    here = house()
    assert counters.noted(here.tables, "acme", here.now().date()) == {"unknown_topic": 1}


def test_a_shop_that_leaves_takes_its_own_parked_deliveries_along(asked: Asked) -> None:
    park("a")
    park("b", shop="bolt")
    for key in [f"{inbox.WAITING}acme/{name}" for name in "xy"]:
        given_up = replace(A_DELIVERY, attempts=inbox.MOST_ATTEMPTS)
        inbox.keep(house(), key, given_up)

    leaving = Entry(shop="acme", kind=PARKED, subject="acme", due_at=house().now())
    RUNNERS[PARKED](desk_of(), leaving)

    assert [key.split("/")[1] for key in inbox.waiting(house())] == ["bolt"]


@pytest.mark.parametrize("body", [b"no object of ours", b'{"body": ""}', b"[]"])
def test_what_nobody_can_read_is_given_up_as_it_is_and_keeps_nothing_back(
    asked: Asked, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket, name = house().settings.inbox_bucket, "0" * 32
    client("s3").put_object(Bucket=bucket, Key=f"{inbox.WAITING}acme/{name}", Body=body)
    park("order-1")

    drained()

    kept = client("s3").get_object(Bucket=bucket, Key=f"{inbox.GIVEN_UP}acme/{name}")
    assert kept["Body"].read() == body
    assert list(inbox.waiting(house())) == []
    assert Metric.GIVEN_UP_DELIVERIES in capsys.readouterr().out
    assert inbox.retry_all(house(), "acme", until=time.monotonic() + 5) == (0, False)
    with pytest.raises(NotAllowed):
        inbox.retry(house(), "acme", name)
