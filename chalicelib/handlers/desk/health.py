"""Whether anything was lost, and what was given up, for who may try it again."""

import time
from datetime import timedelta

from chalice.app import Blueprint, Response

from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.reports import DayWanted
from chalicelib.handlers.webhooks import RETRY_SECONDS
from chalicelib.services import agenda as agenda_service
from chalicelib.services import health as service
from chalicelib.services import inbox, reports
from chalicelib.web.answers import see_other
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_health = Blueprint(__name__)

PLACE = "/desk/health"

_DAY = timedelta(days=1)


@desk_health.route(PLACE, methods=["GET"])
@staff_only(Permission.OPERATE)
@webpage(PLACE)
def show() -> Response:
    """The sums of a day in the shop's zone, today unless `?date=` names another, and how things
    stand at this moment."""
    here, today = desk(), reports.day_of(desk(), None).date
    day = reports.day_of(here, min(query(DayWanted).date or today, today))
    return staff_page(
        200,
        "desk/health.html",
        place="",
        day=day,
        health=service.health(here, day),
        before=(day.date - _DAY).isoformat(),
        following="" if day.date == today else (day.date + _DAY).isoformat(),
        shop_zone=here.shop.zone,
    )


@desk_health.route(f"{PLACE}/entries/{{entry_id}}/retry", methods=["POST"])
@staff_only(Permission.OPERATE)
@webpage(PLACE)
def retry_entry(entry_id: str) -> Response:
    """Put a given-up entry back into its lane, due now."""
    agenda_service.retry(desk(), entry_id)
    return see_other(PLACE)


@desk_health.route(f"{PLACE}/deliveries/{{delivery_id}}/retry", methods=["POST"])
@staff_only(Permission.OPERATE)
@webpage(PLACE)
def retry_delivery(delivery_id: str) -> Response:
    """Let the clock take a given-up delivery in again."""
    inbox.retry(desk().house, desk().shop_id, delivery_id)
    return see_other(PLACE)


@desk_health.route(f"{PLACE}/deliveries/retry", methods=["POST"])
@staff_only(Permission.OPERATE)
@webpage(PLACE)
def retry_deliveries() -> Response:
    """The same with all of them, as far as one request comes."""
    until = time.monotonic() + RETRY_SECONDS
    inbox.retry_all(desk().house, desk().shop_id, until=until)
    return see_other(PLACE)
