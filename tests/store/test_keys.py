"""The stage's keys are made once, however many processes begin at the same time."""

import pytest

from chalicelib.services import house as houses
from chalicelib.services import keys
from chalicelib.services.house import House
from chalicelib.settings import settings
from chalicelib.store.clients import client

pytestmark = pytest.mark.usefixtures("aws")


def two_new_houses() -> tuple[House, House]:
    """Two processes of a stage that has no keys, as both have seen."""
    client("ssm").delete_parameter(Name=f"{settings().parameter_prefix}/{keys.NAME}")
    first, second = House(settings()), House(settings())
    assert first.parameter(keys.NAME) == second.parameter(keys.NAME) == {}
    return first, second


def test_who_makes_the_keys_second_takes_those_that_are_there() -> None:
    first, second = two_new_houses()

    keys.ensure(first)
    keys.ensure(second)

    assert first.parameter(keys.NAME) == second.parameter(keys.NAME) != {}


def test_that_there_are_no_keys_is_not_believed_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(houses, "ABSENT_SECONDS", 0)
    first, second = two_new_houses()

    keys.ensure(first)

    assert second.parameter(keys.NAME) == first.parameter(keys.NAME)
