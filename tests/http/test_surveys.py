"""Surveys over HTTP: robots change nothing, people count once, and whoever was unhappy is rung."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.agenda import Entry, Lane
from chalicelib.domain.callbacks import Callback, CallPurpose
from chalicelib.domain.canonical import Person
from chalicelib.domain.customers import Customer
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.later import Later
from chalicelib.domain.messages import Outgoing
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import Staff
from chalicelib.domain.survey_policy import SURVEY
from chalicelib.domain.surveys import NotSent, Survey, SurveyState
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Status, Ticket
from chalicelib.handlers.surveys import surveys
from chalicelib.handlers.unsubscribe import unsubscribe
from chalicelib.services import shops, ticket_work
from chalicelib.services import surveys as survey_service
from chalicelib.services import tickets as ticket_service
from chalicelib.services.house import house
from chalicelib.services.runners import RUNNERS
from chalicelib.services.ticket_work import Answer
from chalicelib.services.tickets import Asked
from chalicelib.store import agenda as agenda_store
from chalicelib.web.app import AftercareApp
from tests.clocks import Clock, standing_at
from tests.people import bearer, desk_of, hired

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    wanted = Configuration(
        name="Acme", zone="Asia/Shanghai", country="CN", languages=("en", "zh-CN", "de")
    )
    shops.put(desk_of(), wanted)
    app = AftercareApp("surveys")
    for door in (surveys, unsubscribe):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


def resolved_ticket(by: Staff, mail: str = "jana@example.com") -> Ticket:
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language="en", text="Where?"
    )
    question = Question(reason=Reason.PARCEL, subject="Where is it?", words=words)
    opened = ticket_service.open_ticket(desk_of(), Asked(question, Person(name="Jana", mail=mail)))
    return ticket_work.resolve(desk_of(), opened.id, Answer("It has arrived.", by))


def dispatched(ticket: Ticket) -> Survey:
    entry = Entry(
        shop="acme",
        kind=SURVEY,
        subject=ticket.id,
        due_at=house().now(),
    )
    made = RUNNERS[SURVEY](desk_of(), entry)
    assert isinstance(made, Survey)
    return made


def token_of(survey: Survey) -> str:
    return desk_of().link("survey", survey.id, survey.expires_at)


def stored(survey: Survey) -> Survey:
    return desk_of().get(Survey, survey.id)


def nonce_in(page: HTTPResponse) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', page.body.decode())
    assert found
    return found[1]


def opened_page(client: Client, token: str, query: str = "", **headers: str) -> HTTPResponse:
    return client.http.get(f"/s/{token}{query}", headers=headers)


def press(
    client: Client, token: str, nonce: str, score: object, comment: str = "", **headers: str
) -> HTTPResponse:
    form = urlencode({"nonce": nonce, "score": score, "comment": comment})
    return client.http.post(f"/s/{token}", body=form.encode(), headers=FORM | headers)


def cookie_of(answer: HTTPResponse) -> dict[str, str]:
    return {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}


def events_of(survey: Survey) -> list[str]:
    return [event.type for event in desk_of().trail(survey.id)[0]]


def test_the_pressed_score_is_preselected_and_looking_counts_nothing(client: Client) -> None:
    survey = dispatched(resolved_ticket(hired(Role.AGENT)))
    token = token_of(survey)

    page = opened_page(client, token, "?r=4")
    head = client.http.request("HEAD", f"/s/{token}?r=1")

    assert (page.status_code, head.status_code, head.body) == (200, 200, b"")
    assert re.findall(r'value="(\d)" checked', page.body.decode()) == ["4"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert stored(survey).version == survey.version
    for odd in ("?r=9", "?r=x", "?r=", "?lang=zh-CN"):
        assert opened_page(client, token, odd).status_code == 200


def test_a_scanner_before_during_and_after_changes_nothing(client: Client, clock: Clock) -> None:
    survey = dispatched(resolved_ticket(hired(Role.AGENT)))
    token = token_of(survey)

    # The mail arrives: HEAD all, GET all, and a robot that sends each form as it finds it.
    for score in range(1, 6):
        assert client.http.request("HEAD", f"/s/{token}?r={score}").status_code == 200
        page = opened_page(client, token, f"?r={score}")
        robot = press(client, token, nonce_in(page), score)
        assert robot.status_code == 200
        assert b"press once more" in robot.body
        assert "Set-Cookie" not in robot.headers
    assert stored(survey).answer is None

    # A person reads, and presses Send.
    page = opened_page(client, token, "?r=4")
    before = nonce_in(opened_page(client, token, "?r=1"))
    clock.wait(seconds=9)
    human = press(client, token, nonce_in(page), 4, "Quick and kind")
    assert human.status_code == 303
    assert human.headers["Location"] == f"/s/{token}"
    counted = stored(survey).answer
    assert counted is not None
    assert (counted.score, counted.revision) == (4, 1)

    # 35 seconds later the scanner's own browser sends the form it had opened, from elsewhere.
    clock.wait(seconds=35)
    for score in range(1, 6):
        late = press(client, token, before, score)
        assert "Set-Cookie" not in late.headers
        assert b"Quick and kind" not in opened_page(client, token, f"?r={score}").body
    assert stored(survey).answer == counted
    assert events_of(survey) == ["survey.invited", "survey.answered", "survey.attempt_ignored"]


def test_the_second_press_of_one_form_counts_once(client: Client, clock: Clock) -> None:
    survey = dispatched(resolved_ticket(hired(Role.AGENT)))
    token = token_of(survey)
    nonce = nonce_in(opened_page(client, token, "?r=5"))
    clock.wait(seconds=5)

    first, second = press(client, token, nonce, 5), press(client, token, nonce, 1)

    assert (first.status_code, second.status_code) == (303, 303)
    answered = stored(survey)
    assert answered.answer is not None
    assert (answered.answer.score, events_of(survey)) == (5, ["survey.invited", "survey.answered"])


def test_whoever_answered_may_change_it_for_fourteen_days(client: Client, clock: Clock) -> None:
    survey = dispatched(resolved_ticket(hired(Role.AGENT)))
    token = token_of(survey)
    nonce = nonce_in(opened_page(client, token))
    clock.wait(seconds=5)
    mine = cookie_of(press(client, token, nonce, 3, "So so"))

    assert b"3 of 5" in opened_page(client, token, **mine).body
    again = opened_page(client, token, "?change=1", **mine)
    assert b"So so" in again.body
    clock.wait(days=13)
    page = opened_page(client, token, "?change=1", **mine)
    clock.wait(seconds=5)
    press(client, token, nonce_in(page), 5, "Better now", **mine)

    changed = stored(survey).answer
    assert changed is not None
    assert (changed.score, changed.revision) == (5, 2)

    clock.wait(days=2)
    closed = opened_page(client, token, "?change=1", **mine)
    assert b'name="nonce"' not in closed.body


@pytest.mark.parametrize("wrong", ["forged", "other survey", "a day old", "missing"])
def test_a_form_that_is_not_ours_is_asked_for_again(
    client: Client, clock: Clock, wrong: str
) -> None:
    mei = hired(Role.AGENT)
    survey, other = (
        dispatched(resolved_ticket(mei, mail)) for mail in ("a@example.com", "b@example.com")
    )
    token = token_of(survey)
    nonces = {
        "forged": nonce_in(opened_page(client, token))[:-2] + "xx",
        "other survey": nonce_in(opened_page(client, token_of(other))),
        "a day old": nonce_in(opened_page(client, token)),
        "missing": "",
    }
    clock.wait(**({"hours": 25} if wrong == "a day old" else {"seconds": 5}))

    answer = press(client, token, nonces[wrong], 4)

    assert answer.status_code == 200
    assert b"press once more" in answer.body
    assert stored(survey).answer is None


def test_a_forged_or_expired_link_is_a_trouble_page(client: Client, clock: Clock) -> None:
    survey = dispatched(resolved_ticket(hired(Role.AGENT)))
    token = token_of(survey)
    nonce = nonce_in(opened_page(client, token))
    other_purpose = desk_of().link("case", survey.id, survey.expires_at)

    for forged in (token[:-3] + "abc", other_purpose, "nonsense"):
        assert opened_page(client, forged).status_code == 404
        assert press(client, forged, nonce, 5).status_code == 404
    clock.now = survey.expires_at
    for expired in (opened_page(client, token), press(client, token, nonce, 5)):
        assert expired.status_code == 410
        assert expired.headers["Content-Type"].startswith("text/html")
        assert b"The time to answer is over; nothing is needed." in expired.body
    assert stored(survey).answer is None


def test_a_form_without_a_score_says_what_is_missing(client: Client, clock: Clock) -> None:
    survey = dispatched(resolved_ticket(hired(Role.AGENT)))
    token = token_of(survey)
    nonce = nonce_in(opened_page(client, token))
    clock.wait(seconds=5)

    refused = press(client, token, nonce, "", "<script>alert(1)</script>")

    assert refused.status_code == 422
    assert b"&lt;script&gt;" in refused.body
    assert nonce_in(refused) != nonce


def test_a_low_score_promises_somebody_and_rings(client: Client, clock: Clock) -> None:
    mei = hired(Role.AGENT)
    survey = dispatched(resolved_ticket(mei))
    token = token_of(survey)
    nonce = nonce_in(opened_page(client, token, "?r=1"))
    clock.wait(seconds=5)

    press(client, token, nonce, 1, "Nobody listens")

    answered = stored(survey)
    assert answered.recovery_id is not None
    call = desk_of().get(Callback, answered.recovery_id)
    assert (call.purpose, call.owner_id) == (CallPurpose.RECOVERY, mei.id)
    assert call.window_end == clock.now + timedelta(hours=1)
    due = [entry for entry in _due_now() if entry.kind in ("alert.publish", "message.send")]
    alerts = [entry for entry in due if entry.kind == "alert.publish"]
    assert [entry.data["type"] for entry in alerts] == ["survey.low"]
    letters = [desk_of().get(Outgoing, e.subject) for e in due if e.kind == "message.send"]
    assert "staff/low-score" in {one.template for one in letters if one.staff_id == mei.id}
    everything = str([event.data for event in desk_of().timeline(call.customer_id)[0]])
    assert "Nobody listens" not in everything


def _due_now() -> list[Entry]:
    """What the clock would run now; nothing is due a second time."""
    tables, now = house().tables, house().now()
    found: list[Entry] = []
    for lane, shard in product(Lane, range(agenda_store.SHARDS)):
        page, _ = agenda_store.due(tables, f"{lane}#{shard}", now=now, limit=100, after=None)
        claims = [agenda_store.claim(tables, due, now=now, lease=due.id) for due in page]
        found += [one.entry for one in claims if one is not None]
    return found


def test_it_waits_for_the_recipients_morning_and_asks_once_a_month(
    client: Client, clock: Clock
) -> None:
    mei = hired(Role.AGENT)
    first, second = resolved_ticket(mei), resolved_ticket(mei)
    clock.wait(hours=12)
    with pytest.raises(Later) as later:
        dispatched(first)
    assert later.value.at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

    clock.now = later.value.at
    assert dispatched(first).state is SurveyState.INVITED
    skipped = dispatched(second)
    assert (skipped.state, skipped.not_sent) == (SurveyState.SKIPPED, NotSent.BUDGET)


def test_running_the_same_dispatch_twice_asks_once(client: Client) -> None:
    ticket = resolved_ticket(hired(Role.AGENT))

    once, again = dispatched(ticket), dispatched(ticket)

    assert again.id == once.id
    assert events_of(once) == ["survey.invited"]


def test_who_says_not_solved_is_not_asked_yet(client: Client) -> None:
    ticket = resolved_ticket(hired(Role.AGENT))
    survey = dispatched(ticket)
    ticket_work.not_solved(desk_of(), ticket.id, "Still nothing", "en")

    page = opened_page(client, token_of(survey), "?r=1")

    assert page.status_code == 200
    assert b"no need to rate" in page.body


def test_solved_leads_to_the_same_page_every_time(client: Client) -> None:
    ticket = resolved_ticket(hired(Role.AGENT))

    tokens = [survey_service.confirm(desk_of(), ticket.id) for _ in range(2)]

    assert tokens[0] == tokens[1]
    assert tokens[0] is not None
    assert opened_page(client, tokens[0]).status_code == 200
    closed = desk_of().get(Ticket, ticket.id)
    assert (closed.status, closed.version) == (Status.CLOSED, ticket.version + 1)
    assert dispatched(ticket).state is SurveyState.INVITED


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        (
            'multipart/form-data; boundary="b"',
            MULTIPART,
        ),
    ],
)
def test_a_mail_program_unsubscribes_in_one_step(
    client: Client, clock: Clock, content_type: str, body: bytes
) -> None:
    ticket = resolved_ticket(hired(Role.AGENT))
    customer_id = ticket.customer_id
    assert customer_id is not None
    path = f"/u/{desk_of().link('unsubscribe', customer_id, clock.now + timedelta(days=30))}"

    page = client.http.get(path)
    assert (page.status_code, b"<button" in page.body) == (200, True)
    assert desk_of().get(Customer, customer_id).suppressed == {}

    for _ in range(2):
        answer = client.http.post(path, body=body, headers={"Content-Type": content_type})
        assert (answer.status_code, answer.headers["Content-Type"]) == (
            200,
            "text/plain; charset=utf-8",
        )
        assert "Location" not in answer.headers
    assert set(desk_of().get(Customer, customer_id).suppressed) == {"survey"}
    assert dispatched(ticket).not_sent is NotSent.OPTED_OUT


def test_a_person_unsubscribes_with_one_button(client: Client, clock: Clock) -> None:
    customer_id = resolved_ticket(hired(Role.AGENT)).customer_id
    assert customer_id is not None
    path = f"/u/{desk_of().link('unsubscribe', customer_id, clock.now + timedelta(days=30))}"

    answer = client.http.post(path, body=b"", headers=FORM)

    assert answer.status_code == 303
    page = client.http.get(answer.headers["Location"])
    assert b"We do not ask you how it went" in page.body
    assert "survey" in desk_of().get(Customer, customer_id).suppressed


def test_a_customer_pauses_chooses_a_language_and_takes_both_back(
    client: Client, clock: Clock
) -> None:
    ticket = resolved_ticket(hired(Role.AGENT))
    assert ticket.customer_id is not None
    path = f"/u/{desk_of().link('unsubscribe', ticket.customer_id, clock.now + timedelta(days=90))}"

    def choose(**fields: str) -> Customer:
        answer = client.http.post(path, body=urlencode(fields).encode(), headers=FORM)
        assert answer.status_code == 303
        return desk_of().get(Customer, ticket.customer_id or "")

    paused = choose(asks="paused", language="zh-CN")
    assert paused.paused_until == clock.now + timedelta(days=30)
    assert dispatched(ticket).not_sent is NotSent.PAUSED
    clock.wait(days=3)
    assert choose(asks="paused", language="zh-CN") == paused

    stopped = choose(asks="no")
    assert (set(stopped.suppressed), stopped.paused_until) == ({"survey"}, None)
    assert stopped.chosen_language == "zh-CN"
    back = choose(asks="yes", language="same")
    assert (back.suppressed, back.paused_until, back.chosen_language) == ({}, None, None)
    told = [event for event in desk_of().trail(back.id)[0] if "preferences" in event.type]
    assert [event.data["asks"] for event in told] == ["paused", "no", "yes"]
    assert choose(asks="yes", language="klingon").version == back.version


def test_the_staff_see_answers_and_why_others_were_not_asked(client: Client) -> None:
    mei, boss = hired(Role.AGENT), hired(Role.MANAGER, name="Li")
    headers = bearer(boss)
    sent = dispatched(resolved_ticket(mei))
    dispatched(resolved_ticket(mei))

    listed = client.http.get("/surveys", headers=headers).json_body["items"]
    one = client.http.get(f"/surveys/{sent.id}", headers=headers)

    assert {item["not_sent"] for item in listed} == {None, "budget"}
    assert (one.status_code, one.json_body["staff_id"], one.json_body["score"]) == (
        200,
        mei.id,
        None,
    )
    assert client.http.get("/surveys").status_code == 401
