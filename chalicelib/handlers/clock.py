"""The clock: wakes every minute and runs what is due. What leaves the house is sent by a function
of its own, the only one besides the stream's that has the right to."""

import time

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.domain.agenda import POST, WORK
from chalicelib.logs import log
from chalicelib.services import agenda, intake
from chalicelib.services.agenda import Drained
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
    return _told(agenda.tick(house(), WORK, until=started + WORK_SECONDS), applied=applied)


@clock.schedule(Rate(1, unit=Rate.MINUTES))
def send_due(event: CloudWatchEvent) -> dict[str, int]:
    """Send the messages that are due."""
    return _told(agenda.tick(house(), POST, until=time.monotonic() + WORK_SECONDS))


def _told(drained: Drained, **counts: int) -> dict[str, int]:
    outcomes = {str(outcome): count for outcome, count in drained.outcomes.items()}
    if outcomes or any(counts.values()):
        log().info("tick.done", extra={**counts, **outcomes})
    return outcomes
