"""A parcel that came back while it is unpacked, by scans alone.

It keeps its scans, and what was found is always reckoned from them: so the last one can be taken
back, whatever it was. Nothing of it counts for the return before it is saved.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.errors import Invalid
from chalicelib.domain.records import Moment, Value
from chalicelib.domain.return_lines import Disposition, Found, Grade, Reason

MOST_SCANS = 500
"""Of one parcel: all of them are kept in one record."""


class Deed(StrEnum):
    """What one scan did."""

    UNIT = "unit"
    GRADE = "grade"
    MISSING = "missing"
    """Whatever was not scanned is not in the parcel."""


class Scan(Value):
    what: Deed
    place: int = 0
    """Of the line among those expected."""
    grade: Grade | None = None


class Expected(Value):
    """A line of a return of which units were agreed to, and what its goods are known by."""

    line_id: str
    title: str = ""
    variant: str = ""
    sku: str = ""
    gtin: str = ""
    reason: Reason
    units: int
    instruction: str = ""
    """What the staff noted about goods of this kind."""
    is_serial_wanted: bool = False


class OnBench(Value):
    """A parcel that is being unpacked."""

    case_id: str
    number: str
    typed: str = ""
    """What was typed where its number was mended; empty where it was right."""
    lines: tuple[Expected, ...]
    scans: tuple[Scan, ...] = ()
    began_at: Moment


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found of one line so far; `units` and `missing` are never more than expected."""

    line: Expected
    units: int = 0
    missing: int = 0
    grade: Grade | None = None

    @property
    def is_done(self) -> bool:
        """Every unit is here or missing, and those that are here have a grade."""
        is_all = self.units + self.missing == self.line.units
        return is_all and (self.grade is not None or not self.units)


def counted(parcel: OnBench) -> list[Counted]:
    """What was found so far, line by line."""
    found = [Counted(line) for line in parcel.lines]
    for scan in parcel.scans:
        match scan.what:
            case Deed.UNIT:
                found[scan.place] = _one_more(found[scan.place])
            case Deed.GRADE:
                found[scan.place] = _graded(found[scan.place], scan.grade)
            case Deed.MISSING:
                found = [replace(one, missing=one.line.units - one.units) for one in found]
    return found


def at_hand(parcel: OnBench) -> int | None:
    """The place of the line that was scanned last; None before the first."""
    places = (scan.place for scan in reversed(parcel.scans) if scan.what is not Deed.MISSING)
    return next(places, None)


def place_of_item(parcel: OnBench, code: str) -> int | None:
    """The line that a GTIN or SKU stands for: of two with the same goods the first that is not
    complete. None if no line has it."""
    wanted = _code(code)
    found = counted(parcel)
    fitting = [
        place
        for place, line in enumerate(parcel.lines)
        if wanted and wanted in (_code(line.gtin), _code(line.sku))
    ]
    room = (place for place in fitting if found[place].units < found[place].line.units)
    return next(room, fitting[0] if fitting else None)


def unit(parcel: OnBench, place: int) -> OnBench:
    """One more unit of a line. Raises Invalid, reason `over`, for more than are expected, which
    stay out."""
    line = _line(parcel, place)
    if line.units == line.line.units:
        raise refused("More than were agreed to.", "over", place=place)
    return _scanned(parcel, Scan(what=Deed.UNIT, place=place))


def grade(parcel: OnBench, given: Grade, place: int | None) -> OnBench:
    """The condition of a line, of the one at hand if none is named; one of which nothing was
    scanned is here with one unit. Raises Invalid, reason `nothing_at_hand`."""
    chosen = at_hand(parcel) if place is None else place
    if chosen is None:
        raise refused("Scan an item first.", "nothing_at_hand")
    _line(parcel, chosen)
    return _scanned(parcel, Scan(what=Deed.GRADE, place=chosen, grade=given))


def rest_missing(parcel: OnBench) -> OnBench:
    """What was not scanned is not there. Raises Invalid, reason `none_missing`."""
    if all(one.units + one.missing == one.line.units for one in counted(parcel)):
        raise refused("Nothing is missing.", "none_missing")
    return _scanned(parcel, Scan(what=Deed.MISSING))


def undone(parcel: OnBench) -> OnBench | None:
    """Without its last scan; None, and off the bench, if there was none but its slip."""
    if not parcel.scans:
        return None
    return parcel.model_copy(update={"scans": parcel.scans[:-1]})


def is_complete(parcel: OnBench) -> bool:
    """Whether it can be saved: something is here, and nothing is left to say of any line."""
    found = counted(parcel)
    return any(one.units for one in found) and all(one.is_done for one in found)


def check_complete(parcel: OnBench) -> None:
    """Raises Invalid: reason `nothing_came` if all of it is missing, else `unfinished`."""
    if is_complete(parcel):
        return
    found = counted(parcel)
    is_empty = all(one.missing == one.line.units for one in found)
    raise refused("Not every unit has a grade.", "nothing_came" if is_empty else "unfinished")


def arrived(parcel: OnBench) -> dict[str, int]:
    """Line id -> units that are here."""
    return {one.line.line_id: one.units for one in counted(parcel)}


def inspected(parcel: OnBench) -> tuple[Found, ...]:
    """What was found of each line that is here: all of it is accepted, and goes where its grade
    sends it."""
    return tuple(
        Found(
            line_id=one.line.line_id,
            accepted=one.units,
            grade=one.grade,
            disposition=goes_to(one.grade),
        )
        for one in counted(parcel)
        if one.units and one.grade
    )


def goes_to(given: Grade) -> Disposition:
    """Where goods of a grade go: only what is as good as new is sold again (RET-05)."""
    match given:
        case Grade.A | Grade.B:
            return Disposition.RESELL
        case Grade.C:
            return Disposition.REPAIR
        case Grade.D:
            return Disposition.SCRAP


def refused(detail: str, reason: str, **facts: object) -> Invalid:
    """A scan that cannot be; `reason` is the code by which the page says why."""
    return Invalid(detail, field="scan", reason=reason, **facts)


def _scanned(parcel: OnBench, scan: Scan) -> OnBench:
    if len(parcel.scans) == MOST_SCANS:
        raise refused(f"{MOST_SCANS} scans of one parcel are kept.", "too_many")
    return parcel.model_copy(update={"scans": (*parcel.scans, scan)})


def _line(parcel: OnBench, place: int) -> Counted:
    if place >= len(parcel.lines):
        raise refused("This parcel has no such line.", "unknown")
    return counted(parcel)[place]


def _one_more(one: Counted) -> Counted:
    return _fitting(replace(one, units=one.units + 1))


def _graded(one: Counted, given: Grade | None) -> Counted:
    return _fitting(replace(one, units=max(one.units, 1), grade=given))


def _fitting(one: Counted) -> Counted:
    """What turned up is not missing any more."""
    return replace(one, missing=min(one.missing, one.line.units - one.units))


def _code(text: str) -> str:
    """A code for comparing: scanners write a UPC with or without its leading zero."""
    bare = "".join(text.split()).casefold()
    return bare.lstrip("0") if bare.isdecimal() else bare
