"""What is done with a ticket on its page, besides answering it (`composer`).

The page does what the API does, with the same use cases and permissions; forms end in a 303.
"""

from collections.abc import Callable

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.errors import Invalid, NotAllowed, Stale
from chalicelib.domain.permissions import Permission
from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.domain.tickets import Ticket, WaitsFor
from chalicelib.handlers.desk.pages import STALE
from chalicelib.handlers.desk.ticket_page import TICKET, Came, place_of, shown, ticket_page
from chalicelib.handlers.typed import message_wrong
from chalicelib.services import ticket_work
from chalicelib.services.desk import Desk
from chalicelib.services.lookups import named
from chalicelib.services.ticket_work import Answer
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.exchange import path
from chalicelib.web.forms import Body, body, field
from chalicelib.web.operations import webpage

desk_tickets = Blueprint(__name__)


class Noted(Body):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class Handed(Body):
    to: str = Field(default="", pattern="^(me|nobody)$")


class Waiting(Body):
    waits_for: WaitsFor


@desk_tickets.route("/desk/tickets/{ticket}", methods=["GET"])
@staff_only(Permission.READ)
@webpage(TICKET)
def by_id(ticket: str) -> Response:
    return see_other(f"/desk/t/{desk().get(Ticket, ticket).number}")


@desk_tickets.route(TICKET, methods=["GET"])
@staff_only(Permission.READ)
@webpage(TICKET)
def show(ticket: str) -> Response:
    return shown(ticket)


@desk_tickets.route(f"{TICKET}/notes", methods=["POST"])
@staff_only(Permission.NOTE)
@webpage(TICKET)
def note(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> Ticket:
        answer = Answer(body(Noted).text, caller(), caller().language)
        return ticket_work.note(here, ticket_id, answer)

    return _done(ticket, act)


@desk_tickets.route(f"{TICKET}/assignment", methods=["POST"])
@staff_only(Permission.ASSIGN)
@webpage(TICKET)
def assign(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> Ticket:
        mine = body(Handed).to == "me"
        return ticket_work.assign(here, ticket_id, caller().id if mine else None)

    return _done(ticket, act)


@desk_tickets.route(f"{TICKET}/waiting", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def wait(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> Ticket:
        return ticket_work.wait(here, ticket_id, body(Waiting).waits_for)

    return _done(ticket, act)


@desk_tickets.route(f"{TICKET}/again", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage("/desk/tickets/{id}")
def write_again(ticket: str) -> Response:
    return _done(ticket, lambda here, id_: ticket_work.write_again(here, id_, caller()))


def _done(ticket: str, act: Callable[[Desk, str], Ticket]) -> Response:
    """Do it and lead to the ticket that is worked on then. What is missing, and what came in since
    the form was opened, is said beside what was typed."""
    here = desk()
    acted, typed = path().rpartition("/")[2], {"text": field("text")}
    try:
        done = act(here, named(here, Ticket, ticket))
    except Invalid as error:
        if error.field != "text":
            raise
        wrong = {f"text-{acted}": message_wrong(typed["text"], caller().language)}
        return ticket_page(here.aside(), ticket, 422, Came(acted, typed, wrong))
    except Stale:
        return ticket_page(here.aside(), ticket, STALE, Came(acted, typed))
    except NotAllowed as error:
        reason = str(error.facts.get("reason", ""))
        return ticket_page(here.aside(), ticket, 409, Came(acted, typed, refused=reason))
    return see_other(place_of(done.number))
