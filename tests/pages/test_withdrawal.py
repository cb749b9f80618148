"""Withdrawing from a contract: both steps, the receipt in its states, and who matches the rest."""

from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from local import shopify_bodies as bodies
from local.demo import cast
from local.demo.operator import SHOP
from local.demo.storefront import parcel
from local.shopify_bodies import Sale
from tests.pages.eyes import PHONE, Eyes, Reader, misfits, take_picture, unreadable, wrongs
from tests.pages.hands import tab_to
from tests.pages.sights import SHOPPERS, STAFF, Sight, looked_at
from tests.pages.stand import Stand

DOOR = f"/withdraw/{SHOP}"


@cache
def bought(stand: Stand) -> Sale:
    """What somebody in Leipzig has had for three days."""
    stage = stand.stage
    now = stage.now().replace(microsecond=0)
    sale = stage.shop.sell(
        cast.jana(stage.run), *cast.GOODS, currency="EUR", shipping=490,
        placed_at=now - timedelta(days=6),
    )  # fmt: skip
    arrived = now - timedelta(days=3)
    box = parcel(sale, now - timedelta(days=5), carrier="DHL", arrived_at=arrived)
    shipped = stage.shop.book(sale.at(arrived, is_shipped=True, parcels=(box,)))
    stage.shop.post("orders/updated", bodies.order(shipped))
    return shipped


def order_page(stand: Stand) -> str:
    """The path of the order's own page, as its buyer finds it."""
    sale, shopper = bought(stand), stand.stage.browser("en")
    start = shopper.open(f"/portal/{SHOP}?lang=en")
    form = start.form("order", "mail")
    return path_of(shopper.send(start, form, order=str(sale.number), mail=sale.buyer.mail).url)


def first_step_by_link(stand: Stand) -> str:
    token = order_page(stand).split("?")[0].rpartition("/")[2]
    return f"{DOOR}?order={token}"


def receipt(stand: Stand, contract: str) -> str:
    """The path of the receipt for a declaration about this."""
    sale, shopper = bought(stand), stand.stage.browser("en")
    start = shopper.open(f"{DOOR}?lang=en")
    named = f"{sale.buyer.first_name} {sale.buyer.last_name}"
    typed = {"name": named, "contract": contract, "mail": sale.buyer.mail}
    second = shopper.send(start, start.form("contract"), **typed)
    return path_of(shopper.send(second, second.form("idempotency_key")).url).split("?")[0]


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


SIGHTS = (
    Sight("withdraw", first_step_by_link, SHOPPERS),
    Sight("withdraw-matched", lambda stand: receipt(stand, str(bought(stand).number)), SHOPPERS),
    Sight("withdraw-waiting", lambda stand: receipt(stand, "the blue bowl"), SHOPPERS[:1]),
    Sight("withdrawals", "/desk/withdrawals", STAFF),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []


@pytest.mark.parametrize("reader", SHOPPERS, ids=lambda reader: reader.language)
def test_the_second_step_is_there_for_everybody(eyes: Eyes, reader: Reader) -> None:
    page = eyes.open(f"{DOOR}?lang={reader.language}", reader.but(width=PHONE))
    page.locator("#contract").fill("#1088")
    page.locator("#mail").fill("jana@example")
    page.locator("main form button").first.click()
    take_picture(page, f"withdraw-confirm-{reader.language}-{PHONE}")
    found = wrongs(page)
    page.emulate_media(color_scheme="dark")
    found += [*unreadable(page), *misfits(page)]
    page.close()
    assert found == []


def test_somebody_withdraws_in_german_by_keyboard_alone_on_a_narrow_phone(eyes: Eyes) -> None:
    sale = bought(eyes.stand)
    page = eyes.open(f"/contact/{SHOP}", Reader(language="de", width=PHONE))
    _follow(page, "Vertrag widerrufen")
    _type(page, "name", f"{sale.buyer.first_name} {sale.buyer.last_name}")
    _type(page, "contract", str(sale.number))
    _type(page, "mail", sale.buyer.mail)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Hiermit widerrufe ich den von mir mit" in page.inner_text(".statement")

    _follow(page, "Widerruf bestätigen")

    assert "Ihr Widerruf ist eingegangen." in page.inner_text("h1")
    assert str(sale.number) in page.inner_text(".statement")
    assert misfits(page) == []
    take_picture(page, f"withdraw-receipt-by-keyboard-{PHONE}")
    with page.expect_download() as downloading:
        _press(page, "Eingangsbestätigung herunterladen")
    assert downloading.value.suggested_filename.startswith("W-")
    page.close()


def _press(page: Page, words: str) -> None:
    """Go on with the tab key until something of that name has the focus, and press it."""
    tab_to(page, f":text-is({words!r})")
    page.keyboard.press("Enter")


def _follow(page: Page, words: str) -> None:
    """The same, and wait for the page that it leads to."""
    with page.expect_navigation():
        _press(page, words)


def _type(page: Page, name: str, words: str) -> None:
    tab_to(page, f"[name={name}]")
    page.keyboard.insert_text(words)
