"""A ticket's page: the conversation, and beside it everything that is known around it."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.callback_policy import slots, zone_of
from chalicelib.domain.callbacks import CallbackState
from chalicelib.domain.drafts import Draft
from chalicelib.domain.events import Event
from chalicelib.domain.macros import filled
from chalicelib.domain.ticket_cycles import can_reopen
from chalicelib.domain.tickets import Ticket, WaitsFor
from chalicelib.handlers.case_tickets import parcels_of
from chalicelib.handlers.desk.pages import STALE, seen, staff_page
from chalicelib.handlers.desk.places import page_of
from chalicelib.handlers.desk.rows import work_rows
from chalicelib.handlers.desk.thread import Part, woven
from chalicelib.handlers.desk.trails import Happened, happened
from chalicelib.handlers.photo_pictures import pictures
from chalicelib.services import answers, macros, presence, queues, ticket_cases
from chalicelib.services.desk import Desk
from chalicelib.services.lookups import named
from chalicelib.services.queues import View
from chalicelib.services.ticket_cases import Case
from chalicelib.services.ticket_context import carriers, may_come_back, worth
from chalicelib.services.ticket_work import channel_now
from chalicelib.services.tickets import terms
from chalicelib.store.photos import Size
from chalicelib.store.records import Card
from chalicelib.web.auth import caller, desk
from chalicelib.web.exchange import here as current
from chalicelib.web.forms import Body, query

TICKET = "/desk/t/{ticket}"

MOST_BESIDE = 10
"""How many lines of the queue stand beside the ticket."""

FEW_BEFORE = 4
"""How many of them stand before it, if as many follow as there is room for."""

MOST_DAYS = 5
"""How many days ahead something is promised with an answer."""


class Looked(Body):
    view: View = View.ALL
    """The view of the queue that one came from."""
    macro: str | None = Field(default=None, max_length=100)
    """What is looked for among the macros."""


@dataclass(frozen=True, slots=True)
class Came:
    """A form that came back, and why: nothing of it was done."""

    acted: str = ""
    """Which form, by the last word of its address."""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    refused: str = ""
    """Why it is not possible as things stand, as a code."""
    said: int | None = None
    """How many messages were there when the form was opened."""


def place_of(ticket: str, **more: str) -> str:
    """The address of a ticket's page, beside the view that one came from."""
    view = query(Looked).view
    asked = more if view is View.ALL else {"view": str(view), **more}
    return TICKET.format(ticket=ticket) + (f"?{urlencode(asked, quote_via=quote)}" if asked else "")


def ticket_page(here: Desk, name: str, status: int, came: Came) -> Response:
    """The page as it stands now, with a form that came back."""
    case = ticket_cases.case(here, named(here, Ticket, name))
    ticket, looked = case.ticket, query(Looked)
    events, _ = here.trail(ticket.id)
    told = happened(here, events)
    return staff_page(
        status,
        "desk/ticket.html",
        ticket=ticket,
        case=case,
        thread=_thread(here, case, told),
        trail=told,
        came=came,
        is_stale=status == STALE,
        meanwhile=_since(here, events, seen()) if status == STALE else [],
        new=[] if came.said is None else case.messages[came.said :],
        channel=channel_now(here, ticket, case.customer),
        once=secrets.token_hex(8),
        place="tickets",
        others=others(here, ticket),
        **_state(here, ticket),
        **_around(here, case),
        **_composed(here, case, came),
        **_beside(here, looked.view, ticket),
    )


def _thread(here: Desk, case: Case, told: list[Happened]) -> list[Part]:
    shown = pictures(case.photos, Size.SMALL)
    return woven(case.messages, told, carriers(here, case.messages), shown)


def _composed(here: Desk, case: Case, came: Came) -> dict[str, Any]:
    """What stands in the composer: what was typed into a form that came back, or what its author
    had kept."""
    mine = next((one for one in case.drafts if one.staff_id == caller().id), None)
    words = query(Looked).macro
    zone = zone_of(case.customer.zone if case.customer else None, here.shop.zone)
    known = answers.known_of(case.customer, case.order, caller())
    return {
        "draft": mine,
        "leaving": [one for one in case.drafts if one.leaves_at is not None],
        "composed": _fields(mine, came),
        "their_zone": zone,
        "slots": slots(here.shop.callbacks, zone, at=here.now(), days=MOST_DAYS),
        "searched": words,
        "macros": []
        if words is None
        else [
            (one, filled(one, case.ticket.message_language, known))
            for one in macros.found(here, words)
        ],
    }


def _fields(mine: Draft | None, came: Came) -> Mapping[str, str]:
    if came.acted == "replies" and came.typed.get("text"):
        return came.typed
    if mine is None or mine.leaves_at is not None:
        return {}
    promising = mine.written.promising
    return {
        "text": mine.written.text,
        "then": mine.written.then,
        "promise": promising.what if promising else "",
        "promise_at": promising.by.isoformat() if promising else "",
    }


def _state(here: Desk, ticket: Ticket) -> dict[str, Any]:
    return {
        "owed": [promise for promise in ticket.promises if promise.is_owed],
        "running": ticket.running,
        "next_owed": min(ticket.running, key=lambda one: str(one.due_at), default=None),
        "is_active": ticket.status.is_active,
        "opens_again": can_reopen(ticket, terms(here), here.now()),
        "waits": [one for one in WaitsFor if one is not WaitsFor.NOBODY],
    }


def _around(here: Desk, case: Case) -> dict[str, Any]:
    return {
        "calls": _open_calls(case),
        "parcels": parcels_of(case.order),
        "worth": worth(case.known),
        "returnable": may_come_back(here, case.order),
        **_beside_in_time(case),
    }


def _beside_in_time(case: Case) -> dict[str, Card | None]:
    """The tickets that this one goes on from and that goes on from it, as far as the customer's
    file shows them."""
    tickets = [one for one in case.known if one.kind == Ticket.kind]
    return {
        "earlier": next((one for one in tickets if one.id == case.ticket.follows), None),
        "later": next((one for one in tickets if one.card.get("follows") == case.ticket.id), None),
    }


def _beside(here: Desk, view: View, ticket: Ticket) -> dict[str, Any]:
    """The lines of the queue around the ticket, and the places of the tickets before and after it
    there; calls are no part of the walk. One that the view does not hold stands before its first
    line."""
    near = queues.around(here, view, ticket, limit=MOST_BESIDE - 1)
    if near is None:
        first = queues.page_of(here, view, limit=MOST_BESIDE, after=None).cards
        rows = work_rows(here, first)
        return {"view": view, "rows": rows, "previous": "", "following": _first_ticket(first)}
    room = max(FEW_BEFORE, MOST_BESIDE - 1 - len(near.after))
    before = near.before[-room:]
    rows = work_rows(here, [*before, near.line, *near.after][:MOST_BESIDE])
    return {
        "view": view,
        "rows": rows,
        "previous": _first_ticket(reversed(near.before)),
        "following": _first_ticket(near.after),
    }


def _first_ticket(cards: Iterable[Card]) -> str:
    """Where the first ticket among some cases is worked on; empty if none is."""
    tickets = (one for one in cards if one.kind == Ticket.kind)
    return next((page_of(one.kind, one.id, str(one.card["number"])) for one in tickets), "")


def _since(here: Desk, events: list[Event], version: int) -> Any:
    return happened(here, (one for one in events if one.version > version))


def _open_calls(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "number": one.card["number"],
            "at": datetime.fromisoformat(one.card["window_start"]),
        }
        for one in case.calls
        if CallbackState(one.card["state"]).is_open
    ]


def shown(ticket: str) -> Response:
    """The page as somebody opens it."""
    return ticket_page(desk(), ticket, 200, Came())


def others(here: Desk, ticket: Ticket) -> list[str]:
    """Who else reads it. A machine that looks is nobody who reads."""
    exchange = current()
    is_read = exchange.session and exchange.request.method == "GET"
    return presence.readers(here, ticket.id) if is_read else []
