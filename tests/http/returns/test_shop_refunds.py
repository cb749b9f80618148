"""The shop's own refunds carry returns out, each once."""

from datetime import timedelta

import pytest
from chalice.test import Client

from chalicelib.domain import return_refunds
from chalicelib.domain.canonical import (
    Platform,
    RefundLine,
    RefundSeen,
    SeenBy,
)
from chalicelib.domain.changes import Changes
from chalicelib.domain.orders import Order
from chalicelib.domain.return_refunds import match_entry
from chalicelib.domain.returns import Return
from chalicelib.services import catalogue
from chalicelib.services.order_files import order_file
from chalicelib.store.commit import Conflict
from tests.http.returning import AS_NEW, NOON, asked, at, event_types, posted, tick
from tests.people import desk_of
from tests.unit.order_builders import a_line, an_order_seen, eur


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
