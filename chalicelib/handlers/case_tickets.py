"""A ticket as its customer sees it: where it stands, what was said, and whether it is solved."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.letters import Letter
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import ParcelMark
from chalicelib.domain.photos import takes_photos
from chalicelib.domain.sla import RESOLUTION
from chalicelib.domain.threads import Direction, TicketMessage
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.handlers.shoppers import Step, asked, case_door, frame, reader_locale
from chalicelib.handlers.typed import message_wrong
from chalicelib.notify.doors import DOORS
from chalicelib.services import surveys, ticket_cases, ticket_work
from chalicelib.services import tickets as ticket_service
from chalicelib.services.desk import Desk
from chalicelib.web.answers import page_answer, see_other
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.forms import LONGEST_PASTE, Body, body
from chalicelib.web.operations import webpage

case_tickets = Blueprint(__name__)

RESOLVED = "resolved"


class Added(Body):
    text: str = Field(default="", max_length=LONGEST_PASTE)


class Judged(Body):
    solved: Literal["yes", "no"]
    text: str = Field(default="", max_length=LONGEST_PASTE)


def show(token: str) -> Response:
    return _case(token, 200, new=bool(asked("new")), thanks=bool(asked("thanks")))


def act(token: str) -> Response:
    """Add a message; one to a ticket that ended long ago opens a new one and leads there."""
    here, text = desk(), body(Added).text
    locale = reader_locale(here)
    if wrong := message_wrong(text, locale):
        return _case(token, 422, text=text, wrong=wrong)
    ticket = ticket_service.add_message(here, opened().subject, text, locale)
    if ticket.id != opened().subject:
        return see_other(f"{case_door(here, ticket.id)}?new=1&lang={locale}")
    return see_other(f"/c/{token}?thanks=1&lang={locale}")


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
    ticket_id, locale = opened().subject, reader_locale(here)
    if said.solved == "yes":
        # Pressed twice, it says the same twice: without a receipt both lead to the same page.
        survey = surveys.confirm(here.aside(), ticket_id)
        if survey is None:
            return see_other(f"/a/{token}?thanks=1&lang={locale}")
        return see_other(f"{DOORS['survey'].format(token=survey)}?lang={locale}")
    if wrong := message_wrong(said.text, locale):
        return _question(token, 422, text=said.text, wrong=wrong)
    ticket_work.not_solved(here, ticket_id, said.text, locale)
    return see_other(f"/a/{token}?thanks=1&lang={locale}")


def _case(token: str, status: int, *, text: str = "", wrong: str = "", **state: bool) -> Response:
    here = desk()
    locale = reader_locale(here)
    ticket, messages = ticket_cases.thread(here, opened().subject)
    order = here.find(Order, ticket.order_id) if ticket.order_id else None
    spoken = [one for one in messages if one.direction is not Direction.NOTE]
    due = ticket.answer_due_at or _settle_by(ticket)
    shown: dict[str, Any] = {
        "token": token,
        "ticket": ticket,
        "messages": spoken,
        "steps": steps_of(ticket, spoken, closes_at=_closes_at(here, ticket)),
        "settle_by": _settle_by(ticket),
        "closes_at": _closes_at(here, ticket),
        "opens_until": _opens_until(here, ticket),
        "judge": _judge_door(here, ticket),
        "parcels": parcels_of(order),
        "order": order,
        "takes_photos": takes_photos(ticket),
        "late": due is not None and due <= here.now(),
        "key": secrets.token_hex(8),
        "number": ticket.number,
        "new": False,
        "thanks": False,
        "text": text,
        "errors": {"text": wrong} if wrong else {},
    }
    return page_answer(status, "shopper/case_ticket.html", locale, frame(here) | shown | state)


def steps_of(
    ticket: Ticket, spoken: Sequence[TicketMessage], *, closes_at: datetime | None
) -> list[Step]:
    """The four steps of a question: asked, answered, solved, closed. What its customer has not
    written in was not asked."""
    asked = [m.at for m in spoken if m.direction is Direction.IN and not m.words.is_automatic]
    answers = [m.at for m in spoken if m.direction is Direction.OUT]
    return [
        *(Step("asked", "done", at=at) for at in asked[-1:]),
        _answer_step(ticket, answers),
        _solved_step(ticket),
        _closed_step(ticket, closes_at),
    ]


def _answer_step(ticket: Ticket, answers: Sequence[datetime]) -> Step:
    if ticket.answer_due_at is not None:
        return Step("answer", "now", by=ticket.answer_due_at)
    if answers and answers[-1] >= ticket.cycle_began_at:
        return Step("answer", "done", at=answers[-1])
    return Step("answer", "next" if ticket.status.is_active else "done")


def _solved_step(ticket: Ticket) -> Step:
    if not ticket.status.is_active:
        return Step("solved", "done", at=ticket.resolved_at)
    if ticket.status is Status.PENDING:
        return Step("yours", "now")
    is_next = ticket.answer_due_at is not None
    return Step("solved", "next" if is_next else "now", by=_settle_by(ticket))


def _closed_step(ticket: Ticket, closes_at: datetime | None) -> Step:
    if ticket.status is Status.CLOSED:
        return Step("closed", "done", at=ticket.closed_at)
    return Step("closed", "next" if ticket.status.is_active else "now", by=closes_at)


def _question(
    token: str, status: int, *, text: str = "", wrong: str = "", **state: bool
) -> Response:
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
        "closes_at": _closes_at(here, ticket),
        "reply_by": ticket_cases.reply_by(here, ticket),
        "key": secrets.token_hex(8),
        "number": ticket.number,
        "thanks": False,
        "text": text,
        "errors": {"text": wrong} if wrong else {},
    }
    return page_answer(status, "shopper/case_solved.html", locale, frame(here) | shown | state)


def parcels_of(order: Order | None) -> list[ParcelMark]:
    """What is known of an order's parcels, those on their way first."""
    marks = order.parcels.values() if order else ()
    return sorted((one for one in marks if one.has_left), key=lambda one: one.status.rank)


def _settle_by(ticket: Ticket) -> datetime | None:
    return next((one.due_at for one in ticket.running if one.what == RESOLUTION), None)


def _closes_at(desk: Desk, ticket: Ticket) -> datetime | None:
    """When silence closes it."""
    if ticket.status is not Status.RESOLVED or ticket.resolved_at is None:
        return None
    return ticket.resolved_at + timedelta(days=desk.shop.sla.close_after_days)


def _opens_until(desk: Desk, ticket: Ticket) -> datetime | None:
    """Until when a closed one goes on where it was."""
    until = ticket.closed_at and ticket.closed_at + timedelta(days=desk.shop.sla.reopen_days)
    return until if until and until > desk.now() else None


def _judge_door(desk: Desk, ticket: Ticket) -> str:
    token = desk.link(RESOLVED, ticket.id, desk.now() + Letter.lifetime)
    return DOORS[RESOLVED].format(token=token)
