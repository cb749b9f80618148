"""The staff's pages: what is owed, the queue, and a ticket that is worked on in a browser."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import csrf_of
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Status, Ticket
from chalicelib.handlers.desk.composer import composer
from chalicelib.handlers.desk.customers import desk_customers
from chalicelib.handlers.desk.figures import desk_figures
from chalicelib.handlers.desk.me import me
from chalicelib.handlers.desk.my_day import my_day
from chalicelib.handlers.desk.queue import desk_queue
from chalicelib.handlers.desk.tickets import desk_tickets
from chalicelib.services import shops
from chalicelib.services import staff as staff_service
from chalicelib.services import tickets as ticket_service
from chalicelib.services.house import real_time, set_clock
from chalicelib.services.tickets import Asked
from chalicelib.web.app import AftercareApp
from tests.people import desk_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

pytestmark = pytest.mark.usefixtures("aws")


class Browser:
    """Somebody of the staff, signed in."""

    def __init__(self, client: Client, role: Role, language: str = "en") -> None:
        person = staff_service.add(
            desk_of(),
            name="Li Wei",
            mail=f"{role}.{language}@acme.example",
            role=role,
            language=language,
            zone=None,
            phone=None,
        )
        link = staff_service.sign_in_link(desk_of(), person.id)
        self.session = staff_service.sign_in(desk_of(), link.partition("once=")[2]).text
        self.person, self.client = person, client
        self.cookie = {"Cookie": f"__Host-aftercare={self.session}"}

    def get(self, place: str) -> HTTPResponse:
        return self.client.http.get(place, headers=self.cookie)

    def post(self, place: str, **fields: str) -> HTTPResponse:
        body = urlencode({"csrf": csrf_of(self.session), **fields}).encode()
        return self.client.http.post(place, body=body, headers=self.cookie | FORM)


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("desk")
    for door in (composer, desk_tickets, desk_queue, my_day, me, desk_customers, desk_figures):
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

    assert "late since" in page.body.decode()


def test_a_ticket_is_answered_noted_taken_and_resolved_by_forms(client: Client) -> None:
    ticket, mei = a_ticket(), Browser(client, Role.AGENT)
    place = f"/desk/t/{ticket.number}"

    answers = [
        mei.post(f"{place}/assignment", to="me"),
        mei.post(f"{place}/replies", text="Wir fragen nach.", then="customer"),
        mei.post(f"{place}/notes", text="Depot Leipzig."),
        mei.post(f"{place}/waiting", waits_for="nobody"),
        mei.post(f"{place}/replies", text="Sie kommt am Donnerstag.", then="resolved"),
    ]

    assert [answer.status_code for answer in answers] == [303] * 5
    assert {answer.headers["Location"] for answer in answers} == {place}
    now = desk_of().get(Ticket, ticket.id)
    assert (now.status, now.assignee, now.messages) == (Status.RESOLVED, mei.person.id, 4)
    page = mei.get(place).body.decode()
    assert "Depot Leipzig." in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_an_empty_answer_comes_back_with_what_is_missing(client: Client) -> None:
    ticket, mei = a_ticket(), Browser(client, Role.AGENT)

    answer = mei.post(f"/desk/t/{ticket.number}/replies", text=" ")

    assert answer.status_code == 422
    assert 'href="#text-replies"' in answer.body.decode()
    assert desk_of().get(Ticket, ticket.id).status is Status.NEW


def test_a_form_of_another_site_does_nothing(client: Client) -> None:
    ticket, mei = a_ticket(), Browser(client, Role.AGENT)

    answer = mei.post(f"/desk/t/{ticket.number}/notes", text="x", csrf="guessed")

    assert answer.status_code == 403
    assert desk_of().get(Ticket, ticket.id).messages == 1


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


def test_what_came_in_meanwhile_is_shown_and_what_was_typed_is_kept(client: Client) -> None:
    ticket, mei = a_ticket(), Browser(client, Role.AGENT)
    place = f"/desk/t/{ticket.number}/replies"
    mei.post(f"/desk/t/{ticket.number}/assignment", to="me")

    late = mei.post(place, text="On its way.", seen=str(ticket.version))

    shown = late.body.decode()
    assert late.status_code == 412
    assert "On its way.</textarea>" in shown
    assert "It was changed since you opened it" in shown
    assert "Given to somebody" in shown
    fresh = desk_of().get(Ticket, ticket.id)
    assert f'name="seen" value="{fresh.version}"' in shown
    assert mei.post(place, text="On its way.", seen=str(fresh.version)).status_code == 303


def test_the_queue_and_the_customers_page_say_who_it_is(client: Client) -> None:
    ticket, mei = a_ticket(), Browser(client, Role.AGENT)

    assert "Jana Weber" in mei.get("/desk/tickets").body.decode()
    shown = mei.get(f"/desk/p/{ticket.customer_id}").body.decode()
    assert "<h1>Jana Weber</h1>" in shown
    assert "Question opened" in shown
    assert ticket.number in shown


def test_the_days_figures_are_shown_with_their_recount_to_who_may_see_them(client: Client) -> None:
    a_ticket()

    shown = Browser(client, Role.MANAGER).get("/desk/figures").body.decode()

    assert "1 question came in" in shown
    assert "Recounted from the events: equal." in shown
    agent = Browser(client, Role.AGENT)
    assert agent.get("/desk/figures").status_code == 403
    assert "/desk/figures" not in agent.get("/desk").body.decode()
