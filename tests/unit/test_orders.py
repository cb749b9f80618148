"""Orders merge fact by fact: no order of deliveries leaves a trace."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import canonical
from chalicelib.domain.canonical import (
    WHOLE_ORDER,
    DeliverySource,
    Fulfilment,
    Line,
    OrderSeen,
    ParcelDelayed,
    ParcelDelivered,
    ParcelMoved,
    ParcelSeen,
    ParcelStatus,
    Payment,
    Person,
    Platform,
    RefundSeen,
    SeenBy,
)
from chalicelib.domain.changes import Changes
from chalicelib.domain.money import Money
from chalicelib.domain.orders import (
    LONGEST_NUMBER,
    Order,
    OrderEvent,
    apply,
    apply_all,
    normalised_number,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def euros(cents: int) -> Money:
    return Money(amount=cents, currency="EUR")


def a_line(number: int, **changes: Any) -> Line:
    fields: dict[str, Any] = {
        "id": str(number),
        "title": f"Bowl {number}",
        "quantity": 1,
        "current_quantity": 1,
        "unit_price": euros(1000),
        "discount": euros(0),
        "tax": euros(160),
        "paid": euros(1000),
    }
    return Line(**{**fields, **changes})


def a_snapshot(minutes: int = 0, **changes: Any) -> OrderSeen:
    fields: dict[str, Any] = {
        "platform": Platform.SHOPIFY,
        "order_id": "9007199254740993",
        "number": "#1001",
        "changed_at": later(minutes),
        "customer": Person(name="王小明", mail="ming@example.com", country="CN"),
        "currency": "EUR",
        "taxes_included": True,
        "lines": (a_line(1),),
        "shipping_paid": euros(490),
        "discount": euros(0),
        "tax": euros(160),
        "total": euros(1490),
        "captured": euros(0),
        "payment": Payment.PENDING,
        "fulfilment": Fulfilment.NONE,
        "placed_at": NOON,
    }
    return OrderSeen(**{**fields, **changes})


def of_order(kind: type[Any], **fields: Any) -> Any:
    return kind(platform=Platform.SHOPIFY, order_id="9007199254740993", **fields)


def a_parcel(minutes: int = 0, **changes: Any) -> ParcelSeen:
    fields = {"id": "p1", "changed_at": later(minutes), "status": ParcelStatus.SHIPPED}
    return of_order(ParcelSeen, **{**fields, **changes})


def a_refund(minutes: int = 0, **changes: Any) -> RefundSeen:
    fields = {
        "id": "r1",
        "changed_at": later(minutes),
        "amount": euros(500),
        "refunded_at": later(minutes),
    }
    return of_order(RefundSeen, **{**fields, **changes})


def taken(header: Order | None, event: OrderEvent) -> Changes[Order]:
    return apply(header, event, shop="acme", customer_id="cus_1", seen_by=SeenBy.WEBHOOK)


class Shelf:
    """What the table would hold, and what was told, after some deliveries."""

    def __init__(self) -> None:
        self.header: Order | None = None
        self.parts: dict[tuple[str, str], dict[str, Any]] = {}
        self.told: list[str] = []

    def take(self, event: OrderEvent) -> None:
        changes = taken(self.header, event)
        for record in changes.records:
            content = record.model_dump(mode="json", exclude={"version"})
            self.parts[(record.kind, record.id)] = content
            record.mark_stored(record.version)
        for record in changes.removed:
            self.parts.pop((record.kind, record.id))
        self.told += [_name(told.fact) for told in changes.told]
        self.header = changes.result


def _name(fact: Any) -> str:
    about = getattr(fact, "parcel", "") or getattr(fact, "refund", "")
    return f"{fact.type} {about} {getattr(fact, 'said_at', '')}"


def after(events: Sequence[OrderEvent]) -> Shelf:
    shelf = Shelf()
    for event in events:
        shelf.take(event)
    return shelf


minutes = st.integers(0, 2)
parcel_ids = st.sampled_from(["p1", "p2", WHOLE_ORDER])
snapshots = st.builds(
    lambda at, payment, fulfilment, lines, cancelled, name, refunds: a_snapshot(
        at,
        payment=payment,
        captured=euros(1490 if payment.is_paid else 0),
        fulfilment=fulfilment,
        lines=tuple(a_line(n) for n in range(lines)),
        cancelled_at=NOON if cancelled else None,
        customer=Person(name=name),
        refund_ids=refunds,
    ),
    minutes,
    st.sampled_from([Payment.PENDING, Payment.PAID, Payment.REFUNDED]),
    st.sampled_from([Fulfilment.NONE, Fulfilment.PARTIAL]),
    st.sampled_from([0, 1, 26, 60]),
    st.booleans(),
    st.sampled_from(["Jana", "王小明", "🏺"]),
    st.sampled_from([None, (), ("r1",)]),
)
parcels = st.builds(
    lambda at, id_, status, tracking: a_parcel(at, id=id_, status=status, tracking=tracking),
    minutes,
    parcel_ids,
    st.sampled_from(ParcelStatus),
    st.sampled_from(["", "00340434"]),
)
moves = st.builds(
    lambda at, id_, status, expected: of_order(
        ParcelMoved,
        id=id_,
        at=later(at),
        status=status,
        expected_at=None if expected is None else later(expected),
    ),
    minutes,
    parcel_ids,
    st.sampled_from(ParcelStatus),
    st.none() | minutes,
)
arrivals = st.builds(
    lambda at, id_, source: of_order(ParcelDelivered, id=id_, at=later(at), source=source),
    minutes,
    parcel_ids,
    st.sampled_from(DeliverySource),
)
delays = st.builds(
    lambda at, id_, expected: of_order(
        ParcelDelayed, id=id_, at=later(at), expected_at=later(expected)
    ),
    minutes,
    parcel_ids,
    minutes,
)
refunds = st.builds(
    lambda at, id_, cents: a_refund(at, id=id_, amount=euros(cents)),
    minutes,
    st.sampled_from(["r1", "r2"]),
    st.sampled_from([0, 500, 990]),
)
of_parcels = parcels | moves | arrivals | delays
deliveries = st.one_of(
    st.lists(kind, max_size=6)
    for kind in (
        snapshots,
        refunds,
        of_parcels,
        snapshots | refunds,
        snapshots | of_parcels,
        snapshots | of_parcels | refunds,
    )
)


@settings(max_examples=400)
@given(deliveries, st.data())
def test_any_order_of_deliveries_with_repeats_ends_the_same(
    events: list[OrderEvent], data: st.DataObject
) -> None:
    repeats = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    shuffled = data.draw(st.permutations([*events, *repeats]))

    once, otherwise = after(events), after(shuffled)

    assert otherwise.parts == once.parts
    assert sorted(otherwise.told) == sorted(once.told)
    assert len(set(once.told)) == len(once.told)


@given(deliveries)
def test_what_was_taken_in_says_nothing_new(events: list[OrderEvent]) -> None:
    shelf = after(events)

    for event in events:
        assert taken(shelf.header, event).records == ()


def test_an_older_snapshot_changes_nothing_but_its_late_refund_counts() -> None:
    newest = after([a_snapshot(10, payment=Payment.PAID, captured=euros(1490))]).header

    changes = apply_all(
        newest,
        [a_snapshot(5, number="#old"), a_refund(5)],
        shop="acme",
        customer_id=None,
        seen_by=SeenBy.WEBHOOK,
    )

    assert changes.result is not None
    assert changes.result.number == "#1001"
    assert changes.result.refunded_amount == euros(500)
    assert [told.fact.type for told in changes.told] == ["order.refunded"]
    assert changes.result.version == 2


def test_within_one_second_the_order_that_is_further_on_counts() -> None:
    paid = a_snapshot(0, payment=Payment.PAID, captured=euros(1490))

    for events in ([a_snapshot(0), paid], [paid, a_snapshot(0)]):
        assert after(events).parts[("order", after(events).header.id)]["payment"] == "paid"  # type: ignore[union-attr]


def test_a_refund_of_an_order_never_seen_waits_for_it() -> None:
    shelf = after([a_refund(3)])
    assert shelf.header is not None
    assert not shelf.header.complete
    assert shelf.header.refunded_amount == euros(500)

    shelf.take(a_snapshot(0))

    assert shelf.header.complete
    assert shelf.header.refunded_amount == euros(500)
    assert [name.split()[0] for name in shelf.told] == ["order.refunded", "order.placed"]


def test_a_refund_deleted_in_the_shop_no_longer_counts() -> None:
    shelf = after([a_snapshot(1, refund_ids=("r1",)), a_refund(1), a_snapshot(2, refund_ids=())])

    assert shelf.header is not None
    assert shelf.header.refunded_amount == euros(0)


def test_a_refund_newer_than_the_newest_snapshot_counts_though_it_is_not_listed() -> None:
    shelf = after([a_snapshot(1, refund_ids=()), a_refund(2)])

    assert shelf.header is not None
    assert shelf.header.refunded_amount == euros(500)


def test_only_changed_pages_of_lines_are_written_and_dropped_ones_removed() -> None:
    lines = tuple(a_line(n) for n in range(250))
    header = after([a_snapshot(0, lines=lines)]).header
    fewer = (*lines[:30], a_line(30, title="Teapot"), *lines[31:60])

    changes = taken(header, a_snapshot(1, lines=fewer))

    assert [(r.kind, r.id) for r in changes.records[1:]] == [("lines", "001"), ("lines", "002")]
    assert [r.id for r in changes.removed] == [f"{n:03d}" for n in range(3, 10)]


def test_an_order_has_arrived_when_its_last_parcel_has() -> None:
    shelf = after(
        [
            a_snapshot(0, fulfilment=Fulfilment.SHIPPED),
            a_parcel(1),
            a_parcel(1, id="p2"),
            of_order(ParcelDelivered, id="p1", at=later(20), source=DeliverySource.CARRIER),
        ]
    )
    assert shelf.header is not None
    assert shelf.header.delivered_at is None

    shelf.take(of_order(ParcelDelivered, id="p2", at=later(30), source=DeliverySource.PLATFORM))

    assert shelf.header.delivered_at == later(30)
    assert shelf.header.delivery_source is DeliverySource.PLATFORM


def test_a_carriers_word_on_the_arrival_is_better_than_the_platforms() -> None:
    platform = of_order(ParcelDelivered, id="p1", at=later(5), source=DeliverySource.PLATFORM)
    carrier = of_order(ParcelDelivered, id="p1", at=later(9), source=DeliverySource.CARRIER)

    shelf = after([a_snapshot(0), a_parcel(1), platform, carrier])

    assert shelf.header is not None
    assert shelf.header.delivered_at == later(9)
    assert shelf.header.parcels["p1"].status is ParcelStatus.DELIVERED
    assert [name.split()[0] for name in shelf.told].count("parcel.delivered") == 1


def test_an_erased_buyer_does_not_come_back_with_the_next_delivery() -> None:
    header = after([a_snapshot(0)]).header
    assert header is not None

    erased = header.erased(NOON)
    again = taken(erased, a_snapshot(5)).result

    assert again.contact == canonical.Contact()
    assert "ming" not in again.model_dump_json()


def test_order_numbers_compare_without_what_stands_round_them() -> None:
    assert normalised_number(" #1001-A ") == normalised_number("１００１a")


def test_a_number_of_any_length_fits_a_key_and_is_compared_as_far_as_that() -> None:
    phrase = "\ufdfa" * 64
    long = "1" * 200

    assert len(normalised_number(phrase)) == len(normalised_number(long)) == LONGEST_NUMBER
    assert normalised_number(long) == normalised_number(f"#{long}")
