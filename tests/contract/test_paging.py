"""Lists, page by page, while records are added and moved.

What stands in a list from the first page to the last, and does not move, is shown exactly once,
in the list's order. What moves is shown where it was, where it is, at both or at neither. What
is added is shown if its place is still ahead.
"""

from datetime import timedelta

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Customer, Identity
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.handlers.doors import DOORS
from chalicelib.services import agenda, inbox, ticket_work
from chalicelib.services.house import house
from chalicelib.services.ticket_work import Answer
from chalicelib.store import events, tables
from tests.cases import NOON, a_ticket
from tests.clocks import Clock
from tests.contract.entries import parked
from tests.contract.shelves import NEWEST_FIRST, SHELVES, Shelf, a_given_up_delivery
from tests.doors import Doors, Walk
from tests.people import bearer, desk_of, hired

STAYING = range(100, 200, 10)


@pytest.fixture
def ada(acme: Clock) -> Staff:
    return hired(Role.ADMIN, name="Ada")


@pytest.fixture
def walk(ada: Staff) -> Walk:
    return Walk(Doors(*DOORS), bearer(ada))


@pytest.mark.parametrize("name", SHELVES)
def test_what_stays_is_shown_once_while_others_come_and_move(
    name: str, walk: Walk, ada: Staff
) -> None:
    shelf: Shelf = SHELVES[name](ada)
    stay = shelf.put(*STAYING)
    moving = shelf.put(105, 135, 165, 195)
    seen: list[str] = []

    for turn, page in enumerate(walk(f"{shelf.path}?limit=3")):
        seen += [one["id"] for one in page]
        shelf.put(101 + 10 * turn, 199 - 10 * turn)
        for place, record in enumerate(moving):
            shelf.move(record, 107 + (place * 37 + turn * 61) % 90)

    shown = [one for one in seen if one in stay]
    is_newest_first = name in NEWEST_FIRST
    assert shown == (stay[::-1] if is_newest_first else stay)


@pytest.mark.parametrize("name", SHELVES)
def test_what_is_added_ahead_is_shown_and_what_is_added_behind_is_not(
    name: str, walk: Walk, ada: Staff
) -> None:
    shelf: Shelf = SHELVES[name](ada)
    shelf.put(*STAYING)
    pages = walk(f"{shelf.path}?limit=3")
    seen = [one["id"] for page in (next(pages), next(pages)) for one in page]

    first, last = shelf.put(99, 201)
    seen += [one["id"] for page in pages for one in page]

    is_newest_first = name in NEWEST_FIRST
    assert (first in seen, last in seen) == ((True, False) if is_newest_first else (False, True))


def test_records_of_one_moment_are_all_shown_once(walk: Walk) -> None:
    shelf = SHELVES["tickets"](hired(Role.AGENT))
    made = shelf.put(*[100] * 10)

    seen = [one["id"] for page in walk(f"{shelf.path}?limit=3") for one in page]

    assert sorted(one for one in seen if one in made) == sorted(made)


def test_a_trail_is_whole_while_more_happens(walk: Walk, ada: Staff) -> None:
    ticket = a_ticket()
    for _ in range(8):
        ticket_work.note(desk_of(), ticket.id, Answer("A note.", ada))
    before = [event.id for event in desk_of().trail(ticket.id)[0]]
    seen: list[str] = []

    for turn, page in enumerate(walk(f"/tickets/{ticket.id}/events?limit=3")):
        seen += [one["id"] for one in page]
        if turn < 3:
            ticket_work.note(desk_of(), ticket.id, Answer("Another.", ada))

    assert seen[: len(before)] == before
    assert seen == [event.id for event in desk_of().trail(ticket.id)[0]]


def test_a_timeline_goes_back_from_where_it_began(walk: Walk, acme: Clock) -> None:
    ticket = a_ticket()
    assert ticket.customer_id
    for _ in range(4):
        acme.wait(minutes=1)
        a_ticket()
    before = [event.id for event in desk_of().timeline(ticket.customer_id)[0]]
    seen: list[str] = []

    for page in walk(f"/customers/{ticket.customer_id}/timeline?limit=3"):
        seen += [one["id"] for one in page]
        acme.wait(minutes=1)
        a_ticket()

    assert seen == before


def test_parked_entries_are_all_shown_once_while_others_are_parked_and_revived(
    walk: Walk,
) -> None:
    stay = [parked(f"jar_{n}").id for n in range(10)]
    revived = [parked(f"pot_{n}").id for n in range(6)]
    seen: list[str] = []

    for turn, page in enumerate(walk("/agenda/dead?limit=3")):
        seen += [one["id"] for one in page]
        parked(f"pan_{turn}")
        if turn < len(revived):
            agenda.retry(desk_of(), revived[turn])

    assert sorted(one for one in seen if one in stay) == sorted(stay)
    assert len(seen) == len(set(seen))


def test_given_up_deliveries_are_all_shown_once_while_some_are_tried_again(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "PAGE", 3)
    names = [f"{n:02}{0:030}" for n in range(10)]
    for name in names:
        a_given_up_delivery(name)
    seen: list[str] = []

    for turn, page in enumerate(walk("/webhooks/deliveries?day=2026-11-23", "given_up")):
        seen += page
        a_given_up_delivery(f"{10 - turn:02}{1:030}")
        if turn < 2:
            inbox.retry(house(), "acme", names[turn])

    assert [one for one in seen if one in names] == names
    assert len(seen) == len(set(seen))


def test_an_hour_holds_all_of_its_events_however_many_pages_it_has(
    acme: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = [a_ticket().id for _ in range(5)]
    whole = list(events.of_hour(house().tables, "acme", events.hour_of(acme.now)))
    real = tables.query
    monkeypatch.setattr(tables, "query", lambda *where, **how: real(*where, **how | {"Limit": 2}))

    paged = list(events.of_hour(house().tables, "acme", events.hour_of(acme.now)))

    assert [event.id for event in paged] == [event.id for event in whole]
    assert {event.subject for event in paged if event.type == "ticket.opened"} == set(opened)


@pytest.mark.parametrize("index_and_list", [(4, "customers"), (4, "identities#cus_1")])
def test_lists_that_erasure_goes_through_are_whole_while_people_come(
    acme: Clock, index_and_list: tuple[int, str]
) -> None:
    index, name = index_and_list
    stay = [_person(name, place) for place in range(0, 20, 2)]
    seen: list[str] = []
    after = None

    while True:
        page = desk_of().page(index, name, limit=3, after=after)
        seen += [card.id for card in page.cards]
        _person(name, 100 + len(seen))
        after = page.after
        if after is None or len(seen) > 60:
            break

    assert [one for one in seen if one in stay] == stay
    assert len(seen) == len(set(seen))


def _person(name: str, place: int) -> str:
    """Somebody new, or something new that somebody is known by; gives its id."""
    made: Customer | Identity = (
        Customer(shop="acme", id=f"cus_{place:03}", first_seen_at=NOON + timedelta(minutes=place))
        if name == "customers"
        else Identity(shop="acme", id=f"{place:040}", customer_id="cus_1")
    )
    desk_of().commit(Changes(None, (made,)))
    return made.id
