"""What can become of a call on its way: an exact list of faults, and schedules of them.

A schedule says which calls of the product are hit by what. It is drawn by hypothesis, so a
failing one shrinks to the few faults that matter, and `--hypothesis-seed` brings it back.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from hypothesis import strategies as st

from tests.faults import answers
from tests.faults.cloud import NOWHERE, Call, Carrier

CALL_SECONDS = 0.005
TIMEOUT_SECONDS = {"sesv2": 10.0, "sns": 10.0}
"""How long an answer is waited for; three seconds where nothing stands here."""


class Killed(BaseException):
    """The process ended in the middle of what it did. No `except Exception` sees it."""


class Fault(StrEnum):
    """What becomes of one call, the mildest first."""

    UNSENT = "unsent"
    """It never left."""
    THROTTLED = "throttled"
    UNPROCESSED = "unprocessed"
    """Of a batch read: nothing was read this time."""
    CONFLICT = "conflict"
    """Of a write: another transaction holds the item."""
    BROKEN = "broken"
    """500, and it had no effect."""
    LOST = "lost"
    """It took effect; the connection broke before the answer came."""
    DONE_AND_BROKEN = "done-and-broken"
    """500, and it took effect."""
    TIMED_OUT = "timed-out"
    """It took effect; no answer came in time."""
    KILLED = "killed"
    """The process ends before the call."""
    DONE_AND_KILLED = "done-and-killed"
    """The process ends after the call took effect."""


DEADLY = frozenset({Fault.KILLED, Fault.DONE_AND_KILLED})


@dataclass(frozen=True, slots=True)
class Hit:
    """After so many calls that go well, so many in a row are hit."""

    after: int
    fault: Fault
    times: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The faults of one example: the hits one after the other, and which of ten commits are in
    conflict besides."""

    hits: tuple[Hit, ...] = ()
    conflicts: frozenset[int] = frozenset()

    @property
    def kills(self) -> int:
        return sum(hit.times for hit in self.hits if hit.fault in DEADLY)


CALM = Schedule()


def schedules(
    *,
    most_hits: int = 6,
    longest: int = 12,
    within: int = 40,
    faults: tuple[Fault, ...] = (*Fault,),
) -> st.SearchStrategy[Schedule]:
    """Up to `most_hits` hits of up to `longest` calls each, never more than `within` calls apart;
    in one schedule of four, three commits in ten are in conflict besides."""
    lasting = tuple(fault for fault in faults if fault not in DEADLY)
    hit = st.builds(Hit, st.integers(0, within), st.sampled_from(faults), st.just(1)) | st.builds(
        Hit, st.integers(0, within), st.sampled_from(lasting), st.integers(1, longest)
    )
    conflicts = st.just(frozenset[int]()) | st.sets(st.integers(0, 9), min_size=3, max_size=3).map(
        frozenset
    )
    return st.builds(Schedule, st.lists(hit, max_size=most_hits).map(tuple), conflicts)


class Network:
    """Carries calls to the cloud. Only what is `exposed` is hit: the functions' own calls, and
    not those of the test or of what stands for AWS."""

    def __init__(
        self, schedule: Schedule, carry: Carrier, *, pass_time: Callable[[float], None]
    ) -> None:
        self._carry = carry
        self._pass_time = pass_time
        self._ahead = [hit for hit in schedule.hits if hit.times]
        self._calm = self._ahead[0].after if self._ahead else 0
        self._left = self._ahead[0].times if self._ahead else 0
        self._conflicts = schedule.conflicts
        self._commits = 0
        self._whose = threading.local()
        self.calls = 0
        """Exposed calls so far."""
        self.hits: list[tuple[Call, Fault]] = []
        """Of these, those that were hit."""
        self.before_call: Callable[[], None] = lambda: None
        """What happens before each exposed call: others take their turn, time runs out."""

    @property
    def is_product(self) -> bool:
        """This thread is running one of our functions."""
        return getattr(self._whose, "exposed", False)

    @property
    def is_calm(self) -> bool:
        """No hits are left."""
        return not self._ahead

    def calm_down(self) -> None:
        """From now on everything goes well."""
        self._ahead, self._conflicts = [], frozenset()

    @contextmanager
    def exposed(self) -> Generator[None]:
        """What this thread calls meanwhile is called by the product."""
        with self._being(exposed=True):
            yield

    @contextmanager
    def spared(self) -> Generator[None]:
        """What this thread calls meanwhile goes well, whoever calls it."""
        self._whose.spared = True
        try:
            yield
        finally:
            self._whose.spared = False

    @contextmanager
    def sheltered(self) -> Generator[None]:
        """What this thread calls meanwhile is called by somebody else."""
        with self._being(exposed=False):
            yield

    def carry(self, call: Call) -> AWSResponse:
        """The answer to a call, or what the network makes of it."""
        if not self.is_product:
            return self._carry(call)
        self.before_call()
        self.calls += 1
        self._pass_time(CALL_SECONDS)
        is_spared = getattr(self._whose, "spared", False)
        fault = None if is_spared else self._next_fault() or self._conflict(call)
        if fault is None:
            return self._carry(call)
        self.hits.append((call, fault))
        return self._hit(call, fault)

    @contextmanager
    def _being(self, *, exposed: bool) -> Generator[None]:
        before = self.is_product
        self._whose.exposed = exposed
        try:
            yield
        finally:
            self._whose.exposed = before

    def _next_fault(self) -> Fault | None:
        if not self._ahead:
            return None
        if self._calm:
            self._calm -= 1
            return None
        fault = self._ahead[0].fault
        self._left -= 1
        if not self._left:
            del self._ahead[0]
            self._calm = self._ahead[0].after if self._ahead else 0
            self._left = self._ahead[0].times if self._ahead else 0
        return fault

    def _conflict(self, call: Call) -> Fault | None:
        if call.operation != "TransactWriteItems" or not self._conflicts:
            return None
        self._commits += 1
        return Fault.CONFLICT if self._commits % 10 in self._conflicts else None

    def _hit(self, call: Call, fault: Fault) -> AWSResponse:
        match fault:
            case Fault.UNSENT:
                raise EndpointConnectionError(endpoint_url=NOWHERE)
            case Fault.THROTTLED:
                return answers.throttled(call)
            case Fault.UNPROCESSED:
                return answers.unprocessed(call) or self._carry(call)
            case Fault.CONFLICT:
                return answers.in_conflict(call, self.calls) or self._carry(call)
            case Fault.BROKEN:
                return answers.broken(call)
            case Fault.KILLED:
                raise Killed
            case _:
                self._carry(call)
                return self._after_effect(call, fault)

    def _after_effect(self, call: Call, fault: Fault) -> AWSResponse:
        if fault is Fault.DONE_AND_KILLED:
            raise Killed
        if fault is Fault.DONE_AND_BROKEN:
            return answers.broken(call)
        if fault is Fault.LOST:
            raise ConnectionClosedError(endpoint_url=NOWHERE)
        self._pass_time(TIMEOUT_SECONDS.get(call.service, 3.0))
        raise ReadTimeoutError(endpoint_url=NOWHERE)
