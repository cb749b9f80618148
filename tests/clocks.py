"""Domain time, which only the test moves on."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta

from chalicelib.services.house import real_time, set_clock


class Clock:
    """Stands where it was put, until the test waits or sets `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@contextmanager
def standing_at(moment: datetime) -> Generator[Clock]:
    """The house's clock for as long as it is held."""
    clock = Clock(moment)
    set_clock(clock)
    yield clock
    set_clock(real_time)
