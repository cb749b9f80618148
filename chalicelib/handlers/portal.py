"""The shopper's order: found by number and mail address, and what can be done about it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.canonical import Line
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.events import ActorKind
from chalicelib.domain.parcels import ParcelMark
from chalicelib.domain.policy import Ruling
from chalicelib.domain.return_lines import Reason, Wanted, Wish
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.case import case_door
from chalicelib.handlers.case_returns import SECOND
from chalicelib.handlers.case_tickets import parcels_of
from chalicelib.handlers.shoppers import frame, reader_locale
from chalicelib.locales import catalogue
from chalicelib.services import lookups, ticket_cases
from chalicelib.services import returns as return_service
from chalicelib.services.desk import Desk
from chalicelib.services.order_files import OrderFile
from chalicelib.services.returns import Preview
from chalicelib.store.records import Card
from chalicelib.web.answers import html, page_answer, refused, see_other
from chalicelib.web.auth import desk, desk_at, opened, public, shopper
from chalicelib.web.forms import Body, body
from chalicelib.web.limits import knock
from chalicelib.web.operations import webpage

portal = Blueprint(__name__)

ORDER = "order"
"""What a link to an order is signed for."""

ORDER_LIFETIME = timedelta(days=1)
TRIES = 6
"""Wrong or right, so many look-ups in ten minutes come from one place."""


class Sought(Body):
    order: str = Field(default="", max_length=64)
    mail: str = Field(default="", max_length=254)
    website: str = Field(default="", max_length=200)
    """Only robots fill this in."""


class PickedLine(Body):
    line_id: str = Field(max_length=200)
    quantity: int = Field(default=0, ge=0, le=100_000)
    reason: Reason = Reason.NO_REASON


class Picked(Body):
    """One step of a return; each carries what the steps before it gathered."""

    step: str = Field(pattern=r"^(lines|wish|confirm)$")
    lines: list[PickedLine] = Field(default_factory=list[PickedLine], max_length=1_000)
    wish: Wish = Wish.REFUND
    note: str = Field(default="", max_length=5000)
    shown: int | None = None
    """The amount that the last page showed, in minor units."""
    again: str = ""
    """The same page in another language was asked for, with what is picked so far."""

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        return tuple(Wanted(**one.model_dump()) for one in self.lines if one.quantity)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the order on its page, and what is picked of it."""

    line: Line
    ruling: Ruling
    fault: Ruling
    picked: PickedLine

    @property
    def most(self) -> int:
        """Units that may come back for one reason or another."""
        return max(self.ruling.units, self.fault.units)


@portal.route("/portal/{shop_id}", methods=["GET"])
@public
@webpage("/portal/{shop_id}")
def door(shop_id: str) -> Response:
    here = desk_at(shop_id, ActorKind.CUSTOMER)
    return html(
        "shopper/portal.html", reader_locale(here), **frame(here), typed=Sought(), errors={}
    )


@portal.route("/portal/{shop_id}", methods=["POST"])
@public
@webpage("/portal/{shop_id}")
def find(shop_id: str) -> Response:
    """One answer for a wrong number and for a wrong address, so that nobody learns which orders
    there are; after a few tries it takes a while."""
    here, sought = desk_at(shop_id, ActorKind.CUSTOMER), body(Sought)
    knock(here, "portal", limit=TRIES)
    locale = reader_locale(here)
    order = None if sought.website else lookups.order_of(here, sought.order, sought.mail)
    if order is None:
        say = catalogue(locale).gettext
        wrong = {"order": say("We found no order with this number and address. Please check both.")}
        return refused("shopper/portal.html", locale, **frame(here), typed=sought, errors=wrong)
    token = here.link(ORDER, order.id, here.now() + ORDER_LIFETIME)
    return see_other(f"/o/{token}?lang={locale}")


@portal.route("/o/{token}", methods=["GET"])
@shopper(ORDER)
@webpage("/o/{token}")
def show(token: str) -> Response:
    """The order, its parcel, and of each line until when it may come back or why not."""
    here = desk()
    file, rulings, faults = return_service.returnable(here, opened().subject)
    rows = _rows(file, rulings, faults, {})
    parcels = parcels_of(file.order)
    return html(
        "shopper/order.html",
        reader_locale(here),
        **frame(here),
        second=SECOND,
        token=token,
        number=file.order.number,
        order=file.order,
        parcels=parcels,
        follow=_follow(file, parcels),
        lines=rows,
        cases=[_shown(here, case) for case in ticket_cases.open_cases(here, file.order.id)],
        can_return=any(row.most for row in rows),
    )


def _follow(file: OrderFile, parcels: list[ParcelMark]) -> str:
    """Where the carrier tells of the parcel that is spoken of first; empty if nowhere."""
    first = next((name for name, mark in file.order.parcels.items() if mark in parcels[:1]), "")
    found = next((one.url for one in file.parcels if one.id == first), "")
    return found if found.startswith(("https://", "http://")) else ""


def _shown(here: Desk, case: Card) -> dict[str, str]:
    """An open case of the order as its page lists it."""
    return {
        "kind": case.kind,
        "number": case.card["number"],
        "state": case.card["status" if case.kind == Ticket.kind else "request"],
        "href": case_door(here, case.id),
    }


@portal.route("/o/{token}/return", methods=["GET"])
@shopper(ORDER)
@webpage("/o/{token}")
def start(token: str) -> Response:
    return _step(token, 200, Picked(step="lines"), "lines")


@portal.route("/o/{token}/return", methods=["POST"])
@shopper(ORDER)
@webpage("/o/{token}")
def go_on(token: str) -> Response:
    """Three short steps; nothing is asked for before the last one is confirmed."""
    here, picked = desk(), body(Picked)
    if picked.again and picked.step == "lines":
        return _step(token, 200, picked, "lines")
    preview, wrong = _previewed(here, picked)
    if preview is None or wrong:
        return _step(token, 422, picked, "lines", errors=wrong)
    following = _following(picked, preview)
    if following == "done":
        return _confirmed(here, picked)
    return _step(token, 200, picked, following, preview=preview)


def _previewed(here: Desk, picked: Picked) -> tuple[Preview | None, dict[str, str]]:
    """What would come of it, and by the line's field what stands against it."""
    say = catalogue(reader_locale(here)).gettext
    if not picked.wanted:
        return None, {"lines.0": say("Please choose at least one thing.")}
    try:
        preview = return_service.preview(here, opened().subject, picked.wanted)
    except (Invalid, NotAllowed):
        return None, {"lines.0": say("Please choose again: what is left has changed.")}
    return preview, _refusals(preview, say("For this reason it cannot come back."))


def _following(picked: Picked, preview: Preview) -> str:
    """The step that comes next; the last one again if the amount is not the one it showed."""
    if picked.step == "lines" or (picked.again and picked.step == "wish"):
        return "wish"
    is_agreed = picked.shown == preview.decision.quote.total.amount and not picked.again
    return "done" if picked.step == "confirm" and is_agreed else "check"


def _confirmed(here: Desk, picked: Picked) -> Response:
    locale = reader_locale(here)
    asked = Asked(wish=picked.wish, note=picked.note, channel="web", language=locale)
    case = return_service.request(here, opened().subject, picked.wanted, asked)
    return see_other(f"{case_door(here, case.id)}?new=1&lang={locale}")


def _step(
    token: str,
    status: int,
    picked: Picked,
    step: str,
    *,
    preview: Preview | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    here = desk()
    file, rulings, faults = return_service.returnable(here, opened().subject)
    by_line = {one.line_id: one for one in picked.lines}
    shown: dict[str, Any] = {
        "second": SECOND,
        "token": token,
        "order": file.order,
        "step": step,
        "lines": _rows(file, rulings, faults, by_line),
        "reasons": [str(reason) for reason in Reason],
        "wishes": [str(wish) for wish in here.shop.returns.wishes],
        "typed": picked,
        "preview": preview,
        "titles": {line.id: line.title for line in file.lines},
        "changed": picked.step == "confirm" and not picked.again,
        "resend": "form",
        "key": secrets.token_hex(8),
        "errors": errors or {},
    }
    return page_answer(status, "shopper/return.html", reader_locale(here), frame(here) | shown)


def _rows(
    file: OrderFile,
    rulings: dict[str, Ruling],
    faults: dict[str, Ruling],
    picked: dict[str, PickedLine],
) -> list[Row]:
    return [
        Row(
            line,
            rulings[line.id],
            faults[line.id],
            picked.get(line.id, PickedLine(line_id=line.id)),
        )
        for line in file.lines
    ]


def _refusals(preview: Preview, words: str) -> dict[str, str]:
    places = {line.id: place for place, line in enumerate(preview.file.lines)}
    return {f"lines.{places[ruling.line_id]}": words for ruling in preview.refused}
