"""The queue of tickets, by what is due next."""

from chalice.app import Blueprint, Response

from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.rows import work_rows
from chalicelib.handlers.tickets import QUEUE
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_queue = Blueprint(__name__)


@desk_queue.route("/desk/tickets", methods=["GET"])
@staff_only(Permission.READ)
@webpage("/desk/tickets")
def queue() -> Response:
    """The queue by what is due next."""
    here, paging = desk(), query(Paging)
    start = after(here, QUEUE, paging.cursor)
    found = here.page(1, QUEUE, limit=paging.limit, after=start)
    following = cursor(here, QUEUE, found.after)
    return staff_page(
        200,
        "desk/queue.html",
        rows=work_rows(here, found.cards),
        more=f"/desk/tickets?cursor={following}" if following else "",
        place="tickets",
    )
