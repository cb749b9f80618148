"""Returns over HTTP: from asking to the refund, and what is refused on the way."""

from datetime import timedelta

from chalice.test import Client

from chalicelib.domain.canonical import (
    Owner,
    Platform,
    ReturnRequested,
    WantedBack,
)
from chalicelib.domain.orders import Order
from chalicelib.domain.shops import Configuration
from chalicelib.services import returns as service
from chalicelib.services import shops
from tests.http.returning import NOON, asked, at, event_types, posted, tick
from tests.people import desk_of


def test_a_return_goes_from_asking_to_the_refund(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    made = asked(client, staff, order, quantity=2).json_body
    case = made["id"]
    assert (made["request"], made["logistics"], made["money"]) == (
        "authorized",
        "awaiting",
        "quoted",
    )
    assert made["decision"]["rulings"][0]["preset"] == "CN-7D-NOREASON"

    for step, body in (
        ("receipt", {"lines": [{"line_id": "l1", "quantity": 2}]}),
        (
            "inspection",
            {"lines": [{"line_id": "l1", "accepted": 2, "grade": "a", "disposition": "resell"}]},
        ),
        ("settlement", {}),
        ("refund", {"how": "by_hand"}),
    ):
        answer = posted(client, f"/returns/{case}/{step}", staff, **body)
        assert answer.status_code == 201, answer.json_body

    done = client.http.get(f"/returns/{made['number']}", headers=staff).json_body["case"]
    assert (done["request"], done["money"]) == ("closed", "done")
    assert done["refund"] == {"amount": 9288, "currency": "EUR"}
    told = event_types(case)
    assert [t for t in told if t.startswith("return.")] == [
        "return.requested",
        "return.authorized",
        "return.received",
        "return.inspected",
        "return.disposed",
        "return.settled",
        "return.refunded",
    ]
    letters = [
        e.data["template"]
        for e in reversed(desk_of().timeline(order.customer_id or "")[0])
        if e.type == "message.queued"
    ]
    assert letters == ["return/authorized", "return/received", "return/settled"]


def test_a_unit_comes_back_once(client: Client, staff: dict[str, str], order: Order) -> None:
    asked(client, staff, order, quantity=2)

    again = asked(client, staff, order)

    assert (again.status_code, again.json_body["field"]) == (409, "lines")


def test_what_the_law_lets_come_back_is_not_declined(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    policy = {"rules": [{"id": "look", "then": [{"set": "review", "value": True}]}]}
    wanted = Configuration.model_validate(
        {"name": "Acme", "zone": "Europe/Berlin", "country": "DE", "returns": policy}
    )
    shops.put(desk_of(), wanted)
    case = asked(client, staff, order).json_body

    answer = posted(client, f"/returns/{case['id']}/decline", staff, code="no_wish", text="No.")

    assert case["request"] == "review"
    assert (answer.status_code, answer.json_body["reason"]) == (409, "law")


def test_nobody_decides_for_two_days_and_it_agrees_by_itself(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    policy = {"rules": [{"id": "look", "then": [{"set": "review", "value": True}]}]}
    shops.put(desk_of(), Configuration.model_validate({"name": "Acme", "returns": policy}))
    case = asked(client, staff, order).json_body["id"]

    at(NOON + timedelta(hours=48))
    tick()

    shown = client.http.get(f"/returns/{case}", headers=staff).json_body["case"]
    assert shown["request"] == "authorized"
    assert "promise.breached" in event_types(case)


def test_nothing_sent_back_in_time_frees_the_units(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    case = asked(client, staff, order).json_body["id"]

    at(NOON + timedelta(days=8))
    tick()

    assert "return.expired" in event_types(case)
    assert desk_of().get(Order, order.id).returned == {}


def test_what_nobody_checked_in_time_is_accepted_and_refunded_up_to_the_cap(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    case = asked(client, staff, order).json_body["id"]
    posted(client, f"/returns/{case}/receipt", staff, lines=[{"line_id": "l1", "quantity": 1}])

    at(NOON + timedelta(days=12))
    tick()

    shown = client.http.get(f"/returns/{case}", headers=staff).json_body["case"]
    assert shown["money"] == "reserved"
    assert shown["refund"] == {"amount": 4644, "currency": "EUR"}
    assert "return.escalated" in event_types(case), "the refund itself was late as well"


def test_a_stale_decision_is_refused(client: Client, staff: dict[str, str], order: Order) -> None:
    case = asked(client, staff, order).json_body["id"]

    answer = posted(client, f"/returns/{case}/cancellation", staff | {"If-Match": '"7"'})

    assert answer.status_code == 412


def test_a_return_asked_for_elsewhere_is_taken_once(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    event = ReturnRequested(
        platform=Platform.STANDARD,
        id="m-1",
        at=NOON,
        order_id="o1",
        lines=(WantedBack(line_id="l1", quantity=1, reason="not_as_described"),),
        owner=Owner.MARKETPLACE,
        decide_by=NOON + timedelta(hours=36),
    )

    first = service.request_from_event(desk_of(), event)
    again = service.request_from_event(desk_of(), event)

    assert first.id == again.id
    assert (first.request, first.next_due_at) == ("submitted", event.decide_by)
