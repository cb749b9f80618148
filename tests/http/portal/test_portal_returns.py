"""A return in four steps: kept as they are answered, and sent once."""

import re
from datetime import timedelta
from html import unescape

import pytest
from chalice.test import Client

from chalicelib.domain.changes import Changes
from chalicelib.domain.orders import Order
from chalicelib.domain.returns import Return
from chalicelib.services.house import set_clock
from chalicelib.store import drafts
from tests.http.shopping import (
    NOON,
    Shopper,
    followed,
    link_to,
    open_shop,
    posted,
    text_of,
)
from tests.people import desk_of

STEPS = ("lines", "wish", "way")
BROUGHT = {"way": {"way": "bring"}}


def returns_made() -> list[Return]:
    cards = desk_of().page(1, "returns", limit=9).cards
    return [desk_of().get(Return, card.id) for card in cards]


def test_four_steps_make_a_return_and_its_page_says_who_acts_next(
    client: Client, order: Order, shopper: Shopper
) -> None:
    titles: list[str] = []
    pages = [client.http.get(shopper.door), *(followed(client, shopper.answers(s)) for s in STEPS)]
    for page in pages:
        found = re.search(r"<title>(.*?) ·", text_of(page))
        titles.append(found[1] if found else "")
    done = shopper.answers("check")

    assert titles == [f"Step {n} of 4" for n in (1, 2, 3, 4)]
    assert "€46.44 back by " in text_of(pages[1])
    assert "€46.44" in text_of(pages[3])
    page = followed(client, done)
    assert "Please send it back by" in text_of(page)
    assert "Acme Returns" in text_of(page)


@pytest.mark.parametrize("twice", ["pressed", "from the page before"])
def test_what_is_confirmed_twice_is_one_return(
    twice: str, client: Client, order: Order, shopper: Shopper
) -> None:
    first = shopper.walks()

    again = (
        shopper.answers("check") if twice == "pressed" else shopper.answers("lines")
    )  # the back button, and on from there
    shown = shopper.looks_at("wish")

    (case,) = returns_made()
    for answer in (first, again, shown):
        assert case.number in text_of(followed(client, answer))


def test_after_one_return_was_sent_another_begins_empty(
    client: Client, order: Order, shopper: Shopper
) -> None:
    shopper.walks()

    another = Shopper(client, link_to(order))
    another.walks()

    assert another.draft != shopper.draft
    assert len(returns_made()) == 2


def test_a_second_device_goes_on_where_the_first_one_was(
    client: Client, order: Order, shopper: Shopper
) -> None:
    shopper.answers("lines")
    shopper.answers("wish", note="صندوق 📦")

    phone = Shopper(client, link_to(order))

    assert phone.draft == shopper.draft
    assert '<option value="1" selected>' in text_of(client.http.get(phone.door))
    assert "صندوق 📦" in text_of(phone.looks_at("wish"))
    assert "Schritt" in text_of(client.http.get(f"{phone.door}?lang=de"))


def test_the_amount_is_agreed_to_or_nothing_is_sent(
    client: Client, order: Order, shopper: Shopper
) -> None:
    for step in STEPS:
        shopper.answers(step)

    page = followed(client, shopper.answers("check", shown="1"))

    assert "it was €0.01, now it is €46.44" in text_of(page)
    assert returns_made() == []
    shopper.answers("check")
    assert len(returns_made()) == 1


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_is_kept(
    client: Client, order: Order, shopper: Shopper
) -> None:
    nothing = shopper.answers("lines", **{"lines.0.quantity": "0"})
    shopper.answers("lines")
    why = shopper.answers("wish", reason="", note="⚖️" * 3)
    long = shopper.answers("wish", note="x" * 5001)
    lines = "\r\n".join("x" * 99 for _ in range(50))
    fits = shopper.answers("wish", note=lines)

    assert [a.status_code for a in (nothing, why, long, fits)] == [422, 422, 422, 303]
    assert 'href="#lines.0"' in text_of(nothing)
    assert 'href="#reason"' in text_of(why)
    assert "⚖️⚖️⚖️" in text_of(why)
    assert 'href="#note"' in text_of(long)
    assert "x" * 5001 in text_of(long)


def test_a_draft_is_kept_for_a_day_and_then_says_so(
    client: Client, order: Order, shopper: Shopper
) -> None:
    for step in STEPS:
        shopper.answers(step)

    set_clock(lambda: NOON + drafts.LIFETIME + timedelta(minutes=1))
    pages = [shopper.looks_at("check"), shopper.answers("check")]

    assert [page.status_code for page in pages] == [200, 422]
    for page in pages:
        assert "kept for 24 hours" in text_of(page)
        assert "What comes back?" in text_of(page)
    assert returns_made() == []


def test_what_is_left_by_now_is_asked_again(client: Client, order: Order, shopper: Shopper) -> None:
    for step in STEPS:
        shopper.answers(step, **({"lines.0.quantity": "2"} if step == "lines" else {}))
    elsewhere = desk_of().get(Order, order.id)
    desk_of().commit(gone(elsewhere))

    shown, sent = shopper.looks_at("check"), shopper.answers("check", shown="9288")

    for answer in (shown, sent):
        assert "what is left has changed" in text_of(answer)
    assert returns_made() == []


def gone(order: Order) -> Changes[None]:
    return Changes(None, records=(order.but(returned={"l1": 1}),))


def test_a_reason_of_its_own_that_the_policy_refuses_is_said_at_its_line(
    client: Client, order: Order
) -> None:
    set_clock(lambda: NOON + timedelta(days=8))
    shopper = Shopper(client, link_to(order))
    two = {"lines.1.line_id": "l2", "lines.1.quantity": "1"}
    page = followed(client, shopper.answers("lines", **two))

    own = {"lines.0.line_id": "l1", "lines.0.reason": "no_reason"}
    refused = shopper.answers("wish", reason="damaged", **own)
    taken = shopper.answers("wish", reason="damaged")

    assert "I changed my mind" not in text_of(page), "too late for that; a fault may be told"
    assert refused.status_code == 422
    assert 'href="#lines.0.reason"' in text_of(refused)
    assert taken.status_code == 303


def test_where_nothing_can_come_back_it_says_why_and_what_is_possible(
    client: Client, order: Order
) -> None:
    set_clock(lambda: NOON + timedelta(days=400))

    page = text_of(client.http.get(f"{link_to(order)}/return"))

    assert "This cannot be sent back." in page
    assert "It could come back until" in page
    assert "第25条" in page
    assert page.count("<li><a href=") == 3


def test_who_asks_about_what_cannot_come_back_is_not_asked_for_their_mail_again(
    client: Client, order: Order
) -> None:
    set_clock(lambda: NOON + timedelta(days=400))
    page = client.http.get(f"{link_to(order)}/return").body.decode()

    (link,) = re.findall(r'href="[^"]*?(/contact/[^"]+reason=broken)"', page)
    asked = text_of(client.http.get(unescape(link)))

    assert order.contact.mail
    assert f'value="{order.contact.mail}"' in asked
    assert "Your message" in asked


def test_what_a_person_decides_first_says_by_when_before_it_is_asked_for(
    client: Client, order: Order
) -> None:
    open_shop(automatic_cap=4000)
    shopper = Shopper(client, link_to(order))
    pages = [followed(client, shopper.answers(step)) for step in STEPS]
    made = followed(client, shopper.answers("check"))

    wish, way, check = (text_of(page) for page in pages)
    assert "€46.44 back by Thu 10 Dec, if we agree." in wish
    assert "A person decides first." in way
    assert "A person decides by Fri 20 Nov, 11:00." in check
    assert "Send it within 7 days of our agreement." in check
    assert "Send it by" not in check
    assert "We decide by Fri 20 Nov, 11:00." in text_of(made)


@pytest.mark.parametrize("ways", [["bring"], ["send", "bring"]])
def test_who_brings_it_is_not_told_to_send_it(
    ways: list[str], client: Client, order: Order
) -> None:
    open_shop(ways=ways)
    shopper = Shopper(client, link_to(order))
    pages = [followed(client, shopper.answers(step, **BROUGHT.get(step, {}))) for step in STEPS]
    wish, check = shopper.looks_at("wish"), pages[-1]

    assert "back by Tue 8 Dec, if you bring it by Wed 25 Nov." in text_of(wish)
    assert "Bring it by Wed 25 Nov." in text_of(check)
    for page in (wish, check):
        assert not re.search(r"[Ss]end it|[Ss]end the|sent it", text_of(page))


def test_each_way_says_by_itself_whether_a_person_decides_first(
    client: Client, order: Order
) -> None:
    open_shop(ways=["bring", "send"], terms={"label_fee": 390}, automatic_cap=4300)
    shopper = Shopper(client, link_to(order))
    shopper.answers("lines")

    page = text_of(followed(client, shopper.answers("wish")))

    brought, sent = page.split('name="way"')[1:]
    assert "costs nothing. A person decides first." in brought
    assert "taken off for it. Send it by Wed 25 Nov." in sent
    assert "A person" not in sent
    assert "Wed 25 Nov" not in brought


def test_each_way_the_shop_has_says_what_it_costs_and_the_amount_follows_it(
    client: Client, order: Order
) -> None:
    open_shop(ways=["send", "bring"], terms={"label_fee": 390})
    shopper = Shopper(client, link_to(order))
    shopper.answers("lines")
    page = followed(client, shopper.answers("wish"))
    sent = followed(client, shopper.answers("way", way="send"))
    brought = followed(client, shopper.answers("way", way="bring"))
    never = posted(client, shopper.door, step="way", draft=shopper.draft, way="")
    shopper.answers("check")

    assert "€3.90 are taken off for it" in text_of(page)
    assert "Bringing it costs nothing." in text_of(page)
    assert "€42.54" in text_of(sent)
    assert "€46.44" in text_of(brought)
    assert never.status_code == 422
    (case,) = returns_made()
    assert (case.way, case.decision.quote.total.amount) == ("bring", 4644)
