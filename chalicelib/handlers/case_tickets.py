"""A ticket as its customer sees it: where it stands, what was said, and whether it is solved."""

import secrets
from typing import Any, Literal

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.orders import Order
from chalicelib.domain.threads import LONGEST_TEXT, Direction
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.handlers.case import CasePage, case_door, case_page
from chalicelib.handlers.shoppers import asked, frame, reader_locale
from chalicelib.locales import catalogue
from chalicelib.notify.doors import DOORS
from chalicelib.services import surveys, ticket_cases, ticket_work
from chalicelib.services import tickets as ticket_service
from chalicelib.services.desk import Desk
from chalicelib.web.answers import page_answer, see_other
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.forms import Body, body
from chalicelib.web.operations import webpage

case_tickets = Blueprint(__name__)

RESOLVED = "resolved"


class Added(Body):
    text: str = Field(default="", max_length=LONGEST_TEXT)


class Judged(Body):
    solved: Literal["yes", "no"]
    text: str = Field(default="", max_length=LONGEST_TEXT)


def show(token: str) -> Response:
    return _case(token, 200, new=bool(asked("new")), thanks=bool(asked("thanks")))


def add(token: str) -> Response:
    """Add a message; one to a ticket that ended long ago opens a new one and leads there."""
    here, text = desk(), body(Added).text
    if not text:
        return _case(token, 422, wrong=True)
    ticket = ticket_service.add_message(here, opened().subject, text, reader_locale(here))
    if ticket.id != opened().subject:
        return see_other(f"{case_door(here, ticket.id)}?new=1")
    return see_other(f"/c/{token}?thanks=1")


case_page(Ticket.prefix, CasePage(show, add))


@case_tickets.route("/a/{token}", methods=["GET"])
@shopper(RESOLVED)
@webpage("/a/{token}")
def ask(token: str) -> Response:
    """Is it solved? Looking says nothing; only pressing a button does."""
    return _question(token, 200, thanks=bool(asked("thanks")))


@case_tickets.route("/a/{token}", methods=["POST"])
@shopper(RESOLVED)
@webpage("/a/{token}")
def judge(token: str) -> Response:
    """ "Solved" leads to the question how it was; "Not solved" opens it again with the words."""
    here, said = desk(), body(Judged)
    ticket_id = opened().subject
    if said.solved == "yes":
        # Pressed twice, it says the same twice: without a receipt both lead to the same page.
        survey = surveys.confirm(here.aside(), ticket_id)
        if survey is None:
            return see_other(f"/a/{token}?thanks=1")
        return see_other(DOORS["survey"].format(token=survey))
    if not said.text:
        return _question(token, 422, wrong=True)
    ticket_work.not_solved(here, ticket_id, said.text, reader_locale(here))
    return see_other(f"/a/{token}?thanks=1")


def _case(token: str, status: int, **state: bool) -> Response:
    here = desk()
    locale = reader_locale(here)
    ticket, messages = ticket_cases.thread(here, opened().subject)
    order = here.find(Order, ticket.order_id) if ticket.order_id else None
    shown: dict[str, Any] = {
        "token": token,
        "ticket": ticket,
        "messages": [one for one in messages if one.direction is not Direction.NOTE],
        "parcels": parcels_of(order),
        "order": order,
        "late": _is_late(here, ticket),
        "key": secrets.token_hex(8),
        "number": ticket.number,
        "new": False,
        "thanks": False,
        "errors": _errors(locale, wrong=state.pop("wrong", False)),
    }
    return page_answer(status, "shopper/case_ticket.html", locale, frame(here) | shown | state)


def _question(token: str, status: int, **state: bool) -> Response:
    here = desk()
    locale = reader_locale(here)
    ticket, messages = ticket_cases.thread(here, opened().subject)
    answers = [one for one in messages if one.direction is Direction.OUT]
    shown: dict[str, Any] = {
        "token": token,
        "ticket": ticket,
        "answer": answers[-1] if answers else None,
        "wish": asked("solved"),
        "is_asked": ticket.status is Status.RESOLVED,
        "can_reopen": not ticket.status.is_active,
        "key": secrets.token_hex(8),
        "number": ticket.number,
        "thanks": False,
        "errors": _errors(locale, wrong=state.pop("wrong", False)),
    }
    return page_answer(status, "shopper/case_solved.html", locale, frame(here) | shown | state)


def parcels_of(order: Order | None) -> list[Any]:
    """What is known of an order's parcels, those on their way first."""
    marks = order.parcels.values() if order else ()
    return sorted((one for one in marks if one.has_left), key=lambda one: one.status.rank)


def _is_late(desk: Desk, ticket: Ticket) -> bool:
    due = ticket.answer_due_at
    return due is not None and due <= desk.now()


def _errors(locale: str, *, wrong: bool) -> dict[str, str]:
    return {"text": catalogue(locale).gettext("Please write a few words.")} if wrong else {}
