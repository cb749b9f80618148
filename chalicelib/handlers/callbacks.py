"""Promised calls for machines: promise, list, try, move, cancel, take over."""

from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callback_policy import CallOutcome
from chalicelib.domain.callbacks import (
    LONGEST_WHAT,
    Attempt,
    Callback,
    CallbackState,
    CallPurpose,
    CancelReason,
)
from chalicelib.domain.permissions import Permission
from chalicelib.domain.records import Moment
from chalicelib.domain.shops import Language
from chalicelib.services import callbacks as callback_service
from chalicelib.services.callbacks import CALLS, NewCall
from chalicelib.web.answers import created, ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Listed, Paging, after, listed
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.trails import EventPage, trail
from chalicelib.web.views import view, viewed

callbacks = Blueprint(__name__)


class NewCallback(Body):
    """A customer or a case says who is called; a case says what about, too."""

    at: Moment
    """When the call is promised for."""
    what: str = Field(min_length=1, max_length=LONGEST_WHAT)
    customer_id: str | None = Field(default=None, max_length=64)
    case_id: str | None = Field(default=None, max_length=64)
    owner_id: str | None = Field(default=None, max_length=64)
    """Null is whoever promises."""
    language: Language | None = None
    zone: str | None = Field(default=None, max_length=64)
    """IANA; null is the customer's own."""


class NewAttempt(Body):
    outcome: CallOutcome
    note: str = Field(default="", max_length=2000)
    next_at: Moment | None = None
    """When to try again; null is when the shop's policy proposes."""


class Moved(Body):
    at: Moment


class Cancelled(Body):
    reason: CancelReason


class CallbackView(Shape):
    id: str
    version: int
    number: str
    purpose: CallPurpose
    state: CallbackState
    customer_id: str
    case_id: str | None
    owner_id: str | None
    language: str
    zone: str
    what: str
    window_start: Moment
    window_end: Moment
    attempts: tuple[Attempt, ...]
    escalated_at: Moment | None
    made_at: Moment


@viewed(Callback, at="/callbacks/{id}")
def callback_view(one: Callback) -> CallbackView:
    return CallbackView(**one.model_dump(include=set(CallbackView.model_fields)))


@callbacks.route("/callbacks", methods=["POST"])
@staff_only(Permission.CALL)
@operation("Promise a call", takes=NewCallback, gives=CallbackView, status=201)
def promise() -> Response:
    """A time that is not daytime where the customer is gets 422 with the nearest `allowed` ones."""
    given: dict[str, Any] = body(NewCallback).model_dump()
    return created(view(callback_service.promise(desk(), NewCall(**given))))


@callbacks.route("/callbacks", methods=["GET"])
@staff_only(Permission.READ)
@operation("The calls that are owed, the most urgent first", query=Paging, gives=Listed)
def owed() -> Response:
    paging = query(Paging)
    start = after(desk(), CALLS, paging.cursor)
    found = callback_service.owed(desk(), limit=paging.limit, after=start)
    return ok(listed(desk(), CALLS, found))


@callbacks.route("/callbacks/{callback_id}", methods=["GET"])
@staff_only(Permission.READ)
@operation("A promised call", gives=CallbackView)
def callback(callback_id: str) -> Response:
    return ok(view(desk().get(Callback, callback_id)))


@callbacks.route("/callbacks/{callback_id}/events", methods=["GET"])
@staff_only(Permission.READ)
@operation("What happened to a promised call", query=Paging, gives=EventPage)
def events(callback_id: str) -> Response:
    desk().get(Callback, callback_id)
    return ok(trail(desk(), callback_id, query(Paging)))


@callbacks.route("/callbacks/{callback_id}/attempts", methods=["POST"])
@staff_only(Permission.CALL)
@operation("Record how a try ended", takes=NewAttempt, gives=CallbackView)
def attempt(callback_id: str) -> Response:
    """Reached keeps the promise; anything else promises the next try, or gives up."""
    given = body(NewAttempt)
    answers: dict[str, object] = {"outcome": str(given.outcome), "note": given.note}
    return ok(view(callback_service.attempt(desk(), callback_id, answers, given.next_at)))


@callbacks.route("/callbacks/{callback_id}/move", methods=["POST"])
@staff_only(Permission.CALL)
@operation("Agree on another time", takes=Moved, gives=CallbackView)
def move(callback_id: str) -> Response:
    return ok(view(callback_service.move(desk(), callback_id, body(Moved).at)))


@callbacks.route("/callbacks/{callback_id}/cancellation", methods=["POST"])
@staff_only(Permission.CALL)
@operation("The call is no longer owed", takes=Cancelled, gives=CallbackView)
def cancel(callback_id: str) -> Response:
    return ok(view(callback_service.cancel(desk(), callback_id, body(Cancelled).reason)))


@callbacks.route("/callbacks/{callback_id}/owner", methods=["POST"])
@staff_only(Permission.CALL)
@operation("Take a call over", gives=CallbackView)
def take_over(callback_id: str) -> Response:
    return ok(view(callback_service.take_over(desk(), callback_id)))
