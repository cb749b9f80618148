"""Withdrawing from a contract: never refused, receipted at once, and followed up."""

import hashlib
import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.canonical import Fulfilment, SeenBy
from chalicelib.domain.orders import Order
from chalicelib.domain.permissions import Role
from chalicelib.domain.policy import ReturnPolicy
from chalicelib.domain.return_lines import MOST_LINES
from chalicelib.domain.returns import RequestState, Return
from chalicelib.domain.shops import Configuration
from chalicelib.domain.withdrawals import FOLLOW, Proof, State, Why, Withdrawal
from chalicelib.handlers import withdraw as page
from chalicelib.handlers.doors import DOORS
from chalicelib.services import catalogue, letters, messages, shops, withdrawal_matching
from chalicelib.services.house import house
from chalicelib.services.withdrawals import LATER
from chalicelib.store import agenda as agenda_store
from chalicelib.store.clients import client as aws_client
from chalicelib.store.codec import from_item
from chalicelib.web.app import AftercareApp
from tests.clocks import Clock, standing_at
from tests.people import bearer, desk_of, hired
from tests.unit.order_builders import a_line, an_order_seen, delivered

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LAST_MINUTE = datetime(2026, 11, 30, 22, 59, 4, tzinfo=UTC)
"""23:59:04 in Berlin, on the last day of fourteen after the delivery."""

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(LAST_MINUTE) as clock:
        shops.put(
            desk_of(),
            Configuration(
                name="Acme",
                zone="Europe/Berlin",
                country="DE",
                languages=("en", "de", "zh-CN"),
                returns=ReturnPolicy(no_reason="EU-14D-WITHDRAWAL", automatic_cap=0),
            ),
        )
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    app = AftercareApp("withdrawals")
    for blueprint in DOORS:
        app.register_blueprint(blueprint)
    with Client(app) as client:
        yield client


@pytest.fixture
def order(client: Client) -> Order:
    return bought()


def bought(**seen: Any) -> Order:
    lines = (a_line("l1", quantity=2), a_line("l2", quantity=1, paid=1000))
    events = [an_order_seen(*lines, **seen)]
    if seen.get("fulfilment", Fulfilment.SHIPPED) is Fulfilment.SHIPPED:
        events += delivered(seen.get("outside_id", "o1"))
    taken = catalogue.take_order(desk_of(), events, SeenBy.WEBHOOK)
    assert taken is not None
    return taken


JANA = {"name": "Jana Weber", "contract": "#1001", "mail": "jana@example.de"}


def posted(client: Client, path: str = "/withdraw/acme?lang=en", **fields: Any) -> HTTPResponse:
    return client.http.post(path, body=urlencode(fields).encode(), headers=FORM)


def pressed(client: Client, **fields: Any) -> HTTPResponse:
    return posted(client, **{"step": "confirm", **fields})


def declared(client: Client, **fields: Any) -> Withdrawal:
    """What was kept of a press, which shows its receipt."""
    answer = pressed(client, **fields)
    assert answer.status_code == 303, answer.body
    shown = client.http.get(answer.headers["Location"])
    assert shown.status_code == 200
    number = re.search(r"W-\w{4}-\w{3}", shown.body.decode())
    assert number is not None
    here = desk_of()
    return here.get(Withdrawal, withdrawal_matching.lookups.named(here, Withdrawal, number[0]))


def text_of(answer: HTTPResponse) -> str:
    words = re.sub(r"<[^>]+>", " ", answer.body.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def all_declared() -> list[str]:
    items = aws_client("dynamodb").scan(TableName=house().tables.records)["Items"]
    return [str(from_item(one)["id"]) for one in items if from_item(one)["kind"] == "withdrawal"]


def waiting_entries(kind: str) -> list[agenda_store.Item]:
    items = aws_client("dynamodb").scan(TableName=house().tables.agenda)["Items"]
    return [one for one in map(from_item, items) if one["kind"] == kind and "lane" in one]


def mailed(said: Withdrawal) -> list[tuple[str, str]]:
    """The letters about a declaration: template and text, as they would be sent."""
    here = desk_of()
    told = here.timeline(said.customer_id or "")[0]
    found: list[tuple[str, str]] = []
    for one in reversed(told):
        if one.type == "message.queued" and one.data["subject_id"] == said.id:
            out, words = messages.read(here, one.subject)
            assert isinstance(words, letters.Words)
            found.append((out.template, words.written.text))
    return found


def test_two_presses_at_a_minute_to_midnight_make_receipt_and_return(
    client: Client, order: Order
) -> None:
    first = posted(client, step="look", **JANA)
    assert "Confirm withdrawal" in text_of(first)
    assert "30 November 2026, 23:59:04 (UTC+01:00, Europe/Berlin)" in text_of(first)

    said = declared(client, **JANA)

    assert (said.state, said.proof, said.order_id) == (State.MATCHED, Proof.MAIL, order.id)
    assert said.declared_at == LAST_MINUTE
    case = desk_of().get(Return, said.return_id or "")
    assert case.request is RequestState.AUTHORIZED
    assert {line.line_id: line.authorized for line in case.lines} == {"l1": 2, "l2": 1}
    assert (case.withdrawal_id, case.requested_at) == (said.id, LAST_MINUTE)
    assert (case.decision.preset, case.channel) == ("EU-14D-WITHDRAWAL", "withdrawal")
    ((template, words),) = mailed(said)
    assert template == "withdrawal/receipt"
    assert said.content in words
    assert said.digest in words
    assert waiting_entries(FOLLOW) == []


def test_the_receipt_is_a_page_and_a_file_whose_digest_is_kept(
    client: Client, order: Order
) -> None:
    place = pressed(client, **JANA).headers["Location"].partition("?")[0]
    shown = text_of(client.http.get(place))
    file = client.http.get(f"{place}/receipt")

    assert "sent to j…@example.de" in shown
    assert "Please send the goods back by Mon 14 Dec" in shown
    assert "Refund by Mon 14 Dec" in shown
    assert file.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Received: 30 November 2026, 23:59:04" in file.body.decode()
    assert hashlib.sha256(file.body).hexdigest() in shown
    assert "/c/" in client.http.get(place).body.decode()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({**JANA, "contract": "#9999"}, Why.NO_ORDER),
        ({**JANA, "mail": "else@example.de", "name": "Somebody"}, Why.NO_ORDER),
        ({"mail": "jana@example.de"}, Why.NO_ORDER),
        ({"name": "Jana"}, Why.NO_ORDER),
        ({"contract": "the blue one from last week"}, Why.NO_ORDER),
        ({**JANA, "mail": "not an address"}, None),
        ({**JANA, "contract": "my order 1001, of Monday"}, None),
        ({**JANA, "mail": ""}, None),
    ],
)
def test_whatever_it_names_it_is_taken_and_receipted(
    client: Client, order: Order, fields: dict[str, str], why: Why | None
) -> None:
    said = declared(client, **fields)

    assert said.declared_at == LAST_MINUTE
    assert said.why is why
    assert said.state is (State.WAITING if why else State.MATCHED)
    assert (said.due_at is None) is (why is None)


def test_only_a_form_without_a_word_comes_back_and_one_that_is_too_long_is_cut(
    client: Client,
) -> None:
    empty = posted(client, step="look", website="")
    long = posted(client, step="look", contract="x" * 200_000, name="Jana")
    said = declared(client, contract="x" * 200_000, name="J" * 9_000, mail="j" * 9_000)

    assert empty.status_code == 422
    assert "one of these at least" in text_of(empty)
    assert long.status_code == 200
    assert said.contract.endswith("x […]")
    assert (len(said.contract), len(said.name), len(said.mail)) == (5_000, 300, 300)


def test_a_window_that_is_over_is_for_a_person_and_its_receipt_stands(
    client: Client, order: Order, clock: Clock
) -> None:
    clock.wait(days=30)
    said = declared(client, **JANA)

    assert said.state is State.MATCHED
    case = desk_of().get(Return, said.return_id or "")
    assert case.request is RequestState.REVIEW
    assert {str(ruling.code) for ruling in case.decision.rulings} == {"window_over"}
    assert [template for template, _ in mailed(said)] == ["withdrawal/receipt"]


def test_the_time_of_the_press_counts_not_that_of_the_match(
    client: Client, order: Order, clock: Clock
) -> None:
    said = declared(client, **{**JANA, "contract": "#9999"})
    clock.wait(hours=12)
    matched = withdrawal_matching.match(desk_of(), said.id, "1001")

    case = desk_of().get(Return, matched.return_id or "")
    assert case.request is RequestState.AUTHORIZED
    assert case.requested_at == LAST_MINUTE


def test_a_name_matches_too_but_opens_no_case_page(client: Client, order: Order) -> None:
    answer = pressed(client, name=" jana  WEBER ", contract="1001", mail="other@example.de")
    shown = client.http.get(answer.headers["Location"])

    assert "How it comes back is mailed to the address of the order." in text_of(shown)
    assert "/c/" not in shown.body.decode()


def test_by_the_order_s_link_everything_is_known_and_things_can_be_chosen(
    client: Client, order: Order
) -> None:
    token = desk_of().link("order", order.id, desk_of().now() + timedelta(days=1))
    link = client.http.get(f"/o/{token}").body.decode()
    first = client.http.get(f"/withdraw/acme?order={token}").body.decode()
    assert f"/withdraw/acme?order={token}" in link
    assert 'value="Jana Weber"' in first
    assert "#1001" in first
    chosen = {
        "items.0.line_id": "l1", "items.0.most": "2", "items.0.quantity": "1",
        "items.0.title": "Linen set",
        "items.1.line_id": "l2", "items.1.most": "1", "items.1.quantity": "0",
    }  # fmt: skip

    said = declared(client, contract="that one", order=token, **chosen)

    assert said.proof is Proof.LINK
    assert "1 × Linen set" in said.content
    case = desk_of().get(Return, said.return_id or "")
    assert {line.line_id: line.authorized for line in case.lines} == {"l1": 1}


@pytest.mark.parametrize("token", ["forged", "k1.x.y", ""])
def test_a_link_that_does_not_open_refuses_nothing(client: Client, token: str) -> None:
    assert client.http.get(f"/withdraw/acme?order={token}").status_code == 200
    assert declared(client, contract="1001", order=token).state is State.WAITING


def test_another_press_is_another_declaration_and_points_to_the_first(
    client: Client, order: Order
) -> None:
    first = declared(client, idempotency_key="a", **JANA)
    again = declared(client, idempotency_key="a", **JANA)
    second = declared(client, idempotency_key="b", **JANA)
    other = declared(client, idempotency_key="b", **{**JANA, "name": "J. Weber"})

    assert again.id == first.id
    assert (second.follows, second.return_id) == (first.id, first.return_id)
    assert other.id not in (first.id, second.id)
    assert len(all_declared()) == 3


def test_what_has_not_been_sent_is_called_off_by_a_person(client: Client) -> None:
    order = bought(fulfilment=Fulfilment.NONE)
    said = declared(client, **JANA)

    assert (said.state, said.why, said.order_id) == (State.WAITING, Why.NOT_SENT, order.id)
    assert withdrawal_matching.match(desk_of(), said.id, "1001").state is State.MATCHED


def test_what_is_too_large_for_one_return_is_begun_by_a_person(client: Client) -> None:
    lines = (a_line(f"l{place}", quantity=1, paid=100) for place in range(MOST_LINES + 1))
    events = [an_order_seen(*lines), *delivered()]
    assert catalogue.take_order(desk_of(), events, SeenBy.WEBHOOK) is not None

    said = declared(client, **JANA)

    assert (said.state, said.why, said.order_number) == (State.WAITING, Why.NOT_BY_ITSELF, "#1001")


def test_a_robot_is_slowed_and_nothing_it_declares_is_lost(
    client: Client, order: Order, clock: Clock
) -> None:
    honest = [declared(client, **JANA) for _ in range(page.LETTERS)]
    slowed = declared(client, **JANA)
    trapped = declared(client, contract="#1001", name="Jana Weber", website="x")

    assert all(one.looked_at for one in honest)
    assert slowed.looked_at is None
    assert trapped.looked_at is None
    assert slowed.declared_at == LAST_MINUTE
    due = [entry["due_at"] for entry in waiting_entries(FOLLOW)]
    assert due == [agenda_store.stamp(LAST_MINUTE + LATER)] * 2
    late = [one for one in waiting_entries("message.send") if one["due_at"] == due[0]]
    assert len(late) == 1
    clock.wait(minutes=10)
    followed = withdrawal_matching.follow(desk_of(), slowed.id)
    assert followed is not None
    assert followed.follows == honest[0].id


def test_an_outage_after_it_was_taken_loses_nothing(
    client: Client, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the shop is not there")

    with monkeypatch.context() as patched:
        patched.setattr(withdrawal_matching.lookups, "orders_meant", broken)
        said = declared(client, **JANA)
    assert (said.state, said.looked_at) == (State.WAITING, None)
    (entry,) = waiting_entries(FOLLOW)
    assert entry["subject"] == said.id

    after = withdrawal_matching.follow(desk_of(), said.id)
    again = withdrawal_matching.follow(desk_of(), said.id)

    assert after is not None
    assert after.state is State.MATCHED
    assert again == after


def test_staff_match_it_or_answer_it_and_the_customer_is_written_to(
    client: Client, order: Order
) -> None:
    one = declared(client, **{**JANA, "contract": "#9999"})
    two = declared(client, **{**JANA, "contract": "#9998"})
    staff = bearer(hired(Role.RETURNS_SPECIALIST))
    listed = client.http.get("/withdrawals", headers=staff).json_body["items"]
    assert {card["id"] for card in listed} == {one.id, two.id}
    assert "jana" not in str(listed).lower()

    unknown = client.http.post(
        f"/withdrawals/{one.number}/match", body=b'{"order_number": "7"}', headers=staff
    )
    matched = client.http.post(
        f"/withdrawals/{one.number}/match", body=b'{"order_number": "1001"}', headers=staff
    )
    answered = client.http.post(
        f"/withdrawals/{two.id}/answer", body=b'{"text": "It was made for you."}', headers=staff
    )
    twice = client.http.post(
        f"/withdrawals/{two.id}/answer", body=b'{"text": "Again."}', headers=staff
    )

    assert unknown.status_code == 404
    assert (matched.json_body["state"], matched.json_body["proof"]) == ("matched", "staff")
    assert answered.json_body["state"] == "answered"
    assert twice.status_code == 409
    assert client.http.get("/withdrawals", headers=staff).json_body["items"] == []
    case = desk_of().get(Return, matched.json_body["return_id"])
    (_, (template, words)) = mailed(desk_of().get(Withdrawal, one.id))
    assert (template, case.number in words) == ("withdrawal/matched", True)
    (_, (template, words)) = mailed(desk_of().get(Withdrawal, two.id))
    assert template == "withdrawal/answered"
    assert "It was made for you." in words
    assert "www.eccnet.eu" in words


def test_the_working_day_rings_and_tells_the_managers(
    client: Client, order: Order, clock: Clock
) -> None:
    manager = hired(Role.MANAGER)
    said = declared(client, **{**JANA, "contract": "#9999"})
    assert said.due_at == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    (ring,) = waiting_entries("promise.ring")
    clock.now = said.due_at
    due = agenda_store.read(ring)

    withdrawal_matching.ring(desk_of(), due)
    withdrawal_matching.ring(desk_of(), due)

    told = [one.type for one in desk_of().trail(said.id)[0]]
    assert told.count("promise.breached") == 1
    (alert,) = waiting_entries("alert.publish")
    assert alert["data"]["type"] == "withdrawal.late"
    queued = [
        from_item(one)
        for one in aws_client("dynamodb").scan(TableName=house().tables.records)["Items"]
        if from_item(one)["kind"] == "outgoing" and from_item(one).get("staff_id") == manager.id
    ]
    assert [one["template"] for one in queued] == ["staff/promise-late"]


def test_the_words_of_the_law_are_those_of_the_page_s_language(client: Client) -> None:
    german = text_of(client.http.get("/withdraw/acme?lang=de"))
    second = text_of(posted(client, "/withdraw/acme?lang=de", step="look", **JANA))
    contact = text_of(client.http.get("/contact/acme?lang=de"))

    assert "Vertrag widerrufen" in german
    assert "Widerruf bestätigen" in second
    assert "Vertrag widerrufen" in contact


def test_a_shop_outside_the_union_shows_no_link_and_takes_a_declaration(client: Client) -> None:
    shops.put(desk_of(), Configuration(name="Acme", country="CN", zone="Asia/Shanghai"))
    house().forget("shop", "acme")

    assert "/withdraw/" not in client.http.get("/contact/acme").body.decode()
    assert declared(client, name="Jana").state is State.WAITING


def test_who_is_forgotten_leaves_fact_time_and_digest(client: Client, order: Order) -> None:
    from chalicelib.services import forgetting

    said = declared(client, name="Jana Weber", contract="1001", mail="other@example.de")
    here = desk_of()
    assert said.customer_id != order.customer_id

    cards = here.page(2, f"customer#{order.customer_id}", limit=20).cards
    forgetting.empty_cases(here, cards)

    left = here.get(Withdrawal, said.id)
    assert (left.name, left.contract, left.mail, left.content) == ("", "", "", "")
    assert (left.digest, left.declared_at) == (said.digest, said.declared_at)
