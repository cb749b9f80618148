"""The accessibility statement: in each of the shop's languages, and linked from its pages."""

import pytest
from chalice.test import Client

from app import app
from chalicelib.domain.shops import Configuration
from chalicelib.services import shops
from tests.people import desk_of

PLACE = "/accessibility/acme"


@pytest.mark.usefixtures("aws")
def test_every_page_of_a_shop_leads_to_what_is_accessible_and_to_whom_to_tell_what_is_not() -> None:
    spoken = Configuration(
        name="Acme",
        country="DE",
        languages=("en", "de"),
        support_mail="help@acme.example",
        support_phone="+49 30 1",
    )
    with Client(app) as client:
        shops.put(desk_of(), spoken)
        pages = [client.http.get(f"/{one}/acme?lang=de") for one in ("contact", "withdraw")]
        statement = client.http.get(f"{PLACE}?lang=de").body.decode()
        nobodys = client.http.get("/accessibility/nobody")

    for page in pages:
        assert f'href="{PLACE}?lang=de">Barrierefreiheit</a>' in page.body.decode()
    for words in ("WCAG) 2.2", "EN 301 549", "(EU) 2019/882", "Acme schreiben"):
        assert words in statement
    assert "gleich" not in statement
    card = statement.partition("<main>")[2].partition("</main>")[0]
    for way in ("/contact/acme?reason=other", "tel:+49 30 1", "mailto:help@acme.example"):
        assert f'href="{way}' in card
    assert nobodys.status_code == 404
