"""A ticket with everything around it.

The page does what the API does, with the same use cases and permissions; forms end in a 303.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callbacks import CallbackState
from chalicelib.domain.errors import Invalid, Stale
from chalicelib.domain.permissions import Permission
from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.domain.tickets import Status, Ticket, WaitsFor
from chalicelib.handlers.case_tickets import parcels_of
from chalicelib.handlers.desk.pages import STALE, seen, staff_page
from chalicelib.handlers.desk.trails import happened
from chalicelib.locales import catalogue
from chalicelib.services import ticket_cases, ticket_work
from chalicelib.services.desk import Desk
from chalicelib.services.lookups import named
from chalicelib.services.ticket_cases import Case
from chalicelib.services.ticket_work import Answer
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.exchange import path
from chalicelib.web.forms import Body, body, field
from chalicelib.web.operations import webpage

desk_tickets = Blueprint(__name__)

TICKET = "/desk/t/{ticket}"


class Written(Body):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    then: WaitsFor = WaitsFor.NOBODY


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
    return _ticket(desk(), ticket, 200, acted="", errors={})


@desk_tickets.route(f"{TICKET}/replies", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def reply(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        written = body(Written)
        ticket_work.reply(here, ticket_id, Answer(written.text, caller()), written.then)

    return _done(ticket, act)


@desk_tickets.route(f"{TICKET}/notes", methods=["POST"])
@staff_only(Permission.NOTE)
@webpage(TICKET)
def note(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        answer = Answer(body(Written).text, caller(), caller().language)
        ticket_work.note(here, ticket_id, answer)

    return _done(ticket, act)


@desk_tickets.route(f"{TICKET}/resolution", methods=["POST"])
@staff_only(Permission.RESOLVE)
@webpage(TICKET)
def resolve(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        ticket_work.resolve(here, ticket_id, Answer(body(Written).text, caller()))

    return _done(ticket, act)


@desk_tickets.route(f"{TICKET}/assignment", methods=["POST"])
@staff_only(Permission.ASSIGN)
@webpage(TICKET)
def assign(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        mine = body(Handed).to == "me"
        ticket_work.assign(here, ticket_id, caller().id if mine else None)

    return _done(ticket, act)


@desk_tickets.route(f"{TICKET}/waiting", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def wait(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        ticket_work.wait(here, ticket_id, body(Waiting).waits_for)

    return _done(ticket, act)


def _done(ticket: str, act: Callable[[Desk, str], None]) -> Response:
    """Do it and lead back to the ticket. What is missing, and what came in since the form was
    opened, is said beside what was typed."""
    here = desk()
    acted = path().rpartition("/")[2]
    try:
        act(here, named(here, Ticket, ticket))
    except Invalid:
        say = catalogue(caller().language).gettext
        wrong = {f"text-{acted}": say("Please write a few words.")}
        return _ticket(here, ticket, 422, acted=acted, errors=wrong)
    except Stale:
        return _ticket(here.aside(), ticket, STALE, acted=acted, errors={})
    return see_other(TICKET.format(ticket=ticket))


def _ticket(here: Desk, name: str, status: int, *, acted: str, errors: dict[str, str]) -> Response:
    case = ticket_cases.case(here, named(here, Ticket, name))
    ticket = case.ticket
    events, _ = here.trail(ticket.id)
    return staff_page(
        status,
        "desk/ticket.html",
        ticket=ticket,
        case=case,
        events=happened(here, events),
        is_stale=status == STALE,
        meanwhile=happened(here, (one for one in events if one.version > seen())),
        acted=acted,
        owed=[promise for promise in ticket.promises if promise.is_owed],
        calls=_open_calls(case),
        parcels=parcels_of(case.order),
        is_late=ticket.next_due_at is not None and ticket.next_due_at <= here.now(),
        is_active=ticket.status.is_active,
        is_closed=ticket.status is Status.CLOSED,
        waits=[one for one in WaitsFor if one is not WaitsFor.NOBODY],
        typed=field("text"),
        errors=errors,
        key=secrets.token_hex(8),
        place="tickets",
    )


def _open_calls(case: Case) -> list[dict[str, Any]]:
    return [
        {"number": one.card["number"], "at": datetime.fromisoformat(one.card["window_start"])}
        for one in case.calls
        if CallbackState(one.card["state"]).is_open
    ]
