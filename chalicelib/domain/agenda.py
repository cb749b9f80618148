"""What must happen at or after a time. Nothing is scheduled anywhere else."""

from enum import StrEnum

from chalicelib.domain.ids import derived
from chalicelib.domain.records import Moment, Value


class Lane(StrEnum):
    """How urgent: a lane is drained and paused apart from the others."""

    URGENT = "urgent"
    MAIL = "mail"
    BULK = "bulk"


class Entry(Value):
    """One thing to do. The same kind, subject and key name the same entry: putting it again
    replaces it, so a subject has at most one of each."""

    shop: str
    kind: str
    subject: str
    due_at: Moment
    key: str = ""
    lane: Lane = Lane.URGENT
    data: dict[str, str] = {}

    @property
    def id(self) -> str:
        return entry_id(self.shop, self.kind, self.subject, self.key)


class Cancel(Value):
    """Take an entry back. One that runs at this moment is told so when it finishes."""

    shop: str
    kind: str
    subject: str
    key: str = ""

    @property
    def id(self) -> str:
        return entry_id(self.shop, self.kind, self.subject, self.key)


def entry_id(shop: str, kind: str, subject: str, key: str = "") -> str:
    """The deterministic id by which an entry is replaced and cancelled."""
    return derived("agd", shop, kind, subject, key)
