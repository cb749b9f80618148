"""A shopper sends a photo from their browser straight to S3, and the staff see it."""

from pathlib import Path

from playwright.sync_api import Page

from tests import snapshots
from tests.pages.eyes import DESKTOP, PHONE, Eyes, Reader, take_picture, unreadable, wrongs
from tests.pages.shoppers import shoppers

SHOPPER, MEI = Reader(width=PHONE), Reader(who="Mei", width=DESKTOP)


def seen(page: Page, name: str) -> list[str]:
    """What is wrong with a page as it stands, by day and by night."""
    take_picture(page, name)
    found = wrongs(page)
    page.emulate_media(color_scheme="dark")
    found += unreadable(page)
    page.emulate_media(color_scheme="light")
    return found


def test_a_photo_comes_from_the_browser_to_the_staff(eyes: Eyes, tmp_path: Path) -> None:
    contract = tmp_path / "photo.jpg"
    contract.write_bytes(snapshots.a_pdf(12_000_000))
    picture = tmp_path / "IMG_1.jpg"
    picture.write_bytes(snapshots.from_a_phone())
    case = shoppers(eyes.stand).question
    page = eyes.open(f"{case}?lang=en", SHOPPER)
    number = page.locator(".number").first.inner_text()

    page.get_by_role("button", name="Add photos").click()
    assert seen(page, "photos-en") == []
    page.set_input_files("#file", contract)
    page.get_by_role("button", name="Send the photo").click()
    page.wait_for_selector("h1:has-text('could not take')")
    assert "This is a PDF of 12 MB. Send a photo as JPEG or PNG up to 10 MB." in page.inner_text(
        "main"
    )
    assert seen(page, "photo-refused-en") == []

    page.get_by_role("button", name="Choose a photo").click()
    page.set_input_files("#file", picture)
    page.get_by_role("button", name="Send the photo").click()
    _wait_for_it(page)
    assert _is_shown(page, ".photo img")
    assert seen(page, "photo-kept-en") == []
    page.get_by_role("button", name="Add another photo").click()
    assert _is_shown(page, ".photos img")
    page.get_by_role("link", name="中文").click()
    assert seen(page, "photos-some-zh-CN") == []
    page.close()

    staff = eyes.open(f"/desk/t/{number}", MEI)
    assert _is_shown(staff, ".photos img")
    assert seen(staff, "ticket-photos") == []
    staff.locator(".photos a").first.click()
    assert "/large.jpg" in staff.url
    staff.close()
    assert eyes.violations == []


def _wait_for_it(page: Page) -> None:
    for _ in range(20):
        if page.locator("h1:has-text('Your photo is with us')").count():
            return
        page.wait_for_timeout(300)
        page.get_by_role("button", name="Look again").click()
    raise AssertionError(page.inner_text("main"))


def _is_shown(page: Page, what: str) -> bool:
    """Whether the browser was let have the picture."""
    return page.locator(what).first.evaluate("one => one.decode().then(() => one.naturalWidth > 0)")
