"""A ticket that is worked on in a browser: read, answered, taken back, noted, handed on."""

import re
from datetime import datetime, timedelta

from chalice.test import Client

from chalicelib.domain.agenda import Entry
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.drafts import LEAVE, CameBack, Draft, Then, draft_id
from chalicelib.domain.messages import Outgoing, carrier_id
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import TicketMessage
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.services import answers, macros, ticket_work, tickets
from chalicelib.services.ticket_work import Answer
from tests.browsing import Browser
from tests.cases import NOON, a_ticket
from tests.clocks import Clock
from tests.people import desk_of

TEN_SECONDS = timedelta(seconds=10)


def place_of(ticket: Ticket) -> str:
    return f"/desk/t/{ticket.number}"


def stored(ticket: Ticket) -> Ticket:
    return desk_of().get(Ticket, ticket.id)


def kept(ticket: Ticket, by: Staff) -> Draft | None:
    """What they have not sent, or can still take back."""
    found = desk_of().find(Draft, draft_id(ticket.id, by.id), ticket.id)
    return found if found and found.written.text else None


def said_in(ticket: Ticket) -> list[str]:
    found = desk_of().family(ticket.id, TicketMessage)
    return [one.text for one in found if isinstance(one, TicketMessage)]


def let_leave(ticket: Ticket, by: Staff, clock: Clock) -> None:
    """Ten seconds go by, and what is due then is done."""
    clock.now += TEN_SECONDS
    entry = Entry(
        shop="acme",
        kind=LEAVE,
        subject=draft_id(ticket.id, by.id),
        due_at=clock.now,
        data={"ticket": ticket.id},
    )
    answers.leave(desk_of(), entry)


def test_an_answer_leaves_ten_seconds_after_it_was_sent(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()

    sent = mei.post(f"{place_of(ticket)}/replies", text="On Thursday.", then="customer")

    assert (sent.status_code, sent.headers["Location"]) == (303, place_of(ticket))
    assert said_in(ticket) == ["Where is it?"]
    assert "Leaves in <span data-seconds>10</span> s" in mei.read(place_of(ticket))
    let_leave(ticket, mei.person, clock)
    after = stored(ticket)
    assert (after.status, after.assignee) == (Status.PENDING, mei.person.id)
    assert sorted(said_in(ticket)) == ["On Thursday.", "Where is it?"]
    told = desk_of().trail(ticket.id)[0]
    replied = next(one for one in told if one.type == "ticket.replied")
    assert replied.actor == f"staff:{mei.person.id}"
    assert replied.at == NOON + TEN_SECONDS
    assert kept(ticket, mei.person) is None
    assert "Leaves" not in mei.read(place_of(ticket))


def test_what_was_sent_is_taken_back_whole_and_does_not_leave(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()
    slot = (NOON + timedelta(days=1)).isoformat()
    mei.post(
        f"{place_of(ticket)}/replies",
        text="We look.\n\nMei",
        then="nobody",
        promise="answer",
        promise_at=slot,
    )

    answer = mei.post(f"{place_of(ticket)}/undo")
    mei.post(f"{place_of(ticket)}/undo")
    let_leave(ticket, mei.person, clock)

    assert answer.status_code == 303
    assert said_in(ticket) == ["Where is it?"]
    page = mei.read(place_of(ticket))
    assert "We look.\n\nMei</textarea>" in page
    assert f'value="{slot}" selected' in page


def test_a_form_acts_as_its_page_renders_it(mei: Browser) -> None:
    ticket = a_ticket()
    page = mei.read(place_of(ticket))
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key

    sent = mei.post(f"{place_of(ticket)}/replies", text="Yes.", idempotency_key=key[1])

    assert sent.status_code == 303


def test_an_answer_that_settles_it_is_one_mail(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()

    mei.post(f"{place_of(ticket)}/replies", text="It came.", then="resolved")
    let_leave(ticket, mei.person, clock)

    assert stored(ticket).status is Status.RESOLVED
    (answer,) = [one for one in _messages(ticket) if one.text == "It came."]
    carrier = desk_of().get(Outgoing, carrier_id(answer.id))
    assert carrier.template == "ticket/resolved"
    assert "On its way out" in mei.read(place_of(ticket))


def test_what_was_overtaken_comes_back_with_the_reason(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()
    mei.post(f"{place_of(ticket)}/replies", text="On Thursday.", then="customer")
    clock.now += timedelta(seconds=2)
    tickets.add_message(desk_of(), ticket.id, "It has just come!", "en")

    let_leave(ticket, mei.person, clock)

    back = kept(ticket, mei.person)
    assert back is not None
    assert (back.came_back, back.written.text) == (CameBack.NEWS, "On Thursday.")
    assert "It has just come!" in said_in(ticket)
    assert "On Thursday." not in said_in(ticket)
    page = mei.read(place_of(ticket))
    assert "It came back and was not sent." in page
    assert "On Thursday.</textarea>" in page


def test_what_was_settled_meanwhile_is_not_answered_and_nothing_is_lost(
    client: Client, mei: Browser, clock: Clock
) -> None:
    ticket, li = a_ticket(), Browser(client, Role.AGENT, name="Li")
    mei.post(f"{place_of(ticket)}/replies", text="On Thursday.", then="resolved")
    ticket_work.resolve(desk_of(), ticket.id, Answer("It came.", li.person))

    let_leave(ticket, mei.person, clock)

    back = kept(ticket, mei.person)
    assert back is not None
    assert back.came_back is CameBack.ENDED
    page = mei.read(place_of(ticket))
    assert "Not sent: the ticket is settled." in page
    assert "On Thursday." in page


def test_a_call_and_an_answer_are_promised_in_the_same_press(mei: Browser, clock: Clock) -> None:
    for what in ("call", "answer"):
        ticket = a_ticket()
        at = NOON + timedelta(days=1)
        fields = {"text": "I look.", "promise": what, "promise_at": at.isoformat()}

        mei.post(f"{place_of(ticket)}/replies", then="customer", **fields)
        let_leave(ticket, mei.person, clock)

        if what == "call":
            (card,) = desk_of().page(4, f"calls#{ticket.id}", limit=2).cards
            call = desk_of().get(Callback, card.id)
            assert (call.window_start, call.owner_id) == (at, mei.person.id)
        else:
            owed = [one for one in stored(ticket).promises if one.is_owed and one.due_at == at]
            assert [one.what for one in owed] == ["answer"]
            assert "Promised answer" in mei.read(place_of(ticket))


def test_what_cannot_be_promised_is_said_beside_what_was_typed(mei: Browser) -> None:
    ticket = a_ticket()
    night = datetime(2026, 11, 24, 2, 0, tzinfo=NOON.tzinfo).isoformat()

    for at in ("", night):
        page = mei.post(
            f"{place_of(ticket)}/replies", text="I call.", promise="call", promise_at=at
        )
        assert page.status_code == 422
        assert 'href="#promise_at"' in page.body.decode()
        assert "I call.</textarea>" in page.body.decode()
    assert kept(ticket, mei.person) is None


def test_a_draft_is_kept_shown_again_and_gone_with_the_answer(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()

    first = mei.post(f"{place_of(ticket)}/draft", text="We are", then="nobody")
    mei.post(f"{place_of(ticket)}/draft", text="We are looking", then="nobody")

    assert first.status_code == 303
    assert "We are looking</textarea>" in mei.read(place_of(ticket))
    mei.post(f"{place_of(ticket)}/replies", text="We looked.", then="nobody")
    let_leave(ticket, mei.person, clock)
    page = mei.read(place_of(ticket))
    assert "We looked." in page
    assert "We are looking" not in page


def test_a_draft_is_its_authors_alone(client: Client, mei: Browser) -> None:
    ticket, li = a_ticket(), Browser(client, Role.AGENT, name="Li")
    mei.post(f"{place_of(ticket)}/draft", text="We are looking")

    assert "We are looking" not in li.read(place_of(ticket))


def test_a_draft_says_nothing_against_an_answer_on_its_way(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()
    mei.post(f"{place_of(ticket)}/replies", text="On Thursday.", then="customer")

    late = mei.post(f"{place_of(ticket)}/draft", text="On Thurs")
    again = mei.post(f"{place_of(ticket)}/replies", text="Another one.", then="customer")
    let_leave(ticket, mei.person, clock)

    assert (late.status_code, again.status_code) == (409, 409)
    assert "Another one." in again.body.decode()
    assert sorted(said_in(ticket)) == ["On Thursday.", "Where is it?"]


def test_a_macro_is_found_by_words_and_put_under_what_is_written(mei: Browser) -> None:
    ticket = a_ticket()
    texts = {"en": "Dear {name}, {order} is late. {agent}", "de": "Verspätet"}
    macros.put(desk_of(), "late", "Late parcel", texts, Then.OPEN)
    macros.put(desk_of(), "care", "Care of bamboo", {"en": "Wipe it."}, None)

    led = mei.post(f"{place_of(ticket)}/draft", text="Hello", macro="late PARCEL", find="1")
    page = mei.read(led.headers["Location"])
    assert "Late parcel" in page
    assert "Care of bamboo" not in page
    mei.post(f"{place_of(ticket)}/macro", macro="mac_late")

    back = kept(ticket, mei.person)
    assert back is not None
    assert back.written.text == "Hello\n\nDear Jana Weber, {order} is late. Mei"
    assert back.written.then is Then.OPEN


def test_what_came_in_meanwhile_is_shown_in_full_and_the_answer_can_go_anyway(
    mei: Browser, clock: Clock
) -> None:
    ticket = a_ticket()
    place = f"{place_of(ticket)}/replies"
    tickets.add_message(desk_of(), ticket.id, "It is the blue one.", "en")

    late = mei.post(place, text="Which one?", seen=str(ticket.version), said="1")

    shown = late.body.decode()
    assert late.status_code == 412
    meanwhile = shown.partition('role="alert"')[2].partition("</div>")[0]
    assert "It is the blue one." in meanwhile
    assert "The customer wrote" in meanwhile
    assert "Where is it?" not in meanwhile
    assert "Which one?</textarea>" in shown
    fresh = stored(ticket)
    assert f'name="seen" value="{fresh.version}"' in shown
    assert "Which one?</textarea>" in mei.read(place_of(ticket))
    clock.now += timedelta(seconds=1)
    assert mei.post(place, text="Which one?", seen=str(fresh.version)).status_code == 303
    let_leave(ticket, mei.person, clock)
    assert "Which one?" in said_in(ticket)


def test_an_empty_or_endless_answer_comes_back_with_what_is_wrong(mei: Browser) -> None:
    ticket = a_ticket()

    empty = mei.post(f"{place_of(ticket)}/replies", text=" ")
    endless = mei.post(f"{place_of(ticket)}/replies", text="x" * 100_000)

    assert (empty.status_code, endless.status_code) == (422, 422)
    assert 'href="#text-replies"' in empty.body.decode()
    assert "at most 20,000" in endless.body.decode()
    assert "x" * 100_000 in endless.body.decode()
    assert stored(ticket).status is Status.NEW


def test_a_double_press_is_one_answer(mei: Browser, clock: Clock) -> None:
    ticket = a_ticket()
    fields = {"text": "On Thursday.", "then": "customer", "idempotency_key": "k-1"}

    pressed = [mei.post(f"{place_of(ticket)}/replies", **fields) for _ in range(2)]
    let_leave(ticket, mei.person, clock)
    pressed.append(mei.post(f"{place_of(ticket)}/replies", **fields))

    assert [one.status_code for one in pressed] == [303] * 3
    assert kept(ticket, mei.person) is None
    assert sorted(said_in(ticket)) == ["On Thursday.", "Where is it?"]


def test_it_is_noted_taken_and_waited_for_by_forms(mei: Browser) -> None:
    ticket = a_ticket()
    place = place_of(ticket)

    done = [
        mei.post(f"{place}/assignment", to="me"),
        mei.post(f"{place}/notes", text="Depot <b>Leipzig</b>."),
        mei.post(f"{place}/waiting", waits_for="carrier"),
    ]

    assert [one.status_code for one in done] == [303] * 3
    after = stored(ticket)
    assert (after.status, after.assignee) == (Status.ON_HOLD, mei.person.id)
    assert "Depot &lt;b&gt;Leipzig&lt;/b&gt;." in mei.read(place)


def test_who_may_not_resolve_is_not_offered_it_and_is_refused(client: Client) -> None:
    ticket, tech = a_ticket(), Browser(client, Role.TECHNICIAN)

    assert 'value="resolved"' not in tech.read(place_of(ticket))
    pressed = tech.post(f"{place_of(ticket)}/replies", text="Done.", then="resolved")

    assert pressed.status_code == 403
    assert kept(ticket, tech.person) is None


def test_a_form_of_another_site_does_nothing(mei: Browser) -> None:
    ticket = a_ticket()

    answer = mei.post(f"{place_of(ticket)}/notes", text="x", csrf="guessed")

    assert answer.status_code == 403
    assert stored(ticket).messages == 1


def test_who_reads_it_is_seen_by_the_others_for_a_minute(
    client: Client, mei: Browser, clock: Clock
) -> None:
    ticket, li = a_ticket(), Browser(client, Role.AGENT, name="Li")
    place = place_of(ticket)

    assert "is reading this too" not in mei.read(place)
    assert "Mei is reading this too" in li.read(place)
    first = mei.get(f"{place}/readers?version={ticket.version}")
    assert "Li is reading this too" in first.body.decode()
    tag = first.headers["ETag"]
    asked = {"If-None-Match": tag}
    assert mei.get(f"{place}/readers?version={ticket.version}", **asked).status_code == 304
    clock.now += timedelta(seconds=61)
    later = mei.get(f"{place}/readers?version={ticket.version}", **asked)
    assert later.status_code == 200
    assert "Li" not in later.body.decode()
    tickets.add_message(desk_of(), ticket.id, "Hello?", "en")
    told = mei.get(f"{place}/readers?version={ticket.version}").body.decode()
    assert "Something came in." in told


def _messages(ticket: Ticket) -> list[TicketMessage]:
    found = desk_of().family(ticket.id, TicketMessage)
    return [one for one in found if isinstance(one, TicketMessage)]
