"""What a rule decides: everything one command changes, committed as one transaction."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.events import Fact
from chalicelib.domain.records import Record

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact and the record it is told about; the record must be among the changes."""

    subject: Record
    fact: Fact


@dataclass(frozen=True, slots=True)
class Changes(Generic[T]):
    """A decision: what the command answers with, and all it changes.

    Records later in the tuple win over earlier ones with the same id.
    """

    result: T
    records: tuple[Record, ...] = ()
    told: tuple[Told, ...] = ()
    agenda: tuple[Entry | Cancel, ...] = ()
    removed: tuple[Record, ...] = field(default=())

    def plus(self, *others: "Changes[object]") -> "Changes[T]":
        """This decision together with what follows from it."""
        return Changes(
            self.result,
            self.records + tuple(r for o in others for r in o.records),
            self.told + tuple(t for o in others for t in o.told),
            self.agenda + tuple(a for o in others for a in o.agenda),
            self.removed + tuple(r for o in others for r in o.removed),
        )


def nothing(result: T) -> Changes[T]:
    """A decision that changes nothing."""
    return Changes(result)
