"""The virtual clock: real time and an offset that only grows, kept with the state.

It is the time of promises alone; leases, signatures and logs go by real time.
"""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.state import write


class VirtualClock:
    """A clock that can be moved forward. It goes on from there at its usual pace."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._ahead = timedelta(0)
        if file.exists():
            self._ahead = timedelta(seconds=json.loads(file.read_text())["ahead_seconds"])

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of real time."""
        return self._ahead

    def now(self) -> datetime:
        """The virtual time, in UTC."""
        return datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Go forward to a moment; one that has passed meanwhile changes nothing."""
        with self._lock:
            step = moment - self.now()
            if step > timedelta(0):
                self._ahead += step
                write(self._file, {"ahead_seconds": self._ahead.total_seconds()})
