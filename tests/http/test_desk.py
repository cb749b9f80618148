"""The staff's pages: what is owed, the queue, and a ticket that is worked on in a browser."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.test import Client

from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Ticket
from chalicelib.handlers.desk.customers import desk_customers
from chalicelib.handlers.desk.figures import desk_figures
from chalicelib.handlers.desk.me import me
from chalicelib.handlers.desk.my_day import my_day
from chalicelib.handlers.desk.queue import desk_queue
from chalicelib.handlers.desk.tickets import desk_tickets
from chalicelib.services import shops
from chalicelib.services import tickets as ticket_service
from chalicelib.services.house import real_time, set_clock
from chalicelib.services.tickets import Asked
from chalicelib.web.app import AftercareApp
from tests.browsing import Browser
from tests.cases import NOON
from tests.clocks import standing_at
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("desk")
    for door in (desk_tickets, desk_queue, my_day, me, desk_customers, desk_figures):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


def a_ticket(subject: str = "Wo bleibt sie?", text: str = "<script>x</script>") -> Ticket:
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language="de", text=text
    )
    question = Question(reason=Reason.PARCEL, subject=subject, words=words)
    person = Person(name="Jana Weber", mail="jana@example.de")
    return ticket_service.open_ticket(desk_of(), Asked(question, person))


def test_who_is_not_signed_in_is_led_to_the_door(client: Client) -> None:
    answer = client.http.get("/desk/tickets")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/sign-in")


def test_what_is_owed_is_seen_on_the_first_page_and_in_the_queue(client: Client) -> None:
    ticket, mei = a_ticket(), Browser(client, Role.AGENT)

    for place in ("/desk", "/desk/tickets"):
        page = mei.get(place)
        assert page.status_code == 200
        assert ticket.number in page.body.decode()
        assert f"/desk/t/{ticket.number}" in page.body.decode()


def test_what_is_late_says_so(client: Client) -> None:
    a_ticket()
    set_clock(lambda: real_time() + timedelta(days=14))
    try:
        page = Browser(client, Role.AGENT).get("/desk")
    finally:
        set_clock(real_time)

    assert re.search(r'class="late">[^<]* late<', page.body.decode())


def test_the_pages_speak_chinese(client: Client) -> None:
    ticket, li = a_ticket(), Browser(client, Role.AGENT, language="zh-CN")

    for place in ("/desk", "/desk/tickets", f"/desk/t/{ticket.number}"):
        page = li.get(place)
        assert page.status_code == 200
        assert 'lang="zh-CN"' in page.body.decode()


def test_a_session_that_reads_no_tickets_sees_none(client: Client) -> None:
    ticket, ana = a_ticket(), Browser(client, Role.ANALYST)

    assert ana.get("/desk/tickets").status_code == 403
    assert ana.get(f"/desk/t/{ticket.number}").status_code == 403


def test_the_frame_says_until_when_one_is_signed_in_and_which_keys_there_are(
    client: Client,
) -> None:
    with standing_at(NOON):
        page = Browser(client, Role.AGENT).read("/desk/tickets")

    assert "until 00:00" in page
    assert re.search(r'href="/desk/keys" data-hotkey="\?"', page)


def test_the_queue_and_the_customers_page_say_who_it_is(client: Client) -> None:
    ticket, mei = a_ticket(), Browser(client, Role.AGENT)

    assert "Jana Weber" in mei.get("/desk/tickets").body.decode()
    shown = mei.get(f"/desk/p/{ticket.customer_id}").body.decode()
    assert ">Jana Weber</h1>" in shown
    assert "Question opened" in shown
    assert ticket.number in shown


def test_the_figures_are_there_for_who_may_see_them(client: Client) -> None:
    assert Browser(client, Role.MANAGER).get("/desk/figures").status_code == 200
    agent = Browser(client, Role.AGENT)
    assert agent.get("/desk/figures").status_code == 403
    assert "/desk/figures" not in agent.get("/desk").body.decode()
