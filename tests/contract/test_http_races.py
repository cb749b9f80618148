"""What the losers are told: a plain answer for each, and never a 500."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import quote

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.permissions import Role
from chalicelib.domain.surveys import Survey
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.contact import contact
from chalicelib.handlers.desk.session import TRIES
from chalicelib.handlers.doors import DOORS
from chalicelib.services import staff, survey_forms, surveys, ticket_work
from chalicelib.services.ticket_work import Answer
from tests.cases import a_ticket
from tests.clocks import Clock
from tests.contract.coming_back import asked_back, bought
from tests.contract.wire import Fate, Wire, conflicts, is_throttled
from tests.crowds import FIFTY, at_once
from tests.doors import Doors
from tests.people import bearer, desk_of, hired
from tests.unit.order_builders import DELIVERED, a_line


@pytest.fixture
def doors(acme: Clock) -> Doors:
    return Doors(*DOORS)


@pytest.fixture
def admin(acme: Clock) -> dict[str, str]:
    return bearer(hired(Role.ADMIN, name="Ada"))


def statuses(answers: Iterable[HTTPResponse]) -> Counter[int]:
    """How many were answered how. Who was asked to come back is left out, but told when."""
    answers = list(answers)
    for answer in answers:
        assert answer.status_code != 503 or header(answer, "Retry-After") == "1"
    return Counter(one.status_code for one in answers if one.status_code != 503)


def header(answer: HTTPResponse, name: str) -> str:
    return {key.lower(): value for key, value in answer.headers.items()}.get(name.lower(), "")


def problems(answers: Iterable[HTTPResponse], status: int) -> set[str]:
    """The names of the problems that were answered with a status."""
    found = [one for one in answers if one.status_code == status]
    return {one.json_body["type"].rpartition("/")[2] for one in found}


NEW_TICKET = {
    "customer": {"mail": "jana@example.de"},
    "reason": "parcel",
    "subject": "Where is it?",
    "text": "Where is it?",
}


def test_who_decided_on_an_older_version_is_told_so(doors: Doors, admin: dict[str, str]) -> None:
    ticket = a_ticket()
    seen = admin | {"If-Match": '"1"'}

    crowd = at_once(lambda n: doors.post(f"/tickets/{ticket.id}/notes", seen, text=f"note {n}"))

    assert statuses(crowd.won) == {201: 1, 412: FIFTY - 1}
    assert problems(crowd.won, 412) == {"stale"}


def test_one_key_opens_one_ticket_and_shows_it_to_all(doors: Doors, admin: dict[str, str]) -> None:
    keyed = admin | {"Idempotency-Key": "k"}

    crowd = at_once(lambda _: doors.post("/tickets", keyed, **NEW_TICKET))

    answers = [one for one in crowd.won if one.status_code == 201]
    first = [one for one in answers if header(one, "Idempotent-Replayed") != "true"]
    assert statuses(crowd.won) == {201: FIFTY}
    assert len(first) == 1
    assert len({one.json_body["id"] for one in answers}) == 1
    assert len({header(one, "Location") for one in answers}) == 1


def test_a_key_with_two_bodies_is_one_of_them(doors: Doors, admin: dict[str, str]) -> None:
    keyed = admin | {"Idempotency-Key": "k"}
    bodies = [NEW_TICKET, NEW_TICKET | {"text": "And where is it now?"}]

    crowd = at_once(lambda place: doors.post("/tickets", keyed, **bodies[place % 2]))

    assert statuses(crowd.won) == {201: FIFTY // 2, 422: FIFTY // 2}
    assert problems(crowd.won, 422) == {"idempotency-key-reused"}
    assert len(doors.get("/tickets", admin).json_body["items"]) == 1


def test_who_resolves_what_is_resolved_is_told_so(doors: Doors, admin: dict[str, str]) -> None:
    path = f"/tickets/{a_ticket().number}/resolution"

    crowd = at_once(lambda _: doors.post(path, admin, text="Here."))

    assert statuses(crowd.won) == {201: 1, 409: FIFTY - 1}
    assert problems(crowd.won, 409) == {"not-allowed-now"}
    assert {one.json_body["reason"] for one in crowd.won if one.status_code == 409} == {
        "resolve-resolved"
    }


def test_who_calls_off_what_is_called_off_is_told_so(
    doors: Doors, admin: dict[str, str], acme: Clock
) -> None:
    acme.now = DELIVERED + timedelta(days=1)
    case = asked_back(bought(a_line("l1", quantity=1, paid=5000)))
    admin = bearer(hired(Role.ADMIN, name="Bea"))

    crowd = at_once(lambda _: doors.post(f"/returns/{case.id}/cancellation", admin))

    assert statuses(crowd.won) == {201: 1, 409: FIFTY - 1}
    assert {one.json_body["reason"] for one in crowd.won if one.status_code == 409} == {
        "cancel-cancelled"
    }


def test_a_sign_in_link_lets_one_browser_in(doors: Doors) -> None:
    mei = hired(Role.AGENT, name="Mei")
    once = staff.sign_in_link(desk_of(), mei.id).partition("?once=")[2]

    crowd = at_once(lambda _: doors.form("/desk/session", f"once={once}"), threads=TRIES)

    assert statuses(crowd.won) == {303: 1, 410: TRIES - 1}
    assert sum("aftercare=" in header(one, "Set-Cookie") for one in crowd.won) == 1


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("pages", [1, FIFTY])
def test_of_many_presses_of_send_one_counts_and_all_lead_to_the_thanks(
    doors: Doors, acme: Clock, pages: int
) -> None:
    survey, path = _asked()
    nonces = [survey_forms.fresh_nonce(desk_of(), survey.id) for _ in range(pages)]
    acme.wait(seconds=30)

    crowd = at_once(lambda place: doors.form(path, f"score=5&nonce={quote(nonces[place % pages])}"))

    assert statuses(crowd.won).keys() == {303}
    assert {header(one, "Location") for one in crowd.won if one.status_code == 303} == {path}
    assert sum(bool(header(one, "Set-Cookie")) for one in crowd.won) == 1
    told = Counter(event.type for event in desk_of().trail(survey.id)[0])
    assert told["survey.answered"] == 1
    assert told["survey.attempt_ignored"] == (0 if pages == 1 else statuses(crowd.won)[303] - 1)


def test_a_form_that_is_sent_many_times_opens_one_ticket_and_leads_to_it(acme: Clock) -> None:
    doors = Doors(contact)
    form = "step=send&reason=other&mail=jana@example.de&text=Where&idempotency_key=k"

    crowd = at_once(lambda _: doors.form("/contact/acme", form), threads=10)

    assert statuses(crowd.won) == {303: 10}
    assert len({header(one, "Location") for one in crowd.won}) == 1
    assert len(desk_of().page(1, "tickets", limit=10).cards) == 1


def test_a_public_door_lets_so_many_in_and_tells_the_others_when_to_come_back(
    acme: Clock,
) -> None:
    doors = Doors(contact)

    crowd = at_once(lambda _: doors.form("/contact/acme", "step=look&reason=other&mail=a@b.de"))

    assert statuses(crowd.won) == {200: 20, 429: 30}
    assert {header(one, "Retry-After") for one in crowd.won if one.status_code == 429} == {"600"}


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fate", [conflicts, is_throttled])
def test_who_cannot_get_through_is_asked_to_come_back_and_nothing_is_done(
    doors: Doors, admin: dict[str, str], wire: Wire, fate: Fate
) -> None:
    ticket = a_ticket()
    wire.always_meets(fate)

    answer = doors.post(f"/tickets/{ticket.id}/notes", admin, text="a note")

    assert (answer.status_code, header(answer, "Retry-After")) == (503, "1")
    assert problems([answer], 503) == {"try-later"}
    assert desk_of().get(Ticket, ticket.id) == ticket


def _asked() -> tuple[Survey, str]:
    """A survey whose page a customer has before them, and its path."""
    mei = hired(Role.AGENT, name="Mei")
    ticket = ticket_work.resolve(desk_of(), a_ticket().id, Answer("It has come.", mei))
    token = surveys.confirm(desk_of(), ticket.id)
    (card,) = surveys.everything(desk_of(), limit=10, after=None).cards
    return desk_of().get(Survey, card.id), f"/s/{token}"
