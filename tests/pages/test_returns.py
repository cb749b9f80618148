"""Returns: how a shopper asks for one, the slip that travels along, and how staff decide."""

from datetime import timedelta
from functools import cache
from itertools import count
from urllib.parse import urljoin

import pytest

from local import shopify_bodies as bodies
from local.demo import cast
from local.demo.browser import Browser
from local.demo.browser import Page as Read
from local.demo.operator import SHOP
from local.demo.scenes.portal import add_photo
from local.demo.snapshot import torn_pillow
from local.demo.stage import RETURN, first
from local.demo.storefront import parcel
from local.shopify_bodies import Sale
from tests.pages.eyes import PHONE, Eyes, Reader, misfits
from tests.pages.hands import tab_to
from tests.pages.sights import SHOPPERS, STAFF, Sight, looked_at
from tests.pages.stand import Stand

_numbers = count(3901)
DAY = timedelta(days=1)


def arrived(stand: Stand) -> Sale:
    """An order of two things that came yesterday, new each time."""
    number, now = next(_numbers), stand.stage.now().replace(microsecond=0)
    sold = Sale(
        id=6_390_000_000_000 + number * 1000,
        number=number,
        buyer=cast.anna(number),
        items=(cast.PILLOW, cast.COVER),
        currency="EUR",
        placed_at=now - 4 * DAY,
        changed_at=now - 4 * DAY,
    )
    box = parcel(sold, now - 3 * DAY, carrier="UPS", arrived_at=now - DAY)
    sale = sold.at(now - DAY, is_shipped=True, parcels=(box,))
    stand.stage.shop.post("orders/create", bodies.order(sale))
    stand.stage.settle()
    return sale


def found(shopper: Browser, sale: Sale) -> Read:
    """The page of an order."""
    start = shopper.open(f"/portal/{SHOP}?lang=en")
    return shopper.send(
        start, start.form("order", "mail"), order=str(sale.number), mail=sale.buyer.mail
    )


@cache
def filled_in(stand: Stand) -> str:
    """The last step of a return that is filled in and not sent."""
    shopper = stand.stage.browser("en")
    order = found(shopper, arrived(stand))
    lines = shopper.open(next(link for link in order.links if "/return" in link))
    units = {"lines.0.quantity": "1", "lines.1.quantity": "1"}
    wish = shopper.send(lines, lines.form("lines.0.quantity"), **units)
    note = "Der Reißverschluss klemmt. 拉链卡住了 🙏"
    way = shopper.send(wish, wish.form("wish"), reason="damaged", wish="refund", note=note)
    return shopper.send(way, way.form("way"), way="send").url


def at_step(name: str) -> Sight:
    def where(stand: Stand) -> str:
        return filled_in(stand).replace("step=check", f"step={name}").replace("&lang=en", "")

    return Sight(f"return-{name}", where, SHOPPERS)


def slip(stand: Stand) -> str:
    shopper = stand.stage.browser("en")
    check = shopper.open(filled_in(stand))
    made = shopper.send(check, check.form("shown"))
    return next(link for link in made.links if "/slip" in link).partition("?")[0]


def to_decide(stand: Stand) -> str:
    """The seeded return that no rule agrees to by itself, with a photo of what is wrong."""
    cards = stand.as_mei("GET", "/returns?limit=50")["items"]
    waiting = next(card for card in cards if card["request"] == "review")
    (case,) = stand.signed(f"case {waiting['id']} 1")
    add_photo(stand.stage.browser("en"), case, torn_pillow())
    stand.stage.settle()
    return f"/desk/returns/{waiting['id']}"


SIGHTS = (
    at_step("lines"),
    at_step("wish"),
    at_step("way"),
    at_step("check"),
    Sight("slip", slip, SHOPPERS),
    Sight("return-review", to_decide, STAFF),
    Sight("returns", "/desk/returns", STAFF),
)
"""In this order: the slip is that of the return whose steps stand above it."""


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []


def test_a_photo_that_has_not_come_yet_has_its_place(eyes: Eyes) -> None:
    case = to_decide(eyes.stand)
    page = eyes.open("/desk", Reader(who="Mei", width=PHONE))
    height = "Math.round(document.querySelector('.photos img').getBoundingClientRect().height)"
    page.goto(urljoin(eyes.stand.url, case))
    page.locator(".photos img").first.evaluate("one => one.decode()")
    shown = page.evaluate(height)
    page.route("**/kept/**", lambda picture: picture.abort())
    page.reload()
    assert page.evaluate(height) == shown
    assert misfits(page) == []
    page.close()


def test_a_return_is_asked_for_by_keyboard_alone_on_a_small_phone_without_scripts(
    eyes: Eyes,
) -> None:
    order = found(eyes.stand.stage.browser("de"), arrived(eyes.stand)).url
    hands = Reader(language="de", width=PHONE, scripts="off")
    page = eyes.open(order.replace("lang=en", "lang=de"), hands)
    tab_to(page, "a[href*='/return']", "Enter")

    assert "Schritt 1 von 4" in page.title()
    tab_to(page, "main form > button", "Enter")
    assert page.locator(":focus").inner_text().startswith("Bitte"), "what is wrong has the focus"
    tab_to(page, ".errors a", "Enter")
    tab_to(page, "select", "ArrowDown")
    tab_to(page, "main form > button", "Enter")

    assert "Schritt 2 von 4" in page.title()
    tab_to(page, "input[name=reason]", "Space")
    tab_to(page, "textarea")
    page.keyboard.type("Passt nicht")
    tab_to(page, "main form > button", "Enter")
    assert "Schritt 3 von 4" in page.title()
    tab_to(page, "main form > button", "Enter")
    assert "Schritt 4 von 4" in page.title()
    assert "Passt nicht" in page.inner_text("main")
    tab_to(page, "main form > button", "Enter")

    number = first(page.inner_text("main"), RETURN)
    page.go_back()
    assert first(page.inner_text("main"), RETURN) == number, "the way back leads to what was made"
    page.close()
