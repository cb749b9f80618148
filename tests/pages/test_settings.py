"""The settings: by subject, a policy as a form and as what it would change, and the people."""

import pytest

from tests.pages.eyes import Eyes, Reader, misfits, take_picture, wrongs
from tests.pages.sights import STAFF, Sight, looked_at
from tests.pages.stand import Stand


def person(stand: Stand, name: str) -> str:
    return f"/desk/settings/people/{stand.known.colleagues[name].id}"


SIGHTS = (
    Sight("settings", "/desk/settings", STAFF),
    Sight("settings-returns", "/desk/settings/returns", STAFF),
    Sight("settings-history", "/desk/settings/history", STAFF),
    Sight("settings-people", "/desk/settings/people", STAFF),
    Sight("settings-person", lambda stand: person(stand, "Li"), STAFF[:1]),
    Sight("settings-leaving", lambda stand: f"{person(stand, 'Li')}/leaving", STAFF[1:]),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []


@pytest.mark.parametrize("reader", STAFF[:2], ids=lambda reader: reader.language)
def test_a_policy_is_looked_at_with_its_effect_before_it_counts(eyes: Eyes, reader: Reader) -> None:
    page = eyes.open("/desk/settings/returns", reader.but(width=320))
    page.locator('[name="returns.window_days"]').fill("9999")
    page.locator('button[value="check"]').click()
    assert wrongs(page) == []
    take_picture(page, f"settings-wrong-{reader.language}-320")
    # The link in the summary leads to the field, and what was typed is there.
    page.locator(".errors a").click()
    field = page.locator('[name="returns.window_days"]')
    assert (page.url.endswith("#returns.window_days"), field.input_value()) == (True, "9999")

    field.fill("40")
    page.locator('button[value="check"]').click()
    assert wrongs(page) == []
    take_picture(page, f"settings-preview-{reader.language}-320")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert misfits(page) == []
    take_picture(page, f"settings-preview-{reader.language}-1440")
    page.locator('button[value="again"]').click()
    assert page.locator('[name="returns.window_days"]').input_value() == "40"
    page.close()


def test_who_comes_too_late_sees_what_the_other_changed(eyes: Eyes) -> None:
    mei, hua = (eyes.open("/desk/settings/calls", reader.but(width=320)) for reader in STAFF[:2])
    for page, tries in ((mei, "4"), (hua, "5")):
        page.locator('[name="callbacks.max_attempts"]').fill(tries)
        page.locator('button[value="check"]').click()
    for page in (mei, hua):
        page.locator('button[value="publish"]').click()

    assert wrongs(hua) == []
    take_picture(hua, "settings-late-zh-CN-320")
    assert hua.locator('[name="callbacks.max_attempts"]').input_value() == "5"
    assert hua.locator("table.changes").inner_text().count("4") == 1
    for page in (mei, hua):
        page.close()
