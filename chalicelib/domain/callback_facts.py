"""What happens to promised calls, as events tell it. No number, no name, nothing that was said."""

from typing import ClassVar

from chalicelib.domain.events import Fact
from chalicelib.domain.records import Moment


class CallbackPromised(Fact):
    type: ClassVar[str] = "callback.promised"
    purpose: str
    case_id: str | None = None
    owner_id: str | None = None
    language: str
    window_start: Moment
    window_end: Moment


class CallbackRung(Fact):
    """The owner was told that the call is near."""

    type: ClassVar[str] = "callback.rung"
    owner_id: str | None = None


class CallbackAttempted(Fact):
    type: ClassVar[str] = "callback.attempted"
    attempt: int
    outcome: str


class CallbackKept(Fact):
    """`minutes_late` counts from the end of the promised window; 0 is in time."""

    type: ClassVar[str] = "callback.kept"
    minutes_late: int
    attempts: int


class CallbackMoved(Fact):
    """To another time; `reason` is `moved`, or the outcome that led to the next try."""

    type: ClassVar[str] = "callback.moved"
    reason: str
    window_start: Moment
    window_end: Moment


class CallbackMissed(Fact):
    type: ClassVar[str] = "callback.missed"
    owner_id: str | None = None


class CallbackEscalated(Fact):
    """Nobody called although the promise was missed: the managers were told."""

    type: ClassVar[str] = "callback.escalated"
    minutes_late: int


class CallbackTakenOver(Fact):
    """By somebody else; `owner_id` is None where it was given back to the pool."""

    type: ClassVar[str] = "callback.taken_over"
    owner_id: str | None = None
    before: str | None = None


class CallbackCancelled(Fact):
    type: ClassVar[str] = "callback.cancelled"
    reason: str


class CallbackGivenUp(Fact):
    """The customer is written to instead."""

    type: ClassVar[str] = "callback.given_up"
    attempts: int
    outcome: str
