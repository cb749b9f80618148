"""The shopper's order: found by number and mail address, and what can be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.canonical import Line
from chalicelib.domain.events import ActorKind
from chalicelib.domain.parcels import ParcelMark
from chalicelib.domain.policy import Ruling
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.case_tickets import parcels_of
from chalicelib.handlers.shoppers import case_door, frame, reader_locale
from chalicelib.handlers.typed import too_long
from chalicelib.locales import Say, catalogue
from chalicelib.services import lookups, ticket_cases
from chalicelib.services import returns as return_service
from chalicelib.services.desk import Desk
from chalicelib.services.order_files import OrderFile
from chalicelib.store.records import Card
from chalicelib.web.answers import html, refused, see_other
from chalicelib.web.auth import desk, desk_at, opened, public, shopper
from chalicelib.web.forms import LONGEST_PASTE, Body, body
from chalicelib.web.limits import knock
from chalicelib.web.operations import webpage

portal = Blueprint(__name__)

ORDER = "order"
"""What a link to an order is signed for."""

ORDER_LIFETIME = timedelta(days=1)
LONGEST_NUMBER, LONGEST_MAIL = 64, 254
"""Characters."""

TRIES = 6
"""Wrong or right, so many look-ups in ten minutes come from one place."""


class Sought(Body):
    order: str = Field(default="", max_length=LONGEST_PASTE)
    mail: str = Field(default="", max_length=LONGEST_PASTE)
    website: str = Field(default="", max_length=200)
    """Only robots fill this in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the order on its page."""

    line: Line
    ruling: Ruling
    """For a change of mind."""
    fault: Ruling

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
    say = catalogue(locale).gettext
    wrong = _too_long(sought, say)
    is_look_up = not wrong and not sought.website
    order = lookups.order_of(here, sought.order, sought.mail) if is_look_up else None
    if order is None:
        unknown = say("We found no order with this number and address. Please check both.")
        errors = wrong or {"order": unknown}
        return refused("shopper/portal.html", locale, **frame(here), typed=sought, errors=errors)
    token = here.link(ORDER, order.id, here.now() + ORDER_LIFETIME)
    return see_other(f"/o/{token}?lang={locale}")


def _too_long(sought: Sought, say: Say) -> dict[str, str]:
    found = {
        "order": too_long(sought.order, LONGEST_NUMBER, say),
        "mail": too_long(sought.mail, LONGEST_MAIL, say),
    }
    return {name: words for name, words in found.items() if words}


@portal.route("/o/{token}", methods=["GET"])
@shopper(ORDER)
@webpage("/o/{token}")
def show(token: str) -> Response:
    """The order, its parcel, and of each line until when it may come back or why not."""
    here = desk()
    file, rulings, faults = return_service.returnable(here, opened().subject)
    rows = rows_of(file, rulings, faults)
    parcels = parcels_of(file.order)
    return html(
        "shopper/order.html",
        reader_locale(here),
        **frame(here),
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


def rows_of(
    file: OrderFile, rulings: Mapping[str, Ruling], faults: Mapping[str, Ruling]
) -> list[Row]:
    return [Row(line, rulings[line.id], faults[line.id]) for line in file.lines]
