"""Promised calls over HTTP: promised in the customer's daytime, rung, tried, missed, told."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.agenda import Entry, Lane
from chalicelib.domain.callback_work import ESCALATE
from chalicelib.domain.callbacks import Callback, CallbackState
from chalicelib.domain.canonical import Person
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.messages import Outgoing
from chalicelib.domain.permissions import Role
from chalicelib.domain.promises import RING
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import Staff, csrf_of
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Ticket
from chalicelib.handlers.call_choice import call_choice
from chalicelib.handlers.callbacks import callbacks
from chalicelib.handlers.desk.call_sheet import call_sheet
from chalicelib.handlers.desk.calls import calls
from chalicelib.services import alerts as alert_service
from chalicelib.services import shops
from chalicelib.services import staff as staff_service
from chalicelib.services import tickets as ticket_service
from chalicelib.services.house import house
from chalicelib.services.runners import RUNNERS
from chalicelib.services.tickets import Asked
from chalicelib.store import agenda as agenda_store
from chalicelib.store.clients import client as aws_client
from chalicelib.web.app import AftercareApp
from tests.clocks import Clock, standing_at
from tests.people import bearer, desk_of, hired

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
THURSDAY_17 = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(MONDAY) as clock:
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", languages=("en", "de")))
    app = AftercareApp("calls")
    for door in (callbacks, calls, call_sheet, call_choice):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


def a_ticket() -> Ticket:
    words = Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language="de", text="Wo?"
    )
    question = Question(reason=Reason.PARCEL, subject="Wo ist es?", words=words)
    person = Person(name="Jana Weber", mail="jana@example.com", phone="+4934112345678")
    return ticket_service.open_ticket(desk_of(), Asked(question, person))


def posted(client: Client, path: str, headers: dict[str, str], **body: Any) -> HTTPResponse:
    return client.http.post(path, body=json.dumps(body).encode(), headers=headers)


def promised(client: Client, headers: dict[str, str], **more: Any) -> HTTPResponse:
    given = {"at": THURSDAY_17.isoformat(), "what": "Where it is", "case_id": a_ticket().id}
    return posted(client, "/callbacks", headers, **(given | more))


def run(kind: str, callback_id: str) -> Callback:
    entry = Entry(shop="acme", kind=kind, subject=callback_id, due_at=house().now())
    RUNNERS[kind](desk_of(), entry)
    return desk_of().get(Callback, callback_id)


def due_now() -> list[Entry]:
    """What the clock would run now; nothing is due a second time."""
    tables, now = house().tables, house().now()
    found: list[Entry] = []
    for lane, shard in product(Lane, range(agenda_store.SHARDS)):
        page, _ = agenda_store.due(tables, f"{lane}#{shard}", now=now, limit=100, after=None)
        claims = [agenda_store.claim(tables, due, now=now, lease=due.id) for due in page]
        found += [one.entry for one in claims if one is not None]
    return found


def letters(entries: list[Entry]) -> set[tuple[str, str | None]]:
    written = [desk_of().get(Outgoing, e.subject) for e in entries if e.kind == "message.send"]
    return {(one.template, one.staff_id) for one in written}


def test_a_call_is_promised_confirmed_and_listed(client: Client) -> None:
    mei = hired(Role.AGENT)
    made = promised(client, bearer(mei))

    assert made.status_code == 201
    call = made.json_body
    assert re.fullmatch(r"C-[0-9A-Z]{4}-[0-9A-Z]{3}", call["number"])
    assert (call["owner_id"], call["language"], call["zone"]) == (mei.id, "de", "Europe/Berlin")
    assert ("callback/confirmed", None) in letters(due_now())
    listed = client.http.get("/callbacks", headers=bearer(mei)).json_body["items"]
    assert [item["number"] for item in listed] == [call["number"]]
    trail = client.http.get(f"/callbacks/{call['id']}/events", headers=bearer(mei)).json_body
    assert [event["type"] for event in trail["items"]] == ["callback.promised", "promise.made"]
    assert "+49" not in str(trail)
    assert "Where it is" not in str(trail)


def test_a_time_at_night_is_refused_with_the_nearest_ones(client: Client) -> None:
    answer = promised(client, bearer(hired(Role.AGENT)), at="2026-11-26T22:00:00+01:00")

    assert (answer.status_code, answer.json_body["field"]) == (422, "at")
    assert answer.json_body["allowed"] == [
        "2026-11-26T18:45:00+00:00",
        "2026-11-27T07:00:00+00:00",
    ]


def test_the_owner_is_rung_and_the_managers_are_told_when_it_was_missed(
    client: Client, clock: Clock
) -> None:
    mei, boss = hired(Role.AGENT), hired(Role.MANAGER, name="Li")
    call_id = promised(client, bearer(mei)).json_body["id"]
    due_now()

    clock.now = THURSDAY_17 - timedelta(minutes=10)
    assert run(RING, call_id).state is CallbackState.RUNG
    rung = due_now()
    assert letters(rung) == {("staff/callback-due", mei.id)}
    assert {e.data["type"] for e in rung if e.kind == "alert.publish"} == {"callback.due"}

    clock.now = THURSDAY_17 + timedelta(minutes=15)
    assert run(RING, call_id).state is CallbackState.MISSED
    clock.now += timedelta(minutes=5)
    run(ESCALATE, call_id)
    assert letters(due_now()) == {("staff/callback-missed", boss.id)}

    late = posted(client, f"/callbacks/{call_id}/attempts", bearer(mei), outcome="reached")
    assert (late.status_code, late.json_body["state"]) == (200, "kept")
    kept = [e for e in desk_of().trail(call_id)[0] if e.type == "callback.kept"]
    assert [event.data["minutes_late"] for event in kept] == [5]
    assert client.http.get("/callbacks", headers=bearer(mei)).json_body["items"] == []


def test_an_alert_carries_ids_and_times_and_nothing_else(client: Client) -> None:
    made = promised(
        client, bearer(hired(Role.AGENT)), at=(MONDAY + timedelta(minutes=5)).isoformat()
    )
    sqs, sns = aws_client("sqs"), aws_client("sns")
    queue = sqs.create_queue(QueueName="phones")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=house().settings.alerts_topic, Protocol="sqs", Endpoint=arn["QueueArn"])

    run(RING, made.json_body["id"])
    for entry in due_now():
        if entry.kind == "alert.publish":
            alert_service.publish(desk_of(), entry)

    told = json.loads(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
    assert json.loads(told["Message"]) == {
        "type": "callback.due",
        "shop": "acme",
        "subject": made.json_body["id"],
        "number": made.json_body["number"],
        "due_at": "2026-11-23T08:05:00+00:00",
    }
    assert set(told["MessageAttributes"]) == {"type", "shop"}


def test_moving_and_cancelling(client: Client) -> None:
    headers = bearer(hired(Role.AGENT))
    call_id = promised(client, headers).json_body["id"]

    night = posted(client, f"/callbacks/{call_id}/move", headers, at="2026-11-27T03:00:00Z")
    assert (night.status_code, night.json_body["field"]) == (422, "at")
    moved = posted(client, f"/callbacks/{call_id}/move", headers, at="2026-11-27T10:00:00Z")
    assert moved.json_body["window_start"] == "2026-11-27T10:00:00Z"
    stale = posted(
        client,
        f"/callbacks/{call_id}/cancellation",
        {**headers, "If-Match": '"1"'},
        reason="solved",
    )
    assert stale.status_code == 412
    gone = posted(client, f"/callbacks/{call_id}/cancellation", headers, reason="solved")
    assert gone.json_body["state"] == "cancelled"
    over = posted(client, f"/callbacks/{call_id}/attempts", headers, outcome="reached")
    assert over.status_code == 409


def test_what_means_nothing_names_its_field(client: Client) -> None:
    headers = bearer(hired(Role.AGENT))

    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"at": "2026-11-26T17:00:00"}, 422, "at"),
        ({"what": ""}, 422, "what"),
        ({"case_id": "ord_1"}, 422, "case_id"),
        ({"case_id": None}, 422, "customer_id"),
        ({"owner_id": "stf_nobody"}, 404, "id"),
    ]
    for more, status, field in wrong:
        answer = promised(client, headers, **more)
        assert (answer.status_code, answer.json_body["field"]) == (status, field)
    assert promised(client, bearer(hired(Role.ANALYST, name="An"))).status_code == 403


def signed_in(staff: Staff) -> tuple[dict[str, str], str]:
    link = staff_service.sign_in_link(desk_of(), staff.id)
    issued = staff_service.sign_in(desk_of(), link.partition("once=")[2])
    return {"Cookie": f"__Host-aftercare={issued.text}"}, csrf_of(issued.text)


def submitted(client: Client, path: str, cookie: dict[str, str], **form: str) -> HTTPResponse:
    return client.http.post(path, body=urlencode(form).encode(), headers=FORM | cookie)


def test_the_calls_page_from_the_promise_to_the_outcome(client: Client, clock: Clock) -> None:
    mei, ticket = hired(Role.AGENT), a_ticket()
    cookie, csrf = signed_in(mei)
    empty = client.http.get("/desk/calls", headers=cookie)
    assert b"No call is owed" in empty.body
    form = client.http.get(f"/desk/calls/new?ticket={ticket.id}", headers=cookie)
    assert (form.status_code, b"Jana Weber" in form.body) == (200, True)

    given = {"case": ticket.id, "what": "<b>Her linen</b>", "csrf": csrf}
    night = submitted(client, "/desk/calls", cookie, at="2026-11-26T23:00", **given)
    assert (night.status_code, b"19:45" in night.body) == (422, True)
    assert b"&lt;b&gt;" in night.body
    forged = submitted(client, "/desk/calls", cookie, at="2026-11-26T17:00", **given | {"csrf": ""})
    assert forged.status_code == 403
    done = submitted(client, "/desk/calls", cookie, at="2026-11-26T17:00", **given)
    assert (done.status_code, done.headers["Location"]) == (303, "/desk/calls")

    page = client.http.get("/desk/calls", headers=cookie).body.decode()
    assert 'href="tel:+4934112345678"' in page
    assert "17:00" in page
    assert "&lt;b&gt;Her linen" in page
    call_id = desk_of().page(1, "callbacks", limit=1).cards[0].id
    clock.now = THURSDAY_17
    cookie, csrf = signed_in(mei)
    path = f"/desk/calls/{call_id}/attempts"
    assert submitted(client, path, cookie, outcome="no_answer", csrf=csrf).status_code == 303
    assert desk_of().get(Callback, call_id).window_start == THURSDAY_17 + timedelta(hours=2)
    submitted(client, path, cookie, outcome="reached", note="Glad", csrf=csrf)
    assert desk_of().get(Callback, call_id).state is CallbackState.KEPT


def test_a_call_that_was_moved_meanwhile_and_a_time_at_night_keep_what_was_typed(
    client: Client,
) -> None:
    mei = hired(Role.AGENT)
    call_id = promised(client, bearer(mei)).json_body["id"]
    cookie, csrf = signed_in(mei)
    path = f"/desk/calls/{call_id}/attempts"
    sheet = client.http.get(f"/desk/calls/{call_id}", headers=cookie).body.decode()
    seen = re.findall(r'name="seen" value="(\d+)"', sheet)
    form = {"csrf": csrf, "outcome": "asked_later", "note": "Ring twice"}

    night = submitted(
        client, path, cookie, **form, seen=seen[0], next_at="2026-11-27T03:00"
    ).body.decode()
    assert "Ring twice</textarea>" in night
    assert 'id="next_at-wrong"' in night
    assert 'value="2026-11-27T03:00"' in night

    posted(client, f"/callbacks/{call_id}/move", bearer(mei), at="2026-11-27T10:00:00Z")
    late = submitted(client, path, cookie, **form, seen=seen[0], next_at="2026-11-27T12:00")
    assert late.status_code == 412
    assert "Ring twice</textarea>" in late.body.decode()
    assert "It was changed since you opened it" in late.body.decode()
    assert desk_of().get(Callback, call_id).attempts == ()


def test_enter_in_a_field_of_the_sheet_says_nothing_of_how_the_call_ended(client: Client) -> None:
    mei = hired(Role.AGENT)
    call_id = promised(client, bearer(mei)).json_body["id"]
    cookie, csrf = signed_in(mei)
    path = f"/desk/calls/{call_id}"
    sheet = client.http.get(path, headers=cookie).body.decode()
    form = sheet[sheet.index(f'action="{path}/attempts"') :]
    before = desk_of().get(Callback, call_id)

    typed = {"note": "Ring twice", "next_at": "2026-11-27T12:00", "csrf": csrf}
    pressed = submitted(client, f"{path}/attempts", cookie, **typed)

    assert "outcome" not in re.findall(r"<button[^>]*>", form)[0]
    page = pressed.body.decode()
    assert (pressed.status_code, "Please say how it ended." in page) == (422, True)
    assert "Ring twice</textarea>" in page
    assert 'value="2026-11-27T12:00"' in page
    assert desk_of().get(Callback, call_id) == before


def test_the_calls_are_sorted_by_whose_turn_it_is(client: Client, clock: Clock) -> None:
    mei = hired(Role.AGENT)
    missed, now, later = (
        promised(client, bearer(mei), at=(THURSDAY_17 + timedelta(minutes=after)).isoformat())
        for after in (0, 20, 90)
    )
    cookie, _ = signed_in(mei)
    before = client.http.get("/desk/calls", headers=cookie).body.decode()
    assert "Nobody is to be called right now. The next call is in 3 days:" in before

    clock.now = THURSDAY_17 + timedelta(minutes=25)
    cookie, _ = signed_in(mei)
    page = client.http.get("/desk/calls", headers=cookie).body.decode()

    order = [">Now</h2>", now, ">Late</h2>", missed, ">Later</h2>", later]
    places = [page.index(one if isinstance(one, str) else one.json_body["number"]) for one in order]
    assert places == sorted(places)


def led_to(client: Client, answer: HTTPResponse, cookie: dict[str, str]) -> str:
    place = answer.headers["Location"]
    return client.http.get(place, headers=cookie).body.decode()


def test_each_outcome_says_what_follows_in_the_customers_time(client: Client, clock: Clock) -> None:
    mei = hired(Role.AGENT)
    call_id = promised(client, bearer(mei)).json_body["id"]
    case = a_ticket()
    clock.now = THURSDAY_17
    cookie, csrf = signed_in(mei)
    path = f"/desk/calls/{call_id}"

    sheet = client.http.get(path, headers=cookie).body.decode()
    follows = dict(re.findall(r'value="(\w+)"[^>]*><strong>[^<]*</strong>\s*<span>([^<]*)<', sheet))
    assert follows["no_answer"] == "Again Thu 26 Nov, 19:00, on the customer's clock"
    assert follows["busy"] == "Again Thu 26 Nov, 17:15, on the customer's clock"
    assert follows["wrong_number"] == "We write instead"
    assert follows["reached"] == "The promise is kept"
    assert case.number in sheet

    again = submitted(client, f"{path}/attempts", cookie, outcome="no_answer", csrf=csrf)
    assert "we call again Thu 26 Nov, 19:00" in led_to(client, again, cookie)
    form = {"outcome": "reached", "note": "Glad", "csrf": csrf}
    kept = submitted(client, f"{path}/attempts", cookie, **form)
    assert "recorded; the promise is kept." in led_to(client, kept, cookie)
    over = client.http.get(path, headers=cookie).body.decode()
    assert "Over" in over
    assert "Spoke with the customer" in over
    assert 'name="outcome"' not in over


def test_who_is_given_up_is_written_to_and_who_is_answered_in_writing_is_not(
    client: Client,
) -> None:
    mei = bearer(hired(Role.AGENT))
    given_up, answered = (promised(client, mei).json_body["id"] for _ in range(2))

    ended = posted(client, f"/callbacks/{given_up}/attempts", mei, outcome="wrong_number")
    kept = posted(client, f"/callbacks/{answered}/attempts", mei, outcome="in_writing")

    assert (ended.json_body["state"], kept.json_body["state"]) == ("given_up", "kept")
    written = [desk_of().get(Outgoing, e.subject) for e in due_now() if e.kind == "message.send"]
    about = [w.subject_id for w in written if w.template == "callback/not-reached"]
    assert about == [given_up]


def test_a_customer_chooses_another_time_or_none(client: Client, clock: Clock) -> None:
    call_id = promised(client, bearer(hired(Role.AGENT))).json_body["id"]
    path = f"/k/{desk_of().link('call', call_id, clock.now + timedelta(days=30))}"

    page = client.http.get(path)
    assert (page.status_code, "…678" in page.body.decode() or b"678" in page.body) == (200, True)
    assert b"+4934112345678" not in page.body
    slot = re.findall(r'name="slot" value="(20[^"]+)"', page.body.decode())[0]
    moved = submitted(client, path, {}, slot=slot)
    assert (moved.status_code, moved.headers["Location"]) == (303, path)
    assert desk_of().get(Callback, call_id).window_start == datetime.fromisoformat(slot)
    assert submitted(client, path, {}, slot="2026-11-27T03:00:00+00:00").status_code == 422
    assert submitted(client, path, {}, slot="none").status_code == 303
    assert desk_of().get(Callback, call_id).state is CallbackState.CANCELLED
    assert client.http.get(path).status_code == 200
