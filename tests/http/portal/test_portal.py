"""The shopper's way to their order, by number and address."""

import re

from chalice.test import Client

from chalicelib.domain.orders import Order
from tests.http.shopping import posted, text_of


def test_a_wrong_number_and_a_wrong_address_say_the_same(client: Client, order: Order) -> None:
    wrong_number = posted(client, "/portal/acme", order="#9999", mail="jana@example.de")
    wrong_mail = posted(client, "/portal/acme", order="#1001", mail="else@example.de")

    assert wrong_number.status_code == wrong_mail.status_code == 422
    said = re.compile(r'class="wrong"[^>]*>([^<]*)<')
    assert said.findall(text_of(wrong_number)) == said.findall(text_of(wrong_mail)) != []


def test_number_and_address_open_the_order_and_after_a_few_tries_it_waits(
    client: Client, order: Order
) -> None:
    found = posted(client, "/portal/acme", order=" 1001", mail="Jana@Example.de")
    for _ in range(5):
        posted(client, "/portal/acme", order="#1", mail="x@example.de")
    slowed = posted(client, "/portal/acme", order="#1001", mail="jana@example.de")

    assert found.status_code == 303
    page = client.http.get(found.headers["Location"])
    assert page.status_code == 200
    assert "Can come back until Mon 23 Nov" in text_of(page)
    assert slowed.status_code == 429
