"""The slip that travels with what comes back, and its number as a code for a counter."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound
from chalicelib.domain.returns import SEND_BACK, Logistics, RequestState, Return
from chalicelib.handlers.shoppers import CASE, asked, case_door, frame, reader_locale
from chalicelib.services.desk import Desk
from chalicelib.web.answers import html, see_other
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.operations import webpage

slips = Blueprint(__name__)

PLACE = "/c/{token}/slip"

PAPERS = ("a4", "a6")
COUNTER = "counter"


@slips.route(PLACE, methods=["GET"])
@shopper(CASE)
@webpage(PLACE)
def show(token: str) -> Response:
    """The slip of a return that is to be sent, for the paper that `?paper=` names; with
    `?paper=counter` only its code. Where nothing is to be sent, the case's page says why."""
    here = desk()
    if not opened().subject.startswith(f"{Return.prefix}_"):
        raise NotFound("Only a return has a slip.")
    case = here.get(Return, opened().subject)
    if not _is_awaited(case):
        return see_other(f"{case_door(here, case.id)}?lang={reader_locale(here)}")
    paper = asked("paper")
    template = "shopper/slip_counter.html" if paper == COUNTER else "shopper/slip.html"
    return html(template, reader_locale(here), **frame(here), **_shown(here, token, case, paper))


def _shown(here: Desk, token: str, case: Return, paper: str) -> dict[str, Any]:
    # Codes would cost every cold start what only slips need.
    from chalicelib.pages.codes import bar_code, qr_code

    send_back = case.promised(SEND_BACK)
    return {
        "token": token,
        "case": case,
        "number": case.number,
        "paper": paper if paper in PAPERS else PAPERS[0],
        "send_by": send_back.due_at if send_back else None,
        "address": here.shop.return_address,
        "qr": qr_code(case.number),
        "bars": bar_code(case.number),
    }


def _is_awaited(case: Return) -> bool:
    """Whether a parcel may still come; its slip is good on the way too."""
    on_its_way = (Logistics.AWAITING, Logistics.IN_TRANSIT)
    return case.request is RequestState.AUTHORIZED and case.logistics in on_its_way
