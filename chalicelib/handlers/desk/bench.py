"""The bench: one field for everything that is scanned, and a page that says what came of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain import unpacking
from chalicelib.domain.bench import Bench
from chalicelib.domain.bench_commands import SHEET
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.permissions import Permission
from chalicelib.domain.return_lines import Grade
from chalicelib.domain.return_money import law_of
from chalicelib.domain.return_work import refund_due_at, refund_within
from chalicelib.domain.returns import Return
from chalicelib.domain.unknown_parcels import LONGEST_CODE
from chalicelib.handlers.desk.pages import STALE, staff_page
from chalicelib.handlers.desk.trails import Happened, happened
from chalicelib.services import bench as service
from chalicelib.services import unknown_parcels
from chalicelib.services.desk import Desk, KeyReused
from chalicelib.services.order_files import place_of
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.forms import Body, body, field
from chalicelib.web.operations import webpage

bench = Blueprint(__name__)

PLACE = "/bench"


class Scanned(Body):
    scan: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a scan could not be taken: a code, and the return it is about, if it is about one."""

    reason: str
    numbers: tuple[str, ...] = ()
    case: Return | None = None
    events: tuple[Happened, ...] = ()
    """What happened to that return, if it was received already."""


@bench.route(PLACE, methods=["GET"])
@staff_only(Permission.RECEIVE_RETURN)
@webpage(PLACE)
def show() -> Response:
    return _page(desk(), None)


@bench.route(PLACE, methods=["POST"])
@staff_only(Permission.INSPECT_RETURN)
@webpage(PLACE)
def scan() -> Response:
    """Take one scan, and lead back to the field. What cannot be is said above what lies there,
    and has changed nothing."""
    here = desk()
    try:
        service.take_scan(here, caller().id, body(Scanned).scan)
    except KeyReused:
        return _page(here.aside(), Refusal("too_fast"))
    except NotAllowed:
        return _page(here.aside(), Refusal("not_allowed"))
    except Invalid as error:
        return _page(here.aside(), _refusal(here.aside(), error))
    return see_other(PLACE)


@bench.route(f"{PLACE}/commands", methods=["GET"])
@staff_only(Permission.RECEIVE_RETURN)
@webpage(PLACE)
def commands() -> Response:
    """The sheet to print and hang up beside the bench."""
    # Slow to import, and only this page needs it.
    from chalicelib.pages.codes import bar_code

    codes = [(text, bar_code(text)) for text in SHEET]
    return staff_page(200, "desk/bench-commands.html", place="bench", codes=codes)


def _page(here: Desk, refusal: Refusal | None) -> Response:
    mine = service.bench_of(here, caller().id)
    case = here.find(Return, mine.parcel.case_id) if mine.parcel else None
    return staff_page(
        _status(refusal, case),
        "desk/bench.html",
        place="bench",
        bench=mine,
        case=case,
        right=law_of(here.shop.returns, case.lines).kind if case else "",
        refund_due=_refund_due(here, case) if case else None,
        lines=unpacking.counted(mine.parcel) if mine.parcel else [],
        at_hand=unpacking.at_hand(mine.parcel) if mine.parcel else None,
        is_complete=mine.parcel is not None and unpacking.is_complete(mine.parcel),
        grades=list(Grade),
        goes_to=unpacking.goes_to,
        today=service.today(here, mine),
        unknown=service.unknown_count(here),
        shelf=unknown_parcels.free_shelf(here) if _may_be_kept(mine, refusal) else "",
        refusal=refusal,
        scanned=field("scan").strip()[:LONGEST_CODE],
        form_key=secrets.token_hex(8),
    )


def _refund_due(here: Desk, case: Return) -> datetime:
    """By when the money would be owed if the parcel were received at this moment."""
    policy = here.shop.returns
    law = law_of(policy, case.lines)
    return refund_due_at(
        refund_within(case.lines, policy, law),
        policy,
        place_of(here),
        requested_at=case.requested_at,
        received_at=here.now(),
    )


def _may_be_kept(mine: Bench, refusal: Refusal | None) -> bool:
    return mine.parcel is None and refusal is not None and refusal.reason == "unknown"


def _refusal(here: Desk, error: Invalid) -> Refusal:
    reason = error.facts.get("reason", "unknown")
    case = here.find(Return, error.facts["case"]) if "case" in error.facts else None
    events = here.trail(case.id)[0] if case and reason == "received" else []
    return Refusal(
        reason=reason,
        numbers=tuple(error.facts.get("numbers", ())),
        case=case,
        events=tuple(happened(here, events)),
    )


def _status(refusal: Refusal | None, lying: Return | None) -> int:
    """412 where somebody else received what lies on this bench."""
    if refusal is None:
        return 200
    is_same = lying is not None and refusal.case is not None and refusal.case.id == lying.id
    return STALE if is_same else 422
