"""Lanes that stand still: paused by an operator, or held because a carrier takes nothing more."""

from collections.abc import Iterable
from datetime import timedelta

from chalicelib.domain.agenda import POST, Lane
from chalicelib.logs import log
from chalicelib.services.house import House
from chalicelib.store import lanes as switches

KNOWN_SECONDS = 5


def open_lanes(house: House) -> frozenset[Lane]:
    """The lanes that are worked; what is paused or held meanwhile stands within five seconds."""
    return house.cached(
        ("lanes",), KNOWN_SECONDS, lambda: switches.open_lanes(house.tables, now=house.now())
    )


def look_again(house: House) -> frozenset[Lane]:
    """The same as it is at this moment."""
    house.forget("lanes")
    return open_lanes(house)


def pause(house: House, lanes: Iterable[Lane]) -> None:
    """Until they are resumed; their entries stay where they are."""
    for lane in lanes:
        switches.pause(house.tables, lane)
    house.forget("lanes")


def resume(house: House, lanes: Iterable[Lane]) -> None:
    for lane in lanes:
        switches.resume(house.tables, lane)
    house.forget("lanes")


def hold_post(house: House, pause: timedelta, reason: str) -> None:
    """Send nothing for a while: whoever carries the mail takes nothing more from anybody, and
    trying each waiting mail would only cost. `reason` is the carrier's code."""
    until = house.now() + pause
    for lane in POST:
        switches.hold(house.tables, lane, until=until)
    house.forget("lanes")
    log().warning("post.held", extra={"reason": reason, "minutes": pause.total_seconds() / 60})
