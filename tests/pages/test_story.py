"""The demo's story once through the pages, by keyboard alone and without scripts: a question that
is asked, answered with a call, settled and judged; and a return from the order to the bench."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from local import shopify_bodies as bodies
from local.demo import cast
from local.demo.stage import RETURN, TICKET, first
from local.demo.storefront import parcel
from local.shopify_bodies import Buyer, Sale
from tests.pages.eyes import Eyes, Reader
from tests.pages.hands import tab_to
from tests.pages.shoppers import CONTACT, SHOP
from tests.pages.stand import Stand

SHOPPER = Reader(width=390)
MEI = Reader(who="Mei", width=1440, scripts="deleted")

QUESTION = "The lid of the teapot does not sit tight."
NOTHING_TO_DO = "You do not have to do anything."

A_PERSON_TAKES = 2_100
"""Milliseconds: a survey that is sent sooner is taken for a robot's."""

LEAVES_WITHIN = timedelta(seconds=12)
DAY = timedelta(days=1)


def test_a_question_is_asked_answered_and_judged(eyes: Eyes) -> None:
    sale = _delivered(eyes.stand, cast.anna(7_101))
    shopper, mei = eyes.open(f"{CONTACT}?lang=en", SHOPPER), eyes.open("/desk", MEI)

    number = _ask(shopper, sale, QUESTION)

    _find(mei, number)
    assert QUESTION in mei.inner_text("main")
    _answer(mei, "Mei looks at it and calls you.", promise="call", then="nobody")
    _let_it_leave(eyes.stand)
    tab_to(mei, "a[href$='/desk/calls']", "Enter")
    tab_to(mei, f"article:has-text('{QUESTION}') a[href*='/desk/calls/']", "Enter")
    tab_to(mei, "textarea")
    mei.keyboard.type("A new lid is on its way.")
    tab_to(mei, "button[value=reached]", "Enter")
    assert QUESTION not in mei.inner_text("main"), "nobody is to be called about it"

    _find(mei, number)
    _answer(mei, "As we said: the new lid comes on Thursday.", then="resolved")
    _let_it_leave(eyes.stand)

    told = eyes.stand.stage.mailbox(sale.buyer.mail)[0]
    shopper.goto(eyes.stand.stage.link(told, "/a/", "yes"))
    tab_to(shopper, "button[value=yes]", "Enter")
    tab_to(shopper, "input[name=score]", "Space")
    for _ in range(4):
        shopper.keyboard.press("ArrowDown")
    tab_to(shopper, "main form button")
    shopper.wait_for_timeout(A_PERSON_TAKES)
    with shopper.expect_navigation():
        shopper.keyboard.press("Enter")
    assert "5 of 5" in shopper.inner_text("main")

    _find(mei, number)
    assert "CLOSED" in mei.inner_text("main")
    shopper.close()
    mei.close()


def test_a_parcel_comes_back_and_its_sender_sees_it(eyes: Eyes) -> None:
    sale = _delivered(eyes.stand, cast.anna(7_102))
    shopper, bench = eyes.open(f"/portal/{SHOP}?lang=en", SHOPPER), eyes.open("/bench", MEI)

    _type(shopper, "#order", str(sale.number))
    _type(shopper, "#mail", sale.buyer.mail)
    _enter(shopper)
    tab_to(shopper, "a[href*='/return']", "Enter")
    tab_to(shopper, "select", "ArrowDown")
    tab_to(shopper, "main form > button", "Enter")
    tab_to(shopper, "input[name=reason]", "Space")
    for _ in ("why", "how"):
        tab_to(shopper, "main form > button", "Enter")
    tab_to(shopper, "main form > button", "Enter")
    number = first(shopper.inner_text("main"), RETURN)
    assert number
    assert NOTHING_TO_DO not in shopper.inner_text("main")

    for scanned in (number, cast.PILLOW.sku, "GRADE-A", "NEXT"):
        expect(bench.locator("#scan")).to_be_focused()
        bench.keyboard.type(scanned)
        _enter(bench)

    shopper.reload()
    assert NOTHING_TO_DO in shopper.inner_text("main")
    shopper.close()
    bench.close()


def _delivered(stand: Stand, buyer: Buyer) -> Sale:
    """An order of a pillow that came yesterday."""
    now = stand.stage.now().replace(microsecond=0)
    sold = stand.stage.shop.sell(
        buyer, cast.PILLOW, currency="EUR", shipping=490, placed_at=now - 4 * DAY
    )
    box = parcel(sold, now - 3 * DAY, carrier="UPS", arrived_at=now - DAY)
    sale = stand.stage.shop.book(sold.at(now - DAY, is_shipped=True, parcels=(box,)))
    stand.stage.shop.post("orders/fulfilled", bodies.order(sale))
    stand.stage.settle()
    return sale


def _ask(shopper: Page, sale: Sale, text: str) -> str:
    """The number of what is asked on the contact page."""
    tab_to(shopper, "input[name=reason]", "ArrowDown")
    shopper.keyboard.press("ArrowDown")
    _type(shopper, "#order", str(sale.number))
    _type(shopper, "#mail", sale.buyer.mail)
    _enter(shopper)
    _type(shopper, "textarea", text)
    tab_to(shopper, "main form button", "Enter")
    return first(shopper.inner_text("main"), TICKET)


def _find(mei: Page, number: str) -> None:
    tab_to(mei, "input[name=q]")
    mei.keyboard.press("Control+a")
    mei.keyboard.type(number)
    _enter(mei)
    assert "/desk/t/" in mei.url


def _answer(mei: Page, text: str, *, then: str, promise: str = "") -> None:
    _type(mei, "#text-replies", text)
    if promise:
        tab_to(mei, "#promise")
        mei.keyboard.type("a call")
        tab_to(mei, "#promise_at", "ArrowDown")
    tab_to(mei, f"button[value={then}]", "Enter")
    assert mei.locator(".leaving").count() == 1


def _let_it_leave(stand: Stand) -> None:
    stand.stage.go_to(stand.stage.now().replace(microsecond=0) + LEAVES_WITHIN)
    stand.stage.settle()


def _type(page: Page, where: str, text: str) -> None:
    tab_to(page, where)
    page.keyboard.type(text)


def _enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")
