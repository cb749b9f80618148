"""A ticket's page: what it says of whom it is about, and the queue beside it."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

from chalicelib.domain.canonical import Person
from chalicelib.domain.customers import Blocked, Customer, suppress
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.desk.composer import composer
from chalicelib.handlers.desk.queue import desk_queue
from chalicelib.handlers.desk.tickets import desk_tickets
from chalicelib.services import shops
from chalicelib.web.app import AftercareApp
from tests.browsing import Browser
from tests.cases import JANA, NOON, a_ticket
from tests.clocks import Clock, standing_at
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def clock(aws: dict[str, str]) -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    app = AftercareApp("ticket-page")
    for door in (composer, desk_queue, desk_tickets):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


@pytest.fixture
def mei(client: Client) -> Browser:
    return Browser(client, Role.AGENT, name="Mei")


def place_of(ticket: Ticket) -> str:
    return f"/desk/t/{ticket.number}"


def no_mail_to(ticket: Ticket) -> None:
    """A mail to its customer came back."""
    here = desk_of()
    customer = here.get(Customer, ticket.customer_id or "")
    here.commit(suppress(customer, "mail", Blocked.BOUNCED, at=here.now()))


@pytest.mark.parametrize(
    ("who", "way"),
    [
        (JANA.model_copy(update={"phone": "+4915112345678"}), "by text message"),
        (Person(name="Li Na", mail="lina@example.de"), "by hand: somebody of us sends it"),
    ],
)
def test_an_answer_is_announced_by_the_way_it_will_go(mei: Browser, who: Person, way: str) -> None:
    ticket = a_ticket(who=who)
    assert "by mail" in mei.read(place_of(ticket))

    no_mail_to(ticket)

    page = mei.read(place_of(ticket))
    assert f"in English, {way}" in page
    assert "No mail reaches them." in page
    assert "mails come back" in page
