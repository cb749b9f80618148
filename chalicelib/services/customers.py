"""Who somebody is who writes, calls or fills in a form."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import customers
from chalicelib.domain.canonical import Person
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer, Identity
from chalicelib.services.desk import Desk, command


@dataclass(frozen=True, slots=True)
class Recognised:
    """The customer somebody is, None if nothing is known of them, and what is to be written with
    whatever follows from it: a new customer, or another thing the known one is known by."""

    changes: Changes[Customer | None]
    is_forgotten: bool = False
    """They were erased since they spoke: nothing of them may be kept."""


def recognise(desk: Desk, person: Person, *, said_at: datetime) -> Recognised:
    """Who said something at `said_at`. One read for somebody new, two for somebody known."""
    known = _known(desk, person)
    if _is_forgotten(desk, person, known, said_at):
        return Recognised(nothing(None), is_forgotten=True)
    return Recognised(_recognised(desk, person, known))


def is_forgotten(desk: Desk, person: Person, *, said_at: datetime) -> bool:
    """Whether somebody was erased since they said something: one read."""
    return _is_forgotten(desk, person, _known(desk, person), said_at)


def _recognised(desk: Desk, person: Person, known: dict[str, Identity]) -> Changes[Customer | None]:
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
    return customers.known_as(
        person,
        _known(desk, person),
        platform=desk.shop.platform,
        fingerprint=desk.fingerprint,
    )


@command
def looked_up(desk: Desk, customer_id: str) -> Customer:
    """A customer's file for somebody who looks at how they are reached; it is told who did.
    Raises NotFound."""
    return desk.commit(customers.look_up(desk.get(Customer, customer_id)))


def _known(desk: Desk, person: Person) -> dict[str, Identity]:
    ids = customers.identities_of(person, desk.shop.platform, desk.fingerprint)
    found = desk.read(*((Identity, identity) for identity in ids))
    return {one.id: one for one in found if isinstance(one, Identity)}


def _is_forgotten(
    desk: Desk, person: Person, known: dict[str, Identity], said_at: datetime
) -> bool:
    erased_at = customers.erased_at(
        person, known, platform=desk.shop.platform, fingerprint=desk.fingerprint
    )
    return erased_at is not None and said_at <= erased_at


def _made(decided: Changes[str | None]) -> Customer | None:
    return next((one for one in decided.records if isinstance(one, Customer)), None)
