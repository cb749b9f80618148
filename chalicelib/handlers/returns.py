"""Returns for machines and staff: asked for, decided, received, inspected, settled, refunded."""

from typing import Annotated

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.permissions import Permission
from chalicelib.domain.return_lines import MOST_LINES, Found, Reason, Wanted, Way, Wish
from chalicelib.domain.return_refunds import Execution
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.returns import NEEDED, Act, Return
from chalicelib.handlers.photo_api import photo_view
from chalicelib.handlers.return_views import (
    ReturnableView,
    ReturnCaseView,
    ReturnView,
    order_view,
    return_view,
    returnable_view,
)
from chalicelib.services import photos, return_work
from chalicelib.services import returns as service
from chalicelib.services.lookups import named
from chalicelib.services.order_files import order_file
from chalicelib.web.answers import created, ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Listed, Paging, after, listed_by_due
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import operation
from chalicelib.web.trails import EventPage, trail
from chalicelib.web.views import View, view

returns = Blueprint(__name__)

LIST = "returns"
"""The list of open returns by what is due next."""

Id = Annotated[str, Field(min_length=1, max_length=200)]


class WantedLine(Body):
    line_id: Id
    quantity: int = Field(default=1, ge=1, le=100_000)
    reason: Reason = Reason.NO_REASON


class NewReturn(Body):
    order_id: Id
    lines: list[WantedLine] = Field(min_length=1, max_length=MOST_LINES)
    wish: Wish = Wish.REFUND
    way: Way | None = None
    """How it comes back; the shop's first way where none is named."""
    note: str = Field(default="", max_length=5000)
    channel: str = Field(default="phone", pattern=r"^[a-z_]{1,20}$")
    language: str | None = Field(default=None, max_length=35)


class Units(Body):
    line_id: Id
    quantity: int = Field(ge=0, le=100_000)


class NewAuthorization(Body):
    lines: list[Units] | None = Field(default=None, max_length=MOST_LINES)
    """Units agreed to; left out, all that was asked for."""


class NewDecline(Body):
    code: str = Field(pattern=r"^[a-z_]{1,40}$")
    text: str = Field(default="", max_length=5000)


class NewReceipt(Body):
    lines: list[Units] = Field(min_length=1, max_length=MOST_LINES)


class NewInspection(Body):
    lines: list[Found] = Field(min_length=1, max_length=MOST_LINES)


class NewRefund(Body):
    how: Execution


@returns.route("/orders/{order_id}/returnable", methods=["GET"])
@staff_only(Permission.READ)
@operation("What may come back of an order, until when, or why not", gives=ReturnableView)
def returnable(order_id: str) -> Response:
    file, change_of_mind, fault = service.returnable(desk(), order_id)
    return ok(returnable_view(file, change_of_mind, fault))


@returns.route("/returns", methods=["GET"])
@staff_only(Permission.READ)
@operation("Open returns by what is due next", query=Paging, gives=Listed)
def queue() -> Response:
    here, paging = desk(), query(Paging)
    page = here.page(1, LIST, limit=paging.limit, after=after(here, LIST, paging.cursor))
    return ok(listed_by_due(here, LIST, page))


@returns.route("/returns", methods=["POST"])
@staff_only(Permission.OPEN_RETURN)
@operation("Ask for a return for a customer", takes=NewReturn, gives=ReturnView, status=201)
def ask() -> Response:
    """Decided at once where the policy is clear; what it would refuse waits for a person."""
    new, here = body(NewReturn), desk()
    asked = Asked(
        wish=new.wish,
        way=new.way,
        note=new.note,
        channel=new.channel,
        language=new.language or here.shop.languages[0],
    )
    wanted = tuple(Wanted(**line.model_dump()) for line in new.lines)
    return created(view(service.request_by_staff(here, new.order_id, wanted, asked)))


@returns.route("/returns/{case}", methods=["GET"])
@staff_only(Permission.READ)
@operation("A return with its order and why it was decided so", gives=ReturnCaseView)
def show(case: str) -> Response:
    """`case` is an id or a number, typed as it may be."""
    here = desk()
    found = here.get(Return, named(here, Return, case))
    shown = ReturnCaseView(
        case=return_view(found),
        order=order_view(order_file(here, found.order_id)),
        photos=[photo_view(photo) for photo in photos.album(here, found.id).photos],
    )
    return ok(View(shown, found.version, f"/returns/{found.id}"))


@returns.route("/returns/{case}/events", methods=["GET"])
@staff_only(Permission.READ)
@operation("What happened to a return", query=Paging, gives=EventPage)
def happened(case: str) -> Response:
    here = desk()
    found = here.get(Return, named(here, Return, case))
    return ok(trail(here, found.id, query(Paging)))


@returns.route("/returns/{case}/authorization", methods=["POST"])
@staff_only(NEEDED[Act.AUTHORIZE])
@operation("Agree to a return", takes=NewAuthorization, gives=ReturnView, status=201)
def authorize(case: str) -> Response:
    """The customer is told number, address and last day; the warehouse what will come."""
    here, lines = desk(), body(NewAuthorization).lines
    units = None if lines is None else _units(lines)
    return created(view(service.authorize(here, named(here, Return, case), units)))


@returns.route("/returns/{case}/decline", methods=["POST"])
@staff_only(NEEDED[Act.DECLINE])
@operation("Refuse a return", takes=NewDecline, gives=ReturnView, status=201)
def decline(case: str) -> Response:
    """Only what the policy does not let come back; the law's floor cannot be declined."""
    here, new = desk(), body(NewDecline)
    case_id = named(here, Return, case)
    return created(view(service.decline(here, case_id, code=new.code, text=new.text)))


@returns.route("/returns/{case}/cancellation", methods=["POST"])
@staff_only(NEEDED[Act.CANCEL])
@operation("Call a return off", gives=ReturnView, status=201)
def cancel(case: str) -> Response:
    here = desk()
    return created(view(service.cancel(here, named(here, Return, case))))


@returns.route("/returns/{case}/receipt", methods=["POST"])
@staff_only(NEEDED[Act.RECEIVE])
@operation("The parcel is here", takes=NewReceipt, gives=ReturnView, status=201)
def receive(case: str) -> Response:
    """Units of each line as they are; more or fewer than agreed is recorded."""
    here, new = desk(), body(NewReceipt)
    case_id = named(here, Return, case)
    return created(view(return_work.receive(here, case_id, _units(new.lines))))


@returns.route("/returns/{case}/inspection", methods=["POST"])
@staff_only(NEEDED[Act.INSPECT])
@operation("What was found of it", takes=NewInspection, gives=ReturnView, status=201)
def inspect(case: str) -> Response:
    here, new = desk(), body(NewInspection)
    return created(view(return_work.inspect(here, named(here, Return, case), new.lines)))


@returns.route("/returns/{case}/settlement", methods=["POST"])
@staff_only(NEEDED[Act.SETTLE])
@operation("Reckon the refund and reserve it", gives=ReturnView, status=201)
def settle(case: str) -> Response:
    """From the accepted units, to the minor unit; never above what is left of the captured."""
    here = desk()
    return created(view(return_work.settle(here, named(here, Return, case))))


@returns.route("/returns/{case}/refund", methods=["POST"])
@staff_only(NEEDED[Act.REFUND])
@operation("Say that the refund went out", takes=NewRefund, gives=ReturnView, status=201)
def refund(case: str) -> Response:
    """Ordered in the shop, it is done when the shop's own refund appears; by hand, at once."""
    here, new = desk(), body(NewRefund)
    return created(view(return_work.execute(here, named(here, Return, case), new.how)))


def _units(lines: list[Units]) -> dict[str, int]:
    return {line.line_id: line.quantity for line in lines}
