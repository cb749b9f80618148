"""The bench where parcels that come back are unpacked: what lies on it, and what was done today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import ClassVar

from chalicelib.domain.money import Money
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.returns import Act, Logistics, RequestState, Return, allows
from chalicelib.domain.unpacking import Expected, OnBench, arrived, refused

MOST_TIMES = 200
"""The day's median is of the last so many parcels."""


class Saved(Value):
    """The parcel that was saved last."""

    case_id: str
    number: str
    units: int
    refund: Money | None = None
    """What was settled with it; None where a person decides about the money."""
    at: Moment


class Bench(Record):
    """One person's bench: the parcel on it, and what was done there on its last day."""

    kind: ClassVar[str] = "bench"
    prefix: ClassVar[str] = "bch"

    staff_id: str
    parcel: OnBench | None = None
    saved: Saved | None = None
    day: str = ""
    """Of the counts below, on the shop's calendar."""
    parcels: int = 0
    units: int = 0
    seconds: tuple[int, ...] = ()
    """From the slip to the end, of the last parcels."""


@dataclass(frozen=True, slots=True)
class Today:
    """What was done at a bench today; `seconds` is a parcel's median, None before the first."""

    parcels: int = 0
    units: int = 0
    seconds: int | None = None


def bench_id(staff_id: str) -> str:
    return staff_id.replace("stf", Bench.prefix, 1)


def check_unpacked(case: Return) -> None:
    """Raises Invalid, field `scan`, for a return whose parcel is not to be unpacked: `reason` is
    `received`, `undecided` or `ended`, and `case` its id."""
    if allows(case, Act.RECEIVE):
        return
    undecided = (RequestState.SUBMITTED, RequestState.REVIEW)
    if case.logistics is Logistics.RECEIVED:
        reason = "received"
    else:
        reason = "undecided" if case.request in undecided else "ended"
    raise refused(f"This return is not waiting for its parcel: {reason}.", reason, case=case.id)


def put_on(
    bench: Bench, case: Return, lines: Sequence[Expected], *, typed: str, at: datetime
) -> Bench:
    """The parcel of a return on an empty bench; `typed` is what its number was mended from.
    Raises Invalid as `check_unpacked` does."""
    check_unpacked(case)
    parcel = OnBench(
        case_id=case.id, number=case.number, typed=typed, lines=tuple(lines), began_at=at
    )
    return bench.but(parcel=parcel)


def saved(bench: Bench, case: Return, at: datetime, day: str) -> Bench:
    """The bench after its parcel was received and inspected as `case` says."""
    parcel = bench.parcel
    assert parcel is not None
    units = sum(arrived(parcel).values())
    took = max(int((at - parcel.began_at) / timedelta(seconds=1)), 0)
    is_same_day = bench.day == day
    return bench.but(
        parcel=None,
        saved=Saved(case_id=case.id, number=case.number, units=units, refund=case.refund, at=at),
        day=day,
        parcels=1 + (bench.parcels if is_same_day else 0),
        units=units + (bench.units if is_same_day else 0),
        seconds=(*(bench.seconds if is_same_day else ()), took)[-MOST_TIMES:],
    )


def today(bench: Bench, day: str) -> Today:
    if bench.day != day or not bench.seconds:
        return Today()
    return Today(bench.parcels, bench.units, int(median(bench.seconds)))
