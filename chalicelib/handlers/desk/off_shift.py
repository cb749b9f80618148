"""Going off shift: what becomes of what somebody still owes, and signing out."""

from contextlib import suppress
from dataclasses import dataclass

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.errors import DomainError
from chalicelib.domain.permissions import Permission, Role, permissions_of
from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.session import signed_out
from chalicelib.handlers.desk.work import Work, works
from chalicelib.handlers.typed import too_long
from chalicelib.locales import catalogue
from chalicelib.services import staff as staff_service
from chalicelib.services.desk import Desk
from chalicelib.services.handing_on import Handing, hand_on_call, hand_on_ticket
from chalicelib.store.records import Page
from chalicelib.web.answers import page_answer
from chalicelib.web.auth import any_staff, caller, desk
from chalicelib.web.forms import LONGEST_PASTE, Body, body
from chalicelib.web.operations import webpage

off_shift = Blueprint(__name__)

PLACE = "/desk/off-shift"
POOL = "pool"

MOST = 50
"""Things at once; who owes more does it in portions."""

MOST_COLLEAGUES = 100

FAILED = "failed"

ACTS = {
    Ticket.prefix: (Permission.ASSIGN, hand_on_ticket),
    Callback.prefix: (Permission.CALL, hand_on_call),
}
"""What is handed on, by whom and how."""


class Choice(Body):
    id: str = Field(max_length=64)
    number: str = Field(default="", max_length=20)
    to: str = Field(default="", max_length=64)
    """Empty is to keep it, `pool`, or the id of one of the staff."""


class Leaving(Body):
    lines: list[Choice] = Field(default_factory=list[Choice], max_length=MOST)
    note: str = Field(default="", max_length=LONGEST_PASTE)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one line: how it was handed on, `failed`, or empty where it was kept."""

    number: str
    result: str
    to: str
    """The colleague's name; empty for the pool."""


@off_shift.route(PLACE, methods=["GET"])
@any_staff
@webpage(PLACE)
def ask() -> Response:
    return _page(desk(), 200, told=[], typed=Leaving(), errors={})


@off_shift.route(PLACE, methods=["POST"])
@any_staff
@webpage(PLACE)
def leave() -> Response:
    """Each line is handed on by itself, and what became of it is told. Who has handed on all they
    meant to is signed out with the answer; else the rest is asked again."""
    here, leaving = desk(), body(Leaving)
    is_long = too_long(leaving.note, LONGEST_TEXT, catalogue(caller().language).gettext)
    if is_long:
        return _page(here, 422, told=[], typed=leaving, errors={"note": is_long})
    names = _colleagues(here)
    told = [_handed(here, one, leaving.note, names) for one in leaving.lines]
    left = here.page(3, _list(), limit=MOST)
    if any(one.result == FAILED for one in told) or left.after is not None:
        return _page(here, 409, told=told, typed=leaving, errors={})
    kept = {"told": told, "person": caller()}
    return signed_out(page_answer(200, "desk/off-shift-done.html", caller().language, kept))


def _handed(here: Desk, line: Choice, note: str, names: dict[str, str]) -> Told:
    needed, act = ACTS.get(line.id.partition("_")[0], (None, None))
    if not line.to:
        return Told(line.number, "", "")
    handing = Handing(caller(), None if line.to == POOL else line.to, note)
    result = FAILED
    if act is not None and needed in caller().permissions:
        # A commit of its own: what is wrong with one line keeps none of the others.
        with suppress(DomainError):
            result = act(here.aside(), line.id, handing)
    return Told(line.number, result, names.get(line.to, ""))


def _page(
    here: Desk, status: int, *, told: list[Told], typed: Leaving, errors: dict[str, str]
) -> Response:
    page = here.page(3, _list(), limit=MOST)
    return staff_page(
        status,
        "desk/off-shift.html",
        place="today",
        works=_mine(here, page),
        is_more=page.after is not None,
        colleagues=_colleagues(here),
        told=told,
        chosen={one.id: one.to for one in typed.lines},
        note=typed.note,
        errors=errors,
    )


def _mine(here: Desk, page: Page) -> list[Work]:
    """What is still owed of it, as it stands: the list may lag behind a press."""
    found = works(here, page.cards)
    return [one for one in found if one.owner == caller().id and not one.is_over]


def _colleagues(here: Desk) -> dict[str, str]:
    """Who could take something on, by name; not who hands it on."""
    everybody = staff_service.everybody(here, limit=MOST_COLLEAGUES, after=None).cards
    return {
        one.id: str(one.card["name"])
        for one in everybody
        if one.id != caller().id
        and not one.card["disabled"]
        and Permission.REPLY in permissions_of(Role(one.card["role"]))
    }


def _list() -> str:
    return f"assignee#{caller().id}"
