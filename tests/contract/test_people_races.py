"""Many at once about one person: a customer first seen, and somebody of the staff."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.domain.canonical import CustomerSeen, Person, Platform, SeenBy
from chalicelib.domain.customers import Customer
from chalicelib.domain.permissions import Role
from chalicelib.domain.roster import manages
from chalicelib.domain.staff import Scope, Staff, Token
from chalicelib.services import catalogue, staff, tickets
from chalicelib.services.house import house
from chalicelib.services.tickets import Asked
from chalicelib.store import counters
from tests.cases import JANA, NOON, a_question
from tests.crowds import FIFTY, at_once
from tests.people import desk_of, hired
from tests.unit.order_builders import an_order_seen

pytestmark = pytest.mark.usefixtures("acme")

KNOWN_BY_ALL = Person(outside_id="7", name="Jana Weber", mail="jana@example.de", country="DE")


@pytest.fixture
def mei() -> Staff:
    return hired(Role.AGENT, name="Mei")


def customers() -> list[str]:
    return [card.id for card in desk_of().page(4, "customers", limit=100).cards]


def customers_added(customer: str) -> int:
    return Counter(event.type for event in desk_of().trail(customer)[0])["customer.added"]


def test_who_writes_for_the_first_time_many_times_at_once_is_one_customer() -> None:
    crowd = at_once(lambda place: tickets.open_ticket(desk_of(), a_question(f"{place}")))

    (customer,) = customers()
    assert crowd.lost == []
    assert {one.customer_id for one in crowd.won} == {customer}
    assert customers_added(customer) == 1


def test_who_is_first_seen_on_several_ways_at_once_is_one_customer_known_by_all() -> None:
    def seen(place: int) -> str | None:
        match place % 3:
            case 0:
                return tickets.open_ticket(
                    desk_of(), Asked(a_question().question, JANA)
                ).customer_id
            case 1:
                told = CustomerSeen(
                    platform=Platform.STANDARD, changed_at=NOON, customer=KNOWN_BY_ALL
                )
                customer = catalogue.take_customer(desk_of(), told)
                return customer and customer.id
            case _:
                bought = an_order_seen(outside_id=f"o{place}")
                buyer = bought.model_copy(update={"customer": KNOWN_BY_ALL})
                order = catalogue.take_order(desk_of(), [buyer], SeenBy.WEBHOOK)
                return order and order.customer_id

    crowd = at_once(seen, threads=30)

    (customer,) = customers()
    assert crowd.lost == []
    assert set(crowd.won) == {customer}
    assert desk_of().get(Customer, customer).outside_ids == ("standard:7",)
    assert customers_added(customer) == 1


def test_an_address_is_taken_on_once() -> None:
    crowd = at_once(lambda _: hired(Role.AGENT, name="Mei"))

    cards = staff.everybody(desk_of(), limit=100, after=None).cards
    assert [card.id for card in cards] == [one.id for one in crowd.won]
    assert len(crowd.won) == 1
    assert crowd.refusals == {"Invalid"}


def test_a_sign_in_link_is_spent_once(mei: Staff) -> None:
    once = staff.sign_in_link(desk_of(), mei.id).partition("?once=")[2]

    crowd = at_once(lambda _: staff.sign_in(desk_of(), once))

    sessions = [
        one
        for one in desk_of().family(mei.id, Token)
        if isinstance(one, Token) and one.scope is Scope.SESSION
    ]
    assert [one.token.id for one in crowd.won] == [one.id for one in sessions]
    assert len(sessions) == 1
    assert crowd.refusals == {"Expired"}
    assert staff.authenticate(house(), crowd.won[0].text, Scope.SESSION).staff.id == mei.id


def test_a_link_opens_nothing_for_who_is_seen_off_at_the_same_moment(mei: Staff) -> None:
    links = [staff.sign_in_link(desk_of(), mei.id).partition("?once=")[2] for _ in range(10)]

    def act(place: int) -> str:
        if place == 0:
            staff.disable(desk_of(), mei.id)
            return ""
        return staff.sign_in(desk_of(), links[place - 1]).text

    crowd = at_once(act, threads=11)

    assert crowd.refusals <= {"Expired"}
    for text in filter(None, crowd.won):
        with pytest.raises(staff.Unauthorized):
            staff.authenticate(house(), text, Scope.SESSION)


def test_a_token_used_by_many_for_the_first_time_lets_all_of_them_in(mei: Staff) -> None:
    issued = staff.issue_token(desk_of(), mei.id, label="till", lifetime=None)

    crowd = at_once(lambda _: staff.authenticate(house(), issued.text, Scope.API).staff.id)

    assert crowd.counted(str) == {mei.id: FIFTY}
    used = desk_of().get(Token, issued.token.id, mei.id)
    assert (used.last_used_at, used.version) == (NOON, 2)


def test_a_token_revoked_by_many_is_revoked_once(mei: Staff) -> None:
    issued = staff.issue_token(desk_of(), mei.id, label="till", lifetime=None)

    crowd = at_once(lambda _: staff.revoke_token(desk_of(), issued.token.id))

    told = Counter(event.type for event in desk_of().trail(issued.token.id)[0])
    assert len(crowd.won) == FIFTY
    assert told == {"token.issued": 1, "token.revoked": 1}


def test_a_door_opens_exactly_so_often_in_its_time() -> None:
    def knock(_: int) -> bool:
        return desk_of().take("door", limit=20, window=timedelta(minutes=10))

    crowd = at_once(knock)

    assert crowd.counted(bool) == {True: 20, False: FIFTY - 20}


def test_what_is_counted_for_operators_is_counted_exactly() -> None:
    tables, now = house().tables, house().now()

    at_once(lambda _: counters.note(tables, "acme", "unknown_topic", now=now))

    assert counters.noted(tables, "acme", now.date()) == {"unknown_topic": FIFTY}


def test_of_all_who_manage_the_staff_one_stays_however_many_stop_at_once() -> None:
    """By leaving, or by another role."""
    admins = [hired(Role.ADMIN, name=f"Ada {place}") for place in range(10)]

    def stop(place: int) -> Staff:
        one = admins[place]
        if place % 2:
            return staff.disable(desk_of(), one.id)
        return staff.change(desk_of(), one.id, name=one.name, role=Role.MANAGER, phone=None)

    crowd = at_once(stop, threads=len(admins))

    left = [one for one in (desk_of().get(Staff, each.id) for each in admins) if manages(one)]
    assert len(left) == 1
    assert len(crowd.won) == len(admins) - 1
    assert crowd.refusals == {"NotAllowed"}
