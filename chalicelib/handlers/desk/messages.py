"""What the staff send by hand: the list of it, and one message to copy."""

from chalice.app import Blueprint, Response

from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.messages import BY_HAND
from chalicelib.services import messages as service
from chalicelib.web.answers import see_other
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_messages = Blueprint(__name__)

PLACE = "/desk/messages"
MESSAGE = "/desk/messages/{message_id}"


@desk_messages.route(PLACE, methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def to_send() -> Response:
    """The oldest first."""
    here, paging = desk(), query(Paging)
    page = service.by_hand(here, limit=paging.limit, after=after(here, BY_HAND, paging.cursor))
    more = cursor(here, BY_HAND, page.after)
    return staff_page(
        200,
        "desk/messages.html",
        place="messages",
        cards=page.cards,
        more=f"{PLACE}?cursor={more}" if more else "",
    )


@desk_messages.route(MESSAGE, methods=["GET"])
@staff_only(Permission.READ_CUSTOMERS)
@webpage(MESSAGE)
def show(message_id: str) -> Response:
    """One message to copy, and a button that says it was sent."""
    out, words = service.read(desk(), message_id)
    written = words.written if words else None
    return staff_page(200, "desk/message.html", place="messages", out=out, written=written)


@desk_messages.route(MESSAGE, methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(PLACE)
def mark_sent(message_id: str) -> Response:
    service.mark_sent(desk(), message_id)
    return see_other(PLACE)
