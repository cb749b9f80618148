"""Who a person is, by whatever they are known as."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

import pytest

from chalicelib.domain import canonical, customers
from chalicelib.domain.canonical import Person, Platform
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Blocked, Customer, Identity

T = TypeVar("T")

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
JANA = Person(
    outside_id="7", name="Jana Örtel", mail="Jana@Example.com", phone="0341 123456", country="DE"
)


class Town:
    """What the table would hold of customers."""

    def __init__(self) -> None:
        self.identities: dict[str, Identity] = {}
        self.customers: dict[str, Customer] = {}
        self._numbers = count(1)

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers)}"

    def recognise(self, person: Person) -> str | None:
        return self.keep(
            customers.recognise(
                person,
                self.identities,
                shop="acme",
                platform="shopify",
                at=NOON,
                new_id=self.new_id,
                fingerprint=_reversed,
            )
        ).result

    def change(self, person: Person, minutes: int, **consent: bool) -> Customer | None:
        event = canonical.CustomerSeen(
            platform=Platform.SHOPIFY,
            changed_at=NOON + timedelta(minutes=minutes),
            customer=person,
            consent=consent,
        )
        known = customers.known_as(
            person, self.identities, platform="shopify", fingerprint=_reversed
        )
        return self.keep(
            customers.changed(
                self.customers[known] if known else None,
                event,
                self.identities,
                shop="acme",
                at=NOON,
                new_id=self.new_id,
                fingerprint=_reversed,
            )
        ).result

    def keep(self, changes: Changes[T]) -> Changes[T]:
        for record in changes.records:
            record.mark_stored(record.version)
            if isinstance(record, Identity):
                self.identities[record.id] = record
            if isinstance(record, Customer):
                self.customers[record.id] = record
        return changes

    def erase(self, customer_id: str, at: datetime = NOON) -> Changes[Customer]:
        marks = customers.forgotten(
            list(self.identities), self.identities, shop="acme", customer_id=customer_id, at=at
        )
        erased = customers.erase(self.customers[customer_id], at=at)
        return self.keep(erased.plus(Changes(None, marks)))

    def erased_at(self, person: Person) -> datetime | None:
        return customers.erased_at(
            person, self.identities, platform="shopify", fingerprint=_reversed
        )


def _reversed(text: str) -> str:
    return text[::-1]


def test_a_person_is_known_again_by_mail_however_it_is_written() -> None:
    town = Town()
    first = town.recognise(JANA)

    assert first is not None
    assert town.recognise(Person(mail=" jana@example.COM ")) == first
    assert town.recognise(Person(phone="+49 341 123456")) == first
    assert len(town.customers) == 1


def test_a_guest_who_opens_an_account_stays_one_person() -> None:
    town = Town()
    guest = town.recognise(Person(mail="jana@example.com"))

    assert town.recognise(JANA) == guest
    assert town.recognise(Person(outside_id="7")) == guest


def test_a_known_persons_file_is_filled_and_never_overwritten() -> None:
    bare = Person(outside_id="7", name="Jana")
    town = Town()
    jana = town.recognise(bare)
    assert jana is not None

    filled = customers.complete(town.customers[jana], JANA, "shopify").result
    again = customers.complete(filled, JANA.model_copy(update={"mail": "x@y.de"}), "shopify")

    assert (filled.name, filled.mail, filled.country) == ("Jana", "jana@example.com", "DE")
    assert again.records == ()
    erased = customers.erase(filled, at=NOON).result
    assert customers.complete(erased, JANA, "shopify").records == ()


def test_the_shops_own_id_is_surer_than_a_mail_address() -> None:
    town = Town()
    jana = town.recognise(JANA)
    town.recognise(Person(outside_id="8", mail="ming@example.com"))

    assert town.recognise(Person(outside_id="7", mail="ming@example.com")) == jana


def test_two_of_one_household_share_a_phone_and_are_two() -> None:
    town = Town()
    jana = town.recognise(JANA)

    karl = town.recognise(Person(mail="karl@example.com", phone="+49 341 123456"))

    assert karl != jana
    assert town.recognise(Person(phone="+49 341 123456")) == jana


def test_of_a_person_without_anything_nothing_is_kept() -> None:
    town = Town()

    assert town.recognise(Person(name="王小明", phone="none", mail="not an address")) is None
    assert town.customers == {}


def test_the_newest_word_on_a_customer_counts() -> None:
    town = Town()
    town.recognise(JANA)

    town.change(JANA.model_copy(update={"name": "Jana Neu"}), 10, mail=True)
    kept = town.change(JANA.model_copy(update={"name": "Jana Alt"}), 5, mail=False)

    assert kept is not None
    assert (kept.name, kept.consent, kept.version) == ("Jana Neu", {"mail": True}, 2)
    assert kept.phone == "+49341123456"


def test_a_new_mail_address_is_known_besides_the_old_one() -> None:
    town = Town()
    jana = town.recognise(JANA)

    town.change(JANA.model_copy(update={"mail": "neu@example.com"}), 10)

    assert town.recognise(Person(mail="neu@example.com")) == jana
    assert town.recognise(Person(mail="jana@example.com")) == jana


def test_a_customer_the_shop_names_first_is_new_and_told_once() -> None:
    town = Town()

    customer = town.change(JANA, 1)

    assert customer is not None
    assert (customer.version, customer.outside_ids) == (1, ("shopify:7",))
    assert len(town.identities) == 3


def test_an_erased_person_leaves_nothing_and_is_a_stranger_when_they_come_back() -> None:
    town = Town()
    jana = town.recognise(JANA)
    assert jana is not None
    changes = town.erase(jana)

    erased = changes.result

    assert [told.fact.type for told in changes.told] == ["customer.erased"]
    for word in ("Jana", "jana", "123456", "shopify:7"):
        assert word not in erased.model_dump_json()
    assert town.erased_at(JANA) == NOON
    assert town.recognise(JANA) not in (None, jana)
    assert town.erased_at(JANA) == NOON
    assert customers.erase(erased, at=NOON).records == ()


def test_a_file_sent_of_somebody_erased_is_not_taken_until_they_come_again() -> None:
    town = Town()
    jana = town.recognise(JANA)
    assert jana is not None
    town.erase(jana, NOON + timedelta(minutes=5))

    assert town.change(JANA, 4) is None
    assert town.change(JANA, 6) is None
    again = town.recognise(Person(outside_id="7"))
    assert again is not None
    town.change(JANA, 4)
    assert town.customers[again].mail is None
    town.change(JANA, 7)
    assert town.customers[again].mail == "jana@example.com"


def test_a_file_that_was_emptied_is_not_filled_again() -> None:
    """An identity of theirs that the job has still to come to leads to it."""
    town = Town()
    jana = town.recognise(JANA)
    assert jana is not None
    town.keep(customers.erase(town.customers[jana], at=NOON))

    town.change(JANA, 6)

    assert town.customers[jana].mail is None


def test_another_in_the_household_is_not_taken_for_who_was_erased() -> None:
    town = Town()
    jana = town.recognise(JANA)
    assert jana is not None
    town.erase(jana)
    tom = Person(mail="tom@example.com", phone="0341 123456", country="DE")

    assert town.erased_at(tom) is None
    assert town.erased_at(Person(phone="0341 123456", country="DE")) == NOON


def test_what_another_customer_is_known_by_is_left_to_them() -> None:
    town = Town()
    jana, tom = town.recognise(JANA), town.recognise(Person(mail="tom@example.com"))
    assert jana is not None
    town.erase(jana)

    assert town.recognise(Person(mail="tom@example.com")) == tom


def test_a_bounced_address_is_left_alone_for_its_first_reason() -> None:
    town = Town()
    jana = town.recognise(JANA)
    assert jana is not None
    bounced = customers.suppress(town.customers[jana], "mail", Blocked.BOUNCED, at=NOON)

    again = customers.suppress(town.keep(bounced).result, "mail", Blocked.COMPLAINED, at=NOON)

    assert again.records == ()
    assert again.result.suppressed["mail"].reason is Blocked.BOUNCED


def test_a_new_address_is_written_to_although_the_old_one_bounced() -> None:
    town = Town()
    jana = town.recognise(JANA)
    assert jana is not None
    for channel, reason in (("mail", Blocked.BOUNCED), ("survey", Blocked.UNSUBSCRIBED)):
        town.keep(customers.suppress(town.customers[jana], channel, reason, at=NOON))

    renamed = town.change(JANA.model_copy(update={"name": "Jana Neu"}), 10)
    moved = town.change(JANA.model_copy(update={"mail": "neu@example.com"}), 20)

    assert renamed is not None
    assert moved is not None
    assert renamed.suppressed.keys() == {"mail", "survey"}
    assert moved.suppressed.keys() == {"survey"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jana",
        "jana@",
        "a@b",
        "a b@example.com",
        "a@example.com\nBcc: b@example.com",
        "<a@b.de>",
    ],
)
def test_what_is_no_mail_address(text: str) -> None:
    assert customers.mail_address(text) is None


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("+1 (502) 459-2181", None, "+15024592181"),
        ("555-555-SHIP", None, None),
        ("12", "DE", None),
    ],
)
def test_phone_numbers_are_read_in_their_country(
    text: str, country: str | None, number: str | None
) -> None:
    assert customers.phone_number(text, country) == number
