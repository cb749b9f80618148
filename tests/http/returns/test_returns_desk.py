"""Returns as staff decide them and work on them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.orders import Order
from chalicelib.domain.permissions import Role
from chalicelib.domain.returns import Return
from chalicelib.domain.shops import Configuration
from chalicelib.services import shops
from tests.http.returning import NOON, asked, at
from tests.people import bearer, desk_of, hired
from tests.shown_forms import forms_of

ONE = b"lines.0.line_id=l1&lines.0.quantity=1"


def test_the_desk_walks_a_return_through_by_forms(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    case = asked(client, staff, order).json_body
    form = staff | {"Content-Type": "application/x-www-form-urlencoded"}
    page = f"/desk/returns/{case['id']}"

    listed = client.http.get("/desk/returns", headers=staff)
    first = client.http.get(page, headers=staff)
    statuses = [
        client.http.post(f"{page}/{step}", body=body, headers=form).status_code
        for step, body in (
            ("receipt", b"lines.0.line_id=l1&lines.0.quantity=1"),
            (
                "inspection",
                (
                    b"lines.0.line_id=l1&lines.0.accepted=1&lines.0.grade=a"
                    b"&lines.0.disposition=resell&lines.0.rejection="
                ),
            ),
            ("settlement", b""),
            ("refund", b"how=in_shop"),
        )
    ]
    ordered = client.http.get(page, headers=staff).body.decode()
    paid = client.http.post(f"{page}/refund", body=b"how=by_hand", headers=form)
    last = client.http.get(page, headers=staff)

    assert case["number"] in listed.body.decode()
    assert "The parcel is here" in first.body.decode()
    assert statuses == [303, 303, 303, 303]
    assert "do not order it again" in ordered
    assert 'value="in_shop"' not in ordered
    assert "Refund is done" not in ordered
    assert paid.status_code == 303
    assert "46.44" in last.body.decode()
    assert "Refund is done" not in last.body.decode()


def test_a_refused_inspection_is_shown_beside_its_field_with_what_was_typed(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    case = asked(client, staff, order).json_body
    form = staff | {"Content-Type": "application/x-www-form-urlencoded"}
    page = f"/desk/returns/{case['id']}"
    arrived = b"lines.0.line_id=l1&lines.0.quantity=1"
    client.http.post(f"{page}/receipt", body=arrived, headers=form)
    found = b"lines.0.line_id=l1&lines.0.accepted=1&lines.0.grade=d&lines.0.disposition=resell"

    answer = client.http.post(f"{page}/inspection", body=found, headers=form)

    shown = answer.body.decode()
    assert answer.status_code == 422
    why = "Only what is as good as new, A or B, goes back on the shelf."
    assert f'<a href="#inspection.lines.0.disposition">{why}</a>' in shown
    assert f'id="inspection.lines.0.disposition-wrong">{why}<' in shown
    assert re.search(r'name="lines.0.disposition" aria-invalid="true"', shown)
    assert re.search(r'value="d" name="lines.0.grade" checked', shown)


@pytest.mark.parametrize(
    ("units", "why"),
    [
        ("3", "No more than 2: so many were asked for."),
        ("0", "Agree to one unit at least, or decline."),
        ("-1", "Enter a whole number from 0 to 100,000."),
    ],
)
def test_wrong_quantities_are_said_at_their_field_whatever_is_wrong_with_them(
    units: str, why: str, client: Client, staff: dict[str, str], order: Order
) -> None:
    review_everything()
    case = asked(client, staff, order, quantity=2).json_body
    body = f"lines.0.line_id=l1&lines.0.quantity={units}".encode()

    answer = pressed(client, staff, f"/desk/returns/{case['id']}/authorization", body)

    shown = answer.body.decode()
    ids = re.findall(r' id="([^"]+)"', shown)
    assert answer.status_code == 422
    assert f'<a href="#authorization.lines.0.quantity">{why}</a>' in shown
    assert f'value="{units}" id="authorization.lines.0.quantity"' in shown
    assert len(ids) == len(set(ids))


def test_what_was_found_is_told_and_is_what_its_form_begins_with(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    case = asked(client, staff, order).json_body
    page = f"/desk/returns/{case['id']}"
    pressed(client, staff, f"{page}/receipt", b"lines.0.line_id=l1&lines.0.quantity=1")
    found = b"lines.0.line_id=l1&lines.0.accepted=0&lines.0.grade=d&lines.0.disposition=scrap"
    pressed(client, staff, f"{page}/inspection", found + b"&lines.0.rejection=not_intact")

    shown = looked_at(client, staff, case)

    assert "What was found: D, broken · To scrap · It is not intact" in shown
    form = next(one for one in forms_of(shown) if one.action.endswith("/inspection"))
    assert dict(form.fields) | {
        "lines.0.accepted": "0",
        "lines.0.grade": "d",
        "lines.0.disposition": "scrap",
        "lines.0.rejection": "not_intact",
    } == dict(form.fields)
    pressed(client, staff, f"{page}/settlement", b"")
    assert "What was found: D, broken" in looked_at(client, staff, case)


def pressed(client: Client, staff: dict[str, str], path: str, body: bytes) -> HTTPResponse:
    form = staff | {"Content-Type": "application/x-www-form-urlencoded"}
    return client.http.post(path, body=body, headers=form)


def looked_at(client: Client, staff: dict[str, str], case: dict[str, Any]) -> str:
    page = client.http.get(f"/desk/returns/{case['id']}", headers=staff)
    return re.sub(r"\s+", " ", page.body.decode())


def review_everything() -> None:
    policy = {"rules": [{"id": "look", "then": [{"set": "review", "value": True}]}]}
    given = {"name": "Acme", "zone": "Europe/Berlin", "country": "DE", "returns": policy}
    shops.put(desk_of(), Configuration.model_validate(given))


def test_what_may_come_back_is_agreed_to_with_one_press_and_cannot_be_declined(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    review_everything()
    case = asked(client, staff, order, quantity=2).json_body

    page = looked_at(client, staff, case)
    agreed = pressed(
        client,
        staff,
        f"/desk/returns/{case['id']}/authorization",
        b"lines.0.line_id=l1&lines.0.quantity=2",
    )

    assert "agrees by itself in 48 h" in page
    assert "7 days by law, delivered Mon 16 Nov. Can come back until Mon 23 Nov." in page
    assert "Rules that fired: look" in page
    assert 'name="lines.0.quantity" value="2"' in page
    assert "Agree as recommended" in page
    assert "It cannot be declined" in page
    assert "/decline" not in page
    assert agreed.status_code == 303
    assert desk_of().get(Return, case["id"]).request == "authorized"


def test_who_may_not_do_something_is_not_offered_it(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    agent, technician = (bearer(hired(role, name="Ana")) for role in (Role.AGENT, Role.TECHNICIAN))
    review_everything()
    waiting = asked(client, staff, order).json_body

    to_agent = looked_at(client, agent, waiting)
    to_technician = looked_at(client, technician, waiting)
    pressed(client, staff, f"/desk/returns/{waiting['id']}/authorization", ONE)
    agreed = looked_at(client, technician, waiting)

    assert "A returns specialist decides this." in to_agent
    assert "Agree to €46.44" in to_agent
    assert acts_of(to_agent) == {"cancellation"}
    assert acts_of(to_technician) == set()
    assert acts_of(agreed) == {"receipt"}
    assert "A returns specialist decides this." not in agreed


def acts_of(page: str) -> set[str]:
    """What the forms of a return's page do."""
    places = (form.action for form in forms_of(page))
    return {one.rpartition("/")[2] for one in places if "/desk/returns/" in one}


def test_what_may_not_is_recommended_to_be_declined_for_the_reason_that_decided_it(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    at(NOON + timedelta(days=30))
    case = asked(client, staff, order).json_body

    page = looked_at(client, staff, case)

    assert "a person decides, within 48 h" in page
    assert "Decline as recommended" in page
    assert '<option value="window_over" selected>' in page
    assert "Agree to other quantities" in page


def test_the_next_one_to_decide_is_one_key_away(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    review_everything()
    first = asked(client, staff, order).json_body
    at(NOON + timedelta(hours=1))
    second = asked(client, staff, order).json_body

    pages = [looked_at(client, staff, one) for one in (first, second)]
    pressed(client, staff, f"/desk/returns/{second['id']}/authorization", ONE)
    last = looked_at(client, staff, first)

    assert f"Next to decide: {second['number']}" in pages[0]
    assert f"Next to decide: {first['number']}" in pages[1]
    assert "Next to decide" not in last


def test_the_customers_counts_lead_to_their_cases(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    earlier = asked(client, staff, order, reason="defective").json_body
    path = f"/desk/returns/{earlier['id']}"
    pressed(client, staff, f"{path}/receipt", ONE)
    pressed(
        client,
        staff,
        f"{path}/inspection",
        b"lines.0.line_id=l1&lines.0.accepted=0&lines.0.grade=a&lines.0.disposition=send_back"
        b"&lines.0.rejection=no_fault",
    )
    case = asked(client, staff, order).json_body

    page = looked_at(client, staff, case)

    assert "Units sent back: 1" in page
    assert "Faults that were not found: 1" in page
    assert "Parcels with something missing: 0" in page
    assert page.count(f'href="/desk/returns/{earlier["id"]}"') == 2
