"""The page of a return, as its customer sees it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from chalice.test import Client

from chalicelib.domain.orders import Order
from chalicelib.domain.return_lines import Reason, Wanted, Wish
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.returns import Return
from chalicelib.handlers.shoppers import case_door
from chalicelib.services import returns
from chalicelib.services.house import set_clock
from tests.http.shopping import (
    NOON,
    followed,
    open_shop,
    posted,
    text_of,
)
from tests.people import desk_of

WANTED = (Wanted(line_id="l1", quantity=1, reason=Reason.NO_REASON),)
ASKED = Asked(wish=Wish.REFUND, note="", channel="phone", language="en")


def page_of(client: Client, case: Return) -> str:
    return text_of(client.http.get(case_door(desk_of(), case.id)))


def test_who_brings_it_is_not_told_to_send_it_or_to_pay_for_that(
    client: Client, order: Order
) -> None:
    open_shop(ways=["bring"])
    case = returns.request(desk_of(), order.id, WANTED, ASKED)

    page = page_of(client, case)

    assert "Please bring it back by Wed 25 Nov." in page
    assert "Bring it to the address below." in page
    assert not re.search(r"[Ss]end it|[Ss]end the|sent it|[Pp]ay the way", page)


def test_what_was_written_about_it_is_one_link_away(client: Client, order: Order) -> None:
    case = returns.request(desk_of(), order.id, WANTED, ASKED)
    door = case_door(desk_of(), case.id)
    before = text_of(client.http.get(door))

    asked = followed(client, posted(client, door, act="say", text="Der Karton ist eingerissen."))
    found = re.search(r'href="([^"]+)">See your question T-', page_of(client, case))

    assert "See your question" not in before
    assert found
    assert "Der Karton ist eingerissen." in text_of(asked)
    assert "Der Karton ist eingerissen." in text_of(client.http.get(urlsplit(found[1]).path))


def test_what_the_policy_would_refuse_is_not_promised_to_agree_by_itself(
    client: Client, order: Order
) -> None:
    set_clock(lambda: NOON + timedelta(days=30))
    case = returns.request_by_staff(desk_of(), order.id, WANTED, ASKED)

    page = page_of(client, case)

    assert "We decide by" in page
    assert "your return is agreed" not in page
    assert "A person looks at it" in page
