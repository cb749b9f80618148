"""Forgetting: the customer at once, what they did in a job, a whole shop customer by customer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from chalicelib.domain import canonical, customers, erasure, orders
from chalicelib.domain.agenda import Cancel, Entry, Lane
from chalicelib.domain.canonical import Person
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer, Identity
from chalicelib.domain.records import Record
from chalicelib.domain.silence import LISTEN
from chalicelib.services import inbox
from chalicelib.services.desk import Desk, command
from chalicelib.store.records import Card

CUSTOMER, ORDERS = "customer.forget", "orders.forget"
SHOP, GUESTS, PARKED = "shop.forget", "guests.forget", "parked.forget"

SETTLING = timedelta(minutes=1)
"""Lists lag behind; what was being written when the wish came must be in them."""

CASES_A_RUN = 10
CUSTOMERS_A_RUN = 10
PARTS_A_COMMIT = 20
"""A call that is cancelled makes four writes; with two more a part that stays below ninety."""
ORDERS_A_RUN = 20


@command
def erase_customer(desk: Desk, event: canonical.CustomerErased) -> Customer | None:
    """Forget the person the platform names, and empty the orders it names besides; None if
    nobody here is known by any of it, or if the body names another shop than the address it was
    sent to."""
    if not _is_about_us(desk, event.domain):
        return desk.commit(nothing(None))
    named = Changes(None, agenda=_named_orders(desk, event))
    ids = customers.identities_of(event.customer, event.platform, desk.fingerprint)
    known = {
        found.id: found
        for found in desk.read(*((Identity, identity) for identity in ids))
        if isinstance(found, Identity)
    }
    customer_id = customers.known_as(
        event.customer, known, platform=event.platform, fingerprint=desk.fingerprint
    )
    customer = desk.find(Customer, customer_id) if customer_id else None
    if customer is None:
        return desk.commit(named)
    return desk.commit(_forgetting(desk, customer).plus(named))


@command
def erase_shop(desk: Desk, event: canonical.ShopErased) -> None:
    """The shop left its platform: forget all of its customers and guests, a few at a time, and
    the deliveries of it that are parked. Its silence is no surprise any more.

    Nothing happens if the body names another shop than the address it was sent to.
    """
    if not _is_about_us(desk, event.domain):
        return desk.commit(nothing(None))
    parked = _next(desk, PARKED, None).model_copy(update={"due_at": desk.now() + SETTLING})
    everybody = (_next(desk, SHOP, None), _next(desk, GUESTS, None))
    deaf = Cancel(shop=desk.shop_id, kind=LISTEN, subject=desk.shop_id)
    return desk.commit(Changes(None, agenda=(*everybody, parked, deaf)))


def forget_parked(desk: Desk, entry: Entry) -> None:
    """Runner: delete the shop's deliveries that wait in the inbox bucket or were given up."""
    inbox.forget(desk.house, entry.shop)


@command
def forget_cases(desk: Desk, entry: Entry) -> None:
    """Runner: empty the next cases and orders of a customer, and go on after them."""
    page = desk.page(2, f"customer#{entry.subject}", limit=CASES_A_RUN, after=_place(entry))
    for card in page.cards:
        _empty(desk, card.id)
    if page.after is not None:
        desk.commit(Changes(None, agenda=(_further(desk, entry, page.after),)))
        return
    for cards in _pages(desk, f"identities#{entry.subject}"):
        found = desk.read(*((Identity, card.id) for card in cards))
        left = tuple(one for one in found if one is not None)
        desk.aside().commit(Changes(None, removed=left))
    desk.commit(nothing(None))


@command
def forget_orders(desk: Desk, entry: Entry) -> None:
    """Runner: empty the orders that were named, and the cases about them."""
    for order_id in entry.data["orders"].split():
        _empty_order(desk, order_id)
    desk.commit(nothing(None))


@command
def forget_guests(desk: Desk, entry: Entry) -> None:
    """Runner: empty the next orders of people of whom nothing is known but a name, and go on
    after them."""
    page = desk.page(2, "guests", limit=CASES_A_RUN, after=_place(entry))
    for card in page.cards:
        _empty_order(desk, card.id)
    further = (_next(desk, GUESTS, page.after),) if page.after is not None else ()
    desk.commit(Changes(None, agenda=further))


@command
def forget_customers(desk: Desk, entry: Entry) -> None:
    """Runner: forget the shop's next customers, and go on after them."""
    page = desk.page(4, "customers", limit=CUSTOMERS_A_RUN, after=_place(entry))
    for customer in desk.read(*((Customer, card.id) for card in page.cards)):
        if isinstance(customer, Customer):
            # To be forgotten is as good twice as once, so each may have a commit of their own.
            desk.aside().commit(_forgetting(desk, customer))
    further = (_next(desk, SHOP, page.after),) if page.after is not None else ()
    desk.commit(Changes(None, agenda=further))


def _forgetting(desk: Desk, customer: Customer) -> Changes[Customer]:
    """What the customer is known by goes with them; what does not fit into one commit goes with
    their cases."""
    wanted: list[tuple[type[Record], str]] = []
    for outside in customer.outside_ids or ("",):
        platform, _, outside_id = outside.partition(":")
        person = Person(
            outside_id=outside_id or None,
            mail=customer.mail,
            phone=customer.phone,
            country=customer.country,
        )
        ids = customers.identities_of(person, platform, desk.fingerprint)
        wanted += [(Identity, identity) for identity in ids]
    found = [
        one
        for one in desk.read(*dict.fromkeys(wanted))
        if isinstance(one, Identity) and one.customer_id == customer.id
    ]
    job = Entry(
        shop=desk.shop_id,
        kind=CUSTOMER,
        subject=customer.id,
        due_at=desk.now() + SETTLING,
        lane=Lane.BULK,
    )
    erased = customers.erase(customer, found[:PARTS_A_COMMIT], at=desk.now())
    return erased.plus(Changes(None, agenda=(job,)))


def _empty_order(desk: Desk, order_id: str) -> None:
    """With the cases about it."""
    _empty(desk, order_id)
    for cards in _pages(desk, f"order#{order_id}"):
        for card in cards:
            _empty(desk, card.id)


def _pages(desk: Desk, name: str) -> Iterator[list[Card]]:
    """All of one of the lists of index 4, as many at a time as one commit takes."""
    after = None
    while True:
        page = desk.page(4, name, limit=PARTS_A_COMMIT, after=after)
        if page.cards:
            yield page.cards
        after = page.after
        if after is None:
            return


def _empty(desk: Desk, subject: str) -> None:
    family = desk.family(subject, *erasure.PERSONAL)
    for start in range(0, len(family), PARTS_A_COMMIT):
        # Emptying is as good twice as once, so each part may have a commit of its own.
        part = family[start : start + PARTS_A_COMMIT]
        desk.aside().commit(erasure.forget(part, at=desk.now()))


def _named_orders(desk: Desk, event: canonical.CustomerErased) -> tuple[Entry, ...]:
    ids = [orders.order_id(desk.shop_id, event.platform, one) for one in event.order_ids]
    return tuple(
        Entry(
            shop=desk.shop_id,
            kind=ORDERS,
            subject=ids[start],
            due_at=desk.now() + SETTLING,
            lane=Lane.BULK,
            data={"orders": " ".join(ids[start : start + ORDERS_A_RUN])},
        )
        for start in range(0, len(ids), ORDERS_A_RUN)
    )


def _next(desk: Desk, kind: str, after: dict[str, Any] | None) -> Entry:
    return Entry(
        shop=desk.shop_id,
        kind=kind,
        subject=desk.shop_id,
        due_at=desk.now(),
        lane=Lane.BULK,
        data=after or {},
    )


def _is_about_us(desk: Desk, domain: str) -> bool:
    """One secret signs for all shops of a Shopify app, and the address is not signed."""
    return not desk.shop.domain or not domain or domain == desk.shop.domain


def _further(desk: Desk, entry: Entry, after: dict[str, Any]) -> Entry:
    return entry.model_copy(update={"data": after, "due_at": desk.now()})


def _place(entry: Entry) -> dict[str, Any] | None:
    return dict(entry.data) or None
