"""Whatever is sent, nothing breaks, and every answer is what the description says: of the API as it
describes itself, and of the forms on the pages that shoppers open."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import requests

from app import app
from chalicelib.domain.permissions import Role
from chalicelib.services import keys
from chalicelib.services.house import house, set_clock
from chalicelib.web.openapi import document
from tests.abuse import fuzzing, pages
from tests.access import doors
from tests.clocks import Clock, standing_at
from tests.faults.cloud import Cloud, in_process
from tests.full_shop import NOON, a_full_shop
from tests.people import bearer, desk_of, hired
from tests.stage import forget_process_state

SEED = 20261126

SUBJECTS = {
    "call": "callback_id",
    "case": "ticket",
    "order": "order_id",
    "resolved": "ticket",
    "survey": "survey_id",
    "unsubscribe": "customer_id",
    "withdrawal": "withdrawal",
}
"""What a link of each purpose is about."""

BETWEEN = timedelta(minutes=2)
"""From one form to the next of somebody patient, whom no limit stops."""


@dataclass(frozen=True, slots=True)
class Shop:
    """One that has one of everything, and can be had again as it was."""

    ids: dict[str, str]
    staff: dict[str, str]
    cloud: Cloud
    clock: Clock

    def start_over(self) -> None:
        self.cloud.start_over()
        forget_process_state()
        self.clock.now = NOON
        set_clock(self.clock)


@pytest.fixture(scope="module")
def shop() -> Generator[Shop]:
    with in_process() as cloud, standing_at(NOON) as clock:
        keys.ensure(house())
        ids = a_full_shop("acme")
        staff = {"Authorization": bearer(hired(Role.ADMIN, name="Ada"))["Authorization"]}
        cloud.remember()
        yield Shop(ids, staff, cloud, clock)


@pytest.fixture
def seeded(request: pytest.FixtureRequest) -> int:
    """The same requests each time, and others with `--hypothesis-seed`."""
    given = request.config.getoption("hypothesis_seed")
    return SEED if given is None else int(given)


def test_what_staff_ask_for_rightly_is_answered_as_described_and_so_is_a_repeat(
    shop: Shop, seeded: int
) -> None:
    known = shop.ids | {
        "case_id": shop.ids["ticket"],
        "owner_id": shop.ids["staff_id"],
        "assignee": shop.ids["staff_id"],
        "line_id": "l1",
        "number": "#1001",
        "order_number": "#1001",
        "at": (NOON + timedelta(days=1)).isoformat(),
        "mail": "jana@example.com",
        "language": "en",
        "zone": "Europe/Berlin",
    }
    ada = fuzzing.caller(app, shop.staff)
    wrong: list[str] = []
    for operation in fuzzing.operations(fuzzing.knowing(document(app), known)):
        shop.start_over()
        ask = fuzzing.twice(ada) if operation.method == "post" else fuzzing.each([ada])
        cases = fuzzing.fitting(operation)
        wrong += fuzzing.wrong_answers(cases, ask, examples=3, seeded=seeded)

    assert wrong == [], f"--hypothesis-seed={seeded}"


def test_whatever_anybody_sends_is_answered_as_described(shop: Shop, seeded: int) -> None:
    shop.start_over()
    link = {"Authorization": f"Bearer {_token(shop, 'case')}"}
    everybody = [fuzzing.caller(app, headers) for headers in ({}, link, shop.staff)]
    ask = fuzzing.each(everybody)
    wrong: list[str] = []
    for operation in fuzzing.operations(document(app)):
        shop.start_over()
        cases = fuzzing.any_kind(operation)
        wrong += fuzzing.wrong_answers(cases, ask, examples=3, seeded=seeded)

    assert wrong == [], f"--hypothesis-seed={seeded}"


def test_whatever_a_shopper_puts_into_a_form_is_answered_with_a_page(
    shop: Shop, seeded: int
) -> None:
    shop.start_over()
    shopper = fuzzing.caller(app, {})
    send = fuzzing.each([shopper])

    def ask(case: fuzzing.Case) -> Iterator[requests.Response]:
        shop.clock.now += BETWEEN
        yield from send(case)

    wrong: list[str] = []
    for operation in fuzzing.operations(pages.described(_forms(shop, shopper))):
        shop.start_over()
        cases = fuzzing.any_kind(operation)
        wrong += fuzzing.wrong_answers(cases, ask, examples=6, seeded=seeded)

    assert wrong == [], f"--hypothesis-seed={seeded}"


def _forms(shop: Shop, shopper: requests.Session) -> Iterator[tuple[str, str]]:
    """Where the shopper finds forms, and the pages they are on."""
    ours = [door for door in doors("link") if door.method == "POST"]
    addresses = [door.at(token=_token(shop, door.what)) for door in ours]
    for address in [*addresses, "/contact/acme", "/portal/acme", "/withdraw/acme"]:
        shown = fuzzing.opened(shopper, address)
        assert shown.status_code == 200, address
        yield address, shown.text


def _token(shop: Shop, purpose: str) -> str:
    ends = NOON + timedelta(days=30)
    return desk_of().link(purpose, shop.ids[SUBJECTS[purpose]], ends)
