"""Many at once: threads that start together, and what became of each."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.domain.records import build_models
from chalicelib.services.desk import TryLater

T = TypeVar("T")

FIFTY = 50


@dataclass(frozen=True, slots=True)
class Crowd(Generic[T]):
    """What some of them got, and what the others were told instead, each in no order."""

    won: list[T]
    lost: list[Exception]

    @property
    def refusals(self) -> set[str]:
        """The names of the errors. Who is asked to come back was not refused: a busy machine may
        make anybody wait too long."""
        return {type(one).__name__ for one in self.lost if not isinstance(one, TryLater)}

    def counted(self, of: Callable[[T], Any]) -> Counter[Any]:
        """How many got what."""
        return Counter(of(one) for one in self.won)


def at_once(act: Callable[[int], T], *, threads: int = FIFTY) -> Crowd[T]:
    """`act` in many threads that start together; each is given its place among them."""
    # Two threads that build one model at a time would lose fields of it.
    build_models()
    gate = threading.Barrier(threads)

    def tried(place: int) -> tuple[list[T], list[Exception]]:
        gate.wait()
        try:
            return [act(place)], []
        except Exception as error:  # noqa: BLE001 - what a thread raised is its outcome
            return [], [error]

    with ThreadPoolExecutor(threads) as pool:
        outcomes = list(pool.map(tried, range(threads)))
    return Crowd(
        [one for won, _ in outcomes for one in won], [e for _, lost in outcomes for e in lost]
    )
