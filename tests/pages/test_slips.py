"""The shopper's pages, as they are read on a phone; and the survey by keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.pages.eyes import Eyes, Reader, take_picture, wrongs
from tests.pages.hands import tab_to
from tests.pages.shoppers import CONTACT, SHOP, Shoppers, shoppers
from tests.pages.sights import SHOPPERS, Sight, looked_at
from tests.pages.stand import Stand

ENGLISH, GERMAN, CHINESE = ((one,) for one in SHOPPERS)


def of(path: Callable[[Shoppers], str]) -> Callable[[Stand], str]:
    return lambda stand: path(shoppers(stand))


def asked_for_the_parcel(page: Page) -> None:
    page.locator("input[value=parcel]").check()
    page.locator("#order").fill(page.evaluate("location.hash.slice(1).split(',')[0]"))
    page.locator("#mail").fill(page.evaluate("location.hash.slice(1).split(',')[1]"))
    page.locator("main form button").click()


def left_out_what_is_asked(page: Page) -> None:
    page.locator("#order").fill("1001")
    page.locator("#mail").fill("nobody@nowhere")
    page.locator("main form button").click()


def pressed(page: Page) -> None:
    page.locator("main form button").first.click()


def contact_with_order(of_whom: Shoppers) -> str:
    """What is typed stands behind the address, where no server sees it."""
    return f"{CONTACT}#{of_whom.on_its_way.number},{of_whom.on_its_way.buyer.mail}"


SIGHTS = (
    Sight("contact", CONTACT, CHINESE),
    Sight("contact-wrong", CONTACT, GERMAN, left_out_what_is_asked),
    Sight("contact-parcel", of(contact_with_order), ENGLISH, asked_for_the_parcel),
    Sight("contact-return", of(lambda of_whom: of_whom.contact_return), GERMAN),
    Sight("accessibility", f"/accessibility/{SHOP}", SHOPPERS),
    Sight("portal", f"/portal/{SHOP}", GERMAN),
    Sight("order-delivered", of(lambda of_whom: of_whom.order), ENGLISH + CHINESE),
    Sight("order-on-its-way", of(lambda of_whom: of_whom.order_on_its_way), GERMAN),
    Sight("case-question", of(lambda of_whom: of_whom.question), ENGLISH + CHINESE),
    Sight("case-answered", of(lambda of_whom: of_whom.answered), GERMAN),
    Sight("case-review", of(lambda of_whom: of_whom.under_review), GERMAN),
    Sight("case-send-back", of(lambda of_whom: of_whom.send_back), CHINESE),
    Sight("case-arrived", of(lambda of_whom: of_whom.arrived), ENGLISH),
    Sight("solved", of(lambda of_whom: of_whom.solved), ENGLISH + CHINESE),
    Sight("not-solved", of(lambda of_whom: of_whom.solved + "?solved=no"), GERMAN),
    Sight("survey", of(lambda of_whom: of_whom.survey + "?r=4"), ENGLISH),
    Sight("survey-zh", of(lambda of_whom: of_whom.survey + "?r=4&lang=zh-CN"), CHINESE),
    Sight("preferences", of(lambda of_whom: of_whom.preferences), SHOPPERS),
    Sight("trouble-forged", of(lambda of_whom: of_whom.forged), ENGLISH),
    Sight("trouble-over", of(lambda of_whom: of_whom.over), CHINESE),
    Sight("link-sent", of(lambda of_whom: of_whom.over), GERMAN, pressed),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []


def test_a_survey_is_answered_by_keyboard_alone(eyes: Eyes) -> None:
    page = eyes.open(f"{shoppers(eyes.stand).survey_to_answer}?r=4", Reader())
    score = page.locator("input[name=score]:checked")
    heights = page.locator(".scale label").evaluate_all(
        "labels => labels.map(label => label.getBoundingClientRect().height)"
    )
    assert len(heights) == 5
    assert min(heights) >= 64
    assert score.input_value() == "4"

    tab_to(page, "input[name=score]")
    page.keyboard.press("ArrowDown")
    assert score.input_value() == "5"
    tab_to(page, "textarea")
    page.keyboard.type("Quick and kind")
    tab_to(page, "main form button")
    # Faster than that is taken for a robot.
    page.wait_for_timeout(2_100)
    page.keyboard.press("Enter")

    page.wait_for_selector("h1:has-text('Thank you')")
    assert "5 of 5" in page.inner_text("main")
    take_picture(page, "survey-thanks-en-390")
    assert wrongs(page) == []
    page.close()
