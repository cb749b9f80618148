"""The queue of tickets in its views, by what is due next."""

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.rows import work_rows
from chalicelib.services import answers, queues
from chalicelib.services.queues import View
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_queue = Blueprint(__name__)

PLACE = "/desk/tickets"


class Viewed(Paging):
    view: View = View.ALL
    on: int = Field(default=0, ge=0, le=100)
    """Which line the keys are on; 0 is none."""


@desk_queue.route(PLACE, methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def queue() -> Response:
    """A view by what is due next, and how many each view holds."""
    here, asked = desk(), query(Viewed)
    name = f"queue:{asked.view}"
    start = after(here, name, asked.cursor)
    found = queues.page_of(here, asked.view, limit=asked.limit, after=start)
    following = cursor(here, name, found.after)
    rows = work_rows(here, found.cards)
    this = f"{PLACE}?view={asked.view}"
    return staff_page(
        200,
        "desk/queue.html",
        view=asked.view,
        counted=queues.counts_of(here),
        rows=rows,
        back=[one for one in answers.not_left(here, caller()) if one.card["came_back"]],
        on=min(asked.on, len(rows)),
        this=f"{this}&cursor={asked.cursor}" if asked.cursor else this,
        more=f"{this}&cursor={following}" if following else "",
        place="tickets",
    )
