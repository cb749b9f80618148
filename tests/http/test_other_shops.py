"""Another shop's ids are answered like ids that do not exist: in the same words, with the same
headers, after the same reads."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain.ids import short_number
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import csrf_of
from chalicelib.services import house as houses
from chalicelib.services import staff as staff_service
from chalicelib.services.house import house
from chalicelib.store.clients import client as client_of
from tests.access import Door, doors
from tests.clocks import standing_at
from tests.full_shop import NOON, a_full_shop
from tests.people import bearer, desk_of, hired

Fields = dict[str, Any]

LINES = [{"line_id": "l1", "quantity": 1}]
INSPECTED = [{"line_id": "l1", "accepted": 1, "grade": "a", "disposition": "resell"}]
TOMORROW = "2026-11-19T15:00:00+00:00"

BODIES: dict[str, Fields] = {
    "replies": {"text": "On its way."},
    "draft": {"text": "On its way."},
    "macro": {"macro": "mac_late-acme"},
    "notes": {"text": "Called the carrier."},
    "resolution": {"text": "It came."},
    "assignment": {"assignee": None},
    "waiting": {"waits_for": "carrier"},
    "attempts": {"outcome": "no_answer", "note": ""},
    "move": {"at": TOMORROW},
    "cancellation": {"reason": "customer_asked"},
    "authorization": {"lines": LINES},
    "decline": {"code": "other", "text": ""},
    "receipt": {"lines": LINES},
    "inspection": {"lines": INSPECTED},
    "refund": {"how": "by_hand"},
    "tokens": {"label": "till"},
    "after-sales": {},
    "match": {"order_number": "#1001"},
    "answer": {"text": "It was made for you."},
    "unknown/match": {"number": "R-7KQ4-XMD"},
    "shops": {"name": "Acme"},
}
"""What each act is sent with, by the last fixed word of its address, or the last two, so that it
is read at all."""


@dataclass(frozen=True)
class Calls:
    """What is asked of AWS, by operation."""

    made: list[str]

    def note(self, model: Any, **_: Any) -> None:
        self.made.append(model.name)


@dataclass(frozen=True)
class World:
    """Two shops with one of everything, and an admin of the first."""

    client: Client
    ours: dict[str, str]
    theirs: dict[str, str]
    token: dict[str, str]
    session: str
    calls: Calls

    def ask(self, door: Door, ids: dict[str, str], **more: Any) -> tuple[HTTPResponse, list[str]]:
        """The answer, and what it took."""
        fields = _body(door) | more
        headers = self.token
        body = json.dumps(fields).encode()
        if door.is_page:
            form = urlencode(_flat(fields) | {"csrf": csrf_of(self.session)})
            headers, body = _form(self.session), form.encode()
        del self.calls.made[:]
        if door.method in {"GET", "HEAD"}:
            body = b""
        answer = self.client.http.request(door.method, door.at(**ids), headers=headers, body=body)
        return answer, list(self.calls.made)


def _body(door: Door) -> Fields:
    words = [word for word in door.path.split("/") if word and "{" not in word]
    return BODIES.get("/".join(words[-2:])) or BODIES.get(words[-1], {})


def _flat(fields: Fields) -> dict[str, str]:
    """As a form says it: `lines.0.line_id=l1`."""
    found: dict[str, str] = {}
    for name, value in fields.items():
        if isinstance(value, list):
            for place, one in enumerate(value):
                found |= {f"{name}.{place}.{key}": str(part) for key, part in one.items()}
        elif value is not None:
            found[name] = str(value)
    return found


def _form(session: str) -> dict[str, str]:
    return {
        "Cookie": f"__Host-aftercare={session}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


@pytest.fixture
def world(ministack: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    # What is remembered of staff and shops is not read again in the middle of a comparison.
    monkeypatch.setattr(staff_service, "STAFF_SECONDS", 3600)
    monkeypatch.setattr(houses, "SHOP_SECONDS", 3600)
    with standing_at(NOON), Client(app) as client:
        ours, theirs = a_full_shop("acme"), a_full_shop("globex")
        admin = hired(Role.ADMIN, name="Ada")
        link = staff_service.sign_in_link(desk_of(), admin.id)
        session = staff_service.sign_in(desk_of(), link.partition("once=")[2]).text
        calls = Calls([])
        for service in ("dynamodb", "s3", "ssm"):
            client_of(service).meta.events.register("before-call", calls.note)
        world = World(client, ours, theirs, bearer(admin), session, calls)
        # The first use of a token is noted.
        for _ in range(2):
            for path in ("/staff/me", "/desk"):
                world.ask(Door("GET", path, "staff", ""), {})
        yield world


def unknown(ids: dict[str, str]) -> dict[str, str]:
    """Ids of the same kinds that nobody has."""
    made = {
        name: f"{given.partition('_')[0]}_{'0' * len(given.partition('_')[2])}"
        for name, given in ids.items()
    }
    return made | {
        "shop_id": "nowhere",
        "delivery_id": "0" * len(ids["delivery_id"]),
        "ticket_number": short_number("T", 1),
    }


def shown(answer: HTTPResponse, ids: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    """All that the caller sees, but for the request's id and the ids that were asked for."""
    request = answer.headers["X-Request-Id"]
    text = answer.body.decode().replace(request, "")
    for one in ids.values():
        text = text.replace(one, "ID")
    headers = {name: str(value) for name, value in answer.headers.items() if value != request}
    return answer.status_code, text, headers


def doors_with_ids() -> list[Door]:
    return [door for door in doors("staff") if "{" in door.path and not _gives_a_name(door)]


def _gives_a_name(door: Door) -> bool:
    """Whether what stands in the address is made, under a name of the caller's own choice, or is
    called the same in every shop."""
    is_called_alike = "{figure}" in door.path or "{subject}" in door.path
    return is_called_alike or (door.method, door.path) == ("PUT", "/macros/{macro}")


def test_another_shops_ids_do_not_exist(world: World) -> None:
    told_apart: list[Door] = []
    nobodys = unknown(world.theirs)
    for door in doors_with_ids():
        theirs, reads = world.ask(door, world.theirs)
        none, none_reads = world.ask(door, nobodys)
        if (shown(theirs, world.theirs), reads) != (shown(none, nobodys), none_reads):
            told_apart.append(door)
        assert theirs.status_code == 404, door

    assert told_apart == []


def test_our_own_ids_do(world: World) -> None:
    """Else the test above would show nothing."""
    not_found = [
        door for door in doors_with_ids() if world.ask(door, world.ours)[0].status_code == 404
    ]

    assert not_found == []


def test_another_shops_numbers_do_not_exist(world: World) -> None:
    number = world.theirs["ticket_number"]
    for door in (door for door in doors_with_ids() if "{ticket}" in door.path):
        theirs, reads = world.ask(door, {"ticket": number})
        none, none_reads = world.ask(door, {"ticket": short_number("T", 1)})

        assert theirs.status_code == none.status_code == 404
        assert reads == none_reads


IN_BODIES: list[tuple[str, str, str, Fields]] = [
    ("/returns", "order_id", "order_id", {"lines": LINES}),
    ("/callbacks", "customer_id", "customer_id", {"at": TOMORROW, "what": "x"}),
    ("/callbacks", "case_id", "ticket", {"at": TOMORROW, "what": "x"}),
    ("/callbacks", "owner_id", "staff_id", {"at": TOMORROW, "what": "x"}),
    ("/tickets/{ticket}/assignment", "assignee", "staff_id", {}),
]
"""Where a body names something: its address, its field, what is named, and what else it needs."""


def test_nor_do_they_in_a_body(world: World) -> None:
    nobodys = unknown(world.theirs)
    for path, field, kind, fields in IN_BODIES:
        door = Door("POST", path, "staff", "")
        more = fields | ({"customer_id": world.ours["customer_id"]} if "at" in fields else {})
        theirs, none, ours = (
            world.ask(door, world.ours, **(more | {field: ids[kind]}))
            for ids in (world.theirs, nobodys, world.ours)
        )

        assert theirs[0].status_code in {404, 422}, path
        assert shown(theirs[0], world.theirs) == shown(none[0], nobodys)
        assert theirs[1] == none[1]
        assert ours[0].status_code in {200, 201}, (path, ours[0].body)


def test_nor_do_they_in_a_query(world: World) -> None:
    for path in ("/desk/calls/new?case={}", "/desk/calls/new?ticket={}"):
        theirs = world.client.http.get(
            path.format(world.theirs["ticket"]), headers=_form(world.session)
        )
        none = world.client.http.get(path.format("tkt_0"), headers=_form(world.session))
        assert (theirs.status_code, none.status_code) == (404, 404)


def test_a_cursor_is_good_for_its_own_shop_alone(world: World) -> None:
    hers = bearer(hired(Role.ADMIN, "globex", name="Ada"))
    next_page = world.client.http.get("/staff?limit=1", headers=hers).json_body["next"]
    assert next_page

    ours = world.client.http.get(f"/staff?cursor={next_page}", headers=world.token)
    another = world.client.http.get(f"/returns?cursor={next_page}", headers=hers)
    changed = world.client.http.get(f"/staff?cursor={next_page[:-1]}", headers=hers)

    assert [one.status_code for one in (ours, another, changed)] == [400, 400, 400]
    assert world.client.http.get(f"/staff?cursor={next_page}", headers=hers).status_code == 200


def test_a_link_of_one_shop_opens_nothing_of_another(world: World) -> None:
    """Not even where somebody signed another shop's id."""
    kinds = {
        "case": "ticket",
        "resolved": "ticket",
        "survey": "survey_id",
        "call": "callback_id",
        "unsubscribe": "customer_id",
        "order": "order_id",
        "withdrawal": "withdrawal",
    }
    for door in doors("link"):
        kind = "case" if door.path.endswith("/slip") else kinds[door.what]
        tomorrow = house().now().replace(year=2027)
        theirs = desk_of().link(door.what, world.theirs[kind], tomorrow)
        ours = desk_of().link(door.what, world.ours[kind], tomorrow)
        nobodys = desk_of().link(door.what, unknown(world.theirs)[kind], tomorrow)

        beside = {"photo_id": world.theirs["photo_id"]}
        world.ask(door, {"token": nobodys, **beside})
        refused, reads = world.ask(door, {"token": theirs, **beside})
        none, none_reads = world.ask(door, {"token": nobodys, **beside})
        assert refused.status_code == none.status_code
        assert reads == none_reads
        if door.method == "GET":
            opened, _ = world.ask(door, {"token": ours, "photo_id": world.ours["photo_id"]})
            assert opened.status_code == 200, door
