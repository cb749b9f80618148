"""Forgetting: the customer at once, what they did in a job, a whole shop customer by customer.

What is asked for is written down outside the tables before anything of it is done.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import canonical, customers
from chalicelib.domain.agenda import Cancel, Entry, Lane
from chalicelib.domain.canonical import Platform
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer, Identity
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.orders import order_id
from chalicelib.domain.silence import LISTEN
from chalicelib.services import inbox
from chalicelib.services.desk import Desk, command
from chalicelib.services.erasure_ledger import write_down
from chalicelib.services.forgetting import (
    empty_cases,
    empty_order,
    forget_named_order,
    known_by,
    mark,
    pages,
    read_identities,
)
from chalicelib.store.keys import stamp
from chalicelib.store.records import Card

CUSTOMER, ORDERS = "customer.forget", "orders.forget"
SHOP, GUESTS, PARKED = "shop.forget", "guests.forget", "parked.forget"

SETTLING = timedelta(minutes=1)
"""Lists lag behind; what was being written when the wish came must be in them."""

CASES_A_RUN = 10
CUSTOMERS_A_RUN = 10
ORDERS_A_RUN = 20
MARKS_A_COMMIT = 60


@command
def erase_customer(desk: Desk, event: canonical.CustomerErased) -> Customer | None:
    """Forget the person the platform names, and empty the orders it names besides; None if
    nobody here is known by any of it, or if the body names another shop than the address it was
    sent to. What is older than this and comes later brings neither back."""
    if not _is_about_us(desk, event.domain):
        return desk.commit(nothing(None))
    ids = customers.identities_of(event.customer, event.platform, desk.fingerprint)
    known = read_identities(desk, ids)
    customer_id = customers.known_as(
        event.customer, known, platform=event.platform, fingerprint=desk.fingerprint
    )
    customer = desk.find(Customer, customer_id) if customer_id else None
    if customer is not None:
        known |= known_by(desk, customer)
    wish = Erasure(
        shop=desk.shop_id,
        at=desk.now(),
        customer_id=customer and customer.id,
        identities=tuple(sorted({*ids, *known})),
        platform=event.platform,
        order_ids=event.order_ids,
    )
    write_down(desk.house, wish)
    named = Changes(None, agenda=_named_orders(wish))
    return desk.commit(_forgetting(desk, customer, wish, known).plus(named))


@command
def erase_known(desk: Desk, customer_id: str) -> Customer | None:
    """Forget a customer whom somebody of the staff looked up, as their own wish would. Raises
    NotFound."""
    customer = desk.get(Customer, customer_id)
    known = known_by(desk, customer)
    wish = Erasure(
        shop=desk.shop_id,
        at=desk.now(),
        customer_id=customer.id,
        identities=tuple(sorted(known)),
    )
    write_down(desk.house, wish)
    return desk.commit(_forgetting(desk, customer, wish, known))


@command
def erase_shop(desk: Desk, event: canonical.ShopErased) -> None:
    """The shop left its platform: forget all of its customers and guests, a few at a time, and
    the deliveries of it that are parked. Its silence is no surprise any more.

    Nothing happens if the body names another shop than the address it was sent to.
    """
    if not _is_about_us(desk, event.domain):
        return desk.commit(nothing(None))
    write_down(desk.house, Erasure(shop=desk.shop_id, at=desk.now(), is_whole_shop=True))
    soon = desk.now() + SETTLING
    jobs = (_next(desk, kind, None, due_at=soon) for kind in (SHOP, GUESTS, PARKED))
    return desk.commit(Changes(None, agenda=(*jobs, _deaf(desk))))


def repeat(desk: Desk, wish: Erasure) -> None:
    """Forget again, all of it at once, what was forgotten before the tables were restored to an
    earlier time; of a shop that left and came back, what was there when it left."""
    if wish.is_whole_shop:
        inbox.forget_received_by(desk.house, desk.shop_id, wish.at)
        _forget_everybody(desk, wish.at)
        if not _came_back(desk, wish.at):
            desk.aside().commit(Changes(None, agenda=(_deaf(desk),)))
        return
    customer = desk.find(Customer, wish.customer_id) if wish.customer_id else None
    known = read_identities(desk, wish.identities)
    if customer is not None:
        known |= known_by(desk, customer)
    desk.aside().commit(_forgetting(desk, customer, wish, known))
    if customer is not None:
        for cards in pages(desk, 2, f"customer#{customer.id}"):
            empty_cases(desk, cards)
    if wish.platform is not None:
        for outside_id in wish.order_ids:
            forget_named_order(desk, wish.platform, outside_id, wish.at)


def forget_parked(desk: Desk, entry: Entry) -> None:
    """Runner: delete the shop's deliveries that wait in the inbox bucket or were given up."""
    inbox.forget(desk.house, entry.shop)


@command
def forget_cases(desk: Desk, entry: Entry) -> None:
    """Runner: empty the next cases and orders of a customer, and go on after them."""
    page = desk.page(2, f"customer#{entry.subject}", limit=CASES_A_RUN, after=_place(entry))
    empty_cases(desk, page.cards)
    if page.after is not None:
        further = entry.model_copy(update={"data": page.after, "due_at": desk.now()})
        desk.commit(Changes(None, agenda=(further,)))
        return
    customer = desk.find(Customer, entry.subject)
    erased_at = (customer and customer.erased_at) or desk.now()
    for cards in pages(desk, 4, f"identities#{entry.subject}"):
        _forget_identities(desk, [card.id for card in cards], entry.subject, erased_at)
    desk.commit(nothing(None))


@command
def forget_orders(desk: Desk, entry: Entry) -> None:
    """Runner: empty the orders that were named, and the cases about them."""
    platform, at = Platform(entry.data["platform"]), datetime.fromisoformat(entry.data["at"])
    for outside_id in json.loads(entry.data["orders"]):
        forget_named_order(desk, platform, outside_id, at)
    desk.commit(nothing(None))


@command
def forget_guests(desk: Desk, entry: Entry) -> None:
    """Runner: empty the next orders of people of whom nothing is known but a name, and go on
    after them."""
    page = desk.page(2, "guests", limit=CASES_A_RUN, after=_place(entry))
    for card in page.cards:
        empty_order(desk, card.id)
    further = (_next(desk, GUESTS, page.after),) if page.after is not None else ()
    desk.commit(Changes(None, agenda=further))


@command
def forget_customers(desk: Desk, entry: Entry) -> None:
    """Runner: forget the shop's next customers, and go on after them."""
    page = desk.page(4, "customers", limit=CUSTOMERS_A_RUN, after=_place(entry))
    for customer in desk.read(*((Customer, card.id) for card in page.cards)):
        if isinstance(customer, Customer):
            _forget_one(desk, customer, desk.now())
    further = (_next(desk, SHOP, page.after),) if page.after is not None else ()
    desk.commit(Changes(None, agenda=further))


def _forgetting(
    desk: Desk, customer: Customer | None, wish: Erasure, known: dict[str, Identity]
) -> Changes[Customer | None]:
    """The file and what leads to it. What does not fit into one commit goes with the cases."""
    ids = list(dict.fromkeys((*wish.identities, *known)))[:MARKS_A_COMMIT]
    marks = mark(desk, ids, known, customer and customer.id, wish.at)
    if customer is None:
        return marks
    job = Entry(
        shop=desk.shop_id,
        kind=CUSTOMER,
        subject=customer.id,
        due_at=desk.now() + SETTLING,
        lane=Lane.BULK,
    )
    return customers.erase(customer, at=wish.at).plus(marks, Changes(None, agenda=(job,)))


def _forget_one(desk: Desk, customer: Customer, at: datetime) -> None:
    """A customer of a shop that left. To be forgotten is as good twice as once, so each may have
    a commit of their own."""
    wish = Erasure(shop=desk.shop_id, at=at, customer_id=customer.id)
    desk.aside().commit(_forgetting(desk, customer, wish, known_by(desk, customer)))


def _forget_everybody(desk: Desk, at: datetime) -> None:
    for customer_id in _listed_by(desk, at, 4, "customers"):
        repeat(desk, Erasure(shop=desk.shop_id, at=at, customer_id=customer_id))
    for order in _listed_by(desk, at, 2, "guests"):
        empty_order(desk, order)


def _listed_by(desk: Desk, at: datetime, index: int, name: str) -> Iterator[str]:
    """The ids in a list that is in order of time, up to a moment."""
    for cards in pages(desk, index, name):
        for card in cards:
            if _is_newer(card, at):
                return
            yield card.id


def _came_back(desk: Desk, since: datetime) -> bool:
    """Whether the shop has told of somebody who came since."""
    newest = (
        card
        for index, name in ((4, "customers"), (2, "guests"))
        for card in desk.page(index, name, limit=1, backwards=True).cards
    )
    return any(_is_newer(card, since) for card in newest)


def _is_newer(card: Card, moment: datetime) -> bool:
    return card.sort.partition("#")[0] > stamp(moment)


def _deaf(desk: Desk) -> Cancel:
    return Cancel(shop=desk.shop_id, kind=LISTEN, subject=desk.shop_id)


def _forget_identities(desk: Desk, ids: Iterable[str], customer_id: str, at: datetime) -> None:
    """What the customer was known by besides what their file said."""
    known = read_identities(desk, ids)
    left = Erasure(
        shop=desk.shop_id, at=at, customer_id=customer_id, identities=tuple(sorted(known))
    )
    write_down(desk.house, left)
    desk.aside().commit(mark(desk, known, known, customer_id, at))


def _named_orders(wish: Erasure) -> tuple[Entry, ...]:
    if wish.platform is None:
        return ()
    named = wish.order_ids
    return tuple(
        Entry(
            shop=wish.shop,
            kind=ORDERS,
            subject=order_id(wish.shop, wish.platform, named[start]),
            due_at=wish.at + SETTLING,
            lane=Lane.BULK,
            data={
                "platform": str(wish.platform),
                "orders": json.dumps(named[start : start + ORDERS_A_RUN]),
                "at": wish.at.isoformat(),
            },
        )
        for start in range(0, len(named), ORDERS_A_RUN)
    )


def _next(
    desk: Desk, kind: str, after: dict[str, Any] | None, *, due_at: datetime | None = None
) -> Entry:
    return Entry(
        shop=desk.shop_id,
        kind=kind,
        subject=desk.shop_id,
        due_at=due_at or desk.now(),
        lane=Lane.BULK,
        data=after or {},
    )


def _is_about_us(desk: Desk, domain: str) -> bool:
    """One secret signs for all shops of a Shopify app, and the address is not signed."""
    return not desk.shop.domain or not domain or domain == desk.shop.domain


def _place(entry: Entry) -> dict[str, Any] | None:
    return dict(entry.data) or None
