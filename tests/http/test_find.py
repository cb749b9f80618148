"""Finding by whatever somebody has in hand, and an order's page, where that leads."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

from chalicelib.domain.canonical import Person, SeenBy
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.orders import Order
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Ticket
from chalicelib.handlers.desk.find import find
from chalicelib.handlers.desk.orders import desk_orders
from chalicelib.services import catalogue, lookups, shops
from chalicelib.services import tickets as ticket_service
from chalicelib.services.forgetting import empty_order
from chalicelib.services.tickets import Asked
from chalicelib.web.app import AftercareApp
from tests.browsing import Browser
from tests.clocks import standing_at
from tests.full_shop import NOON
from tests.people import desk_of
from tests.unit.order_builders import a_line, an_order_seen, delivered

PAGE = "/desk/find"
TRACKING = "jjd 000-3412"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("find")
    for door in (find, desk_orders):
        app.register_blueprint(door)
    with standing_at(NOON), Client(app) as client:
        yield client


def an_order(shop: str = "acme") -> Order:
    seen = an_order_seen(a_line("l1", quantity=2))
    order = catalogue.take_order(desk_of(shop), [seen, *delivered()], SeenBy.WEBHOOK)
    assert order is not None
    return order


def a_ticket(order: Order | None = None) -> Ticket:
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language="de", text="Wo?"
    )
    question = Question(reason=Reason.PARCEL, subject="Wo bleibt sie?", words=words)
    person = Person(name="Jana Weber", mail="jana@example.de", phone="0341 12345678", country="DE")
    return ticket_service.open_ticket(desk_of(), Asked(question, person, order))


def mistyped(number: str) -> str:
    return number[:-1] + ("2" if number[-1] != "2" else "3")


def test_each_thing_there_is_one_of_is_opened_at_once(client: Client) -> None:
    order, mei = an_order(), Browser(client, Role.AGENT)
    ticket = a_ticket(order)
    asked = {
        ticket.number.lower().replace("-", " "): f"/desk/t/{ticket.number}",
        f" {order.number} ": f"/desk/o/{order.id}",
        TRACKING: f"/desk/o/{order.id}",
        "Jana@Example.de": f"/desk/p/{ticket.customer_id}",
        "0341 / 123 456 78": f"/desk/p/{ticket.customer_id}",
    }

    found = {text: mei.post(PAGE, q=text) for text in asked}

    places = {text: one.headers.get("Location") for text, one in found.items()}
    assert places == asked
    assert {one.status_code for one in found.values()} == {303}


def test_a_mistyped_number_is_mended_and_said_so(client: Client) -> None:
    ticket, mei = a_ticket(), Browser(client, Role.AGENT)

    answer = mei.post(PAGE, q=mistyped(ticket.number))

    shown = answer.body.decode()
    assert answer.status_code == 200
    assert "Its check character says what was meant" in shown
    assert f"/desk/t/{ticket.number}" in shown


def test_what_there_are_several_of_is_shown(client: Client) -> None:
    first, mei = an_order(), Browser(client, Role.AGENT)
    again = an_order_seen(a_line("l1"), outside_id="o2", number=first.number)
    second = catalogue.take_order(desk_of(), [again], SeenBy.WEBHOOK)
    assert second is not None

    shown = mei.post(PAGE, q=first.number).body.decode()

    assert {f"/desk/o/{one.id}" in shown for one in (first, second)} == {True}


def test_people_are_shown_to_those_who_may_see_them(client: Client) -> None:
    a_ticket()

    technician = Browser(client, Role.TECHNICIAN).post(PAGE, q="jana@example.de")

    assert technician.status_code == 200
    assert "Nothing is found for this." in technician.body.decode()
    assert "people are not shown to you" in technician.body.decode()
    assert Browser(client, Role.ANALYST).post(PAGE, q="x").status_code == 403


def test_another_shops_things_are_not_found(client: Client) -> None:
    shops.put(desk_of("globex"), Configuration(name="Globex", country="DE"))
    order, mei = an_order("globex"), Browser(client, Role.ADMIN)

    for text in (order.number, TRACKING, "jana@example.de"):
        assert "Nothing is found for this." in mei.post(PAGE, q=text).body.decode()


def test_nothing_and_too_much_are_answered_kindly(client: Client) -> None:
    mei = Browser(client, Role.AGENT)

    assert "Type what you have in hand" in mei.get(PAGE).body.decode()
    assert "Type what you have in hand" in mei.post(PAGE, q="  ").body.decode()
    assert "Nothing is found for this." in mei.post(PAGE, q="x" * 100_000).body.decode()
    assert "&lt;b&gt;" in mei.post(PAGE, q="<b>x").body.decode()
    assert mei.post(PAGE, q="x", csrf="guessed").status_code == 403


def test_the_shop_is_asked_for_an_order_that_is_not_here(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = Browser(client, Role.AGENT)
    assert "ask the shop" not in mei.post(PAGE, q="#1001").body.decode()
    configured = Configuration(name="Acme", country="DE", api_url="https://acme.example")
    shops.put(desk_of(), configured)
    desk_of().house.put_parameter(shops.secrets_name("acme"), {"api_token": "t"})
    assert "ask the shop" in mei.post(PAGE, q="#1001").body.decode()
    assert "ask the shop" not in mei.post(PAGE, q="jana@example.de").body.decode()

    known: dict[str, Order] = {}
    monkeypatch.setattr(lookups, "find_order", lambda _, number: known.get(number))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    in_vain = mei.post(PAGE, q="#1001", ask="shop")
    assert "The shop does not know it either." in in_vain.body.decode()
    known["#1001"] = order = an_order().but(number="#1001")
    asked = mei.post(PAGE, q="#1001", ask="shop")

    assert (asked.status_code, asked.headers["Location"]) == (303, f"/desk/o/{order.id}")


def test_a_parcel_is_not_found_once_its_buyer_is_forgotten(client: Client) -> None:
    order, mei = an_order(), Browser(client, Role.AGENT)

    empty_order(desk_of(), order.id)

    assert "Nothing is found for this." in mei.post(PAGE, q=TRACKING).body.decode()


def test_an_orders_page_says_where_it_is_what_may_come_back_and_its_cases(client: Client) -> None:
    order, mei = an_order(), Browser(client, Role.AGENT)
    ticket = a_ticket(order)

    shown = mei.get(f"/desk/o/{order.id}").body.decode()

    for words in ("× 2", "Can come back until", "JJD0003412", "Delivered on", ticket.number):
        assert words in shown
    assert f"/desk/p/{order.customer_id}" in shown
    technician = Browser(client, Role.TECHNICIAN).get(f"/desk/o/{order.id}").body.decode()
    assert "/desk/p/" not in technician


def test_an_order_of_which_only_a_parcel_was_seen_says_so(client: Client) -> None:
    order = catalogue.take_order(desk_of(), delivered(), SeenBy.WEBHOOK)
    assert order is not None

    answer = Browser(client, Role.AGENT).get(f"/desk/o/{order.id}")

    assert answer.status_code == 200
    assert "not the order itself" in answer.body.decode()
