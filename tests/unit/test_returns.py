"""Returns: quantities, money and states, whatever order things come in."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain import return_requests, return_work
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.policy import ReturnPolicy
from chalicelib.domain.promises import RING
from chalicelib.domain.return_lines import (
    MOST_LINES,
    Disposition,
    Found,
    Grade,
    Reason,
    Rejection,
    ReturnLine,
    Wanted,
    check_named,
)
from chalicelib.domain.returns import (
    INSPECT,
    REFUND,
    SEND_BACK,
    RequestState,
)
from tests.unit.order_builders import a_line
from tests.unit.return_builders import AT, Shop


def test_two_units_of_three_arrive_and_one_of_them_is_refused() -> None:
    shop = Shop(lines=(a_line("l1", quantity=3, paid=30_000),), shipping=0)
    case = shop.receive(shop.agree(shop.ask({"l1": 3})), {"l1": 2})
    found = Found(
        line_id="l1",
        accepted=1,
        grade=Grade.C,
        disposition=Disposition.SCRAP,
        rejection=Rejection.NOT_INTACT,
    )

    settled = shop.settle(shop.inspect(case, found))

    assert settled.refund is not None
    assert settled.refund.amount == 10_000
    assert shop.order.returned == {"l1": 2}, "the unit that never came is free again"


def test_a_parcel_that_comes_very_late_is_not_accepted_before_a_working_day_is_over() -> None:
    # EU-14D-WITHDRAWAL: the notice is a month old, so the refund is owed by the end of Saturday.
    shop = Shop(policy=ReturnPolicy(no_reason="EU-14D-WITHDRAWAL"))
    case = shop.agree(shop.ask({"l1": 1}))
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 12, 18, 17, 0, tzinfo=berlin)

    received = shop.receive(case, {"l1": 1}, at=friday)

    inspection, refund = received.promised(INSPECT), received.promised(REFUND)
    assert inspection is not None
    assert refund is not None
    assert refund.due_at == datetime(2026, 12, 20, tzinfo=berlin)
    assert inspection.due_at == datetime(2026, 12, 22, tzinfo=berlin)


def test_a_return_takes_so_many_lines_as_fit_into_one_record() -> None:
    check_named([f"l{n}" for n in range(MOST_LINES)])

    for wrong in ([], ["l1", "l1"], [f"l{n}" for n in range(MOST_LINES + 1)]):
        with pytest.raises(Invalid) as refused:
            check_named(wrong)
        assert refused.value.field == "lines"


def test_a_return_keeps_as_much_of_a_lines_words_as_a_label_shows() -> None:
    line = a_line().model_copy(update={"title": "t" * 500, "variant": "v" * 500, "sku": "s" * 500})

    kept = ReturnLine.of(line, Wanted(line_id="l1", quantity=1, reason=Reason.NO_REASON))

    assert [len(words) for words in (kept.title, kept.variant, kept.sku)] == [200, 100, 100]


def test_agreeing_to_less_frees_the_rest() -> None:
    shop = Shop()

    shop.agree(shop.ask({"l1": 2}), {"l1": 1})

    assert shop.order.returned == {"l1": 1}
    assert shop.may_claim == {"l1": 1}


def test_what_is_not_as_good_as_new_is_not_sold_again() -> None:
    # RET-05
    shop = Shop()
    case = shop.receive(shop.agree(shop.ask({"l1": 1})), {"l1": 1})
    found = Found(line_id="l1", accepted=1, grade=Grade.D, disposition=Disposition.RESELL)

    with pytest.raises(Invalid) as refusal:
        shop.inspect(case, found)

    assert refusal.value.field == "disposition"


def test_where_the_law_only_deducts_a_used_thing_is_accepted_for_less() -> None:
    # Directive 2011/83 art. 14(2): value lost is taken off, the goods are not turned away.
    policy = ReturnPolicy(no_reason="EU-14D-WITHDRAWAL", fault="EU-2Y-CONFORMITY")
    shop = Shop(policy=policy, lines=(a_line("l1", quantity=1, paid=10_000),), shipping=0)
    case = shop.receive(shop.agree(shop.ask({"l1": 1})), {"l1": 1})
    worn = Found(line_id="l1", accepted=1, grade=Grade.C, disposition=Disposition.REPAIR)
    refused = worn.model_copy(update={"accepted": 0, "rejection": Rejection.NOT_INTACT})

    with pytest.raises(Invalid):
        shop.inspect(case, refused)
    settled = shop.settle(shop.inspect(case, worn))

    assert settled.refund is not None
    assert settled.refund.amount == 8_000


def test_each_step_owes_the_next_and_rings_once_for_it() -> None:
    shop = Shop()
    agreed = shop.agree(shop.ask({"l1": 1}))
    received = shop.receive(agreed, {"l1": 1})

    owed = {p.what: p.due_at for p in received.promises if p.is_owed}

    assert agreed.promised(SEND_BACK)
    assert owed.keys() == {INSPECT, REFUND}
    # Refund within seven days of the goods (CN consumer law art. 25), inspection before that.
    inspect_by, refund_by = owed[INSPECT], owed[REFUND]
    assert inspect_by is not None
    assert refund_by is not None
    assert refund_by - inspect_by == timedelta(days=1)
    late, signals = return_work.ring(received, at=AT + timedelta(days=30))
    assert {what for what, _ in signals} == {INSPECT, REFUND}
    assert [entry.kind for entry in late.agenda] == [RING]


def test_what_is_on_its_way_does_not_expire() -> None:
    shop = Shop()
    case = shop.agree(shop.ask({"l1": 2}))
    sent = shop.commit(return_work.send(case, tracking="", at=AT))

    with pytest.raises(NotAllowed):
        return_requests.expire(sent, shop.order, at=AT)


def test_a_parcel_that_comes_after_the_return_expired_takes_its_units_again() -> None:
    shop = Shop()
    case = shop.agree(shop.ask({"l1": 2}))
    expired = shop.commit(return_requests.expire(case, shop.order, at=AT))
    assert shop.order.returned == {}

    received = shop.receive(expired, {"l1": 2})

    assert (received.request, shop.order.returned) == (RequestState.AUTHORIZED, {"l1": 2})
