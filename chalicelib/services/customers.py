"""Who somebody is who writes, calls or fills in a form."""

from chalicelib.domain import customers
from chalicelib.domain.canonical import Person
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer, Identity
from chalicelib.services.desk import Desk


def recognise(desk: Desk, person: Person) -> Changes[Customer | None]:
    """The customer this person is, and what is to be written with whatever follows from it: a
    new customer, or another thing the known one is known by. None if nothing is known of them.

    One read for somebody new, two for somebody known.
    """
    ids = customers.identities_of(person, desk.shop.platform, desk.fingerprint)
    found = desk.read(*((Identity, identity) for identity in ids))
    known = {one.id: one for one in found if isinstance(one, Identity)}
    decided = customers.recognise(
        person,
        known,
        shop=desk.shop_id,
        platform=desk.shop.platform,
        at=desk.now(),
        new_id=desk.new_id,
        fingerprint=desk.fingerprint,
    )
    made = _made(decided)
    if made is not None or decided.result is None:
        return Changes(made).plus(decided)
    customer = desk.find(Customer, decided.result)
    if customer is None:
        return Changes(customer).plus(decided)
    return customers.complete(customer, person, desk.shop.platform).plus(decided)


def completed(
    desk: Desk, person: Person, platform: str, recognised: Changes[str | None]
) -> Changes[Customer | None]:
    """What the file of a known customer lacked and this person says: one read."""
    if recognised.result is None or _made(recognised) is not None:
        return nothing(None)
    customer = desk.find(Customer, recognised.result)
    return customers.complete(customer, person, platform) if customer else nothing(None)


def known(desk: Desk, person: Person) -> str | None:
    """The id of the customer this person is; None if nobody is known by any of it."""
    ids = customers.identities_of(person, desk.shop.platform, desk.fingerprint)
    found = desk.read(*((Identity, identity) for identity in ids))
    return customers.known_as(
        person,
        {one.id: one for one in found if isinstance(one, Identity)},
        platform=desk.shop.platform,
        fingerprint=desk.fingerprint,
    )


def _made(decided: Changes[str | None]) -> Customer | None:
    return next((one for one in decided.records if isinstance(one, Customer)), None)
