"""The shop's webhooks, and what operators see of them."""

import time
from datetime import date
from typing import cast

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import TooMany, Unauthorized
from chalicelib.domain.permissions import Permission
from chalicelib.services import inbox, intake
from chalicelib.services.house import house
from chalicelib.services.intake import Taken
from chalicelib.store import counters
from chalicelib.web.answers import accepted, ok
from chalicelib.web.auth import desk, public, staff_only
from chalicelib.web.cursors import after, cursor
from chalicelib.web.exchange import here, raw_body
from chalicelib.web.forms import Body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape

webhooks = Blueprint(__name__)

GIVEN_UP = "given-up"
RETRY_SECONDS = 20
"""How long one request puts deliveries back; its answer is waited for 29."""
RETRY_AFTER = 600
"""Seconds that whoever sends ten thousand forgeries a day is asked to wait."""


class Receipt(Shape):
    """What became of a delivery."""

    outcome: Taken


class DeliveriesWanted(Body):
    day: date | None = None
    """A UTC day; today if absent."""
    cursor: str | None = None


class Deliveries(Shape):
    """What was answered and changed nothing, and what waits."""

    day: date
    noted: dict[str, int]
    """Deliveries that said nothing to us, and refused signatures, by code."""
    given_up: list[str]
    """Up to a hundred verified deliveries that failed too often; each can be tried again."""
    next: str | None
    """The `cursor` of the next of those; null on the last page."""


class Again(Shape):
    id: str


class AllAgain(Shape):
    retried: int
    """How many will be tried again."""
    left: bool
    """More are there than were put back in the time of one request: ask again."""


@webhooks.route("/webhooks/{platform}/{shop_id}", methods=["POST"])
@public
@operation("A shop's webhook", gives=Receipt)
def receive(platform: str, shop_id: str) -> Response:
    """Verified by the platform's own signature; a repeat has no second effect."""
    try:
        outcome = intake.receive(
            house(),
            platform,
            shop_id,
            cast("dict[str, str]", here().request.headers),
            raw_body(),
            correlation=here().id,
        )
    except Unauthorized as refused:
        code = f"refused_{refused.facts['reason']}"
        if not counters.note(house().tables, shop_id, code, now=house().now()):
            raise TooMany("Nothing of this is signed.", retry_after=RETRY_AFTER) from None
        raise
    return ok(Receipt(outcome=outcome))


@webhooks.route("/webhooks/deliveries", methods=["GET"])
@staff_only(Permission.OPERATE)
@operation(
    "Deliveries that changed nothing, and those that wait",
    query=DeliveriesWanted,
    gives=Deliveries,
)
def deliveries() -> Response:
    """Counts by code of one day, and the shop's given-up deliveries."""
    at, wanted = desk(), query(DeliveriesWanted)
    day = wanted.day or at.now().date()
    start = after(at, GIVEN_UP, wanted.cursor) or {}
    page = inbox.given_up(at.house, at.shop_id, after=start.get("id"))
    return ok(
        Deliveries(
            day=day,
            noted=counters.noted(at.house.tables, at.shop_id, day),
            given_up=list(page.ids),
            next=cursor(at, GIVEN_UP, {"id": page.after} if page.after else None),
        )
    )


@webhooks.route("/webhooks/deliveries/retry", methods=["POST"])
@staff_only(Permission.OPERATE)
@operation("Try all given-up deliveries again", gives=AllAgain, status=202)
def retry_all() -> Response:
    """From the next minute on, with all their attempts."""
    at = desk()
    done, left = inbox.retry_all(at.house, at.shop_id, until=time.monotonic() + RETRY_SECONDS)
    return accepted(AllAgain(retried=done, left=left))


@webhooks.route("/webhooks/deliveries/{delivery_id}/retry", methods=["POST"])
@staff_only(Permission.OPERATE)
@operation("Try a given-up delivery again", gives=Again, status=202)
def retry(delivery_id: str) -> Response:
    """At the next minute, with all its attempts."""
    at = desk()
    inbox.retry(at.house, at.shop_id, delivery_id)
    return accepted(Again(id=delivery_id))
