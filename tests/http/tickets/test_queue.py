"""The queue in its views: each holds what it says, as many as it says."""

import re
from datetime import timedelta

from chalice.test import Client

from chalicelib.domain.agenda import Entry
from chalicelib.domain.drafts import LEAVE, Written, draft_id
from chalicelib.domain.permissions import Role
from chalicelib.domain.tickets import Ticket, WaitsFor
from chalicelib.services import answers, ticket_work
from chalicelib.services.ticket_work import Answer
from tests.browsing import Browser
from tests.cases import a_ticket
from tests.clocks import Clock
from tests.people import desk_of

WRITTEN = Written(text="On Thursday.")
VIEWS = ("mine", "all", "nobodys", "late", "waiting")


def shown(mei: Browser, view: str) -> set[str]:
    """The numbers of a view's tickets; the tabs count as many."""
    page = mei.read(f"/desk/tickets?view={view}")
    numbers = set(re.findall(r'href="/desk/t/(T-[^?"]+)', page))
    (n,) = re.findall(rf'view={view}" aria-current="page">\S+ (\d+)</a>', page)
    assert int(n) == len(numbers)
    return numbers


def test_each_view_holds_and_counts_what_it_says(client: Client, clock: Clock) -> None:
    late, hers, waits, settled = (a_ticket() for _ in range(4))
    clock.now += timedelta(days=2)
    mei = Browser(client, Role.AGENT, name="Mei")
    fresh = a_ticket()
    answer = Answer("Here.", mei.person)
    ticket_work.reply(desk_of(), hers.id, answer, WaitsFor.NOBODY)
    ticket_work.reply(desk_of(), waits.id, answer, WaitsFor.CUSTOMER)
    ticket_work.assign(desk_of(), waits.id, None)
    ticket_work.resolve(desk_of(), settled.id, answer)

    found = {view: shown(mei, view) for view in VIEWS}

    def numbers(*tickets: Ticket) -> set[str]:
        return {one.number for one in tickets}

    assert found["all"] == numbers(late, hers, waits, fresh)
    assert found["mine"] == numbers(hers)
    assert found["nobodys"] == numbers(late, waits, fresh)
    assert found["late"] == numbers(late)
    assert found["waiting"] == numbers(waits)


def test_a_line_says_what_it_is_about_and_whose_it_is(client: Client, mei: Browser) -> None:
    tom = Browser(client, Role.AGENT, name="Tom")
    ticket_work.assign(desk_of(), a_ticket().id, tom.person.id)

    (line,) = re.findall(r'<a class="line".*?</a>', mei.read("/desk/tickets"), re.DOTALL)

    assert "<bdi>Jana Weber</bdi> · Where is my parcel? · <bdi>Tom</bdi>" in line
    assert "Mine" in tom.read("/desk/tickets?view=mine")


def test_an_empty_view_says_what_it_means(mei: Browser) -> None:
    meanings = {mei.read(f"/desk/tickets?view={view}") for view in VIEWS}

    assert len(meanings) == len(VIEWS)
    assert all('class="notice"' in one for one in meanings)


def test_a_view_goes_on_where_its_page_ended(mei: Browser) -> None:
    numbers = {a_ticket().number for _ in range(3)}

    first = mei.read("/desk/tickets?view=nobodys&limit=2")
    (more,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = mei.read(more.replace("&amp;", "&"))

    assert "view=nobodys" in more
    seen = [re.findall(r'href="/desk/t/(T-[^?"]+)', page) for page in (first, second)]
    assert [len(one) for one in seen] == [2, 1]
    assert {n for page in seen for n in page} == numbers


def test_the_keys_mark_a_line_and_lead_from_one_to_the_next(mei: Browser) -> None:
    for _ in range(2):
        a_ticket()

    page = mei.read("/desk/tickets?on=2")

    marked = page.partition('id="on"')[2].partition("</li>")[0]
    assert 'data-hotkey="Enter"' in marked
    assert "on=1#on" in page
    assert "on=3" not in page


def test_an_answer_that_came_back_is_told_of(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()
    answers.send(desk_of(), ticket.id, mei.person, WRITTEN)
    assert "came back" not in mei.read("/desk/tickets")
    clock.now += timedelta(seconds=10)
    ticket_work.resolve(desk_of(), ticket.id, Answer("It came.", mei.person))
    entry = Entry(
        shop="acme",
        kind=LEAVE,
        subject=draft_id(ticket.id, mei.person.id),
        due_at=clock.now,
        data={"ticket": ticket.id},
    )
    answers.leave(desk_of(), entry)

    assert "1 answer of yours came back" in mei.read("/desk/tickets")
