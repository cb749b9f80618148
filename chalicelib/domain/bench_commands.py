"""Commands of the bench: what is scanned from its printed sheet, or pressed on its page.

A command may name a line, from 1: `GRADE-B/2`. What a scanner makes of the dash and the stroke
under another keyboard's layout does not matter.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.return_lines import Grade


class Command(StrEnum):
    GRADE = "GRADE"
    ONE = "ONE"
    """One more unit of a line, of goods whose own code cannot be read."""
    MISSING = "MISSING"
    UNDO = "UNDO"
    NEXT = "NEXT"
    ASIDE = "ASIDE"
    """Off the bench, and nothing of it is saved."""


SHEET = (
    *(f"{Command.GRADE}-{grade.upper()}" for grade in Grade),
    *(str(one) for one in (Command.MISSING, Command.UNDO, Command.NEXT, Command.ASIDE)),
)
"""What is printed."""

_FORM = re.compile(r"(GRADE(?=[ABCD])|ONE|MISSING|UNDO|NEXT|ASIDE)([ABCD]?)([0-9]{0,3})")
_BY_HAND = {str(place): grade for place, grade in enumerate(Grade, 1)}


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command, the grade it gives, and the place of the line it is for, if it names one."""

    what: Command
    grade: Grade | None = None
    place: int | None = None


def commanded(text: str) -> Commanded | None:
    """The command that a scan is; `1` to `4`, typed by hand, are the grades. None for anything
    else."""
    bare = "".join(c for c in text if c.isascii() and c.isalnum()).upper()
    if bare in _BY_HAND:
        return Commanded(Command.GRADE, _BY_HAND[bare])
    found = _FORM.fullmatch(bare)
    if found is None or bool(found[2]) != (found[1] == Command.GRADE):
        return None
    place = int(found[3]) - 1 if found[3] else None
    if place == -1:
        return None
    return Commanded(Command(found[1]), Grade(found[2].lower()) if found[2] else None, place)
