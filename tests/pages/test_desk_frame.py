"""The desk's frame, and what everybody of the staff sets for themselves."""

import pytest

from tests.pages.eyes import Eyes, Reader
from tests.pages.sights import SHOPPERS, STAFF, Sight, looked_at

SIGHTS = (
    Sight("my-day", "/desk", STAFF),
    Sight("queue", "/desk/tickets", STAFF),
    Sight("me", "/desk/me", STAFF),
    Sight("keys", "/desk/keys", STAFF),
    Sight("sign-in", "/desk/sign-in", SHOPPERS),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []


def test_keys_press_what_is_there_to_see_unless_they_are_switched_off(eyes: Eyes) -> None:
    mei = Reader(who="Mei", width=1200)
    page = eyes.open("/desk", mei)
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/desk/tickets")

    page.goto(f"{eyes.stand.url}/desk/me")
    page.get_by_label("Press keys").uncheck()
    page.get_by_role("button", name="Keep these settings").click()
    assert page.locator("[data-hotkey]").count() == 0
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    assert page.url.endswith("/desk/me")

    page.get_by_label("Press keys").check()
    page.get_by_role("button", name="Keep these settings").click()
    page.close()
