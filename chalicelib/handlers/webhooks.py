"""The shop's webhooks, and what operators see of them."""

from datetime import date
from typing import cast

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound, Unauthorized
from chalicelib.domain.permissions import Permission
from chalicelib.services import inbox, intake
from chalicelib.services.house import house
from chalicelib.services.intake import Taken
from chalicelib.store import counters
from chalicelib.web.answers import accepted, ok
from chalicelib.web.auth import desk, public, staff_only
from chalicelib.web.exchange import here, raw_body
from chalicelib.web.forms import Body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape

webhooks = Blueprint(__name__)


class Receipt(Shape):
    """What became of a delivery."""

    outcome: Taken


class DayWanted(Body):
    day: date | None = None
    """A UTC day; today if absent."""


class Deliveries(Shape):
    """What was answered and changed nothing, and what waits."""

    day: date
    noted: dict[str, int]
    """Deliveries that said nothing to us, and refused signatures, by code."""
    given_up: list[str]
    """Verified deliveries that failed too often; each can be tried again."""


class Again(Shape):
    id: str


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
        counters.note(
            house().tables, shop_id, f"refused_{refused.facts['reason']}", now=house().now()
        )
        raise
    return ok(Receipt(outcome=outcome))


@webhooks.route("/webhooks/deliveries", methods=["GET"])
@staff_only(Permission.OPERATE)
@operation(
    "Deliveries that changed nothing, and those that wait", query=DayWanted, gives=Deliveries
)
def deliveries() -> Response:
    """Counts by code of one day, and the shop's given-up deliveries."""
    at = desk()
    day = query(DayWanted).day or at.now().date()
    return ok(
        Deliveries(
            day=day,
            noted=counters.noted(at.house.tables, at.shop_id, day),
            given_up=[_id(key) for key in inbox.given_up(at.house, at.shop_id)],
        )
    )


@webhooks.route("/webhooks/deliveries/{delivery_id}/retry", methods=["POST"])
@staff_only(Permission.OPERATE)
@operation("Try a given-up delivery again", gives=Again, status=202)
def retry(delivery_id: str) -> Response:
    """At the next minute, with all its attempts."""
    at = desk()
    known = {_id(key): key for key in inbox.given_up(at.house, at.shop_id)}
    if delivery_id not in known:
        raise NotFound("There is no such delivery.", field="id")
    inbox.retry(at.house, known[delivery_id])
    return accepted(Again(id=delivery_id))


def _id(key: str) -> str:
    return key.rpartition("/")[2]
