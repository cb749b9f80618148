"""One customer's page for the staff: who they are, what they are owed, and what happened to them.
How they are reached is masked until somebody asks for it, which is told."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.customers import Customer
from chalicelib.domain.permissions import Permission
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.trails import happened
from chalicelib.handlers.desk.work import works
from chalicelib.services import customers as customer_service
from chalicelib.services import erasure
from chalicelib.services.desk import Desk
from chalicelib.services.ticket_cases import is_open
from chalicelib.store.records import Card, Page
from chalicelib.web.answers import see_other
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import after, cursor
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import webpage

desk_customers = Blueprint(__name__)

PLACE = "/desk/p/{customer_id}"
MOST_CASES = 50
PAGE = 100
"""Of what happened; most of it comes along with something else and is not shown."""


class Kind(StrEnum):
    """What something that happened is about."""

    ORDER = "order"
    TICKET = "ticket"
    RETURN = "return"
    CALL = "callback"
    SURVEY = "survey"
    WITHDRAWAL = "withdrawal"


class Looked(Body):
    kind: Kind | None = None
    """Only this; None is everything."""
    cursor: str | None = None


class Erasing(Body):
    confirmed: str = Field(default="", pattern="^(yes)?$")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is of a customer: the newest fifty of everything."""

    cards: list[Card]
    is_more: bool

    @property
    def counts(self) -> Counter[str]:
        return Counter(card.kind for card in self.cards)

    @property
    def last_score(self) -> int | None:
        """What they last said of us, as far as they were asked."""
        scores = (card.card.get("score") for card in self.cards if card.kind == Kind.SURVEY)
        return next((int(one) for one in scores if one is not None), None)


@desk_customers.route(PLACE, methods=["GET"])
@staff_only(Permission.READ_CUSTOMERS)
@webpage(PLACE)
def show(customer_id: str) -> Response:
    """Newest first, over orders, tickets, returns, surveys and calls (CUS-06)."""
    here = desk()
    return _page(here, here.get(Customer, customer_id), query(Looked), is_shown=False)


@desk_customers.route(f"{PLACE}/identities", methods=["POST"])
@staff_only(Permission.READ_CUSTOMERS)
@webpage(PLACE)
def identities(customer_id: str) -> Response:
    """The same page with address and number, this once. Who looked, and when, is an event."""
    here = desk()
    customer = customer_service.looked_up(here, customer_id)
    return _page(here, customer, Looked(), is_shown=True)


@desk_customers.route(f"{PLACE}/erasure", methods=["POST"])
@staff_only(Permission.ERASE_CUSTOMERS)
@webpage(PLACE)
def erase(customer_id: str) -> Response:
    """Asks once more, with what will be emptied; what is confirmed is begun at once."""
    here = desk()
    customer = here.get(Customer, customer_id)
    if body(Erasing).confirmed and customer.erased_at is None:
        erasure.erase_known(here, customer_id)
    if body(Erasing).confirmed:
        return see_other(PLACE.format(customer_id=customer_id))
    known = _known(_newest(here, customer_id))
    return staff_page(200, "desk/erase.html", place="", customer=customer, known=known)


def _page(here: Desk, customer: Customer, looked: Looked, *, is_shown: bool) -> Response:
    name = f"desk-timeline:{customer.id}"
    start = after(here, name, looked.cursor)
    found, last = here.timeline(customer.id, limit=PAGE, after=start)
    following = cursor(here, name, last)
    known = _known(_newest(here, customer.id))
    wanted = (one for one in found if looked.kind in (None, one.subject_kind))
    place = PLACE.format(customer_id=customer.id)
    filtered = f"&kind={looked.kind}" if looked.kind else ""
    return staff_page(
        200,
        "desk/customer.html",
        place="",
        customer=customer,
        is_shown=is_shown,
        known=known,
        owed=works(here, (card for card in known.cards if is_open(card))),
        kinds=list(Kind),
        kind=looked.kind,
        events=happened(here, wanted),
        cases={card.id: card for card in known.cards},
        more=f"{place}?cursor={following}{filtered}" if following else "",
    )


def _newest(here: Desk, customer_id: str) -> Page:
    return here.page(2, f"customer#{customer_id}", limit=MOST_CASES, backwards=True)


def _known(page: Page) -> Known:
    return Known(page.cards, page.after is not None)
