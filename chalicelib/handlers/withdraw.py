"""Withdrawing from a contract in two steps (Directive 2011/83/EU art. 11a), and the receipt.

No declaration is refused: not for what it says, nor for how long that is, how often somebody
presses, or what cannot be reached at the moment.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.canonical import Line
from chalicelib.domain.customers import mail_address
from chalicelib.domain.errors import DomainError
from chalicelib.domain.events import ActorKind
from chalicelib.domain.orders import Order
from chalicelib.domain.presets import withdrawal_function
from chalicelib.domain.withdrawals import Statement
from chalicelib.handlers.portal import ORDER
from chalicelib.handlers.shoppers import asked, frame, reader_locale
from chalicelib.handlers.withdraw_form import Filled
from chalicelib.locales import catalogue
from chalicelib.logs import note_broken
from chalicelib.notify.doors import DOORS
from chalicelib.services import links, withdrawal_matching, withdrawals
from chalicelib.services.desk import Desk, KeyReused, Replayed
from chalicelib.services.order_files import order_file
from chalicelib.services.withdrawal_words import statement
from chalicelib.web.answers import page_answer, see_other
from chalicelib.web.auth import desk_at, public
from chalicelib.web.exchange import here as exchange
from chalicelib.web.forms import body
from chalicelib.web.limits import is_often
from chalicelib.web.operations import webpage

withdraw = Blueprint(__name__)

PLACE = "/withdraw/{shop_id}"
PURPOSE = "withdrawal"

PRESSES, LETTERS = 10, 5
"""So many declarations from one place, and so many receipts to one address, in ten minutes are a
person's; what comes beyond waits as `withdrawals.LATER` says."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the order, and how much of it is chosen."""

    line: Line
    units: int


@withdraw.route(PLACE, methods=["GET"])
@public
@webpage(PLACE)
def ask(shop_id: str) -> Response:
    """Who comes from their order's page brings its link along: what is known is filled in."""
    here = desk_at(shop_id, ActorKind.CUSTOMER)
    return _first(here, _known(here, asked("order")), {})


@withdraw.route(PLACE, methods=["POST"])
@public
@webpage(PLACE)
def declare(shop_id: str) -> Response:
    """Show what is declared; or take it, once for each page that showed it."""
    here, filled = desk_at(shop_id, ActorKind.CUSTOMER), body(Filled)
    is_press = filled.step == "confirm" and not filled.again and not filled.change
    if is_press and not filled.says_nothing:
        return see_other(f"{_taken(here, filled)}?lang={reader_locale(here)}")
    # A page that is only shown again must not be taken for a repeat of the press.
    looking = here.aside()
    if filled.change or (filled.again and filled.step != "confirm"):
        return _first(looking, filled, {})
    if filled.says_nothing:
        say = catalogue(reader_locale(here)).gettext
        wrong = say("Please tell us one of these at least, so that we know what you mean.")
        return _first(looking, filled, {"contract": wrong})
    return _second(looking, filled)


def _taken(here: Desk, filled: Filled) -> str:
    """Take the declaration, and at once do what follows from it; gives the receipt's path.

    What cannot be done at once is done by the clock: whatever goes wrong after the declaration
    was taken, its receipt is shown.
    """
    said = _said(here, filled)
    pause = withdrawals.LATER if _is_robot(here, filled) else timedelta(0)
    try:
        taken = withdrawals.declare(here, said, pause)
    except Replayed as repeat:
        # Pressed twice: the second press leads where the first one did.
        return receipt_door(here, repeat.resource_id or "")
    except KeyReused:
        # Something else was declared from the same page: that is another declaration.
        taken = withdrawals.declare(here.aside(), said, pause)
    if not pause:
        try:
            withdrawal_matching.follow(here.aside(), taken.id)
        except Exception as error:  # noqa: BLE001 - its agenda entry does it again, and parks it
            note_broken(error, request_id=exchange().id, route=exchange().request.path)
    return receipt_door(here, taken.id)


def receipt_door(here: Desk, withdrawal_id: str) -> str:
    """The path of a receipt's page, for as long as a link in its mail is good."""
    ends = here.now() + withdrawals.RECEIPT_LIFETIME
    return DOORS[PURPOSE].format(token=here.link(PURPOSE, withdrawal_id, ends))


def _is_robot(here: Desk, filled: Filled) -> bool:
    """Whether it looks like one. All of it is counted, whatever the first sign says."""
    signs = [bool(filled.website), is_often(here, "withdraw", limit=PRESSES)]
    address = mail_address(filled.mail)
    if address:
        signs.append(is_often(here, "withdraw-mail", limit=LETTERS, whom=address))
    return any(signs)


def _said(here: Desk, filled: Filled) -> Statement:
    return Statement(
        name=filled.name,
        contract=filled.contract,
        mail=filled.mail,
        items=filled.chosen,
        language=reader_locale(here),
        pressed_at=here.now(),
        order_id=_linked(here, filled.order),
    )


def _linked(here: Desk, token: str) -> str | None:
    """The order of a link; None for one that does not open, which is no reason to refuse."""
    with suppress(DomainError):
        opened = links.opened(here.house, ORDER, token)
        return opened.subject if opened.shop == here.shop_id else None
    return None


def _known(here: Desk, token: str) -> Filled:
    order_id = _linked(here, token)
    if order_id is None:
        return Filled()
    order = here.find(Order, order_id)
    if order is None:
        return Filled()
    contact = order.contact
    return Filled(
        name=contact.name or "", contract=order.number, mail=contact.mail or "", order=token
    )


def _first(here: Desk, filled: Filled, errors: dict[str, str]) -> Response:
    return _page(here, "shopper/withdraw.html", filled, rows=_rows(here, filled), errors=errors)


def _second(here: Desk, filled: Filled) -> Response:
    said = _said(here, filled)
    return _page(
        here,
        "shopper/withdraw_confirm.html",
        filled,
        statement=statement(here.shop, said),
        at=said.pressed_at,
        can_mail=mail_address(filled.mail) is not None,
        key=secrets.token_hex(8),
        errors={},
    )


def _page(here: Desk, template: str, filled: Filled, **shown: Any) -> Response:
    locale = reader_locale(here)
    context = {
        "typed": filled,
        "words": withdrawal_function().words_in(locale),
        "resend": "form",
    }
    status = 422 if shown["errors"] else 200
    return page_answer(status, template, locale, frame(here) | context | shown)


def _rows(here: Desk, filled: Filled) -> list[Row]:
    """What was ordered, to choose from; nothing where the order is not known for sure."""
    order_id = _linked(here, filled.order)
    if order_id is None:
        return []
    chosen = {one.line_id: one.units for one in filled.items}
    with suppress(DomainError):
        lines = order_file(here, order_id).lines
        return [Row(one, min(chosen.get(one.id, one.quantity), one.quantity)) for one in lines]
    return []
