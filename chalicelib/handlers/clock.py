"""The clock: wakes every minute and runs what is due."""

import time

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.logs import log
from chalicelib.services import agenda, intake
from chalicelib.services.house import house

clock = Blueprint(__name__)

WORK_SECONDS = 50
"""A tick ends before the next begins, so that two never overlap."""
INBOX_SECONDS = 15
"""How much of it parked deliveries may take, so that what is due is not kept waiting."""


@clock.schedule(Rate(1, unit=Rate.MINUTES))
def tick(event: CloudWatchEvent) -> dict[str, int]:
    """Apply what waits in the inbox, then drain the agenda until it is empty or the time is
    nearly used up."""
    started = time.monotonic()
    applied = intake.drain(house(), until=started + INBOX_SECONDS)
    drained = agenda.tick(house(), until=started + WORK_SECONDS)
    outcomes = {str(outcome): count for outcome, count in drained.outcomes.items()}
    if applied or outcomes:
        log().info("tick.done", extra={"applied": applied, **outcomes})
    return outcomes
