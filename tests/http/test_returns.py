"""Returns over HTTP: from asking to the refund, and what is refused on the way."""

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain import return_refunds
from chalicelib.domain.agenda import Lane
from chalicelib.domain.canonical import (
    Owner,
    Platform,
    RefundLine,
    RefundSeen,
    ReturnRequested,
    SeenBy,
    WantedBack,
)
from chalicelib.domain.changes import Changes
from chalicelib.domain.orders import Order
from chalicelib.domain.permissions import Role
from chalicelib.domain.return_refunds import match_entry
from chalicelib.domain.returns import Return
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.desk.returns import returns_desk
from chalicelib.handlers.returns import returns
from chalicelib.services import agenda, catalogue, shops
from chalicelib.services import returns as service
from chalicelib.services.house import house, set_clock
from chalicelib.services.order_files import order_file
from chalicelib.store.commit import Conflict
from chalicelib.web.app import AftercareApp
from tests.people import bearer, desk_of, hired
from tests.unit.order_builders import DELIVERED, a_line, an_order_seen, delivered, eur

JSON = {"Content-Type": "application/json"}
NOON = DELIVERED + timedelta(days=2, hours=2)
KEY = re.compile(r"[0-9a-f]{16}[a-z]+")
AS_NEW = {"line_id": "l1", "accepted": 1, "grade": "a", "disposition": "resell"}

pytestmark = pytest.mark.usefixtures("aws")


def at(moment: datetime) -> None:
    set_clock(lambda: moment)


def tick() -> None:
    """Run everything due, and what follows from it."""
    agenda.tick(house(), Lane, until=time.monotonic() + 20)


@pytest.fixture
def client() -> Iterator[Client]:
    at(NOON)
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("returns")
    app.register_blueprint(returns)
    app.register_blueprint(returns_desk)
    with Client(app) as client:
        yield client


@pytest.fixture
def staff(client: Client) -> dict[str, str]:
    return bearer(hired(Role.MANAGER))


@pytest.fixture
def order(client: Client) -> Order:
    events = [an_order_seen(a_line("l1", quantity=2, paid=9288)), *delivered()]
    taken = catalogue.take_order(desk_of(), events, SeenBy.WEBHOOK)
    assert taken is not None
    return taken


def posted(client: Client, path: str, headers: dict[str, str], **body: Any) -> HTTPResponse:
    return client.http.post(path, body=json.dumps(body).encode(), headers=headers)


def asked(client: Client, staff: dict[str, str], order: Order, **line: Any) -> HTTPResponse:
    wanted = {"line_id": "l1", "quantity": 1, "reason": "no_reason"} | line
    return posted(client, "/returns", staff, order_id=order.id, lines=[wanted])


def keys_of(page: HTTPResponse) -> list[str]:
    """What its forms carry so that each is taken once."""
    return re.findall(r'name="idempotency_key" value="([^"]*)"', page.body.decode())


def event_types(case_id: str) -> list[str]:
    return [event.type for event in desk_of().trail(case_id)[0]]


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


def test_the_shops_own_refund_carries_it_out_and_counts_once(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    """Even in the second in which it was asked for, since the shop tells times to the second."""
    at(NOON + timedelta(milliseconds=900))
    case = asked(client, staff, order).json_body["id"]
    for step, body in (
        ("receipt", {"lines": [{"line_id": "l1", "quantity": 1}]}),
        (
            "inspection",
            {"lines": [AS_NEW]},
        ),
        ("settlement", {}),
        ("refund", {"how": "in_shop"}),
    ):
        posted(client, f"/returns/{case}/{step}", staff, **body)
    refund = RefundSeen(
        platform=Platform.STANDARD,
        order_id="o1",
        id="r1",
        changed_at=NOON,
        amount=eur(4644),
        refunded_at=NOON,
    )

    seen = catalogue.take_order(desk_of(), [refund], SeenBy.WEBHOOK)
    assert seen is not None
    here = desk_of()
    here.commit(Changes(None, agenda=(match_entry(seen, NOON),)))
    tick()

    shown = client.http.get(f"/returns/{case}", headers=staff).json_body["case"]
    assert (shown["request"], shown["money"]) == ("closed", "done")
    paid = order_file(desk_of(), order.id).paid()
    assert paid.refunded == 4644


def test_refunds_that_the_shop_shows_together_carry_out_all_their_returns(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    cases = [asked(client, staff, order).json_body["id"] for _ in range(2)]
    for case in cases:
        posted(client, f"/returns/{case}/receipt", staff, lines=[{"line_id": "l1", "quantity": 1}])
        posted(client, f"/returns/{case}/inspection", staff, lines=[AS_NEW])
        posted(client, f"/returns/{case}/settlement", staff)

    refunds = [a_refund(amount=4644), a_refund(amount=4644).model_copy(update={"id": "r2"})]
    catalogue.take_order(desk_of(), refunds, SeenBy.WEBHOOK)
    for _ in range(3):
        tick()

    shown = [desk_of().get(Return, case) for case in cases]
    assert [(one.request, one.money) for one in shown] == [("closed", "done")] * 2
    assert order_file(desk_of(), order.id).paid().refunded == 9288


def test_two_returns_never_share_one_refund_of_the_shop(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    ids = [asked(client, staff, order).json_body["id"] for _ in range(2)]
    for case in ids:
        posted(client, f"/returns/{case}/receipt", staff, lines=[{"line_id": "l1", "quantity": 1}])
        posted(client, f"/returns/{case}/inspection", staff, lines=[AS_NEW])
        posted(client, f"/returns/{case}/settlement", staff)
    catalogue.take_order(desk_of(), [a_refund(amount=4644)], SeenBy.WEBHOOK)
    file = order_file(desk_of(), order.id)
    first, second = (
        return_refunds.shown(
            desk_of().get(Return, case),
            file.ledger_line(case),
            file.settlement(case),
            file.refunds[0],
            at=NOON,
        )
        for case in ids
    )

    desk_of().commit(first)

    with pytest.raises(Conflict):
        desk_of().commit(second)


def test_a_refund_that_was_deleted_in_the_shop_carries_nothing_out(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    case = asked(client, staff, order).json_body["id"]
    catalogue.take_order(desk_of(), [a_refund("l1", amount=4644)], SeenBy.WEBHOOK)
    deleted = an_order_seen(a_line("l1", quantity=2, paid=9288)).model_copy(
        update={"refund_ids": (), "changed_at": NOON + timedelta(hours=1)}
    )
    catalogue.take_order(desk_of(), [deleted], SeenBy.WEBHOOK)
    posted(client, f"/returns/{case}/receipt", staff, lines=[{"line_id": "l1", "quantity": 1}])
    posted(client, f"/returns/{case}/inspection", staff, lines=[AS_NEW])

    settled = posted(client, f"/returns/{case}/settlement", staff)

    assert settled.json_body["money"] == "reserved"


def test_what_the_rules_refuse_by_themselves_a_person_is_told_of(
    client: Client, staff: dict[str, str], order: Order
) -> None:
    case = asked(client, staff, order).json_body["id"]
    posted(client, f"/returns/{case}/receipt", staff, lines=[{"line_id": "l1", "quantity": 1}])
    everything = a_refund("l1", "l2", amount=9288, quantity=2)
    catalogue.take_order(desk_of(), [everything], SeenBy.WEBHOOK)

    at(NOON + timedelta(days=12))
    tick()

    shown = client.http.get(f"/returns/{case}", headers=staff).json_body["case"]
    assert shown["money"] == "quoted"
    assert event_types(case).count("return.escalated") == 2, "the inspection and the refund"


def a_refund(*lines: str, amount: int, quantity: int = 1) -> RefundSeen:
    return RefundSeen(
        platform=Platform.STANDARD,
        order_id="o1",
        id="r1",
        changed_at=NOON,
        amount=eur(amount),
        lines=tuple(
            RefundLine(line_id=one, quantity=quantity, amount=eur(amount if one == "l1" else 0))
            for one in lines
        ),
        refunded_at=NOON,
    )


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
            ("refund", b"how=by_hand"),
        )
    ]
    last = client.http.get(page, headers=staff)

    assert case["number"] in listed.body.decode()
    assert "The parcel is here" in first.body.decode()
    assert all(KEY.fullmatch(key) for key in keys_of(first)), keys_of(first)
    assert statuses == [303, 303, 303, 303]
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
    assert "Please look at what you entered." in shown
    assert re.search(r'name="lines.0.disposition" aria-invalid="true"', shown)
    assert '<option value="d" selected>' in shown
