"""A return as its customer sees it: where it stands, who acts next, and what comes back."""

import re
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.orders import Order
from chalicelib.domain.photos import takes_photos
from chalicelib.domain.return_advice import advice
from chalicelib.domain.returns import (
    DECISION,
    INSPECT,
    REFUND,
    SEND_BACK,
    Act,
    Return,
    allows,
)
from chalicelib.handlers.shoppers import Step, case_door, frame, reader_locale
from chalicelib.handlers.typed import message_wrong
from chalicelib.locales import catalogue
from chalicelib.services import portal, return_work
from chalicelib.services import returns as service
from chalicelib.services.desk import Desk
from chalicelib.services.ticket_cases import open_question
from chalicelib.web.answers import page_answer, see_other
from chalicelib.web.auth import desk, opened
from chalicelib.web.forms import LONGEST_PASTE, Body, body, query

TRACKING = re.compile(r"[A-Za-z0-9 ./-]{0,60}")


class Looked(Body):
    lang: str | None = None
    new: str | None = None
    """It was asked for a moment ago."""
    thanks: str | None = None
    """Something was just done."""


class Done(Body):
    act: Literal["sent", "cancel", "say"]
    tracking: str = Field(default="", max_length=LONGEST_PASTE)
    text: str = Field(default="", max_length=LONGEST_PASTE)

    def wrong(self, locale: str) -> dict[str, str]:
        """By field, what its act cannot be done with."""
        if self.act == "say":
            found = {"text": message_wrong(self.text, locale)}
        elif self.act == "sent" and not TRACKING.fullmatch(self.tracking):
            say = catalogue(locale).gettext
            found = {"tracking": say("Letters and digits, at most 60, as on the receipt.")}
        else:
            found = {}
        return {name: words for name, words in found.items() if words}


def show(token: str) -> Response:
    return _case(token, 200, {})


def act(token: str) -> Response:
    here, done = desk(), body(Done)
    locale = reader_locale(here)
    if wrong := done.wrong(locale):
        return _case(token, 422, wrong, done)
    match done.act:
        case "sent":
            return_work.send(here, opened().subject, done.tracking)
        case "cancel":
            service.cancel(here, opened().subject)
        case "say":
            return see_other(f"{_said(here, done.text, locale)}?thanks=1&lang={locale}")
    return see_other(f"/c/{token}?thanks=1&lang={locale}")


def _case(token: str, status: int, errors: dict[str, str], typed: Done | None = None) -> Response:
    here, looked = desk(), query(Looked)
    case = here.get(Return, opened().subject)
    due = case.next_due_at
    cap = here.shop.returns.automatic_cap
    question = open_question(here, case.order_id)
    shown: dict[str, Any] = {
        "token": token,
        "case": case,
        "number": case.number,
        "due": due,
        "late": due is not None and due <= here.now() and _is_ours_to_do(case),
        "agrees_by_itself": advice(case, automatic_cap=cap).by_itself,
        "is_small": case.decision.quote.total.amount <= cap,
        "steps": steps_of(case),
        "quote": case.decision.quote,
        "titles": {line.line_id: line.title for line in case.lines},
        "address": here.shop.return_address,
        "takes_photos": takes_photos(case),
        "question": question.card["number"] if question else "",
        "question_door": case_door(here, question.id) if question else "",
        "can_cancel": allows(case, Act.CANCEL),
        "new": looked.new is not None,
        "thanks": looked.thanks is not None,
        "key": secrets.token_hex(8),
        "typed": typed or Done(act="say"),
        "errors": errors,
    }
    return page_answer(status, "shopper/case_return.html", reader_locale(here), frame(here) | shown)


def steps_of(case: Return) -> list[Step]:
    """The four steps of a return: agreed, sent, checked, refunded; of one that ended otherwise,
    what happened."""
    if not case.is_open and case.refunded_at is None:
        ended = case.ended_at or case.requested_at
        return [Step("requested", "done", case.requested_at), Step(case.request, "done", ended)]
    way = (
        _step(case, "agreed", case.authorized_at, DECISION),
        _step(case, "sent", case.sent_at or case.received_at, SEND_BACK),
        _step(case, "checked" if case.inspected_at else "arrives", case.inspected_at, INSPECT),
        _step(case, "refund", case.refunded_at, REFUND),
    )
    first = next((one for one in way if one.at is None), None)
    return [replace(one, state="now") if one is first else one for one in way]


def _step(case: Return, what: str, at: datetime | None, promise: str) -> Step:
    owed = case.promised(promise)
    by = owed.due_at if owed and owed.is_owed else None
    return Step(what, "next" if at is None else "done", at, by)


def _is_ours_to_do(case: Return) -> bool:
    send_back = case.promised(SEND_BACK)
    return send_back is None or not send_back.is_owed


def _said(here: Desk, text: str, locale: str) -> str:
    """The customer writes about the return: the door of the ticket that it opened or joined."""
    case = here.get(Return, opened().subject)
    order = here.find(Order, case.order_id)
    ticket_id = portal.say(here, case, order, text, locale)
    return case_door(here, ticket_id)
