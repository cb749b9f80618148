"""The clock: wakes every minute and runs what is due."""

import time

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.services import agenda, intake
from chalicelib.services.house import house

clock = Blueprint(__name__)

WORK_SECONDS = 50
"""A tick ends before the next begins, so that two never overlap."""


@clock.schedule(Rate(1, unit=Rate.MINUTES))
def tick(event: CloudWatchEvent) -> dict[str, int]:
    """Apply what waits in the inbox, then drain the agenda until it is empty or the time is
    nearly used up."""
    intake.drain(house())
    drained = agenda.tick(house(), until=time.monotonic() + WORK_SECONDS)
    return {str(outcome): count for outcome, count in drained.outcomes.items()}
