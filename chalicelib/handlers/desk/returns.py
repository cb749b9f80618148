"""The returns pages of the desk: what is due next, and one return to decide and to work on."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid, Stale
from chalicelib.domain.permissions import Permission
from chalicelib.domain.presets import legal_preset
from chalicelib.domain.return_advice import advice
from chalicelib.domain.return_lines import MOST_LINES, Disposition, Found, Grade, Rejection
from chalicelib.domain.return_refunds import Execution
from chalicelib.domain.returns import DECISION, NEEDED, Act, RequestState, Return, allows
from chalicelib.handlers.desk.pages import STALE, seen, staff_page
from chalicelib.handlers.desk.return_faults import faults
from chalicelib.handlers.desk.trails import happened
from chalicelib.handlers.photo_pictures import pictures
from chalicelib.handlers.returns import LIST
from chalicelib.services import photos, return_work
from chalicelib.services import returns as service
from chalicelib.services.desk import Desk
from chalicelib.services.lookups import named
from chalicelib.services.order_files import order_file
from chalicelib.services.return_history import history
from chalicelib.store.photos import Size
from chalicelib.store.records import Card
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.exchange import path
from chalicelib.web.forms import Body, body, field, query
from chalicelib.web.operations import webpage

returns_desk = Blueprint(__name__)

PLACE = "/desk/returns"
PAGE = "/desk/returns/{case}"
MOST_LOOKED_AT = 25
"""So many returns, by what is due next, are looked through for the next one to decide."""

DECLINES = ("window_over", "exception", "not_intact", "not_ours", "nothing_left", "other")


class Declined(Body):
    code: str = Field(pattern=r"^[a-z_]{1,40}$")
    text: str = Field(default="", max_length=5000)


class Counted(Body):
    line_id: str = Field(max_length=200)
    quantity: int = Field(default=0, ge=0, le=100_000)


class Counts(Body):
    lines: list[Counted] = Field(max_length=MOST_LINES)

    @property
    def units(self) -> dict[str, int]:
        return {line.line_id: line.quantity for line in self.lines}


class Inspected(Body):
    lines: list[Found] = Field(max_length=MOST_LINES)


class Refunded(Body):
    how: Execution


@returns_desk.route(PLACE, methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def queue() -> Response:
    here, paging = desk(), query(Paging)
    page = here.page(1, LIST, limit=paging.limit, after=after(here, LIST, paging.cursor))
    more = cursor(here, LIST, page.after)
    people = sorted({str(c.card["customer_id"]) for c in page.cards if c.card.get("customer_id")})
    wanted = [*((Return, card.id) for card in page.cards), *((Customer, one) for one in people)]
    found = here.read(*wanted) if wanted else []
    return staff_page(
        200,
        "desk/returns.html",
        place="returns",
        cases=[one for one in found if isinstance(one, Return)],
        names={one.id: one.name for one in found if isinstance(one, Customer) and one.name},
        more=f"{PLACE}?cursor={more}" if more else "",
    )


@returns_desk.route("/desk/r/{case}", methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def by_number(case: str) -> Response:
    here = desk()
    return see_other(f"{PLACE}/{here.get(Return, named(here, Return, case)).id}")


@returns_desk.route(PAGE, methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def show(case: str) -> Response:
    return _page(desk(), case, 200, acted="", errors={})


def _page(here: Desk, case: str, status: int, *, acted: str, errors: Mapping[str, str]) -> Response:
    found = here.get(Return, named(here, Return, case))
    file = order_file(here, found.order_id)
    events, _ = here.trail(found.id)
    decision, may = found.promised(DECISION), caller().permissions
    shown: dict[str, Any] = {
        "place": "returns",
        "case": found,
        "order": file.order,
        "customer": file.customer,
        "paid": {line.id: line.paid for line in file.lines},
        "titles": {line.line_id: line.title for line in found.lines},
        "can": {act.value: allows(found, act) and needed in may for act, needed in NEEDED.items()},
        "is_to_decide": allows(found, Act.AUTHORIZE),
        "advice": advice(found, automatic_cap=here.shop.returns.automatic_cap),
        "laws": {one.preset: legal_preset(one.preset) for one in found.decision.rulings},
        "decide_by": decision.due_at if decision and decision.is_owed else None,
        "history": history(here, found),
        "photos": pictures(photos.album(here, found.id).photos, Size.LARGE),
        "next": _next(here, found),
        "may_decline": not all(ruling.may for ruling in found.decision.rulings),
        "events": happened(here, events),
        "is_stale": status == STALE,
        "meanwhile": happened(here, (one for one in events if one.version > seen())),
        "acted": acted,
        "errors": errors,
        "typed": field,
        "declines": DECLINES,
        "grades": [str(grade) for grade in Grade],
        "dispositions": [str(one) for one in Disposition],
        "rejections": [str(one) for one in Rejection],
        "shop": here.shop,
        "form_key": secrets.token_hex(8),
    }
    return staff_page(status, "desk/return.html", **shown)


def _next(here: Desk, case: Return) -> Card | None:
    """The return that is to be decided after this one; the first of all after the last."""
    cards = here.page(1, LIST, limit=MOST_LOOKED_AT).cards
    places = [place for place, card in enumerate(cards) if card.id == case.id]
    after = places[0] + 1 if places else 0
    waiting = (RequestState.REVIEW, RequestState.SUBMITTED)
    others = (one for one in cards[after:] + cards[:after] if one.id != case.id)
    return next((one for one in others if one.card.get("request") in waiting), None)


@returns_desk.route(f"{PAGE}/authorization", methods=["POST"])
@staff_only(NEEDED[Act.AUTHORIZE])
@webpage(PAGE)
def authorize(case: str) -> Response:
    return _done(case, lambda here: service.authorize(here, case, body(Counts).units))


@returns_desk.route(f"{PAGE}/decline", methods=["POST"])
@staff_only(NEEDED[Act.DECLINE])
@webpage(PAGE)
def decline(case: str) -> Response:
    def act(here: Desk) -> Return:
        why = body(Declined)
        return service.decline(here, case, code=why.code, text=why.text)

    return _done(case, act)


@returns_desk.route(f"{PAGE}/cancellation", methods=["POST"])
@staff_only(NEEDED[Act.CANCEL])
@webpage(PAGE)
def cancel(case: str) -> Response:
    return _done(case, lambda here: service.cancel(here, case))


@returns_desk.route(f"{PAGE}/receipt", methods=["POST"])
@staff_only(NEEDED[Act.RECEIVE])
@webpage(PAGE)
def receive(case: str) -> Response:
    return _done(case, lambda here: return_work.receive(here, case, body(Counts).units))


@returns_desk.route(f"{PAGE}/inspection", methods=["POST"])
@staff_only(NEEDED[Act.INSPECT])
@webpage(PAGE)
def inspect(case: str) -> Response:
    return _done(case, lambda here: return_work.inspect(here, case, body(Inspected).lines))


@returns_desk.route(f"{PAGE}/settlement", methods=["POST"])
@staff_only(NEEDED[Act.SETTLE])
@webpage(PAGE)
def settle(case: str) -> Response:
    return _done(case, lambda here: return_work.settle(here, case))


@returns_desk.route(f"{PAGE}/refund", methods=["POST"])
@staff_only(NEEDED[Act.REFUND])
@webpage(PAGE)
def refund(case: str) -> Response:
    return _done(case, lambda here: return_work.execute(here, case, body(Refunded).how))


def _done(case: str, act: Callable[[Desk], Return]) -> Response:
    """Do it and lead back to the return. What is wrong, and what came in since the form was
    opened, is said beside what was typed."""
    here = desk()
    acted = path().rpartition("/")[2]
    try:
        return see_other(f"{PLACE}/{act(here).id}")
    except Stale:
        return _page(here.aside(), case, STALE, acted=acted, errors={})
    except Invalid as error:
        errors = faults(error, acted, caller().language)
        return _page(here.aside(), case, 422, acted=acted, errors=errors)
