"""A return as its customer sees it: where it stands, who acts next, and what comes back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.orders import Order
from chalicelib.domain.returns import (
    DECISION,
    INSPECT,
    REFUND,
    SEND_BACK,
    Act,
    RequestState,
    Return,
    allows,
)
from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.handlers.case import CasePage, case_door, case_page
from chalicelib.handlers.shoppers import frame, reader_locale
from chalicelib.services import portal, return_work
from chalicelib.services import returns as service
from chalicelib.services.desk import Desk
from chalicelib.web.answers import html, see_other
from chalicelib.web.auth import desk, opened
from chalicelib.web.forms import Body, body, query

SECOND = timedelta(seconds=1)
"""What a period that is over at midnight is shown without: people read its last day."""


class Looked(Body):
    lang: str | None = None
    new: str | None = None
    """It was asked for a moment ago."""
    thanks: str | None = None
    """Something was just done."""


class Done(Body):
    act: Literal["sent", "cancel", "say"]
    tracking: str = Field(default="", max_length=60, pattern=r"^[A-Za-z0-9 ./-]*$")
    text: str = Field(default="", max_length=LONGEST_TEXT)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: when it happened, or by when it will."""

    what: str
    state: str
    """`done`, `now` or `next`."""
    at: datetime | None = None
    by: datetime | None = None


def show(token: str) -> Response:
    here, looked = desk(), query(Looked)
    case = here.get(Return, opened().subject)
    due = case.next_due_at
    cap = here.shop.returns.automatic_cap
    shown: dict[str, Any] = {
        "token": token,
        "case": case,
        "number": case.number,
        "due": due,
        "late": due is not None and due <= here.now() and _is_ours_to_do(case),
        "by_itself": case.decision.quote.total.amount <= cap,
        "steps": steps_of(case),
        "quote": case.decision.quote,
        "titles": {line.line_id: line.title for line in case.lines},
        "address": here.shop.return_address,
        "can_cancel": allows(case, Act.CANCEL),
        "new": looked.new is not None,
        "thanks": looked.thanks is not None,
        "key": secrets.token_hex(8),
        "second": SECOND,
    }
    return html("shopper/case_return.html", reader_locale(here), **frame(here), **shown)


def act(token: str) -> Response:
    here, done = desk(), body(Done)
    locale = reader_locale(here)
    match done.act:
        case "sent":
            return_work.send(here, opened().subject, done.tracking)
        case "cancel":
            service.cancel(here, opened().subject)
        case "say":
            if done.text:
                return see_other(f"{_said(here, done.text, locale)}?thanks=1&lang={locale}")
    return see_other(f"/c/{token}?thanks=1&lang={locale}")


case_page(Return.prefix, CasePage(show, act))


def steps_of(case: Return) -> list[Step]:
    """What happened, in its order, then what is owed next, then what is left."""
    done = [
        Step("requested", "done", case.requested_at),
        *_reached("authorized", case.authorized_at),
        *_reached("sent", case.sent_at),
        *_reached("received", case.received_at),
        *_reached("inspected", case.inspected_at),
        *_reached("refunded", case.refunded_at),
    ]
    if case.request is RequestState.DECLINED:
        done += _reached("declined", case.ended_at)
    if not case.is_open:
        return done
    ahead = [p for w in (DECISION, SEND_BACK, INSPECT, REFUND) if (p := case.promised(w))]
    owed = [promise for promise in ahead if promise.is_owed]
    coming = [
        Step(promise.what, "next" if place else "now", by=promise.due_at)
        for place, promise in enumerate(owed)
    ]
    if not any(promise.what == REFUND for promise in owed):
        coming.append(Step(REFUND, "next"))
    return done + coming


def _reached(what: str, at: datetime | None) -> list[Step]:
    return [Step(what, "done", at)] if at else []


def _is_ours_to_do(case: Return) -> bool:
    send_back = case.promised(SEND_BACK)
    return send_back is None or not send_back.is_owed


def _said(here: Desk, text: str, locale: str) -> str:
    """The customer writes about the return: the door of the ticket that it opened or joined."""
    case = here.get(Return, opened().subject)
    order = here.find(Order, case.order_id)
    ticket_id = portal.say(here, case, order, text, locale)
    return case_door(here, ticket_id)
