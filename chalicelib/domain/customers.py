"""Customers: who a person is, by whatever they are known as, and how they are forgotten.

A person is recognised by the shop's own id, a mail address or a phone number. Each of these is
a keyed hash that lies by itself, so that finding somebody is one read by key.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from chalicelib.domain import canonical
from chalicelib.domain.canonical import Contact, Person
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import NewId
from chalicelib.domain.records import Moment, Record, Value

Fingerprint: TypeAlias = Callable[[str], str]
"""A keyed hash: the same text gives the same id, and the id gives nothing away."""

_ADDRESS = re.compile(r"[^\s@<>,;\"\x00-\x1f]+@[^\s@<>,;\"\x00-\x1f]+\.[^\s@<>,;\"\x00-\x1f.]+")


class Blocked(StrEnum):
    """Why nothing more is sent to an address."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


class CustomerAdded(Fact):
    type = "customer.added"
    platform: str


class CustomerLookedUp(Fact):
    """Somebody of the staff looked at how the customer is reached."""

    type = "customer.looked_up"


class CustomerErased(Fact):
    type = "customer.erased"


class ChannelSuppressed(Fact):
    type = "customer.channel_suppressed"
    channel: str
    reason: Blocked


class Suppression(Value):
    reason: Blocked
    at: Moment


class Customer(Record):
    """A person who bought something or wrote. Without a mail address is ordinary."""

    kind: ClassVar[str] = "customer"
    prefix: ClassVar[str] = "cus"

    name: str | None = None
    mail: str | None = None
    phone: str | None = None
    """E.164 where it could be read as a phone number, else as it was given."""
    language: str | None = None
    """BCP 47."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    zone: str | None = None
    """IANA time zone; None where it cannot be told."""
    outside_ids: tuple[str, ...] = ()
    """Each as `platform:id`."""
    consent: dict[str, bool] = {}
    """Channel -> whether the person agreed to marketing."""
    suppressed: dict[str, Suppression] = {}
    """Channel -> why nothing more is sent there."""
    paused_until: Moment | None = None
    """Until then they are asked nothing."""
    chosen_language: str | None = None
    """BCP 47, chosen by themselves: it goes before what the shop says and what they write in."""
    first_seen_at: Moment
    changed_at: Moment | None = None
    """Of the newest customer event; None while only orders and messages told of the person."""
    digest: str = ""
    erased_at: Moment | None = None

    @property
    def contact(self) -> Contact:
        return Contact(name=self.name, mail=self.mail, phone=self.phone)

    def is_paused(self, at: datetime) -> bool:
        """Whether they asked not to be asked anything for a while."""
        return self.paused_until is not None and at < self.paused_until


class Identity(Record):
    """One thing a customer is known by; its id is the fingerprint of it."""

    kind: ClassVar[str] = "identity"
    prefix: ClassVar[str] = ""

    customer_id: str | None = None
    """None once who was known by it was erased, until they come again."""
    erased_at: Moment | None = None
    """When somebody known by it was last erased: what is said of earlier days is not taken in."""


def mail_address(text: str | None) -> str | None:
    """An address for comparing and sending; None for what is none.

    The local part is folded too: no provider in use tells `Jana@` from `jana@`.
    """
    address = (text or "").strip().casefold()
    return address if len(address) <= 254 and _ADDRESS.fullmatch(address) else None


def masked(address: str) -> str:
    """An address as a page shows it to whoever may look over a shoulder: `j…@example.de`."""
    local, at, host = address.rpartition("@")
    return f"{local[:1]}…{at}{host}"


def phone_number(text: str | None, country: str | None) -> str | None:
    """A phone number in E.164; None if there can be no such number in the country, or in any
    with a leading `+`. Placeholders such as `000000` must not make two people one."""
    if not text:
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def identities_of(person: Person, platform: str, fingerprint: Fingerprint) -> tuple[str, ...]:
    """The ids under which this person may be known already, the surest first."""
    return tuple(_fingerprints(person, platform, fingerprint).values())


def recognise(
    person: Person,
    known: Mapping[str, Identity],
    *,
    shop: str,
    platform: str,
    at: datetime,
    new_id: NewId,
    fingerprint: Fingerprint,
) -> Changes[str | None]:
    """The id of the customer this person is, new if nobody is known by any of it.

    `known` holds those of `identities_of` that were found, by id. What the person is newly
    known by is added. A phone number alone decides only where there is no mail address, for
    households share phones. None for a person of whom nothing is known.
    """
    ids = _fingerprints(person, platform, fingerprint)
    if not ids:
        return nothing(None)
    customer_id = _known_as(ids, known)
    if customer_id is not None:
        return Changes(customer_id, records=_claims(ids, known, shop, customer_id))
    customer = _new(person, shop=shop, platform=platform, at=at, new_id=new_id)
    return Changes(
        customer.id,
        records=(customer, *_claims(ids, known, shop, customer.id)),
        told=(Told(customer, CustomerAdded(platform=platform)),),
    )


def complete(customer: Customer, person: Person, platform: str) -> Changes[Customer]:
    """What a known customer's file lacked and this person says. What stands in it stays, and who
    was erased stays so."""
    if customer.erased_at is not None:
        return nothing(customer)
    said = _personal(person)
    kept = customer.model_dump(include=set(said))
    lacking = {name: value for name, value in said.items() if value and not kept[name]}
    outside_ids = _outside_ids(person, platform, customer.outside_ids)
    if not lacking and outside_ids == customer.outside_ids:
        return nothing(customer)
    after = customer.but(**lacking, outside_ids=outside_ids)
    return Changes(after, records=(after,))


def known_as(
    person: Person, known: Mapping[str, Identity], *, platform: str, fingerprint: Fingerprint
) -> str | None:
    """The id of the customer this person is, None if nobody is known by any of it."""
    return _known_as(_fingerprints(person, platform, fingerprint), known)


def changed(
    customer: Customer | None,
    event: canonical.CustomerSeen,
    known: Mapping[str, Identity],
    *,
    shop: str,
    at: datetime,
    new_id: NewId,
    fingerprint: Fingerprint,
) -> Changes[Customer | None]:
    """What the shop says about a customer; the newest word counts, and an older one changes
    nothing. `customer` is whom `known_as` names, None if nobody. An erased customer stays so:
    who was forgotten comes again with an order or words of their own, not with a file.
    """
    platform, person = event.platform, event.customer
    ids = _fingerprints(person, platform, fingerprint)
    forgotten_at = _erased_at(ids, known)
    if not ids or (forgotten_at and (customer is None or event.changed_at <= forgotten_at)):
        return nothing(customer)
    content = canonical.digest(event, leaving_out=frozenset({"changed_at"}))
    told: tuple[Told, ...] = ()
    before = customer
    if before is None:
        before = _new(person, shop=shop, platform=platform, at=at, new_id=new_id)
        told = (Told(before, CustomerAdded(platform=platform)),)
    elif before.erased_at is not None or (
        before.changed_at is not None
        and (event.changed_at, content) <= (before.changed_at, before.digest)
    ):
        return nothing(before)
    after = before.but(
        **_personal(person),
        outside_ids=_outside_ids(person, platform, before.outside_ids),
        suppressed=_still_suppressed(before, person),
        consent={**before.consent, **event.consent},
        changed_at=event.changed_at,
        digest=content,
    )
    return Changes(after, records=(after, *_claims(ids, known, shop, after.id)), told=told)


def look_up(customer: Customer) -> Changes[Customer]:
    """Somebody looks at the address and the number (CUS-04: they are confidential); of who was
    erased there is nothing to look at."""
    if customer.erased_at is not None:
        return nothing(customer)
    after = customer.but()
    return Changes(after, records=(after,), told=(Told(after, CustomerLookedUp()),))


def suppress(
    customer: Customer, channel: str, reason: Blocked, *, at: datetime
) -> Changes[Customer]:
    """Nothing more is sent to this customer by this channel; the first reason stands."""
    if channel in customer.suppressed:
        return nothing(customer)
    after = customer.but(
        suppressed={**customer.suppressed, channel: Suppression(reason=reason, at=at)}
    )
    fact = ChannelSuppressed(channel=channel, reason=reason)
    return Changes(after, records=(after,), told=(Told(after, fact),))


def erased_at(
    person: Person, known: Mapping[str, Identity], *, platform: str, fingerprint: Fingerprint
) -> datetime | None:
    """When this person was last erased, by what they are known by; None if never."""
    return _erased_at(_fingerprints(person, platform, fingerprint), known)


def erase(customer: Customer, *, at: datetime) -> Changes[Customer]:
    """Forget a person: the record stays as an empty mark, so that figures still add up. What
    they were known by goes with `forgotten`, their orders and cases by a job of their own."""
    if customer.erased_at is not None:
        return nothing(customer)
    after = customer.but(
        name=None,
        mail=None,
        phone=None,
        language=None,
        country=None,
        zone=None,
        outside_ids=(),
        consent={},
        suppressed={},
        paused_until=None,
        chosen_language=None,
        digest="",
        erased_at=at,
    )
    return Changes(after, records=(after,), told=(Told(after, CustomerErased()),))


def forgotten(
    ids: Iterable[str],
    known: Mapping[str, Identity],
    *,
    shop: str,
    customer_id: str | None,
    at: datetime,
) -> tuple[Identity, ...]:
    """The marks that stay of what an erased person was known by, so that nothing older than `at`
    brings them back. What another customer is known by is left alone."""
    kept = (known.get(identity, Identity(shop=shop, id=identity)) for identity in ids)
    return tuple(
        one.but(customer_id=None, erased_at=max(at, one.erased_at or at))
        for one in kept
        if one.customer_id in (None, customer_id)
    )


def _fingerprints(person: Person, platform: str, fingerprint: Fingerprint) -> dict[str, str]:
    mail = mail_address(person.mail)
    phone = phone_number(person.phone, person.country)
    known_by = {
        "outside": f"outside:{platform}:{person.outside_id}" if person.outside_id else None,
        "mail": f"mail:{mail}" if mail else None,
        "phone": f"phone:{phone}" if phone else None,
    }
    return {sort: fingerprint(text) for sort, text in known_by.items() if text}


def _known_as(ids: Mapping[str, str], known: Mapping[str, Identity]) -> str | None:
    return next((one.customer_id for one in _deciding(ids, known) if one.customer_id), None)


def _erased_at(ids: Mapping[str, str], known: Mapping[str, Identity]) -> datetime | None:
    moments = (one.erased_at for one in _deciding(ids, known))
    return max((moment for moment in moments if moment is not None), default=None)


def _deciding(ids: Mapping[str, str], known: Mapping[str, Identity]) -> list[Identity]:
    """What says who somebody is, the surest first."""
    sorts = [sort for sort in ids if sort != "phone" or "mail" not in ids]
    return [known[ids[sort]] for sort in sorts if ids[sort] in known]


def _claims(
    ids: Mapping[str, str], known: Mapping[str, Identity], shop: str, customer_id: str
) -> tuple[Identity, ...]:
    kept = (known.get(identity, Identity(shop=shop, id=identity)) for identity in ids.values())
    return tuple(one.but(customer_id=customer_id) for one in kept if one.customer_id is None)


def _new(person: Person, *, shop: str, platform: str, at: datetime, new_id: NewId) -> Customer:
    customer = Customer(
        shop=shop,
        id=new_id("cus"),
        first_seen_at=at,
        outside_ids=_outside_ids(person, platform, ()),
    )
    return customer.but(**_personal(person))


def _personal(person: Person) -> dict[str, str | None]:
    return {
        "name": person.name,
        "mail": mail_address(person.mail) or person.mail,
        "phone": phone_number(person.phone, person.country) or person.phone,
        "language": person.language,
        "country": person.country,
        "zone": person.zone,
    }


def _still_suppressed(before: Customer, person: Person) -> dict[str, Suppression]:
    """A bounce is the address's, not the person's: with a new address it is over."""
    if (mail_address(person.mail) or person.mail) == before.mail:
        return before.suppressed
    return {
        channel: one
        for channel, one in before.suppressed.items()
        if one.reason is not Blocked.BOUNCED
    }


def _outside_ids(person: Person, platform: str, before: tuple[str, ...]) -> tuple[str, ...]:
    if person.outside_id is None:
        return before
    return tuple(sorted({*before, f"{platform}:{person.outside_id}"}))
