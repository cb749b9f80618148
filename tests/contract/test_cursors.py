"""Where a list goes on is signed: a cursor opens its own list, of its own shop, and no other."""

import string
from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from urllib.parse import quote

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import Staff
from chalicelib.handlers.doors import DOORS
from chalicelib.services import inbox, keys, shops, ticket_work
from chalicelib.services.house import house
from chalicelib.services.ticket_work import Answer
from tests.cases import a_ticket
from tests.clocks import Clock
from tests.contract.entries import parked
from tests.contract.shelves import SHELVES, a_given_up_delivery
from tests.doors import Doors
from tests.people import bearer, desk_of, hired


@pytest.fixture
def doors(acme: Clock) -> Doors:
    return Doors(*DOORS)


@pytest.fixture
def ada(acme: Clock) -> Staff:
    return hired(Role.ADMIN, name="Ada")


@pytest.fixture
def admin(ada: Staff) -> dict[str, str]:
    return bearer(ada)


@pytest.fixture
def cursor(doors: Doors, admin: dict[str, str]) -> str:
    """Where the queue of tickets goes on."""
    SHELVES["tickets"](hired(Role.AGENT)).put(1, 2)
    return cursor_of(doors, "/tickets?limit=1", admin)


def cursor_of(doors: Doors, path: str, headers: dict[str, str]) -> str:
    answer = doors.get(path, headers)
    assert answer.json_body["next"], path
    return answer.json_body["next"]


def is_refused(answer: HTTPResponse) -> bool:
    """With a 400 that names the cursor and says nothing of what is in it."""
    told = answer.json_body
    return (answer.status_code, told["type"].rpartition("/")[2], told["field"]) == (
        400,
        "malformed",
        "cursor",
    )


def lists(ada: Staff, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The paths of all lists, each with more than one page."""
    for shelf in (make(ada) for make in SHELVES.values()):
        shelf.put(1, 2)
        yield f"{shelf.path}?limit=1"
    ticket = a_ticket()
    ticket_work.note(desk_of(), ticket.id, Answer("A note.", ada))
    yield f"/tickets/{ticket.id}/events?limit=1"
    yield f"/customers/{ticket.customer_id}/timeline?limit=1"
    for n in range(2):
        parked(f"jar_{n}")
        a_given_up_delivery(f"{n}")
    yield "/agenda/dead?limit=1"
    monkeypatch.setattr(inbox, "PAGE", 1)
    yield "/webhooks/deliveries?day=2026-11-23"


def test_a_cursor_is_good_for_its_list_alone(
    doors: Doors, ada: Staff, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cursors = {path: cursor_of(doors, path, admin) for path in list(lists(ada, monkeypatch))}

    own = [doors.get(f"{path}&cursor={own}", admin) for path, own in cursors.items()]
    others = [
        doors.get(f"{path}&cursor={cursors[other]}", admin)
        for path, other in permutations(cursors, 2)
    ]

    assert {answer.status_code for answer in own} == {200}
    assert len(others) == 12 * 11
    assert all(is_refused(answer) for answer in others)


def test_a_cursor_is_good_for_its_person_alone(doors: Doors, ada: Staff) -> None:
    bea = hired(Role.ADMIN, name="Bea")
    for one in (ada, bea):
        SHELVES["my work"](one).put(1, 2)
    theirs = cursor_of(doors, "/staff/me/work?limit=1", bearer(bea))

    answer = doors.get(f"/staff/me/work?limit=1&cursor={theirs}", bearer(ada))

    assert is_refused(answer)


def test_a_cursor_is_good_for_its_shop_alone(doors: Doors, cursor: str) -> None:
    shops.put(desk_of("bolt"), Configuration(name="Bolt"))
    stranger = bearer(hired(Role.ADMIN, shop="bolt"))

    assert is_refused(doors.get(f"/tickets?limit=1&cursor={cursor}", stranger))


def test_a_cursor_with_one_changed_byte_is_refused(
    doors: Doors, admin: dict[str, str], cursor: str
) -> None:
    changed = [
        f"{cursor[:place]}{'A' if letter != 'A' else 'B'}{cursor[place + 1 :]}"
        for place, letter in enumerate(cursor)
    ]
    letters = string.ascii_letters + string.digits + "-_=."
    last = [cursor[:-1] + letter for letter in letters if letter != cursor[-1]]

    answers = [doors.get(f"/tickets?cursor={quote(one)}", admin) for one in (*changed, *last)]

    assert all(is_refused(answer) for answer in answers)


def test_a_cursor_that_is_cut_short_or_longer_is_refused(
    doors: Doors, admin: dict[str, str], cursor: str
) -> None:
    wrong = [cursor[:length] for length in range(1, len(cursor))]
    wrong += [cursor + "=", cursor + "A", cursor + cursor, cursor + "x" * 8000]

    answers = [doors.get(f"/tickets?cursor={quote(one)}", admin) for one in wrong]

    assert all(is_refused(answer) for answer in answers)


@pytest.mark.parametrize(
    "garbage",
    ["x", ".", "k1", "k1.", "k1..", "k1.x.y", "k9.x.y", "../..", "null", "[]", "\x00", "\u674e"],
)
def test_what_is_no_cursor_at_all_is_refused(
    doors: Doors, admin: dict[str, str], garbage: str
) -> None:
    assert is_refused(doors.get(f"/tickets?cursor={quote(garbage)}", admin))


def test_a_link_is_no_cursor_and_a_cursor_no_link(
    doors: Doors, admin: dict[str, str], cursor: str
) -> None:
    here = desk_of()
    link = here.link("case", "tkt_1", here.now() + timedelta(days=1))

    assert is_refused(doors.get(f"/tickets?cursor={link}", admin))
    assert doors.get(f"/c/{cursor}", {}).status_code == 404


def test_a_page_for_people_says_plainly_that_a_cursor_is_none(
    doors: Doors, admin: dict[str, str]
) -> None:
    answer = doors.get("/desk/tickets?cursor=k1.x.y", admin)

    assert answer.status_code == 400
    assert b"What was sent could not be read." in answer.body


def test_an_older_key_is_good_until_it_is_retired(
    doors: Doors, admin: dict[str, str], cursor: str
) -> None:
    before = house().parameter(keys.NAME)
    newer = keys.rotate(house())
    by_the_older_key = doors.get(f"/tickets?cursor={cursor}", admin)
    after = house().parameter(keys.NAME)
    try:
        house().put_parameter(keys.NAME, {**after, "signing": {newer: after["signing"][newer]}})
        by_a_retired_one = doors.get(f"/tickets?cursor={cursor}", admin)
    finally:
        house().put_parameter(keys.NAME, before)

    assert by_the_older_key.status_code == 200
    assert is_refused(by_a_retired_one)
