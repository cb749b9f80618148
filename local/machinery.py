"""What EventBridge, the stream mappings and SNS do on AWS: time passes and work gets done."""

import threading
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.handlers import clock as clock_handlers
from chalicelib.store.clients import client
from local.clock import VirtualClock

TICK_SECONDS = 5
POLL_SECONDS = 0.5
SETTLE_ROUNDS = 60
MINUTE = timedelta(minutes=1)


class Machinery:
    """Runs what is due and hands on what happened, in threads and on demand."""

    def __init__(
        self, clock: VirtualClock, drains: dict[str, Callable[[], int]], agenda_table: str
    ) -> None:
        """`drains` hand on what is new and give how much it was; `run_now` and `send_now` are
        among them."""
        self._clock = clock
        self._drains = drains
        self._agenda_table = agenda_table
        self._stopping = threading.Event()
        self._ticking = threading.Lock()
        self._moving = threading.Lock()
        self._threads = [self._thread("tick", self.tick, TICK_SECONDS)] + [
            self._thread(name, drain, POLL_SECONDS) for name, drain in self._drains.items()
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads, then hand on what is left, so that nothing is lost with the streams."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self.hand_on()

    def hand_on(self) -> int:
        """One round of every pump; gives how much there was to hand on."""
        return sum(drain() for drain in self._drains.values())

    def tick(self) -> dict[str, int]:
        """One run of the clock's two functions; never two at once."""
        with self._ticking:
            ran = Counter(clock_handlers.tick(scheduled(), None))
            ran.update(clock_handlers.send_due(scheduled(), None))
            return dict(ran)

    def settle(self) -> dict[str, int]:
        """Tick and hand on until nothing is left to do now; gives the ticks' outcomes."""
        outcomes: Counter[str] = Counter()
        for _ in range(SETTLE_ROUNDS):
            ran = self.tick()
            outcomes.update(ran)
            if not self.hand_on() and not ran.get("done"):
                break
        return dict(outcomes)

    def pass_time(self, until: datetime) -> dict[str, int]:
        """Let the virtual clock go forward, stopping at every minute in which something is due,
        as the real clock would. Raises ValueError for a moment that has passed."""
        with self._moving:
            if until < self._clock.now():
                raise ValueError("the clock goes forward only")
            outcomes = Counter(self.settle())
            while (stop := self._next_due(until)) is not None:
                self._clock.move_to(stop)
                outcomes.update(self.tick())
                self._drains["run_now"]()
                self._drains["send_now"]()
            self._clock.move_to(until)
            outcomes.update(self.settle())
            return dict(outcomes)

    def _next_due(self, until: datetime) -> datetime | None:
        """The end of the next minute in which an entry comes due."""
        now = self._clock.now()
        pages = client("dynamodb").get_paginator("scan").paginate(
            TableName=self._agenda_table, IndexName="due", ProjectionExpression="due_at"
        )  # fmt: skip
        moments = (
            datetime.fromisoformat(item["due_at"]["S"]) for page in pages for item in page["Items"]
        )
        ahead = [moment for moment in moments if now < moment <= until]
        return min(min(ahead) + MINUTE, until) if ahead else None

    def _thread(self, name: str, work: Callable[[], object], seconds: float) -> threading.Thread:
        def run() -> None:
            while not self._stopping.wait(seconds):
                try:
                    work()
                except Exception:  # noqa: BLE001 - said aloud; the next round tries again
                    traceback.print_exc()
                    time.sleep(1)

        return threading.Thread(target=run, name=name, daemon=True)


def scheduled() -> dict[str, Any]:
    """What EventBridge sends each minute."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "region": "us-east-1",
        "resources": [],
        "detail": {},
    }
