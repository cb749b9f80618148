"""Parcels that came without anything by which we know them: kept, and later matched or sent back.

What could tell of their sender is dropped as soon as it is not needed to find out who they are.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import NewId
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.returns import Return

LONGEST_NOTE, LONGEST_SHELF, LONGEST_CODE = 500, 20, 100


class Fate(StrEnum):
    WAITING = "waiting"
    MATCHED = "matched"
    SENT_BACK = "sent_back"


class UnknownParcelKept(Fact):
    type: ClassVar[str] = "unknown_parcel.kept"


class UnknownParcelMatched(Fact):
    type: ClassVar[str] = "unknown_parcel.matched"
    return_id: str


class UnknownParcelSentBack(Fact):
    type: ClassVar[str] = "unknown_parcel.sent_back"


class Seen(Value):
    """What is seen of a parcel that nobody knows."""

    scanned: str = Field(default="", max_length=LONGEST_CODE)
    note: str = Field(default="", max_length=LONGEST_NOTE)
    """Of its sender and what is in it."""
    grams: int | None = Field(default=None, ge=0, le=1_000_000)
    shelf: str = Field(min_length=1, max_length=LONGEST_SHELF)
    """Where it is kept, such as `U-07`."""


class UnknownParcel(Record):
    kind: ClassVar[str] = "unknown_parcel"
    prefix: ClassVar[str] = "unk"

    scanned: str = ""
    note: str = ""
    grams: int | None = None
    shelf: str
    fate: Fate = Fate.WAITING
    return_id: str | None = None
    found_at: Moment
    ended_at: Moment | None = None

    @property
    def is_waiting(self) -> bool:
        return self.fate is Fate.WAITING

    def erased(self) -> "UnknownParcel":
        """Without what may tell of its sender."""
        return self.but(scanned="", note="")


def keep(seen: Seen, *, shop: str, new_id: NewId, at: datetime) -> Changes[UnknownParcel]:
    kept = UnknownParcel(
        shop=shop, id=new_id(UnknownParcel.prefix), found_at=at, **seen.model_dump()
    )
    return Changes(kept, (kept,), (Told(kept, UnknownParcelKept()),))


def match(parcel: UnknownParcel, case: Return, *, at: datetime) -> Changes[UnknownParcel]:
    """It is the parcel of a return. Raises NotAllowed once it is known or gone."""
    _check_waiting(parcel)
    after = parcel.but(scanned="", note="", fate=Fate.MATCHED, return_id=case.id, ended_at=at)
    return Changes(after, (after,), (Told(after, UnknownParcelMatched(return_id=case.id)),))


def send_back(parcel: UnknownParcel, *, at: datetime) -> Changes[UnknownParcel]:
    """It goes back to who sent it. Raises NotAllowed once it is known or gone."""
    _check_waiting(parcel)
    after = parcel.but(scanned="", note="", fate=Fate.SENT_BACK, ended_at=at)
    return Changes(after, (after,), (Told(after, UnknownParcelSentBack()),))


def free_shelf(taken: set[str]) -> str:
    """The first of `U-01`, `U-02`, ... on which nothing lies."""
    return next(name for n in range(1, len(taken) + 2) if (name := f"U-{n:02}") not in taken)


def _check_waiting(parcel: UnknownParcel) -> None:
    if not parcel.is_waiting:
        raise NotAllowed(f"This parcel is {parcel.fate.replace('_', ' ')} already.")
