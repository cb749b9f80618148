"""What somebody does at a page who has a keyboard and nothing else."""

from playwright.sync_api import Page

MOST_TABS = 80


def tab_to(page: Page, target: str, then: str = "") -> None:
    """Go on with the tab key until what a selector names has the focus, and press a key there;
    Enter leads to another page."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.locator(f":is({target}):focus").count():
            break
    else:
        raise AssertionError(f"{page.title()}: the keyboard does not get to {target}")
    if then == "Enter":
        with page.expect_navigation():
            page.keyboard.press(then)
    elif then:
        page.keyboard.press(then)
