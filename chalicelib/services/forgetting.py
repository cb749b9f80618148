"""How a person is forgotten: their file and what they were known by, their cases, their orders.

All of it is as good twice as once, so each part has a commit of its own.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from chalicelib.domain import customers, erasure
from chalicelib.domain.canonical import Person, Platform, SeenBy
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Customer, Identity
from chalicelib.domain.orders import Order, order_id
from chalicelib.domain.photos import Photo
from chalicelib.domain.withdrawals import Withdrawal
from chalicelib.services import photos
from chalicelib.services.desk import Desk
from chalicelib.store import drafts
from chalicelib.store.records import Card

PARTS_A_COMMIT = 20
"""A call that is cancelled makes four writes; with two more a part that stays below ninety."""


def known_by(desk: Desk, customer: Customer) -> dict[str, Identity]:
    """What a customer is recognised by, by id: as their file says it, and as far as the list
    of it knows."""
    wanted = [
        card.id for card in desk.page(4, f"identities#{customer.id}", limit=PARTS_A_COMMIT).cards
    ]
    for outside in customer.outside_ids or ("",):
        platform, _, outside_id = outside.partition(":")
        person = Person(
            outside_id=outside_id or None,
            mail=customer.mail,
            phone=customer.phone,
            country=customer.country,
        )
        wanted += customers.identities_of(person, platform, desk.fingerprint)
    found = read_identities(desk, wanted)
    return {id_: one for id_, one in found.items() if one.customer_id == customer.id}


def read_identities(desk: Desk, ids: Iterable[str]) -> dict[str, Identity]:
    """Those there are, by id."""
    found = desk.read(*((Identity, identity) for identity in dict.fromkeys(ids)))
    return {one.id: one for one in found if isinstance(one, Identity)}


def mark(
    desk: Desk,
    ids: Iterable[str],
    known: dict[str, Identity],
    customer_id: str | None,
    at: datetime,
) -> Changes[None]:
    """Let what an erased person was known by say that they were erased."""
    marks = customers.forgotten(ids, known, shop=desk.shop_id, customer_id=customer_id, at=at)
    return Changes(None, records=marks)


def empty_cases(desk: Desk, cards: Iterable[Card]) -> None:
    """Empty what some cases and orders say of a person, and what was declared about the orders,
    whoever its receipt went to."""
    for card in cards:
        _empty(desk, card.id)
        if card.kind == Order.kind:
            _empty_withdrawals(desk, card.id)


def empty_order(desk: Desk, order: str) -> None:
    """Empty an order and the cases about it."""
    _empty(desk, order)
    for cards in pages(desk, 4, f"order#{order}"):
        empty_cases(desk, cards)


def forget_named_order(desk: Desk, platform: Platform, outside_id: str, at: datetime) -> None:
    """The same for an order that the shop names. One that was never seen leaves a mark, so that
    its buyer does not come with it."""
    order = order_id(desk.shop_id, platform, outside_id)
    if desk.find(Order, order) is not None:
        empty_order(desk, order)
        return
    marked = erasure.forgotten_order(
        None,
        shop=desk.shop_id,
        platform=platform,
        outside_id=outside_id,
        seen_by=SeenBy.WEBHOOK,
        at=at,
    )
    desk.aside().commit(Changes(None, records=(marked,)))


def pages(desk: Desk, index: int, name: str) -> Iterator[list[Card]]:
    """All of a list, as many at a time as one commit takes."""
    after = None
    while True:
        page = desk.page(index, name, limit=PARTS_A_COMMIT, after=after)
        if page.cards:
            yield page.cards
        after = page.after
        if after is None:
            return


def _empty_withdrawals(desk: Desk, order: str) -> None:
    for cards in pages(desk, 4, f"order#{order}"):
        for card in cards:
            if card.kind == Withdrawal.kind:
                _empty(desk, card.id)


def _empty(desk: Desk, subject: str) -> None:
    family = desk.family(subject, *erasure.PERSONAL)
    if subject.startswith(f"{Order.prefix}_"):
        drafts.forget(desk.house.tables, desk.shop_id, subject)
    # The pictures first: while a record says that there are some, this is tried again.
    photos.delete_pictures(desk, (one for one in family if isinstance(one, Photo)))
    for start in range(0, len(family), PARTS_A_COMMIT):
        part = family[start : start + PARTS_A_COMMIT]
        desk.aside().commit(erasure.forget(part, at=desk.now()))
