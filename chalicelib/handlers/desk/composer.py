"""Answering a ticket on its page."""

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain import staff as rules
from chalicelib.domain.permissions import Permission
from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.domain.tickets import WaitsFor
from chalicelib.handlers.desk.ticket_page import TICKET
from chalicelib.handlers.desk.tickets import done
from chalicelib.services import ticket_work
from chalicelib.services.desk import Desk
from chalicelib.services.ticket_work import Answer
from chalicelib.web.auth import caller, staff_only
from chalicelib.web.forms import Body, body
from chalicelib.web.operations import webpage

composer = Blueprint(__name__)

RESOLVED = "resolved"


class Written(Body):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    then: str = Field(default="nobody", pattern="^(nobody|customer|resolved)$")
    """Who acts next, or that it is settled."""


@composer.route(f"{TICKET}/replies", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def reply(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        written = body(Written)
        answer = Answer(written.text, caller())
        if written.then != RESOLVED:
            ticket_work.reply(here, ticket_id, answer, WaitsFor(written.then))
            return
        rules.require(caller(), Permission.RESOLVE)
        ticket_work.resolve(here, ticket_id, answer)

    return done(ticket, act)
