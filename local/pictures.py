"""`make pictures`: the README's pictures, taken of the running stack as the demo left it."""

import json
import re
import sys
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from local import state
from local.browser import QUIET, installed
from local.demo.operator import Operator

PICTURES = state.ROOT / "docs" / "pictures"


def main() -> int:
    """Take them; 1 if the stack or the demo's shop is not there, or no browser."""
    running, chromium = state.running(), installed()
    if running is None or chromium is None:
        print("Start the stack (make run), tell the story (make demo), and install Chromium.")
        return 1
    mails = _mails(running.url)
    operator = Operator(running)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        _take(_at(browser, 390, 760), _link(mails, "R-", "/c/"), "case")
        desk = _at(browser, 1440, 900)
        desk.goto(operator.sign_in_link(operator.colleague("Mei")))
        desk.get_by_role("button").click()
        _take(desk, f"{running.url}/desk/tickets?view=all", "queue")
        to_jana = [mail for mail in mails if "jana" in json.dumps(mail["to"])]
        ticket = re.findall(r"T-[0-9A-Z]{4}-[0-9A-Z]{3}", json.dumps(to_jana))[0]
        _take(desk, f"{running.url}/desk/t/{ticket}", "ticket")
        browser.close()
    print(f"{PICTURES.relative_to(state.ROOT)}: case, ticket, queue")
    return 0


def _mails(url: str) -> list[dict[str, Any]]:
    with urlopen(f"{url}/mailbox.json") as answer:  # noqa: S310 - our own stack on loopback
        return json.load(answer)["messages"]


def _link(mails: list[dict[str, Any]], number: str, door: str) -> str:
    """The newest link to a case of a kind, in English."""
    for mail in mails:
        found = re.search(rf"https?://\S+?{door}[^\s<>\"')?]+", mail["text"])
        if found and number in mail["subject"] and "Your return" in mail["text"]:
            return f"{found[0]}?lang=en"
    raise LookupError(f"no mail tells of a {number} case")


def _at(browser: Browser, width: int, height: int) -> Page:
    view = {"width": width, "height": height}
    return browser.new_page(viewport=view, reduced_motion="reduce", locale="en")  # pyright: ignore[reportArgumentType]


def _take(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
