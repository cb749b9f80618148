"""Public doors: so often in ten minutes, counted by all processes together, for one write."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain.permissions import Role
from chalicelib.handlers import contact, portal
from chalicelib.handlers.desk import session
from chalicelib.services import staff as staff_service
from chalicelib.services.house import house
from chalicelib.store import counters
from chalicelib.store.clients import client as client_of
from chalicelib.store.receipts import receipt_id
from chalicelib.web import limits
from tests.clocks import Clock, standing_at
from tests.full_shop import NOON, a_full_shop
from tests.people import desk_of, hired
from tests.stage import forget_process_state

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WRITES = {"UpdateItem", "PutItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
PRESSES = 4


@dataclass(frozen=True)
class Street:
    """A shop's front: its doors, what each press writes, and the clock on the wall."""

    client: Client
    ids: dict[str, str]
    clock: Clock

    def press(self, path: str, fields: dict[str, str], **headers: str) -> HTTPResponse:
        return self.client.http.post(path, body=urlencode(fields).encode(), headers=FORM | headers)

    def writes(self, act: Callable[[], HTTPResponse]) -> tuple[HTTPResponse, list[str]]:
        made: list[str] = []

        def note(model: Any, **_: Any) -> None:
            made.append(model.name)

        events = client_of("dynamodb").meta.events
        events.register("before-call", note, unique_id="limits")
        answer = act()
        events.unregister("before-call", unique_id="limits")
        return answer, [name for name in made if name in WRITES]


@pytest.fixture
def street(ministack: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Street]:
    monkeypatch.setattr(limits, "PRESSES", PRESSES)
    with standing_at(NOON) as clock, Client(app) as client:
        yield Street(client, a_full_shop("acme"), clock)


def another_process(street: Street) -> None:
    """What is remembered is forgotten; the tables are the same."""
    forget_process_state()
    house().clock = street.clock


LOOK = {"step": "look", "reason": "parcel", "mail": "jana@example.de"}
SEND = {**LOOK, "step": "send", "text": "Where is it?"}

OPEN_DOORS = {
    "contact-look": ("/contact/acme", LOOK, contact.LOOKS),
    "contact-send": ("/contact/acme", SEND, contact.SENDS),
    "contact-language": ("/contact/acme", {**SEND, "again": "de"}, contact.LOOKS),
    "portal": ("/portal/acme", {"order": "1", "mail": "jana@example.de"}, portal.TRIES),
    "sign-in": (
        "/desk/sign-in",
        {"shop": "acme", "mail": "nobody@acme.example"},
        staff_service.SIGN_INS_AN_HOUR,
    ),
    "session": (
        "/desk/session",
        {"once": f"act_acme_{'0' * 52}_{'0' * 64}"},
        session.TRIES,
    ),
}


@pytest.mark.parametrize("door", OPEN_DOORS)
def test_an_open_door_lets_so_many_through_and_says_when_to_come_again(
    door: str, street: Street
) -> None:
    path, fields, most = OPEN_DOORS[door]
    for number in range(most):
        if number % 3 == 0:
            another_process(street)
        # Whatever a caller says of where they are.
        spoofed = {
            "X-Forwarded-For": f"203.0.113.{number}",
            "X-Real-Ip": f"203.0.113.{number}",
            "Forwarded": f"for=203.0.113.{number}",
        }
        assert street.press(path, fields, **spoofed).status_code != 429

    another_process(street)
    refused, writes = street.writes(
        lambda: street.press(path, fields, **{"X-Forwarded-For": "203.0.113.200"})
    )

    assert refused.status_code == 429
    assert " and try again." in refused.body.decode()
    assert writes == ["UpdateItem"]
    street.clock.wait(seconds=int(refused.headers["Retry-After"]))
    assert street.press(path, fields).status_code != 429


@pytest.mark.parametrize("door", ["contact-look", "portal", "session"])
def test_to_be_counted_costs_one_write(door: str, street: Street) -> None:
    path, fields, _ = OPEN_DOORS[door]

    _, writes = street.writes(lambda: street.press(path, fields))

    assert writes == ["UpdateItem"]


LINKS = {
    "case": ("/c/{}", "ticket", {"text": "And?"}),
    "resolved": ("/a/{}", "ticket", {"solved": "no"}),
    "survey": ("/s/{}", "survey_id", {"score": "5"}),
    "call": ("/k/{}", "callback_id", {"slot": "x"}),
    "order": ("/o/{}/return", "order_id", {"step": "lines"}),
    "unsubscribe": ("/u/{}", "customer_id", {}),
}


@pytest.mark.parametrize("purpose", LINKS)
def test_through_a_link_no_more_is_done_than_by_hand(purpose: str, street: Street) -> None:
    path, kind, fields = LINKS[purpose]

    def link() -> str:
        # A fresh one each time: what counts is what it is about.
        ends = street.clock.now + timedelta(days=1, seconds=len(answers))
        return path.format(desk_of().link(purpose, street.ids[kind], ends))

    answers: list[int] = []
    for _ in range(PRESSES):
        answers.append(street.press(link(), fields).status_code)
        another_process(street)
    refused, writes = street.writes(lambda: street.press(link(), fields))

    assert not set(answers) & {404, 410, 429}
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "600"
    assert writes == ["UpdateItem"]
    looked, writes = street.writes(lambda: street.client.http.get(link()))
    assert looked.status_code == 200
    assert writes == []


def test_a_forged_link_costs_nothing(street: Street) -> None:
    for path, _, fields in LINKS.values():
        street.press(path.format("k1.forged.link"), fields)
        refused, writes = street.writes(
            lambda at=path, sent=fields: street.press(at.format("k1.forged.link"), sent)
        )
        assert (refused.status_code, writes) == (404, [])


def test_unsigned_deliveries_are_counted_so_far_and_then_refused(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "MOST", 3)
    path = "/webhooks/standard/acme"
    statuses: list[int] = []
    for _ in range(5):
        another_process(street)
        answer, writes = street.writes(lambda: street.press(path, {}))
        statuses.append(answer.status_code)
        assert writes == ["UpdateItem"]

    assert statuses == [401, 401, 401, 429, 429]
    noted = counters.noted(house().tables, "acme", NOON.date())
    assert list(noted.values()) == [3]


def test_many_at_once_are_counted_one_by_one(street: Street) -> None:
    with ThreadPoolExecutor(20) as pool:
        taken = list(
            pool.map(
                lambda _: desk_of().take("door", limit=7, window=timedelta(minutes=10)), range(40)
            )
        )

    assert taken.count(True) == 7


def test_who_knocked_is_not_to_be_read_anywhere(street: Street) -> None:
    for path, fields, _ in OPEN_DOORS.values():
        street.press(path, fields)

    kept = client_of("dynamodb").scan(TableName=house().tables.receipts)["Items"]

    assert len(kept) >= len(OPEN_DOORS) - 1
    assert not re.search(r"127\.0\.0\.1|@|acme", str(kept))
    # Nor guessed: whoever has the table, and not the key, could try all addresses there are.
    start = int(house().now().timestamp()) // 600 * 600
    windows = [str(start), str(start - 600)]
    guessed = {
        receipt_id("rate", f"acme#{door}#127.0.0.1", window)
        for door in ("contact-look", "contact-send", "portal", "sign-in")
        for window in windows
    }
    assert guessed.isdisjoint(item["id"]["S"] for item in kept)


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.7"),
        ("", ""),
    ],
)
def test_a_place_is_an_address_or_a_whole_network(
    given: str, counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = SimpleNamespace(context={"identity": {"sourceIp": given}})
    monkeypatch.setattr(limits, "here", lambda: SimpleNamespace(request=request))

    assert limits._place() == counted


def test_a_mail_bomb_through_the_sign_in_is_five_mails(street: Street) -> None:
    mei = hired(Role.AGENT)
    answers = [
        street.press("/desk/sign-in", {"shop": "acme", "mail": mei.mail.upper()}).status_code
        for _ in range(7)
    ]

    assert answers == [303] * 5 + [429] * 2
