"""A customer's page: masked until somebody looks, filtered, and erased when asked twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.test import Client

from chalicelib.domain.canonical import Person
from chalicelib.domain.customers import Customer
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.desk.customers import desk_customers
from chalicelib.handlers.desk.find import find
from chalicelib.services import callbacks, shops
from chalicelib.services.callbacks import NewCall
from chalicelib.web.app import AftercareApp
from tests.browsing import Browser
from tests.cases import a_ticket
from tests.clocks import Clock, standing_at
from tests.full_shop import NOON
from tests.people import desk_of

JANA = Person(name="Jana Weber", mail="jana@example.de", phone="+4934112345678", country="DE")

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("customers")
    for door in (desk_customers, find):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


def place_of(ticket: Ticket) -> str:
    return f"/desk/p/{ticket.customer_id}"


def told_of(ticket: Ticket) -> list[tuple[str, str]]:
    assert ticket.customer_id
    return [(one.type, one.actor) for one in desk_of().trail(ticket.customer_id)[0]]


def test_address_and_number_are_masked_until_somebody_looks_and_that_is_told(
    client: Client,
) -> None:
    mei, ticket = Browser(client, Role.AGENT), a_ticket(who=JANA)

    masked = mei.get(place_of(ticket)).body.decode()
    assert "jana@" not in masked
    assert "12345" not in masked
    assert "j…@example.de" in masked
    assert "customer.looked_up" not in dict(told_of(ticket))

    shown = mei.post(f"{place_of(ticket)}/identities")
    assert shown.status_code == 200
    assert "jana@example.de" in shown.body.decode()
    assert 'href="tel:+4934112345678"' in shown.body.decode()
    assert told_of(ticket)[-1] == ("customer.looked_up", f"staff:{mei.person.id}")
    assert mei.post(f"{place_of(ticket)}/identities", csrf="guessed").status_code == 403


def test_who_opened_whose_file_is_in_the_log_by_ids_alone(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    mei, ticket = Browser(client, Role.AGENT), a_ticket(who=JANA)
    caplog.clear()

    mei.get(place_of(ticket))
    mei.get("/desk/p/jana@example.de")

    told = [vars(one) for one in caplog.records if one.message == "request"]
    assert [(one["staff"], one["about"]) for one in told] == [
        (mei.person.id, ticket.customer_id),
        (mei.person.id, ""),
    ]


def test_what_is_owed_stands_above_what_happened_which_is_filtered_by_links(
    client: Client, clock: Clock
) -> None:
    mei, ticket = Browser(client, Role.AGENT), a_ticket(who=JANA)
    new = NewCall(
        at=clock.now + timedelta(hours=1),
        what="Where it is",
        customer_id=ticket.customer_id,
        case_id=None,
        owner_id=mei.person.id,
        language=None,
        zone=None,
    )
    call = callbacks.promise(desk_of(), new)

    whole = mei.get(place_of(ticket)).body.decode()
    owed, _, happened = whole.partition("What happened")
    assert {one.number in owed for one in (ticket, call)} == {True}
    assert "First answer" in owed
    assert ("Question opened" in happened, "Call promised" in happened) == (True, True)

    calls = mei.get(f"{place_of(ticket)}?kind=callback").body.decode().partition("What happened")[2]
    assert ("Question opened" in calls, "Call promised" in calls) == (False, True)
    assert mei.get(f"{place_of(ticket)}?kind=everything").status_code == 422


def test_erasing_asks_once_more_with_what_goes(client: Client) -> None:
    ada, ticket = Browser(client, Role.MANAGER), a_ticket(who=JANA)
    a_ticket(who=JANA)

    asked = ada.post(f"{place_of(ticket)}/erasure")
    assert "2 cases and orders are emptied." in asked.body.decode()
    assert ticket.customer_id
    assert desk_of().get(Customer, ticket.customer_id).erased_at is None

    for _ in range(2):
        done = ada.post(f"{place_of(ticket)}/erasure", confirmed="yes")
        assert (done.status_code, done.headers["Location"]) == (303, place_of(ticket))
    customer = desk_of().get(Customer, ticket.customer_id)
    assert (customer.name, customer.mail, customer.erased_at) == (None, None, NOON)
    assert "Personal data erased" in ada.get(place_of(ticket)).body.decode()
    assert "Nothing is found" in ada.post("/desk/find", q="jana@example.de").body.decode()

    agent = Browser(client, Role.AGENT)
    assert "Erase" not in agent.get(place_of(ticket)).body.decode()
    assert agent.post(f"{place_of(ticket)}/erasure", confirmed="yes").status_code == 403
