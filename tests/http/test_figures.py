"""The figures' pages and their API: every number leads to as many cases."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client

from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.figure_table import FIGURES
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Ticket, WaitsFor
from chalicelib.domain.unknown_parcels import Seen
from chalicelib.handlers.desk.figure import desk_figure
from chalicelib.handlers.desk.figures import desk_figures
from chalicelib.handlers.figures import figures
from chalicelib.handlers.reports import reports
from chalicelib.services import owed, shops, surveys, ticket_work, unknown_parcels
from chalicelib.services import tickets as ticket_service
from chalicelib.services.ticket_work import Answer
from chalicelib.services.tickets import Asked
from chalicelib.web.app import AftercareApp
from tests.clocks import Clock, standing_at
from tests.http.test_desk import Browser
from tests.people import bearer, desk_of, hired

pytestmark = pytest.mark.usefixtures("aws")

MONDAY = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(MONDAY) as clock:
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    clock.now = MONDAY - timedelta(days=3, hours=1)
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    clock.now = MONDAY
    app = AftercareApp("figures")
    for door in (desk_figures, desk_figure, figures, reports):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


def a_ticket() -> Ticket:
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language="de", text="Wo?"
    )
    question = Question(reason=Reason.PARCEL, subject="Wo?", words=words)
    return ticket_service.open_ticket(desk_of(), Asked(question, Person(name="Jana Weber")))


def three_tickets(clock: Clock) -> None:
    """Two came yesterday, and one of them was answered and resolved then; one came today."""
    mei = hired(Role.AGENT)
    clock.now = MONDAY - timedelta(days=3)
    answered, _ = a_ticket(), a_ticket()
    clock.wait(minutes=7)
    ticket_work.reply(desk_of(), answered.id, Answer("On its way.", mei), WaitsFor.NOBODY)
    ticket_work.resolve(desk_of(), answered.id, Answer("It has come.", mei))
    clock.now = MONDAY
    a_ticket()


def asked(client: Client, path: str, headers: dict[str, str]) -> Any:
    answer = client.http.get(path, headers=headers)
    assert answer.status_code == 200, answer.body
    return answer.json_body


def test_a_parcel_that_nobody_knows_needs_somebody(client: Client) -> None:
    manager = Browser(client, Role.MANAGER)
    assert "Nothing needs you at this moment." in manager.read("/desk/figures")

    unknown_parcels.keep(desk_of(), Seen(shelf="U-01"))

    page = manager.read("/desk/figures")
    assert '<a href="/bench/unknown">1 unknown parcel waits</a>' in page
    assert "Nothing needs you" not in page


def test_the_board_says_what_is_owed_and_leads_to_it(client: Client, clock: Clock) -> None:
    three_tickets(clock)
    page = Browser(client, Role.MANAGER).get("/desk/figures").body.decode()

    headline = re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1])  # type: ignore[index]
    assert " ".join(headline.split()) == "Today: 1 promise is late, none falls due within the hour"
    assert "As of 10:42." in page
    assert "Figures start with the tenth case; there were 3 in fourteen days." in page
    assert "100 % in time (n 1)" in page
    assert "7 min" in page
    assert 'style="' not in page


def test_each_number_leads_to_as_many_cases(client: Client, clock: Clock) -> None:
    three_tickets(clock)
    boss = Browser(client, Role.MANAGER)
    page = boss.get("/desk/figures").body.decode()
    doors = re.findall(r'<a[^>]*href="(/desk/figures/[^".]+)"[^>]*>([^<]+)</a>', page)

    assert ("/desk/figures/waiting", "2") in doors
    assert len(doors) > 15
    for place, words in doors:
        shown = boss.get(place.replace("&amp;", "&")).body.decode()
        n = len(cases_of(shown))
        said = re.search(r"Its (\d+) cases?<|<h1>[^<]*: (\d+)</h1>", shown)
        assert said is not None, place
        assert n == int(said[1] or said[2]), place
        if words.strip().isdecimal():
            assert n == int(words), place


def cases_of(page: str) -> list[str]:
    listed = re.search(r'<ol class="[a-z ]+ counted-cases">(.*?)</ol>', page, re.DOTALL)
    return re.findall("<li>", listed[1]) if listed else []


def test_every_figure_has_as_many_cases_in_the_api(client: Client, clock: Clock) -> None:
    three_tickets(clock)
    boss = bearer(hired(Role.MANAGER))
    told = {name: asked(client, f"/figures/{name}?days=7", boss) for name in FIGURES}

    for one in told.values():
        assert len(asked(client, f"{one['cases']}&limit=100", boss)["items"]) == one["n"]
        assert (one["first"], one["last"]) == ("2026-11-17", "2026-11-23")
        assert one["definition"]
        assert one["not_counted"] == []
    first = told["first_response"]
    assert (first["n"], first["value"], first["interval"]) == (1, 7, None)
    assert (told["tickets"]["n"], told["tickets"]["value"]) == (3, 3)


def test_who_goes_on_with_what_ended_long_ago_asks_nothing_and_answers_nothing_first(
    client: Client, clock: Clock
) -> None:
    mei, boss, ticket = hired(Role.AGENT), bearer(hired(Role.MANAGER)), a_ticket()
    ticket_work.resolve(desk_of(), ticket.id, Answer("It has come.", mei))
    surveys.confirm(desk_of(), ticket.id)
    clock.wait(days=40)

    new = ticket_work.write_again(desk_of(), ticket.id, mei)
    ticket_work.reply(desk_of(), new.id, Answer("Is it well?", mei), WaitsFor.CUSTOMER)

    assert new.answer_due_at is not None
    assert {asked(client, f"/figures/{name}?days=1", boss)["n"] for name in FIGURES} == {0}


def test_cases_are_listed_page_by_page(client: Client, clock: Clock) -> None:
    three_tickets(clock)
    boss = bearer(hired(Role.MANAGER))
    first = asked(client, "/figures/tickets/cases?days=7&limit=2", boss)
    rest = asked(client, f"/figures/tickets/cases?days=7&limit=2&cursor={first['next']}", boss)

    assert [len(page["items"]) for page in (first, rest)] == [2, 1]
    assert rest["next"] is None
    other = client.http.get(f"/figures/returns/cases?cursor={first['next']}", headers=boss)
    assert other.status_code == 400


def test_a_day_is_counted_again_on_request(client: Client, clock: Clock) -> None:
    three_tickets(clock)
    boss = Browser(client, Role.MANAGER)
    place = "/desk/figures/tickets?date=2026-11-20"

    assert "Recounted" not in boss.get(place).body.decode()
    assert "Recounted from the events: equal." in boss.get(f"{place}&again=true").body.decode()


def test_the_table_is_there_as_a_file(client: Client, clock: Clock) -> None:
    three_tickets(clock)
    answer = Browser(client, Role.ANALYST).get("/desk/figures/first_response.csv?days=7")
    rows = list(csv.reader(io.StringIO(answer.body.decode())))

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0] == ["date", "n", "minutes", "low", "high"]
    assert len(rows) == 8
    assert rows[4] == ["2026-11-20", "1", "7", "", ""]
    assert rows[7] == ["2026-11-23", "0", "", "", ""]


def test_a_day_before_keeps_its_facts(client: Client, clock: Clock) -> None:
    three_tickets(clock)
    page = Browser(client, Role.MANAGER).get("/desk/figures?date=2026-11-20").body.decode()

    assert "2 questions came in" in page
    assert "1 was resolved" in page
    assert "Waiting for us" not in page
    assert "Where is my parcel?" in page


def test_who_sees_no_tickets_sees_numbers_without_doors(client: Client, clock: Clock) -> None:
    three_tickets(clock)
    analyst = Browser(client, Role.ANALYST)
    for name in ("tickets", *owed.NAMES):
        page = analyst.get(f"/desk/figures/{name}").body.decode()
        assert "/desk/t/" not in page


def test_there_are_no_other_figures_and_no_other_readers(client: Client) -> None:
    boss, agent = Browser(client, Role.MANAGER), Browser(client, Role.AGENT)

    assert boss.get("/desk/figures/luck").status_code == 404
    assert boss.get("/desk/figures/waiting.csv").status_code == 404
    assert boss.get("/desk/figures/tickets?days=40").status_code == 422
    assert boss.get("/desk/figures?date=2999-01-01").status_code == 200
    for place in ("/desk/figures", "/desk/figures/tickets", "/desk/figures/late"):
        assert agent.get(place).status_code == 403
