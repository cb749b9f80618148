"""My day: what is owed by time; and going off shift, which hands it on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.test import Client

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.drafts import Written
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.threads import Direction, TicketMessage
from chalicelib.domain.tickets import Ticket, WaitsFor
from chalicelib.handlers.desk.my_day import my_day
from chalicelib.handlers.desk.off_shift import off_shift
from chalicelib.services import answers, callbacks, handing_on, shops, ticket_work
from chalicelib.services.callbacks import NewCall
from chalicelib.services.ticket_work import Answer
from chalicelib.web.app import AftercareApp
from tests.browsing import Browser
from tests.cases import a_ticket
from tests.clocks import Clock, standing_at
from tests.full_shop import NOON
from tests.http.returning import tick
from tests.people import desk_of

OFF = "/desk/off-shift"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("my-day")
    for door in (my_day, off_shift):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


def owned_by(mei: Browser) -> Ticket:
    return ticket_work.assign(desk_of(), a_ticket().id, mei.person.id)


def test_what_is_late_waits_with_the_customer_once_they_are_asked(
    client: Client, clock: Clock
) -> None:
    mei = Browser(client, Role.AGENT)
    ticket = owned_by(mei)
    clock.now += timedelta(days=30)
    mei.sign_in()
    late = mei.read("/desk")

    asked = Answer("Which one is broken?", mei.person)
    ticket_work.reply(desk_of(), ticket.id, asked, WaitsFor.CUSTOMER)
    waiting = mei.read("/desk")
    ticket_work.wait(desk_of(), ticket.id, WaitsFor.NOBODY)

    assert (is_late(late), is_late(waiting), is_late(mei.read("/desk"))) == (True, False, True)
    assert ticket.number in waiting


def is_late(page: str) -> bool:
    return "Late</h2>" in page


def a_call(ticket: Ticket, mei: Browser, clock: Clock, **later: int) -> Callback:
    new = NewCall(
        at=clock.now + timedelta(**later),
        what="Where it is",
        customer_id=None,
        case_id=ticket.id,
        owner_id=mei.person.id,
        language=None,
        zone=None,
    )
    return callbacks.promise(desk_of(), new)


def stored(ticket: Ticket) -> Ticket:
    return desk_of().get(Ticket, ticket.id)


def notes_of(ticket: Ticket) -> list[str]:
    found = desk_of().family(ticket.id, TicketMessage)
    return [
        one.text
        for one in found
        if isinstance(one, TicketMessage) and one.direction is Direction.NOTE
    ]


def chosen(*lines: tuple[Ticket | Callback, str], note: str = "") -> dict[str, str]:
    form = {"note": note}
    for place, (case, to) in enumerate(lines):
        fields = {"id": case.id, "number": case.number, "to": to}
        form |= {f"lines.{place}.{name}": value for name, value in fields.items()}
    return form


def test_what_is_owed_stands_under_when_it_is_due(client: Client, clock: Clock) -> None:
    mei = Browser(client, Role.AGENT)
    ticket = owned_by(mei)
    soon, later = a_call(ticket, mei, clock, minutes=30), a_call(ticket, mei, clock, days=2)
    missed = a_call(ticket, mei, clock, minutes=5)
    clock.now += timedelta(minutes=25)

    page = mei.get("/desk").body.decode()

    order = ["Late", missed.number, "Within the hour", soon.number, "Another day", later.number]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "Later today" not in page or ticket.number in page.partition("Later today")[2]
    assert page.index("Start") < places[0]
    assert f'href="/desk/calls/{missed.id}"' in page[: page.index("Go off shift")]
    assert "jana@example" not in page


def test_what_nobody_has_is_in_the_pool_and_what_waits_stands_below(client: Client) -> None:
    mei, free = Browser(client, Role.AGENT), a_ticket()
    waiting = owned_by(mei)
    ticket_work.reply(desk_of(), waiting.id, Answer("Which size?", mei.person), WaitsFor.CUSTOMER)

    page = mei.get("/desk").body.decode()

    assert "Take from the pool: 1 ticket waits" in page
    in_pool, _, behind = page.partition("In the pool")[2].partition("Waiting for others")
    assert [one.number in in_pool for one in (free, waiting)] == [True, False]
    assert [one.number in behind for one in (free, waiting)] == [False, True]


def test_what_somebody_began_to_answer_is_there_until_it_has_left(
    client: Client, clock: Clock
) -> None:
    mei, li = Browser(client, Role.AGENT), Browser(client, Role.AGENT, "de")
    ticket = a_ticket()
    answers.keep(desk_of(), ticket.id, mei.person, Written(text="On Thur"))
    assert ticket.number in mei.get("/desk").body.decode().partition("Answers not sent yet")[2]
    assert "Noch nicht gesendete Antworten" not in li.get("/desk").body.decode()

    answers.send(desk_of(), ticket.id, mei.person, Written(text="On Thursday."))
    clock.now += timedelta(seconds=11)
    tick()

    assert "Answers not sent yet" not in mei.get("/desk").body.decode()


def test_who_owes_nothing_is_told_so(client: Client) -> None:
    page = Browser(client, Role.AGENT).get("/desk").body.decode()
    assert "Nothing is owed by you." in page
    assert "And nothing waits in the pool." in page

    free = a_ticket()
    assert free.number not in Browser(client, Role.ANALYST).get("/desk").body.decode()


def test_what_is_owed_is_handed_on_line_by_line_and_its_owner_signed_out(
    client: Client, clock: Clock
) -> None:
    mei, li = Browser(client, Role.AGENT), Browser(client, Role.RETURNS_SPECIALIST)
    to_li, to_pool, kept = (owned_by(mei) for _ in range(3))
    call = a_call(kept, mei, clock, days=1)
    asked = mei.get(OFF).body.decode()
    assert {one.number in asked for one in (to_li, to_pool, kept, call)} == {True}

    form = chosen(
        (to_li, li.person.id), (to_pool, "pool"), (kept, ""), (call, li.person.id), note="Ring DHL."
    )
    done = mei.post(OFF, **form)

    assert done.status_code == 200
    assert "You are signed out" in done.body.decode()
    assert "Max-Age=0" in done.headers["Set-Cookie"]
    assert mei.get(OFF).headers["Location"] == "/desk/sign-in"
    owners = [stored(one).assignee for one in (to_li, to_pool, kept)]
    assert owners == [li.person.id, None, mei.person.id]
    assert desk_of().get(Callback, call.id).owner_id == li.person.id
    assert [notes_of(one) for one in (to_li, to_pool, kept)] == [["Ring DHL."], ["Ring DHL."], []]


def test_a_second_press_hands_nothing_on_again(client: Client, clock: Clock) -> None:
    mei, li = Browser(client, Role.AGENT), Browser(client, Role.RETURNS_SPECIALIST)
    ticket = owned_by(mei)
    call = a_call(ticket, mei, clock, days=1)
    handing = handing_on.Handing(mei.person, li.person.id, "Ring DHL.")

    for _ in range(2):
        assert handing_on.hand_on_ticket(desk_of(), ticket.id, handing) is handing_on.Handed.ON
        assert handing_on.hand_on_call(desk_of(), call.id, handing) is handing_on.Handed.ON
    to_pool = handing_on.Handing(mei.person, None, "Mine no more.")

    assert notes_of(ticket) == ["Ring DHL."]
    left = handing_on.hand_on_ticket(desk_of(), ticket.id, to_pool)
    assert left is handing_on.Handed.NOT_YOURS
    assert stored(ticket).assignee == li.person.id


def test_what_cannot_be_handed_on_is_said_and_keeps_its_owner_signed_in(client: Client) -> None:
    mei, gone = Browser(client, Role.AGENT), Browser(client, Role.ANALYST)
    given, refused = owned_by(mei), owned_by(mei)

    answer = mei.post(OFF, **chosen((given, "pool"), (refused, gone.person.id), note="Ring DHL."))

    page = answer.body.decode()
    assert answer.status_code == 409
    assert "You are still signed in" in page
    assert "could not be handed on, and is still yours." in page
    assert "Ring DHL.</textarea>" in page
    assert (stored(given).assignee, stored(refused).assignee) == (None, mei.person.id)
    assert (notes_of(given), notes_of(refused)) == (["Ring DHL."], [])
    assert mei.get(OFF).status_code == 200


def test_too_long_a_note_hands_nothing_on_and_forgets_no_choice(client: Client) -> None:
    mei = Browser(client, Role.AGENT)
    ticket, note = owned_by(mei), "x" * 100_000

    answer = mei.post(OFF, **chosen((ticket, "pool"), note=note))

    page = answer.body.decode()
    assert (answer.status_code, f"{note}</textarea>" in page) == (422, True)
    assert '<a href="#note">Please shorten this: 100000 characters' in page
    assert '<option value="pool" selected>' in page
    assert stored(ticket).assignee == mei.person.id
    assert "You owe nothing." in Browser(client, Role.MANAGER).get(OFF).body.decode()
