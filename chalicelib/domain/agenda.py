"""What must happen at or after a time. Nothing is scheduled anywhere else."""

from enum import StrEnum

from chalicelib.domain.ids import derived
from chalicelib.domain.records import Moment, Value


class Lane(StrEnum):
    """How urgent, and whose work: a lane is drained and paused apart from the others. The most
    urgent of each runner comes first."""

    URGENT = "urgent"
    """What rings."""
    BULK = "bulk"
    """What may wait: surveys to dispatch, cases to close, people to forget."""
    NOTICE = "notice"
    """Mail to the staff."""
    MAIL = "mail"
    """Mail and text messages to customers."""


WORK = (Lane.URGENT, Lane.BULK)
"""What is done here, by functions that cannot send."""

POST = (Lane.NOTICE, Lane.MAIL)
"""What leaves the house, by the only functions that can send."""


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
