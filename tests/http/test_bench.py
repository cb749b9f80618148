"""The bench: scan after scan, each a form, in every state that a parcel can be in."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.bench import Bench
from chalicelib.domain.canonical import Platform, ProductSeen, SeenBy, VariantSeen
from chalicelib.domain.orders import Order
from chalicelib.domain.permissions import Role
from chalicelib.domain.products import AfterSales
from chalicelib.domain.return_lines import Disposition, Grade, Reason, Wanted
from chalicelib.domain.returns import MoneyState, Return
from chalicelib.domain.shops import Configuration
from chalicelib.domain.unknown_parcels import Fate, UnknownParcel
from chalicelib.handlers.desk.bench import bench
from chalicelib.handlers.desk.unknown_parcels import bench_unknown
from chalicelib.services import bench as service
from chalicelib.services import catalogue, forgetting, return_work, returns, shops
from chalicelib.web.app import AftercareApp
from tests.clocks import Clock, standing_at
from tests.contract.coming_back import ASKED, buyers_desk
from tests.http.test_desk import Browser
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED, a_line, an_order_seen, delivered

pytestmark = pytest.mark.usefixtures("aws")

NOON = DELIVERED + timedelta(days=2, hours=2)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        yield clock


@pytest.fixture
def client(aws: object, clock: Clock) -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("bench")
    for door in (bench, bench_unknown):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


class Clerk(Browser):
    """Somebody at their bench, with a scanner."""

    def __init__(self, client: Client, role: Role = Role.TECHNICIAN, language: str = "en") -> None:
        super().__init__(client, role, language)

    def scan(self, *texts: str) -> None:
        """Each is taken."""
        for text in texts:
            answer = self.post("/bench", scan=text)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/bench"), text

    def in_vain(self, text: str, status: int = 422) -> str:
        """What the page says of a scan that cannot be."""
        answer = self.post("/bench", scan=text)
        assert answer.status_code == status, answer.body
        return words_of(answer)

    @property
    def page(self) -> str:
        answer = self.get("/bench")
        assert answer.status_code == 200
        return words_of(answer)

    @property
    def lying(self) -> str:
        """The number of what lies there; empty for nothing."""
        parcel = service.bench_of(desk_of(), self.person.id).parcel
        return parcel.number if parcel else ""


def words_of(answer: HTTPResponse) -> str:
    page = re.sub(r"<(script|svg).*?</\1>", "", answer.body.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def ordered(number: str = "#1001", quantity: int = 1, paid: int = 9288) -> Order:
    """An order at the door of its buyer: linen, and a pillow case."""
    lines = (
        a_line("l1", quantity=quantity, paid=paid, sku="LIN-2"),
        a_line("l2", quantity=1, paid=1990, sku="PIL-5"),
    )
    seen = an_order_seen(*lines, number=number, outside_id=number)
    taken = catalogue.take_order(desk_of(), [seen, *delivered(number)], SeenBy.WEBHOOK)
    assert taken is not None
    return taken


def asked_back(order: Order, **units: int) -> Return:
    wanted = tuple(
        Wanted(line_id=line, quantity=n, reason=Reason.NO_REASON)
        for line, n in (units or {"l1": 1, "l2": 1}).items()
    )
    return returns.request(buyers_desk(), order.id, wanted, ASKED)


def stored(case: Return) -> Return:
    return desk_of().get(Return, case.id)


def test_a_parcel_is_received_and_inspected_by_scans_and_the_next_slip_saves_it(
    client: Client,
) -> None:
    order = ordered(quantity=2)
    first, second, li = asked_back(order), asked_back(ordered("#1002")), Clerk(client)

    li.scan(first.number, "lin-2", "GRADE-A", "PIL-5", "GRADE-B")
    assert stored(first).received_at is None
    li.scan(second.number.replace("-", " ").lower())

    after = stored(first)
    assert [(line.received, line.accepted, line.grade) for line in after.lines] == [
        (1, 1, Grade.A),
        (1, 1, Grade.B),
    ]
    assert {line.disposition for line in after.lines} == {Disposition.RESELL}
    assert (after.money, li.lying) == (MoneyState.RESERVED, second.number)
    assert after.refund is not None
    assert f"€{after.refund.amount / 100} goes back to the customer." in li.page
    letters = [
        event.data["template"]
        for event in desk_of().timeline(order.customer_id or "")[0]
        if event.type == "message.queued" and event.data["subject_id"] == first.id
    ]
    assert letters == ["return/settled", "return/authorized"]
    assert "Today: 1 parcel, 2 units, median 0 s" in li.page


@pytest.mark.parametrize(
    ("scans", "units", "money"),
    [
        (("LIN-2", "GRADE-C", "PIL-5", "GRADE-A"), [1, 1], MoneyState.QUOTED),
        (("LIN-2", "GRADE-A", "MISSING"), [1, 0], MoneyState.QUOTED),
        (("GRADE-A/1", "GRADE-A/2"), [1, 1], MoneyState.RESERVED),
    ],
    ids=["worn", "missing", "as agreed"],
)
def test_a_person_decides_about_the_money_unless_all_came_as_agreed(
    client: Client, scans: tuple[str, ...], units: list[int], money: MoneyState
) -> None:
    case, li = asked_back(ordered()), Clerk(client)

    li.scan(case.number, *scans, "NEXT")

    after = stored(case)
    assert ([line.received for line in after.lines], after.money) == (units, money)
    assert ("A person decides about the refund." in li.page) == (money is MoneyState.QUOTED)


def test_more_than_the_cap_is_settled_by_a_person(client: Client) -> None:
    case, li = asked_back(ordered(paid=30_000)), Clerk(client)
    returns.authorize(desk_of(), case.id, None)

    li.scan(case.number, "GRADE-A/1", "GRADE-A/2", "NEXT")

    assert stored(case).inspected_at is not None
    assert stored(case).money is MoneyState.QUOTED


def test_one_form_sent_twice_is_one_unit_and_two_scans_are_two(client: Client) -> None:
    case, li = asked_back(ordered(quantity=3), l1=3), Clerk(client)
    li.scan(case.number)

    page = li.get("/bench").body.decode()
    keys = re.findall(r'name="idempotency_key" value="([^"]*)"', page)
    assert len(keys) == 2
    assert all(re.fullmatch(r"[0-9a-f]{16}[a-z]", key) for key in keys)

    for key in ("k1", "k1", "k2"):
        assert li.post("/bench", scan="LIN-2", idempotency_key=key).status_code == 303

    assert "2 / 3" in li.page
    answer = li.post("/bench", scan="LIN-2LIN-2", idempotency_key="k2")
    assert (answer.status_code, "Too fast" in words_of(answer)) == (422, True)
    assert "2 / 3" in li.page


def test_what_is_too_much_or_wrong_is_kept_out(client: Client) -> None:
    case, li = asked_back(ordered()), Clerk(client)
    li.scan(case.number, "LIN-2")

    assert "Too many" in li.in_vain("LIN-2")
    assert "Wrong item" in li.in_vain("4006381333931")
    assert "Scan a slip, a tracking number, an order or an item" in li.page
    assert "1 / 1" in li.page
    assert "Not finished" in li.in_vain("NEXT")
    assert stored(case).received_at is None


def test_undo_takes_the_last_scan_back_and_in_the_end_the_slip(client: Client) -> None:
    case, li = asked_back(ordered()), Clerk(client)
    li.scan(case.number, "LIN-2", "GRADE-D", "UNDO")
    assert "Give a grade" in li.page

    li.scan("UNDO", "UNDO")
    assert li.lying == ""
    assert "Nothing is on the bench" in li.in_vain("UNDO")

    li.scan(case.number, "GRADE-A/1", "GRADE-A/2", "NEXT")
    assert "Saved already" in li.in_vain("UNDO")
    assert stored(case).received_at is not None


def test_put_aside_nothing_is_saved(client: Client) -> None:
    case, li = asked_back(ordered()), Clerk(client)

    li.scan(case.number, "LIN-2", "ASIDE")

    assert (li.lying, stored(case).received_at) == ("", None)


def test_of_what_is_missing_altogether_nothing_is_received(client: Client) -> None:
    case, li = asked_back(ordered()), Clerk(client)
    li.scan(case.number, "MISSING")

    assert "All of it is missing" in li.in_vain("NEXT")
    assert "Nothing is missing" in li.in_vain("MISSING")


def test_a_parcel_is_found_by_its_tracking_number_or_its_orders(client: Client) -> None:
    first, second = asked_back(ordered()), asked_back(ordered("#1002"))
    return_work.send(desk_of(), second.id, "JJD 0009 99")
    li = Clerk(client)

    for text, number in (
        ("jjd000999", second.number),
        (" 1001 ", first.number),
        ("#1002", second.number),
    ):
        li.scan(text)
        assert li.lying == number
        li.scan("ASIDE")


def test_the_parcel_of_an_order_leads_to_the_return_that_waits(client: Client) -> None:
    case, li = asked_back(ordered()), Clerk(client)

    li.scan("JJD0003412")

    assert li.lying == case.number


def test_of_several_returns_of_an_order_one_is_chosen(client: Client) -> None:
    order = ordered()
    one, other, li = asked_back(order, l1=1), asked_back(order, l2=1), Clerk(client)

    said = li.in_vain("#1001")
    assert "Choose one" in said
    assert one.number in said
    assert other.number in said
    assert li.lying == ""

    li.scan(other.number, "PIL-5", "1", "NEXT", "#1001")
    assert li.lying == one.number


def test_what_was_received_already_says_by_whom(client: Client) -> None:
    case, li, mei = asked_back(ordered()), Clerk(client), Clerk(client, Role.MANAGER)
    mei.scan(case.number, "GRADE-A/1", "GRADE-A/2", "NEXT")

    said = li.in_vain(case.number)

    assert "Already received" in said
    assert "It was received by Li Wei on " in said


def test_two_benches_with_one_parcel_save_it_once_and_the_other_is_told(client: Client) -> None:
    case, li, mei = asked_back(ordered()), Clerk(client), Clerk(client, Role.MANAGER)
    for who in (li, mei):
        who.scan(case.number, "GRADE-A/1", "GRADE-A/2")
    mei.scan("NEXT")

    assert "Already received" in li.in_vain("NEXT", status=412)
    assert "Received elsewhere" in li.page
    assert "1 / 1" in li.page
    li.scan("ASIDE")
    assert li.lying == ""


def test_what_nobody_has_agreed_to_is_not_unpacked(client: Client, clock: Clock) -> None:
    order = ordered()
    clock.wait(days=90)
    li = Clerk(client)
    wanted = (Wanted(line_id="l1", quantity=1, reason=Reason.NO_REASON),)
    case = returns.request_by_staff(desk_of(), order.id, wanted, ASKED)

    assert "Nobody has agreed to this return yet" in li.in_vain(case.number)
    returns.decline(desk_of(), case.id, code="window_over", text="Late.")
    assert "This return is not open any more: Declined." in li.in_vain(case.number)


def test_a_number_of_ours_is_mended_by_its_check_character_and_said_so(client: Client) -> None:
    case, li = asked_back(ordered()), Clerk(client)
    last = "0" if case.number[-1] != "0" else "1"
    mistyped = case.number[:-1] + last

    li.scan(mistyped)

    assert li.lying == case.number
    assert f"{mistyped} was mistyped." in li.page


def test_what_nobody_knows_is_said_to_be_unknown(client: Client) -> None:
    li = Clerk(client)

    assert "check character" in li.in_vain("R-7KQ4-XM0")
    for text in ("R-7KQ4-XMD", "T-7KQ4-XM0", "<b>x</b>" * 20, "x" * 5000):
        assert "Unknown" in li.in_vain(text)
    assert "The field was empty" in li.in_vain("   ")


def test_an_item_is_known_by_its_gtin_and_says_what_staff_noted_of_it(client: Client) -> None:
    variant = VariantSeen(id="v1", sku="LIN-2", gtin="0690123456789")
    seen = ProductSeen(
        platform=Platform.STANDARD, id="p-l1", changed_at=NOON, title="Linen", variants=(variant,)
    )
    product = catalogue.take_product(desk_of(), seen, SeenBy.WEBHOOK)
    catalogue.describe_product(
        desk_of(), product.id, AfterSales(exception_reason="Look for the seal.")
    )
    line = a_line("l1", quantity=1, sku="").model_copy(update={"variant_id": "v1"})
    events = [an_order_seen(line), *delivered()]
    order = catalogue.take_order(desk_of(), events, SeenBy.WEBHOOK)
    assert order is not None
    case, li = asked_back(order, l1=1), Clerk(client)

    li.scan(case.number, "690123456789")

    assert "1 / 1" in li.page
    assert "Look for the seal." in li.page


def kept() -> list[UnknownParcel]:
    cards = desk_of().page(1, "unknown-parcels", limit=10).cards
    return [desk_of().get(UnknownParcel, card.id) for card in cards]


def test_an_unknown_parcel_is_kept_and_matched_later(client: Client) -> None:
    li = Clerk(client)
    assert "U-01" in li.post("/bench", scan="LX 99 DE").body.decode()
    fields = {"scanned": "LX 99 DE", "shelf": "U-07", "note": "Jana, Leipzig", "grams": "850"}
    assert li.post("/bench/unknown", **fields).status_code == 303
    assert "Unknown parcels 1" in li.page
    (parcel,) = kept()

    said = li.post(f"/bench/unknown/{parcel.id}/match", number="#1001")
    assert said.status_code == 422
    assert "No return, parcel or order here has this number." in words_of(said)
    assert 'value="#1001"' in said.body.decode()
    case = asked_back(ordered())
    answer = li.post(f"/bench/unknown/{parcel.id}/match", number="#1001")

    assert answer.headers["Location"] == f"/bench/unknown?matched={case.number}"
    after = desk_of().get(UnknownParcel, parcel.id)
    assert (after.fate, after.return_id) == (Fate.MATCHED, case.id)
    assert (after.note, after.scanned) == ("", "")
    page = words_of(li.get(f"/bench/unknown?matched={case.number}"))
    assert f"It belongs to {case.number}." in page
    assert kept() == []


def test_an_unknown_parcel_goes_back_to_its_sender_once(client: Client) -> None:
    li = Clerk(client)
    li.post("/bench/unknown", shelf="U-01", note="Jana, Leipzig")
    (parcel,) = kept()
    place = f"/bench/unknown/{parcel.id}/sender"

    assert [li.post(place).status_code for _ in range(2)] == [303, 409]
    assert desk_of().get(UnknownParcel, parcel.id).note == ""


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"note": "no shelf"}, "Say where it is kept"),
        ({"shelf": "U-01", "grams": "a lot"}, "Enter whole grams"),
        ({"shelf": "U-01", "note": "x" * 501}, "At most 500 characters."),
    ],
)
def test_what_is_wrong_with_an_unknown_parcel_is_said_and_what_was_typed_stays(
    client: Client, fields: dict[str, str], wrong: str
) -> None:
    answer = Clerk(client).post("/bench/unknown", scanned="LX99", **fields)

    assert answer.status_code == 422
    assert wrong in words_of(answer)
    assert 'value="LX99"' in answer.body.decode()
    assert kept() == []


def test_a_shop_that_leaves_takes_the_senders_of_unknown_parcels_along(client: Client) -> None:
    Clerk(client).post("/bench/unknown", shelf="U-01", scanned="LX99", note="Jana, Leipzig")
    (card,) = desk_of().page(2, "guests", limit=5).cards

    forgetting.empty_order(desk_of(), card.id)

    (parcel,) = kept()
    assert (parcel.scanned, parcel.note, parcel.shelf) == ("", "", "U-01")


def test_the_sheet_shows_every_command_as_a_picture_without_other_hosts(client: Client) -> None:
    page = Clerk(client).get("/bench/commands").body.decode()

    assert page.count('src="data:image/svg+xml,') == 8
    assert "style=" not in page


def test_the_bench_speaks_chinese_and_holds_nothing_of_the_customer(client: Client) -> None:
    case, li = asked_back(ordered()), Clerk(client, language="zh-CN")
    li.scan(case.number, "LIN-2")

    assert 'lang="zh-CN"' in li.get("/bench").body.decode()
    kept_there = desk_of().get(Bench, service.bench_of(desk_of(), li.person.id).id)
    assert "Jana" not in kept_there.model_dump_json()
