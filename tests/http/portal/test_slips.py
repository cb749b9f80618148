"""The slip that travels with what comes back."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from chalice.test import Client

from chalicelib.domain.orders import Order
from chalicelib.domain.returns import Return
from chalicelib.pages.codes import qr_code
from chalicelib.services import returns
from tests.http.shopping import Shopper, text_of
from tests.people import desk_of


def link_of(purpose: str, subject: str) -> str:
    return desk_of().link(purpose, subject, desk_of().now() + timedelta(days=1))


@pytest.fixture
def case(client: Client, order: Order) -> Return:
    Shopper(client, f"/o/{link_of('order', order.id)}").walks()
    (card,) = desk_of().page(1, "returns", limit=2).cards
    return desk_of().get(Return, card.id)


def test_the_slip_has_what_travels_along_and_its_codes_hold_the_number_alone(
    client: Client, case: Return
) -> None:
    page = client.http.get(f"/c/{link_of('case', case.id)}")
    door = re.search(r'href="(/c/[^"]*/slip)', page.body.decode())
    assert door

    slip = client.http.get(door[1])
    shown = text_of(slip)

    assert "Acme Returns" in shown
    assert "Wed 25 Nov" in shown, "seven days to send it"
    assert shown.count("<li>") == 3
    assert qr_code(case.number) in slip.body.decode().replace("&#39;", "'")
    assert case.number not in unquote(qr_code(case.number)), "a code, not a text"
    assert "style=" not in shown


@pytest.mark.parametrize(("paper", "shows"), [("a6", "paper-a6"), ("counter", "as bright as")])
def test_it_is_for_a_label_or_a_counter_too(
    paper: str, shows: str, client: Client, case: Return
) -> None:
    slip = client.http.get(f"/c/{link_of('case', case.id)}/slip?paper={paper}&utm=mail")

    assert shows in text_of(slip)
    assert case.number in text_of(slip)


def test_what_is_not_to_be_sent_has_none(client: Client, case: Return) -> None:
    door = f"/c/{link_of('case', case.id)}"
    returns.cancel(desk_of(), case.id)

    answer = client.http.get(f"{door}/slip")

    assert answer.status_code == 303
    assert "called off" in text_of(client.http.get(answer.headers["Location"]))
    assert client.http.get(f"/c/{link_of('case', 'tkt_1')}/slip").status_code == 404
