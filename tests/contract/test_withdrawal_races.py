"""Withdrawals under whatever is typed and however often it is pressed: never refused, never lost,
and one press is one declaration."""

from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.canonical import Fulfilment, SeenBy
from chalicelib.domain.orders import Order
from chalicelib.domain.returns import Return
from chalicelib.domain.withdrawals import State, Withdrawal
from chalicelib.handlers import withdraw as page
from chalicelib.handlers.withdraw import withdraw
from chalicelib.handlers.withdrawal_receipts import withdrawal_receipts
from chalicelib.services import catalogue, links, withdrawal_matching
from chalicelib.services.house import house
from tests.clocks import Clock
from tests.crowds import at_once
from tests.doors import Doors
from tests.people import desk_of
from tests.unit.order_builders import a_line, an_order_seen, delivered

DOOR = "/withdraw/acme?lang=en"
JANA = {"name": "Jana Weber", "contract": "#1001", "mail": "jana@example.de"}


@pytest.fixture
def doors(acme: Clock) -> Doors:
    return Doors(withdraw, withdrawal_receipts)


@pytest.fixture
def order(acme: Clock) -> Order:
    return sold("o1", "#1001", Fulfilment.SHIPPED, is_cancelled=False)


def sold(outside_id: str, number: str, fulfilment: Fulfilment, *, is_cancelled: bool) -> Order:
    seen = an_order_seen(
        a_line("l1", quantity=3), number=number, outside_id=outside_id, fulfilment=fulfilment
    )
    if is_cancelled:
        seen = seen.model_copy(update={"cancelled_at": seen.placed_at})
    arrived = delivered(outside_id) if fulfilment is Fulfilment.SHIPPED else ()
    taken = catalogue.take_order(desk_of(), [seen, *arrived], SeenBy.WEBHOOK)
    assert taken is not None
    return taken


def declared_at(place: str) -> Withdrawal:
    """What a receipt's address is about."""
    token = place.partition("?")[0].rpartition("/")[2]
    return desk_of().get(Withdrawal, links.opened(house(), "withdrawal", token).subject)


def test_a_crowd_of_presses_of_one_page_is_one_declaration_and_one_return(
    doors: Doors, order: Order
) -> None:
    form = urlencode({"step": "confirm", "idempotency_key": "once", **JANA})

    # More would be a robot's, and be followed up later.
    crowd = at_once(lambda _: doors.form(DOOR, form), threads=page.LETTERS)

    answers = [one for one in crowd.won if one.status_code != 503]
    assert {one.status_code for one in answers} == {303}
    assert len({declared_at(one.headers["Location"]).id for one in answers}) == 1
    cards = desk_of().page(4, f"order#{order.id}", limit=20).cards
    assert sorted(card.kind for card in cards) == ["return", "withdrawal"]


def test_request_and_clock_begin_one_return_between_them(doors: Doors, order: Order) -> None:
    form = urlencode({"step": "confirm", "website": "x", **JANA})
    said = declared_at(doors.form(DOOR, form).headers["Location"])

    crowd = at_once(lambda _: withdrawal_matching.follow(desk_of(), said.id), threads=10)

    assert crowd.refusals == set()

    kinds = [card.kind for card in desk_of().page(4, f"order#{order.id}", limit=20).cards]
    assert kinds.count(Return.kind) == 1
    assert desk_of().get(Withdrawal, said.id).state is State.MATCHED


@pytest.fixture
def orders(acme: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Orders in each state there is; and nobody is taken for a robot."""
    monkeypatch.setattr(page, "PRESSES", 1_000_000)
    monkeypatch.setattr(page, "LETTERS", 1_000_000)
    for place, fulfilment in enumerate(Fulfilment):
        sold(f"s{place}", f"#{2000 + place}", fulfilment, is_cancelled=False)
        sold(f"c{place}", f"#{3000 + place}", fulfilment, is_cancelled=True)
    return acme


texts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=400),
    st.sampled_from(["2000", "#2001", "order 2002", "3000", "3001", "3002", "x" * 60_000]),
    st.sampled_from(["jana@example.de", "Jana Weber", "\u202eanaJ", "🧵" * 400, "a\x00b\r\nc"]),
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    name=texts,
    contract=texts,
    mail=texts,
    order=st.one_of(st.just(""), texts),
    quantity=texts,
    days=st.integers(0, 800),
)
def test_whatever_is_declared_about_whatever_order_it_is_taken_as_of_its_press(
    orders: Clock, name: str, contract: str, mail: str, order: str, quantity: str, days: int
) -> None:
    doors, began = Doors(withdraw, withdrawal_receipts), orders.now
    orders.now = began + timedelta(days=days)
    form = {
        "step": "confirm", "name": name, "contract": contract, "mail": mail, "order": order,
        "items.0.line_id": "l1", "items.0.most": "3", "items.0.quantity": quantity,
    }  # fmt: skip

    answer = doors.form(DOOR, urlencode(form, quote_via=quote))

    said_something = any(" ".join(one.split()) for one in (name, contract, mail))
    assert answer.status_code == (303 if said_something else 422)
    if said_something:
        said = declared_at(answer.headers["Location"])
        shown = doors.get(answer.headers["Location"], {})
        assert said.declared_at == orders.now
        assert said.looked_at == orders.now
        assert shown.status_code == 200
        assert said.digest in shown.body.decode()
    orders.now = began
