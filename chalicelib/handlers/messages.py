"""Messages that somebody has to send by hand, and what any message says."""

from chalice.app import Blueprint, Response

from chalicelib.domain.messages import Outgoing
from chalicelib.domain.permissions import Permission
from chalicelib.domain.records import Moment
from chalicelib.services import messages as service
from chalicelib.web.answers import ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Listed, Paging, after, listed
from chalicelib.web.forms import query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.views import view, viewed

messages = Blueprint(__name__)

BY_HAND = "messages-by-hand"


class MessageView(Shape):
    """A message to a customer. `subject` and `text` are its words; null where it is not wanted
    any more, and in answers that only change it."""

    id: str
    version: int
    customer_id: str | None
    subject_id: str
    template: str
    channel: str
    language: str
    state: str
    reason: str
    created_at: Moment
    sent_at: Moment | None
    delivered_at: Moment | None
    subject: str | None = None
    text: str | None = None


@viewed(Outgoing, at="/messages/{id}")
def message_view(out: Outgoing) -> MessageView:
    return MessageView(
        id=out.id,
        version=out.version,
        customer_id=out.customer_id,
        subject_id=out.subject_id,
        template=out.template,
        channel=str(out.channel),
        language=out.language,
        state=str(out.state),
        reason=out.reason,
        created_at=out.created_at,
        sent_at=out.sent_at,
        delivered_at=out.delivered_at,
    )


@messages.route("/messages/by-hand", methods=["GET"])
@staff_only(Permission.READ)
@operation("Messages to send by hand", query=Paging, gives=Listed)
def by_hand() -> Response:
    """What has no channel of its own, and what was refused; the oldest first."""
    paging = query(Paging)
    start = after(desk(), BY_HAND, paging.cursor)
    return ok(listed(desk(), BY_HAND, service.by_hand(desk(), limit=paging.limit, after=start)))


@messages.route("/messages/{message_id}", methods=["GET"])
@staff_only(Permission.READ_CUSTOMERS)
@operation("What a message says", gives=MessageView)
def read(message_id: str) -> Response:
    """A message with its words, as it would be sent now."""
    out, words = service.read(desk(), message_id)
    if words is None:
        return ok(view(out))
    written = words.written
    return ok(view(out).showing(subject=written.subject, text=written.text))


@messages.route("/messages/{message_id}/sent", methods=["POST"])
@staff_only(Permission.REPLY)
@operation("It was sent by hand", gives=MessageView)
def mark_sent(message_id: str) -> Response:
    """The message leaves the list; saying so twice changes nothing."""
    return ok(view(service.mark_sent(desk(), message_id)))
