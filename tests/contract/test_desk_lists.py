"""The desk's pages over long lists: what they cost stays, and all is shown once."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.handlers.doors import DOORS
from chalicelib.services import callbacks, catalogue, ticket_work
from chalicelib.services.callbacks import NewCall
from chalicelib.services.house import house
from chalicelib.store.clients import client as client_of
from tests.cases import a_ticket
from tests.clocks import Clock
from tests.doors import Doors
from tests.people import bearer, desk_of, hired
from tests.unit.order_builders import a_line, an_order_seen

MANY = 60


@pytest.fixture
def mei(acme: Clock) -> Staff:
    return hired(Role.AGENT, name="Mei")


@pytest.fixture
def doors() -> Doors:
    return Doors(*DOORS)


@pytest.fixture
def asked(acme: Clock) -> Iterator[list[str]]:
    """The requests to the tables, as they are made."""
    names: list[str] = []

    def note(model: Any, **_: Any) -> None:
        names.append(model.name)

    events = client_of("dynamodb").meta.events
    events.register("before-call.dynamodb", note)
    yield names
    events.unregister("before-call.dynamodb", note)


def busy(mei: Staff, many: int) -> None:
    """So many tickets of hers, and as many in the pool."""
    for _ in range(many):
        ticket_work.assign(desk_of(), a_ticket().id, mei.id)
        a_ticket()


def called(mei: Staff, clock: Clock, many: int) -> set[str]:
    customer = a_ticket().customer_id
    new = [
        NewCall(
            at=clock.now + timedelta(minutes=5 * place),
            what="Where it is",
            customer_id=customer,
            case_id=None,
            owner_id=mei.id,
            language=None,
            zone=None,
        )
        for place in range(many)
    ]
    return {callbacks.promise(desk_of(), one).number for one in new}


@pytest.mark.parametrize("page", ["/desk", "/desk/off-shift"])
def test_what_somebody_owes_costs_the_same_however_much_it_is(
    page: str, mei: Staff, doors: Doors, asked: list[str]
) -> None:
    busy(mei, 3)
    hers = bearer(mei)
    # The first use of a token is noted, and the token read once more.
    for _ in range(2):
        doors.get(page, hers)

    def cost() -> list[str]:
        house().forget("open", "acme")
        asked.clear()
        assert doors.get(page, hers).status_code == 200
        return sorted(asked)

    few = cost()
    busy(mei, MANY)

    assert cost() == few
    assert len(few) <= 11


def test_every_call_is_on_one_page_of_the_list(mei: Staff, doors: Doors, acme: Clock) -> None:
    promised = called(mei, acme, 30)
    place, shown, pages = "/desk/calls", list[str](), 0
    while place:
        page = doors.get(place, bearer(mei)).body.decode()
        shown += re.findall(r"· <span class=\"number\">(C-[0-9A-Z-]+)<", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        place, pages = unescape(following[1]) if following else "", pages + 1

    assert sorted(shown) == sorted(promised)
    assert pages == 2


def test_of_very_many_orders_with_one_number_the_newest_twenty_are_found(
    mei: Staff, doors: Doors
) -> None:
    for place in range(25):
        seen = an_order_seen(a_line("l1"), outside_id=f"o{place}")
        catalogue.take_order(desk_of(), [seen], SeenBy.WEBHOOK)

    token = {"Authorization": bearer(mei)["Authorization"]}
    page = doors.form("/desk/find", "q=%231001", token).body.decode()

    assert len(set(re.findall(r'/desk/o/(ord_\w+)"', page))) == 20
