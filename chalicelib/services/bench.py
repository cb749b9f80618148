"""The bench: one scan after the other, and a parcel that is saved whole."""

from collections.abc import Callable

from chalicelib.domain import bench as rules
from chalicelib.domain import unpacking
from chalicelib.domain.bench import Bench, Today, bench_id
from chalicelib.domain.bench_commands import Command, Commanded, commanded
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.returns import Return
from chalicelib.domain.unpacking import OnBench, refused
from chalicelib.domain.zones import local_date, zone_named
from chalicelib.services import counts
from chalicelib.services.bench_lookup import expected_lines, return_named
from chalicelib.services.counts import Counted
from chalicelib.services.desk import Desk, command
from chalicelib.services.return_work import taken_in

UNKNOWN = "unknown-parcels"
"""The list of parcels that nobody knows."""


def bench_of(desk: Desk, staff_id: str) -> Bench:
    """Somebody's bench as it stands; an empty one at first."""
    known = desk.find(Bench, bench_id(staff_id))
    return known or Bench(shop=desk.shop_id, id=bench_id(staff_id), staff_id=staff_id)


def today(desk: Desk, bench: Bench) -> Today:
    return rules.today(bench, _day(desk))


def unknown_count(desk: Desk) -> Counted:
    return counts.counted(desk, 1, UNKNOWN)


@command
def take_scan(desk: Desk, staff_id: str, text: str) -> Bench:
    """Take one scan: a command, an item of the parcel on the bench, or the slip of the next one,
    which saves the one before it.

    Raises Invalid, field `scan`, with the `reason` why it cannot be; then nothing has changed.
    """
    if not text:
        raise refused("Nothing was scanned.", "nothing")
    bench = bench_of(desk, staff_id)
    parcel = bench.parcel
    place = unpacking.place_of_item(parcel, text) if parcel else None
    if parcel is not None and place is not None:
        return _on_it(desk, bench, unpacking.unit(parcel, place))
    ordered = commanded(text)
    if ordered is not None:
        return _obeyed(desk, bench, ordered)
    return _slip(desk, bench, text)


def _obeyed(desk: Desk, bench: Bench, ordered: Commanded) -> Bench:
    if bench.parcel is None:
        is_too_late = ordered.what is Command.UNDO and bench.saved is not None
        raise refused("Nothing is on the bench.", "saved" if is_too_late else "empty")
    match ordered.what:
        case Command.NEXT:
            return desk.commit(_saved(desk, bench, bench.parcel))
        case Command.ASIDE:
            return _on_it(desk, bench, None)
        case what:
            return _on_it(desk, bench, _DEEDS[what](bench.parcel, ordered))


_DEEDS: dict[Command, Callable[[OnBench, Commanded], OnBench | None]] = {
    Command.GRADE: lambda parcel, one: (
        unpacking.grade(parcel, one.grade, one.place) if one.grade else parcel
    ),
    Command.ONE: lambda parcel, one: unpacking.unit(
        parcel, one.place if one.place is not None else unpacking.at_hand(parcel) or 0
    ),
    Command.MISSING: lambda parcel, _: unpacking.rest_missing(parcel),
    Command.UNDO: lambda parcel, _: unpacking.undone(parcel),
}


def _slip(desk: Desk, bench: Bench, text: str) -> Bench:
    named = return_named(desk, text)
    case = named.case
    if bench.parcel is not None and bench.parcel.case_id == case.id:
        return desk.commit(nothing(bench))
    before = _saved(desk, bench, bench.parcel) if bench.parcel else nothing(bench)
    rules.check_unpacked(case)
    lying = rules.put_on(
        before.result,
        case,
        expected_lines(desk, case),
        typed=text if named.is_mended else "",
        at=desk.now(),
    )
    return desk.commit(Changes(lying).plus(before, Changes(None, (lying,))))


def _on_it(desk: Desk, bench: Bench, parcel: OnBench | None) -> Bench:
    after = bench.but(parcel=parcel)
    return desk.commit(Changes(after, (after,)))


def _saved(desk: Desk, bench: Bench, parcel: OnBench) -> Changes[Bench]:
    """Received and inspected, and off the bench. Raises Invalid, as a scan does, for what is not
    complete, or what was received somewhere else meanwhile."""
    unpacking.check_complete(parcel)
    case = desk.get(Return, parcel.case_id)
    rules.check_unpacked(case)
    taken = taken_in(desk, case, unpacking.arrived(parcel), unpacking.inspected(parcel))
    cleared = rules.saved(bench, taken.result, desk.now(), _day(desk))
    return Changes(cleared, (cleared,)).plus(taken)


def _day(desk: Desk) -> str:
    return local_date(desk.now(), zone_named(desk.shop.zone)).isoformat()
