"""The desk: what is owed by time, the queue, and a ticket with everything around it.

The pages do what the API does, with the same use cases and permissions; forms end in a 303.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callbacks import CallbackState
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid, Stale
from chalicelib.domain.permissions import Permission
from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.domain.tickets import Status, Ticket, WaitsFor
from chalicelib.handlers.case_tickets import parcels_of
from chalicelib.handlers.desk_trails import happened
from chalicelib.handlers.tickets import QUEUE
from chalicelib.locales import catalogue
from chalicelib.services import ticket_cases, ticket_work
from chalicelib.services.desk import Desk
from chalicelib.services.lookups import named
from chalicelib.services.ticket_cases import Case
from chalicelib.services.ticket_work import Answer
from chalicelib.store.records import Card
from chalicelib.web.answers import page_answer, see_other
from chalicelib.web.auth import any_staff, caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.exchange import path
from chalicelib.web.forms import Body, body, field, query
from chalicelib.web.operations import webpage

desk_pages = Blueprint(__name__)

TICKET = "/desk/t/{ticket}"
OWED_LISTS = ("tickets", "returns", "callbacks")
STALE = 412
"""The form was filled in on an older version of what it changes."""

MOST_OWED = 25
"""Of each kind; who has more than that begins with the first."""


class Written(Body):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    then: WaitsFor = WaitsFor.NOBODY


class Handed(Body):
    to: str = Field(default="", pattern="^(me|nobody)$")


class Waiting(Body):
    waits_for: WaitsFor


@dataclass(frozen=True, slots=True)
class Owed:
    """One line of a list: what, by when, and where it is worked on."""

    kind: str
    number: str
    what: str
    who: str
    """The customer's name; empty if it is not known."""
    language: str
    detail: str
    place: str
    due_at: datetime | None
    is_late: bool
    is_mine: bool


@desk_pages.route("/desk", methods=["GET"])
@any_staff
@webpage("/desk")
def today() -> Response:
    """What is owed by time, over tickets, returns and calls."""
    here = desk()
    cards = [card for name in OWED_LISTS for card in here.page(1, name, limit=MOST_OWED).cards]
    cards.sort(key=lambda card: card.sort)
    rows = _rows(here, cards[:MOST_OWED])
    return _page(200, "desk/today.html", rows=rows, place="today")


@desk_pages.route("/desk/tickets", methods=["GET"])
@staff_only(Permission.READ)
@webpage("/desk/tickets")
def queue() -> Response:
    """The queue by what is due next."""
    here, paging = desk(), query(Paging)
    start = after(here, QUEUE, paging.cursor)
    found = here.page(1, QUEUE, limit=paging.limit, after=start)
    following = cursor(here, QUEUE, found.after)
    return _page(
        200,
        "desk/queue.html",
        rows=_rows(here, found.cards),
        more=f"/desk/tickets?cursor={following}" if following else "",
        place="tickets",
    )


@desk_pages.route("/desk/tickets/{ticket}", methods=["GET"])
@staff_only(Permission.READ)
@webpage(TICKET)
def by_id(ticket: str) -> Response:
    return see_other(f"/desk/t/{desk().get(Ticket, ticket).number}")


@desk_pages.route(TICKET, methods=["GET"])
@staff_only(Permission.READ)
@webpage(TICKET)
def show(ticket: str) -> Response:
    return _ticket(desk(), ticket, 200, acted="", errors={})


@desk_pages.route(f"{TICKET}/replies", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def reply(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        written = body(Written)
        ticket_work.reply(here, ticket_id, Answer(written.text, caller()), written.then)

    return _done(ticket, act)


@desk_pages.route(f"{TICKET}/notes", methods=["POST"])
@staff_only(Permission.NOTE)
@webpage(TICKET)
def note(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        answer = Answer(body(Written).text, caller(), caller().language)
        ticket_work.note(here, ticket_id, answer)

    return _done(ticket, act)


@desk_pages.route(f"{TICKET}/resolution", methods=["POST"])
@staff_only(Permission.RESOLVE)
@webpage(TICKET)
def resolve(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        ticket_work.resolve(here, ticket_id, Answer(body(Written).text, caller()))

    return _done(ticket, act)


@desk_pages.route(f"{TICKET}/assignment", methods=["POST"])
@staff_only(Permission.ASSIGN)
@webpage(TICKET)
def assign(ticket: str) -> Response:
    def act(here: Desk, ticket_id: str) -> None:
        mine = body(Handed).to == "me"
        ticket_work.assign(here, ticket_id, caller().id if mine else None)

    return _done(ticket, act)


@desk_pages.route(f"{TICKET}/waiting", methods=["POST"])
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
    return _page(
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


def _page(status: int, template: str, **context: Any) -> Response:
    here, me = desk(), caller()
    shared = {"now": here.now(), "zone": me.zone or here.shop.zone}
    return page_answer(status, template, me.language, shared | context)


def seen() -> int:
    """The version that the form which came back was opened with."""
    seen = field("seen")
    return int(seen) if seen.isdecimal() else 0


def _rows(here: Desk, cards: list[Card]) -> list[Owed]:
    """Cards with their customers' names: one more read a page, however long the list is."""
    people = sorted({str(one.card["customer_id"]) for one in cards if one.card.get("customer_id")})
    found = here.read(*((Customer, one) for one in people)) if people else []
    names = {one.id: one.name or "" for one in found if isinstance(one, Customer)}
    return [_owed(here, card, names) for card in cards]


def _owed(here: Desk, card: Card, names: dict[str, str]) -> Owed:
    """A card of any of the work lists; its sort key says when it is due."""
    told = card.card
    number = str(told.get("number", ""))
    places = {"ticket": f"t/{number}", "return": f"returns/{number}", "callback": "calls"}
    return Owed(
        kind=card.kind,
        number=number,
        what=str(told.get("subject", "")),
        who=names.get(str(told.get("customer_id")), ""),
        language=str(told.get("language", "")),
        detail=str(told.get("reason", told.get("purpose", ""))),
        place=f"/desk/{places.get(card.kind, '')}",
        due_at=card.due_at,
        is_late=card.due_at is not None and card.due_at <= here.now(),
        is_mine=told.get("assignee", told.get("owner_id")) == caller().id,
    )
