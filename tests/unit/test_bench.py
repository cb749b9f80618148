"""The bench: whatever is scanned in whatever order, never more than expected, and all undone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import bench as rules
from chalicelib.domain import unpacking
from chalicelib.domain.bench import Bench, Today
from chalicelib.domain.bench_commands import SHEET, Command, Commanded, commanded
from chalicelib.domain.errors import Invalid
from chalicelib.domain.return_lines import Disposition, Grade, Reason
from chalicelib.domain.unknown_parcels import free_shelf
from chalicelib.domain.unpacking import Expected, OnBench

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def a_line(line_id: str = "l1", units: int = 1, **given: Any) -> Expected:
    return Expected(line_id=line_id, units=units, reason=Reason.NO_REASON, **given)


def a_parcel(*lines: Expected) -> OnBench:
    chosen = lines or (a_line(),)
    return OnBench(case_id="rma_1", number="R-7KQ4-XMK", lines=chosen, began_at=AT)


def reason_of(refusal: pytest.ExceptionInfo[Invalid]) -> str:
    return refusal.value.facts["reason"]


Step = tuple[str, int, Grade]
steps = st.lists(
    st.tuples(
        st.sampled_from(["unit", "grade", "missing"]), st.integers(0, 2), st.sampled_from(Grade)
    ),
    max_size=30,
)
parcels = st.lists(st.integers(1, 4), min_size=3, max_size=3).map(
    lambda units: a_parcel(*(a_line(f"l{n}", one) for n, one in enumerate(units)))
)


def taken(parcel: OnBench, step: Step) -> OnBench:
    """The parcel after a step; as it was if that is refused."""
    what, place, grade = step
    try:
        match what:
            case "unit":
                return unpacking.unit(parcel, place)
            case "grade":
                return unpacking.grade(parcel, grade, place)
            case _:
                return unpacking.rest_missing(parcel)
    except Invalid:
        return parcel


@given(parcels, steps)
def test_scans_in_any_order_never_exceed_what_is_expected(
    parcel: OnBench, given_steps: list[Step]
) -> None:
    for step in given_steps:
        parcel = taken(parcel, step)
        for one in unpacking.counted(parcel):
            assert one.units >= 0
            assert one.missing >= 0
            assert one.units + one.missing <= one.line.units
            assert one.grade is None or one.units

    if unpacking.is_complete(parcel):
        arrived = unpacking.arrived(parcel)
        found = {one.line_id: one.accepted for one in unpacking.inspected(parcel)}
        assert found == {line: units for line, units in arrived.items() if units}


@given(parcels, steps)
def test_undo_restores_step_by_step_until_the_parcel_is_off_the_bench(
    parcel: OnBench, given_steps: list[Step]
) -> None:
    states = [parcel]
    for step in given_steps:
        after = taken(states[-1], step)
        states += [after] if after != states[-1] else []

    back: OnBench | None = states[-1]
    for before in reversed(states[:-1]):
        assert back is not None
        back = unpacking.undone(back)
        assert back == before
    assert back is not None
    assert unpacking.undone(back) is None


def test_an_item_is_known_by_gtin_or_sku_with_or_without_leading_zero() -> None:
    parcel = a_parcel(a_line("l1", sku="LIN-2", gtin="0690123456789"), a_line("l2", sku="PIL-5"))

    assert unpacking.place_of_item(parcel, "690123456789") == 0
    assert unpacking.place_of_item(parcel, " lin-2 ") == 0
    assert unpacking.place_of_item(parcel, "pil-5") == 1
    assert unpacking.place_of_item(parcel, "XYZ") is None
    assert unpacking.place_of_item(a_parcel(a_line(sku="")), "") is None


def test_of_two_lines_with_the_same_goods_the_next_takes_what_the_first_has_no_room_for() -> None:
    parcel = a_parcel(a_line("l1", sku="LIN"), a_line("l2", sku="LIN"))
    for place in (0, 1):
        assert unpacking.place_of_item(parcel, "LIN") == place
        parcel = unpacking.unit(parcel, place)

    with pytest.raises(Invalid) as refusal:
        unpacking.unit(parcel, unpacking.place_of_item(parcel, "LIN") or 0)
    assert reason_of(refusal) == "over"


def test_a_parcel_is_complete_when_every_unit_has_a_grade_or_is_missing() -> None:
    parcel = a_parcel(a_line("l1", 2), a_line("l2"))
    parcel = unpacking.grade(unpacking.unit(parcel, 0), Grade.C, None)
    with pytest.raises(Invalid) as refusal:
        unpacking.check_complete(parcel)
    assert reason_of(refusal) == "unfinished"

    parcel = unpacking.rest_missing(parcel)

    unpacking.check_complete(parcel)
    (found,) = unpacking.inspected(parcel)
    assert (found.line_id, found.accepted, found.disposition) == ("l1", 1, Disposition.REPAIR)


def test_a_parcel_of_which_nothing_came_is_not_saved() -> None:
    with pytest.raises(Invalid) as refusal:
        unpacking.check_complete(unpacking.rest_missing(a_parcel()))

    assert reason_of(refusal) == "nothing_came"


def test_a_grade_is_for_what_was_scanned_last() -> None:
    with pytest.raises(Invalid) as refusal:
        unpacking.grade(a_parcel(), Grade.A, None)
    assert reason_of(refusal) == "nothing_at_hand"

    parcel = a_parcel(a_line("l1"), a_line("l2"))
    parcel = unpacking.grade(unpacking.unit(unpacking.unit(parcel, 0), 1), Grade.B, None)
    assert [one.grade for one in unpacking.counted(parcel)] == [None, Grade.B]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("GRADE-A", Commanded(Command.GRADE, Grade.A)),
        ("gradeßd", Commanded(Command.GRADE, Grade.D)),
        ("GRADE-B/12", Commanded(Command.GRADE, Grade.B, 11)),
        ("3", Commanded(Command.GRADE, Grade.C)),
        ("ONE/1", Commanded(Command.ONE, None, 0)),
        ("missing", Commanded(Command.MISSING)),
        ("GRADE-E", None),
        ("GRADE", None),
        ("MISSINGA", None),
        ("NEXT/0", None),
        ("5", None),
        ("R-7KQ4-XMK", None),
        ("6901234567892", None),
        ("", None),
    ],
)
def test_commands_are_told_from_everything_else(text: str, meant: Commanded | None) -> None:
    assert commanded(text) == meant


def test_every_command_of_the_sheet_is_understood() -> None:
    assert None not in [commanded(text) for text in SHEET]


def test_the_day_is_counted_anew_each_day() -> None:
    bench = Bench(shop="acme", id="bch_1", staff_id="stf_1")
    assert rules.today(bench, "2026-11-24") == Today()
    for day, took in (("2026-11-23", 500), ("2026-11-24", 40), ("2026-11-24", 60)):
        parcel = unpacking.grade(a_parcel(), Grade.A, 0)
        case: Any = type("Case", (), {"id": "rma_1", "number": "R-1", "refund": None})
        bench = rules.saved(bench.but(parcel=parcel), case, AT + timedelta(seconds=took), day)

    assert rules.today(bench, "2026-11-24") == Today(parcels=2, units=2, seconds=50)
    assert rules.today(bench, "2026-11-25") == Today()


def test_the_first_free_shelf_is_proposed() -> None:
    assert free_shelf(set()) == "U-01"
    assert free_shelf({"U-01", "U-03", "behind the door"}) == "U-02"
