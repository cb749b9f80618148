"""The shopper's side of a ticket: contact page, case page, solved or not solved."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.canonical import (
    Fulfilment,
    OrderSeen,
    ParcelMoved,
    ParcelSeen,
    ParcelStatus,
    Payment,
    Person,
    Platform,
)
from chalicelib.domain.money import Money
from chalicelib.domain.orders import Order, SeenBy
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.handlers.case import case
from chalicelib.handlers.case_tickets import case_tickets
from chalicelib.handlers.contact import contact
from chalicelib.services import catalogue, shops, surveys, ticket_work
from chalicelib.services import staff as staff_service
from chalicelib.services.ticket_work import Answer
from chalicelib.web.app import AftercareApp
from tests.clocks import Clock, standing_at
from tests.people import desk_of
from tests.shown_forms import forms_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PLACE = "/contact/acme"
JANA = "jana@example.de"
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("aws")


def an_order() -> Order:
    """Order #1042 of Jana, whose one parcel is expected on 26 November."""
    about: dict[str, Any] = {"platform": Platform.STANDARD, "order_id": "o1"}
    at, none = datetime(2026, 11, 20, 9, 0, tzinfo=UTC), Money(amount=0, currency="EUR")
    seen = OrderSeen(
        **about,
        number="#1042",
        changed_at=at,
        customer=Person(name="Jana Weber", mail="Jana@Example.de", outside_id="c1"),
        currency="EUR",
        taxes_included=True,
        lines=(),
        shipping_paid=none,
        discount=none,
        tax=none,
        total=none,
        captured=none,
        payment=Payment.PAID,
        fulfilment=Fulfilment.SHIPPED,
        placed_at=at,
    )
    parcel = ParcelSeen(**about, id="p1", changed_at=at, status=ParcelStatus.SHIPPED)
    moved = ParcelMoved(
        **about,
        id="p1",
        at=at + timedelta(hours=1),
        status=ParcelStatus.IN_TRANSIT,
        expected_at=datetime(2026, 11, 26, 12, 0, tzinfo=UTC),
    )
    order = catalogue.take_order(desk_of(), [seen, parcel, moved], SeenBy.WEBHOOK)
    assert order is not None
    return order


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The day before the parcel is expected."""
    with standing_at(datetime(2026, 11, 25, 10, 0, tzinfo=UTC)) as clock:
        yield clock


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    shops.put(
        desk_of(),
        Configuration(
            name="Acme", zone="Europe/Berlin", country="DE", languages=("en", "de", "zh-CN")
        ),
    )
    app = AftercareApp("contact")
    for door in (case, case_tickets, contact):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


def post(client: Client, place: str, **fields: str) -> HTTPResponse:
    return client.http.post(place, body=urlencode(fields).encode(), headers=FORM)


def text(answer: HTTPResponse) -> str:
    return answer.body.decode()


def place_of(answer: HTTPResponse) -> str:
    parts = urlsplit(answer.headers["Location"])
    return parts.path + (f"?{parts.query}" if parts.query else "")


def sent(client: Client, **fields: str) -> HTTPResponse:
    given = {
        "step": "send",
        "reason": "parcel",
        "mail": JANA,
        "name": "Jana",
        "text": "Wo bleibt sie?",
    }
    return post(client, PLACE, **(given | fields))


def steps(page: HTTPResponse) -> list[str]:
    """How the four steps of a question stand."""
    return re.findall(r'<li class="(done|now|next)"', text(page))


def tickets() -> list[Ticket]:
    cards = desk_of().page(1, "tickets", limit=100).cards
    return [desk_of().get(Ticket, card.id) for card in cards]


def resolved(ticket: Ticket) -> str:
    """Resolve a ticket; gives the path of the page its mail links to."""
    person = staff_service.add(
        desk_of(),
        name="Li",
        mail="li@acme.example",
        role=Role.AGENT,
        language="en",
        zone=None,
        phone=None,
    )
    ticket_work.resolve(desk_of(), ticket.id, Answer("It comes on Thursday.", person))
    expires_at = desk_of().now() + timedelta(days=90)
    return f"/a/{desk_of().link('resolved', ticket.id, expires_at)}"


def test_where_is_my_parcel_is_answered_before_any_form(client: Client) -> None:
    an_order()

    page = post(client, PLACE, step="look", reason="parcel", order="1042", mail=JANA)

    assert page.status_code == 200
    assert "arrives on Thu" in text(page)
    assert text(page).index("arrives on Thu") < text(page).index("<form")
    assert tickets() == []


def test_a_day_that_is_over_is_not_said_to_come(client: Client, clock: Clock) -> None:
    an_order()
    clock.wait(days=2)

    page = post(client, PLACE, step="look", reason="parcel", order="1042", mail=JANA)

    assert "should have arrived on Thu" in text(page)
    assert "stamp-late" in text(page)


def test_who_comes_from_their_order_is_not_asked_for_it_again(client: Client, clock: Clock) -> None:
    token = desk_of().link("order", an_order().id, clock.now + timedelta(days=1))

    known = client.http.get(f"{PLACE}?reason=broken&from={token}")
    reasonless = client.http.get(f"{PLACE}?from={token}")
    forged = client.http.get(f"{PLACE}?reason=broken&from={token[:-3]}abc")
    clock.wait(days=1)
    over = client.http.get(f"{PLACE}?reason=broken&from={token}")

    assert "Your message" in text(known)
    assert f'value="{JANA}"' in text(known).lower()
    assert 'value="#1042"' in text(reasonless)
    for page in (forged, over):
        assert page.status_code == 200
        assert "1042" not in text(page)


def test_a_wrong_number_and_a_wrong_address_are_told_the_same(client: Client) -> None:
    an_order()

    def told(**fields: str) -> str:
        page = text(post(client, PLACE, step="look", reason="parcel", **fields))
        typed = re.compile(r'value="[^"]*"')
        return typed.sub("", page)

    wrong_number = told(order="9999", mail=JANA)
    wrong_address = told(order="1042", mail="eve@example.com")

    assert wrong_number == wrong_address
    assert "arrives on" not in wrong_number


def test_a_message_becomes_a_ticket_with_a_number_and_a_time(client: Client) -> None:
    order = an_order()

    answer = sent(client, order="#1042")
    page = client.http.get(place_of(answer))

    assert answer.status_code == 303
    [ticket] = tickets()
    assert (ticket.order_id, ticket.customer_id) == (order.id, order.customer_id)
    assert ticket.number in text(page)
    assert "We answer by" in text(page)
    assert steps(page) == ["done", "now", "next", "next"]
    assert "Wo bleibt sie?" in text(page)


def test_sending_the_form_twice_opens_one_ticket_and_leads_to_it(client: Client) -> None:
    first = sent(client, idempotency_key="k1")
    again = sent(client, idempotency_key="k1")

    assert (first.status_code, again.status_code) == (303, 303)
    assert len(tickets()) == 1
    assert tickets()[0].number in text(client.http.get(place_of(again)))


def test_a_form_that_was_changed_after_it_was_sent_comes_back_to_be_sent_as_well(
    client: Client,
) -> None:
    sent(client, idempotency_key="k1")
    changed = sent(client, idempotency_key="k1", text="Das Kissen fehlt auch.")
    [handed_back] = forms_of(text(changed))
    as_well = [post(client, PLACE, **dict(handed_back.fields)) for _ in range(2)]

    place = urlsplit(place_of(as_well[0])).path
    post(client, place, idempotency_key="k2", text="Bitte bald.")
    corrected = post(client, place, idempotency_key="k2", text="请在周五前。")
    post(client, place, **dict(forms_of(text(corrected))[0].fields))

    for answer in (changed, corrected):
        assert answer.status_code == 422
        assert "This form was sent before." in text(answer)
        assert "Key" not in text(answer)
    assert "Das Kissen fehlt auch.</textarea>" in text(changed)
    assert "请在周五前。</textarea>" in text(corrected)
    assert [one.status_code for one in as_well] == [303, 303]
    assert [one.messages for one in tickets()] == [1, 3]
    assert "Das Kissen fehlt auch." in text(client.http.get(place))


def test_an_order_of_somebody_else_is_not_linked(client: Client) -> None:
    an_order()

    sent(client, order="1042", mail="eve@example.com")

    assert tickets()[0].order_id is None


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(client: Client) -> None:
    first = post(client, PLACE, step="look", reason="", order="1042", mail="jana")
    second = sent(client, mail="", text="It is <b>broken</b>")

    assert first.status_code == 422
    assert 'href="#reason"' in text(first)
    assert 'href="#mail"' in text(first)
    assert 'value="1042"' in text(first)
    assert second.status_code == 422
    assert "It is &lt;b&gt;broken&lt;/b&gt;" in text(second)
    assert tickets() == []


def test_another_language_keeps_the_step_and_what_was_typed(client: Client) -> None:
    page = post(client, f"{PLACE}?lang=de", step="send", reason="parcel", text="Still", again="yes")

    assert page.status_code == 200
    assert "Ihre Nachricht" in text(page)
    assert "Still</textarea>" in text(page)
    assert f'formaction="{PLACE}?lang=zh-CN"' in text(page)
    assert tickets() == []


def test_a_robot_that_fills_in_everything_opens_nothing(client: Client) -> None:
    answer = sent(client, website="https://spam.example")

    assert answer.status_code == 422
    assert tickets() == []


def test_the_door_closes_for_a_while_after_many_tries(client: Client) -> None:
    answers = [sent(client, text=f"Try {n}").status_code for n in range(12)]

    assert answers.count(303) == 10
    assert answers[-1] == 429


def test_an_unknown_shop_has_no_page(client: Client) -> None:
    assert client.http.get("/contact/nobody").status_code == 404


@pytest.mark.parametrize("language", ["en", "de", "zh-CN"])
def test_every_page_is_there_in_every_language_of_the_shop(client: Client, language: str) -> None:
    an_order()
    first = client.http.get(f"{PLACE}?lang={language}")
    second = post(
        client, f"{PLACE}?lang={language}", step="look", reason="return", order="1042", mail=JANA
    )
    case_page = client.http.get(place_of(sent(client, order="1042")))

    for page in (first, second, case_page):
        assert page.status_code == 200
    assert f'lang="{language}"' in text(first)


def test_a_message_on_the_case_page_is_added(client: Client) -> None:
    case_place = urlsplit(place_of(sent(client))).path

    nothing = post(client, case_place, text=" ")
    added = post(client, case_place, text="And the pillow?")

    assert nothing.status_code == 422
    assert "And the pillow?" in text(client.http.get(place_of(added)))
    assert tickets()[0].messages == 2


def test_a_second_question_about_the_order_is_led_to_the_first(client: Client) -> None:
    an_order()
    sent(client, order="1042")

    page = post(client, PLACE, step="look", reason="broken", order="1042", mail=JANA)

    assert tickets()[0].number in text(page)


def test_looking_at_the_question_changes_nothing(client: Client) -> None:
    sent(client)
    [ticket] = tickets()
    place = resolved(ticket)

    looked = client.http.get(f"{place}?solved=yes&utm_source=mail")
    scanned = client.http.request("HEAD", place)

    assert "Is it solved?" in text(looked)
    case_page = client.http.get(f"/c/{desk_of().link('case', ticket.id, ticket.opened_at + DAY)}")
    assert steps(case_page) == ["done", "done", "done", "now"]
    assert "/a/" in text(case_page)
    assert scanned.status_code == 200
    assert desk_of().get(Ticket, ticket.id).status is Status.RESOLVED


def test_solved_leads_to_the_survey(client: Client) -> None:
    sent(client)
    [ticket] = tickets()
    place = resolved(ticket)

    pressed, again = (post(client, place, solved="yes", idempotency_key="k1-yes") for _ in range(2))

    assert pressed.status_code == 303
    assert place_of(pressed) == place_of(again)
    assert place_of(pressed).startswith("/s/")
    assert desk_of().get(Ticket, ticket.id).status is Status.CLOSED


def test_not_solved_opens_it_again_with_the_words(client: Client) -> None:
    sent(client)
    [ticket] = tickets()
    place = resolved(ticket)

    wordless = post(client, place, solved="no", text="")
    pressed = post(client, place, solved="no", text="It did not come.", idempotency_key="k1")
    again = post(client, place, solved="no", text="It did not come.", idempotency_key="k1")

    assert wordless.status_code == 422
    assert (pressed.status_code, again.status_code) == (303, 303)
    reopened = desk_of().get(Ticket, ticket.id)
    assert (reopened.status, reopened.cycle, reopened.messages) == (Status.OPEN, 2, 3)
    assert "We are on it again" in text(client.http.get(place_of(pressed)))


def test_long_after_the_end_the_words_are_a_new_ticket(client: Client, clock: Clock) -> None:
    sent(client)
    [ticket] = tickets()
    place = resolved(ticket)
    surveys.confirm(desk_of(), ticket.id)
    clock.wait(days=40)
    post(client, place, solved="no", text="It broke again.")
    [follow_up] = tickets()

    assert follow_up.follows == ticket.id
    assert desk_of().get(Ticket, ticket.id).status is Status.CLOSED


def test_forged_and_foreign_links_open_nothing(client: Client) -> None:
    case_place = urlsplit(place_of(sent(client))).path
    token = case_place.removeprefix("/c/")

    assert client.http.get(f"/c/{token[:-2]}xx").status_code == 404
    assert client.http.get(f"/a/{token}").status_code == 404
