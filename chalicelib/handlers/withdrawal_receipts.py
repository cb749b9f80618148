"""A withdrawal's receipt, as page and as file: what was declared and when, and what follows."""

from datetime import datetime
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.customers import mail_address, masked
from chalicelib.domain.presets import legal_preset
from chalicelib.domain.presets.legal import RefundFrom
from chalicelib.domain.returns import Return, days_on
from chalicelib.domain.withdrawals import Withdrawal
from chalicelib.handlers.shoppers import case_door, frame, reader_locale
from chalicelib.handlers.withdraw import PURPOSE
from chalicelib.services.desk import Desk
from chalicelib.services.order_files import place_of
from chalicelib.web.answers import html
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.operations import webpage

withdrawal_receipts = Blueprint(__name__)

PAGE = "/w/{token}"


@withdrawal_receipts.route(PAGE, methods=["GET"])
@shopper(PURPOSE)
@webpage(PAGE)
def show(token: str) -> Response:
    """The content as it was kept, and what happens next. Of a return that was matched by name
    alone the page says that it is there; its own link is mailed to the buyer."""
    here = desk()
    said = here.get(Withdrawal, opened().subject)
    case = here.find(Return, said.return_id) if said.return_id else None
    may_see = case is not None and said.proof is not None and said.proof.opens_case
    shown: dict[str, Any] = {
        "token": token,
        "said": said,
        "number": said.number,
        "sent_to": masked(said.mail) if mail_address(said.mail) else "",
        "late": said.due_at is not None and said.due_at <= here.now(),
        "case": case,
        "case_place": case_door(here, case.id) if case and may_see else "",
        "refund_by": _refund_by(here, case) if case else None,
    }
    return html("shopper/withdrawal.html", reader_locale(here), **frame(here), **shown)


@withdrawal_receipts.route(f"{PAGE}/receipt", methods=["GET"])
@shopper(PURPOSE)
@webpage(PAGE)
def download(token: str) -> Response:
    """The receipt's text, byte for byte what its digest is made of."""
    said = desk().get(Withdrawal, opened().subject)
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{said.number}.txt"',
    }
    return Response(said.content, headers, 200)


def _refund_by(here: Desk, case: Return) -> datetime | None:
    """The day by which the law wants the money back, where it counts from the notice."""
    within = legal_preset(case.decision.preset).refund_within
    if within is None or within.counted_from is not RefundFrom.NOTICE or not case.is_open:
        return None
    return days_on(case.requested_at, within.days, place_of(here))
