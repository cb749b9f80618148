"""A buyer's file over several orders, and what it costs where nothing new is known of them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.domain.canonical import Person, Platform
from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import Order, SeenBy
from chalicelib.domain.shops import Configuration
from chalicelib.services import catalogue, shops
from chalicelib.store.clients import client
from tests.people import desk_of
from tests.unit.order_builders import an_order_seen

BARE = Person(outside_id="7")
WHOLE = Person(outside_id="7", name="Jana Örtel", mail="jana@example.com", country="DE")

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def asked(aws: dict[str, str]) -> Iterator[list[str]]:
    """What is asked of DynamoDB from here on."""
    shops.put(desk_of(), Configuration(name="Acme", platform=Platform.STANDARD))
    assert desk_of().shop
    names: list[str] = []

    def note(model: object, **_: object) -> None:
        names.append(str(getattr(model, "name", "")))

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb", note, unique_id="test-buyers")
    yield names
    events.unregister("before-call.dynamodb", unique_id="test-buyers")


def ordered(outside_id: str, buyer: Person, minutes: int = 0) -> Order:
    seen = an_order_seen(outside_id=outside_id)
    later = {"customer": buyer, "changed_at": seen.changed_at + timedelta(minutes=minutes)}
    taken = catalogue.take_order(desk_of(), [seen.model_copy(update=later)], SeenBy.WEBHOOK)
    assert taken is not None
    return taken


def test_a_later_order_fills_what_the_file_of_its_buyer_lacked(asked: list[str]) -> None:
    first = ordered("o1", BARE)
    second = ordered("o2", WHOLE)

    assert first.customer_id == second.customer_id is not None
    jana = desk_of().get(Customer, second.customer_id)
    assert (jana.name, jana.mail, jana.country) == ("Jana Örtel", "jana@example.com", "DE")


def test_an_order_fills_the_file_of_a_buyer_who_was_known_by_all_of_it(asked: list[str]) -> None:
    reach = WHOLE.model_copy(update={"name": None, "country": None})
    first = ordered("o1", reach)

    ordered("o2", WHOLE)

    assert first.customer_id is not None
    jana = desk_of().get(Customer, first.customer_id)
    assert (jana.name, jana.country) == ("Jana Örtel", "DE")


def test_a_known_order_of_a_known_buyer_is_one_read_and_one_write(asked: list[str]) -> None:
    ordered("o1", WHOLE)
    asked.clear()

    ordered("o1", WHOLE, minutes=5)

    assert asked == ["BatchGetItem", "TransactWriteItems"]
