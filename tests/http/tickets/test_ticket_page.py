"""A ticket's page: what it says of whom it is about, and the queue beside it."""

import re
from datetime import timedelta

import pytest

from chalicelib.domain.canonical import Person
from chalicelib.domain.customers import Blocked, Customer, suppress
from chalicelib.domain.threads import TicketMessage
from chalicelib.domain.ticket_cycles import close
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.handlers.desk import ticket_page
from chalicelib.handlers.shoppers import case_door
from chalicelib.services import callbacks, ticket_work
from chalicelib.services.callbacks import NewCall
from chalicelib.services.ticket_work import Answer
from tests.browsing import Browser
from tests.cases import JANA, a_ticket
from tests.clocks import Clock
from tests.people import desk_of


def place_of(ticket: Ticket) -> str:
    return f"/desk/t/{ticket.number}"


def settled(ticket: Ticket, by: Browser) -> None:
    ticket_work.resolve(desk_of(), ticket.id, Answer("It came.", by.person))


def closed(ticket: Ticket) -> None:
    """Nobody said anything for some days."""
    here = desk_of()
    here.commit(close(here.get(Ticket, ticket.id), at=here.now()))


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


def test_what_was_resolved_is_opened_again_to_write_once_more(mei: Browser) -> None:
    ticket = a_ticket()
    settled(ticket, mei)
    page = mei.read(place_of(ticket))
    assert "Write once more" in page
    assert 'id="composer"' not in page

    for _ in range(2):
        led = mei.post(f"{place_of(ticket)}/again", idempotency_key="k-1")
        assert led.status_code == 303

    again = desk_of().get(Ticket, ticket.id)
    assert (again.status, again.cycle, again.messages) == (Status.OPEN, 2, ticket.messages + 1)
    assert again.answer_due_at is not None
    page = mei.read(place_of(ticket))
    assert 'id="composer"' in page
    assert "Somebody of us wanted to write once more." in page
    assert "not solved" not in page
    assert mei.post(f"{place_of(ticket)}/again").status_code == 409


def test_what_was_closed_long_ago_goes_on_in_a_new_ticket(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()
    settled(ticket, mei)
    closed(ticket)
    clock.now += timedelta(days=31)
    mei.sign_in()

    led = mei.post(f"{place_of(ticket)}/again").headers["Location"]

    assert led != place_of(ticket)
    page = mei.read(led)
    assert page.count(f"Goes on from {ticket.number}") == 1
    assert 'id="composer"' in page
    (new,) = (one for one in mine(mei) if one.follows == ticket.id)
    assert (new.customer_id, new.subject) == (ticket.customer_id, ticket.subject)
    assert f"Goes on in {new.number}" in mei.read(place_of(ticket))
    assert (new.messages, new.last_customer_at) == (0, ticket.last_customer_at)
    assert desk_of().family(new.id, TicketMessage) == []


@pytest.mark.parametrize("who", [JANA, Person(name="Jana")])
def test_whoever_goes_on_with_what_was_closed_long_ago_comes_to_one_ticket(
    mei: Browser, clock: Clock, who: Person
) -> None:
    ticket = a_ticket(who=who)
    settled(ticket, mei)
    closed(ticket)
    clock.now += timedelta(days=31)
    mei.sign_in()

    led = {
        mei.post(f"{place_of(ticket)}/again", idempotency_key=f"k-{n}").headers["Location"]
        for n in range(2)
    }

    (place,) = led
    new = mine(mei)[0]
    assert place == place_of(new)
    settled(new, mei)
    assert mei.post(f"{place_of(ticket)}/again").headers["Location"] == place
    assert desk_of().get(Ticket, new.id).cycle == 2
    is_offered = "Write once more" in mei.read(place_of(ticket))
    assert is_offered == (ticket.customer_id is None)


def test_the_customer_is_told_when_they_wrote_and_not_when_we_did(
    mei: Browser, clock: Clock
) -> None:
    ticket = a_ticket()
    settled(ticket, mei)
    assert wrote_on(mei, ticket) == ["Mon 23 Nov"]
    clock.now += timedelta(days=2)
    mei.sign_in()

    mei.post(f"{place_of(ticket)}/again")

    assert wrote_on(mei, ticket) == ["Mon 23 Nov"]
    settled(ticket, mei)
    closed(ticket)
    clock.now += timedelta(days=31)
    mei.sign_in()
    mei.post(f"{place_of(ticket)}/again")
    (new,) = mine(mei)
    assert wrote_on(mei, new) == []


def wrote_on(browser: Browser, ticket: Ticket) -> list[str]:
    """When the customer wrote, as their page tells them."""
    page = browser.read(case_door(desk_of(), ticket.id))
    return re.findall(r"<span>You wrote</span>\s*<span>(.*?)</span>", page)


def mine(browser: Browser) -> list[Ticket]:
    cards = desk_of().page(3, f"assignee#{browser.person.id}", limit=10).cards
    return [desk_of().get(Ticket, one.id) for one in cards]


def test_from_the_first_of_my_day_the_keys_walk_over_all_that_is_mine(
    mei: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_page, "MOST_BESIDE", 4)
    monkeypatch.setattr(ticket_page, "FEW_BEFORE", 1)
    hers: list[str] = []
    for _ in range(6):
        ticket = a_ticket()
        ticket_work.assign(desk_of(), ticket.id, mei.person.id)
        hers.append(f"{place_of(ticket)}?view=mine")
        a_ticket()
        clock.now += timedelta(minutes=1)
        if len(hers) == 3:
            a_call_after(ticket, mei)

    (place,) = re.findall(r'role="button" class="" href="(/desk/t/[^"]+)"', mei.read("/desk"))
    there = walked(mei, place, "j")
    back = walked(mei, there[-1], "k")

    assert there == hers
    assert back == hers[::-1]


def a_call_after(ticket: Ticket, by: Browser) -> None:
    """A call of theirs that is due right after a ticket."""
    due = ticket.next_due_at
    assert due is not None
    new = NewCall(
        at=due + timedelta(seconds=30),
        what="Where it is",
        customer_id=None,
        case_id=ticket.id,
        owner_id=by.person.id,
        language=None,
        zone=None,
    )
    callbacks.promise(desk_of(), new)


def walked(browser: Browser, place: str, key: str) -> list[str]:
    """The pages that one comes to by a key, until no link has it."""
    places: list[str] = []
    while place and place not in places:
        places.append(place)
        link = re.search(rf'href="([^"]+)" data-hotkey="{key}"', browser.read(place))
        place = link[1] if link else ""
    return places
