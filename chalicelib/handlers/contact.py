"""The contact page: what is it about, what do we know already, and then the message (TKT-01)."""

import secrets
from typing import Any, Literal

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.customers import mail_address
from chalicelib.domain.errors import Expired, NotFound
from chalicelib.domain.events import ActorKind
from chalicelib.domain.orders import Order
from chalicelib.domain.tickets import Reason, Ticket
from chalicelib.handlers.case_tickets import parcels_of
from chalicelib.handlers.portal import LONGEST_MAIL, LONGEST_NUMBER, ORDER, ORDER_LIFETIME
from chalicelib.handlers.shoppers import asked, case_door, frame, reader_locale
from chalicelib.handlers.typed import message_wrong
from chalicelib.locales import catalogue
from chalicelib.services import contact as contact_service
from chalicelib.services import desk as desks
from chalicelib.services import links, lookups, ticket_cases
from chalicelib.services.contact import Letter
from chalicelib.services.desk import Desk, Replayed
from chalicelib.web.answers import page_answer, see_other
from chalicelib.web.auth import desk_at, public
from chalicelib.web.forms import LONGEST_PASTE, Body, body
from chalicelib.web.limits import knock
from chalicelib.web.operations import webpage

contact = Blueprint(__name__)

PLACE = "/contact/{shop_id}"
LONGEST_NAME = 200
"""Characters."""

LOOKS, SENDS = 20, 10
"""In ten minutes from one place."""


class Filled(Body):
    """Everything either form holds; what is missing is asked for in the reader's language."""

    step: Literal["look", "send"]
    reason: str = Field(default="", max_length=20)
    order: str = Field(default="", max_length=LONGEST_PASTE)
    mail: str = Field(default="", max_length=LONGEST_PASTE)
    name: str = Field(default="", max_length=LONGEST_PASTE)
    text: str = Field(default="", max_length=LONGEST_PASTE)
    again: str = ""
    """The same page in another language was asked for, with what is typed so far."""
    website: str = ""
    """Nobody sees this field; who fills it in is a robot."""


@contact.route(PLACE, methods=["GET"])
@public
@webpage(PLACE)
def ask(shop_id: str) -> Response:
    """Another page may say with `?reason=` and `?order=` what it is about; an order's own page
    says with `?from=` who asks, who is then not asked for it again."""
    here = desk_at(shop_id, ActorKind.CUSTOMER)
    order = _linked(here, asked("from"))
    if order is None:
        return _first(
            here,
            Filled(step="look", reason=asked("reason")[:20], order=asked("order")[:LONGEST_NUMBER]),
            {},
        )
    filled = Filled(
        step="look",
        reason=asked("reason")[:20],
        order=order.number[:LONGEST_NUMBER],
        mail=(order.contact.mail or "")[:LONGEST_MAIL],
        name=(order.contact.name or "")[:LONGEST_NAME],
    )
    return (_second if _is_enough(filled) else _first)(here, filled, {})


@contact.route(PLACE, methods=["POST"])
@public
@webpage(PLACE)
def answer(shop_id: str) -> Response:
    """Look something up, or send the message; a form that is sent twice opens one ticket."""
    here, filled = desk_at(shop_id, ActorKind.CUSTOMER), body(Filled)
    if filled.again:
        knock(here, "contact-look", limit=LOOKS)
        return (_first if filled.step == "look" else _second)(here, filled, {})
    knock(here, f"contact-{filled.step}", limit=LOOKS if filled.step == "look" else SENDS)
    if filled.step == "look":
        errors = _missing(filled, reader_locale(here), ("reason", "mail", "order"))
        return _first(here, filled, errors) if errors else _second(here, filled, {})
    errors = _missing(filled, reader_locale(here), ("text", "name", "mail", "order", "website"))
    if errors:
        return _second(here, filled, errors)
    return see_other(f"{case_door(here, _sent(here, filled).id)}?new=1&lang={reader_locale(here)}")


def _linked(here: Desk, token: str) -> Order | None:
    """The order whose page led here; None for any other link."""
    try:
        known = links.opened(here.house, ORDER, token)
    except (NotFound, Expired):
        return None
    return here.find(Order, known.subject) if known.shop == here.shop_id else None


def _is_enough(filled: Filled) -> bool:
    """Whether nothing of the first page has to be asked for."""
    return filled.reason in set(Reason) and mail_address(filled.mail) is not None


def _sent(here: Desk, filled: Filled) -> Ticket:
    letter = Letter(
        reason=_reason(filled.reason),
        mail=filled.mail,
        name=" ".join(filled.name.split()),
        order_number=filled.order,
        text=filled.text,
        language=reader_locale(here),
    )
    try:
        return contact_service.write(here, letter)
    except Replayed as repeat:
        # Pressed twice: the second press leads where the first one did.
        fresh = desks.desk(here.house, here.shop_id, actor=here.actor, correlation=here.correlation)
        return fresh.get(Ticket, repeat.resource_id or "")


def _first(here: Desk, filled: Filled, errors: dict[str, str]) -> Response:
    context: dict[str, Any] = {
        "typed": filled,
        "answer_by": contact_service.answer_by(here),
        "resend": "form",
        "errors": errors,
    }
    return _page(here, "shopper/contact.html", context)


def _second(here: Desk, filled: Filled, errors: dict[str, str]) -> Response:
    order = _order_of(here, filled)
    context: dict[str, Any] = {
        "typed": filled,
        "order": order,
        "parcels": parcels_of(order),
        "order_place": _order_place(here, order),
        "number": order.number if order else "",
        "open_case": _open_case(here, order),
        "answer_by": contact_service.answer_by(here),
        "key": secrets.token_hex(8),
        "resend": "form",
        "errors": errors,
    }
    return _page(here, "shopper/contact_message.html", context)


def _page(here: Desk, template: str, context: dict[str, Any]) -> Response:
    status = 422 if context["errors"] else 200
    return page_answer(status, template, reader_locale(here), frame(here) | context)


def _order_place(here: Desk, order: Order | None) -> str:
    """Who named order and address rightly need not do so again."""
    if order is None:
        return ""
    return f"/o/{here.link(ORDER, order.id, here.now() + ORDER_LIFETIME)}"


def _open_case(here: Desk, order: Order | None) -> dict[str, Any] | None:
    """Shown only to who named order and address rightly."""
    found = ticket_cases.open_question(here, order.id) if order else None
    ticket = here.find(Ticket, found.id) if found else None
    if ticket is None:
        return None
    return {
        "number": ticket.number,
        "place": case_door(here, ticket.id),
        "opened_at": ticket.opened_at,
    }


def _order_of(here: Desk, filled: Filled) -> Order | None:
    is_number = 0 < len(filled.order) <= LONGEST_NUMBER
    return lookups.order_of(here, filled.order, filled.mail) if is_number else None


def _missing(filled: Filled, locale: str, wanted: tuple[str, ...]) -> dict[str, str]:
    say = catalogue(locale).gettext
    wrong = {
        "reason": (filled.reason not in set(Reason), say("Please choose what it is about.")),
        "mail": (
            mail_address(filled.mail) is None,
            say("Please enter an e-mail address we can answer to."),
        ),
        "order": (len(filled.order) > LONGEST_NUMBER, say("That is too long.")),
        "name": (len(filled.name) > LONGEST_NAME, say("That is too long.")),
        "text": (bool(message_wrong(filled.text, locale)), message_wrong(filled.text, locale)),
        "website": (bool(filled.website), say("Please press Send once more.")),
    }
    return {name: wrong[name][1] for name in wanted if wrong[name][0]}


def _reason(name: str) -> Reason:
    return Reason(name) if name in set(Reason) else Reason.OTHER
