"""A browser that looks at pages as their readers do: narrow and wide, light and dark, in each
language, with and without scripts; and what must be true of every page it sees."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from local.browser import QUIET, installed
from tests.pages.stand import ROOT, Stand

PICTURES = ROOT / "build" / "pages"
"""Where screenshots go, to be looked at; not kept in the repository."""

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
CONTRAST = "color-contrast"
_RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
}

SMALLEST_TARGET = 44
"""CSS pixels each way; a link within a line of text may be as high as its line (WCAG 2.5.8)."""


@dataclass(frozen=True)
class Reader:
    """Who looks, and how."""

    who: str = ""
    """One of the staff, by name; empty is a shopper."""
    language: str = "en"
    width: int = 390
    is_dark: bool = False
    scripts: Literal["run", "off", "deleted"] = "run"
    """Whether their browser runs scripts, and whether the files are there at all."""

    def but(self, **changed: Any) -> "Reader":
        return replace(self, **changed)


PHONE, DESKTOP = 320, 1440


class Eyes:
    """One Chromium for all readers."""

    def __init__(self, browser: Browser, stand: Stand) -> None:
        self.stand = stand
        self._browser = browser
        self._signed_in: dict[str, Any] = {}
        self._contexts: dict[tuple[object, ...], BrowserContext] = {}
        self._looking: dict[BrowserContext, Page] = {}
        self.violations: list[str] = []
        """What the content security policy had to stop."""

    def open(self, path: str, reader: Reader) -> Page:
        """A page as a reader sees it; to be closed."""
        return self._gone_to(path, reader, self._new_page(self._context(reader)))

    def look(self, path: str, reader: Reader) -> Page:
        """The same in the one page that a reader looks at things with: many times faster."""
        context = self._context(reader)
        if context not in self._looking:
            self._looking[context] = self._new_page(context)
            self._looking[context].add_init_script(_AXE)
        return self._gone_to(path, reader, self._looking[context])

    def _new_page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", lambda said: self._note(said.text))
        return page

    def _gone_to(self, path: str, reader: Reader, page: Page) -> Page:
        page.set_viewport_size({"width": reader.width, "height": 900})
        page.emulate_media(color_scheme="dark" if reader.is_dark else "light")
        page.goto(urljoin(self.stand.url, path))
        return page

    def _context(self, reader: Reader) -> BrowserContext:
        key = (reader.who, reader.language, reader.is_dark, reader.scripts)
        if key not in self._contexts:
            context = self._browser.new_context(
                locale=reader.language,
                color_scheme="dark" if reader.is_dark else "light",
                reduced_motion="reduce",
                java_script_enabled=reader.scripts != "off",
                storage_state=self._session(reader.who) if reader.who else None,
            )
            if reader.scripts == "deleted":
                context.route("**/static/*.js", lambda route: route.fulfill(status=404))
            self._contexts[key] = context
        return self._contexts[key]

    def _session(self, who: str) -> Any:
        if who not in self._signed_in:
            context = self._browser.new_context()
            page = context.new_page()
            page.goto(self.stand.known.links[who])
            page.get_by_role("button").click()
            self._signed_in[who] = context.storage_state()
            context.close()
        return self._signed_in[who]

    def _note(self, said: str) -> None:
        if "Content Security Policy" in said:
            self.violations.append(said)

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()


@contextmanager
def eyes(stand: Stand) -> Iterator[Eyes]:
    """The machine's Chromium. Where there is none the tests are skipped, unless AFTERCARE_BROWSER
    is `required`."""
    found = installed()
    if found is None and os.environ.get("AFTERCARE_BROWSER") != "required":
        pytest.skip("no Chromium: apt-get install chromium-headless-shell")
    assert found, "AFTERCARE_BROWSER is `required`, and there is no Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        looking = Eyes(browser, stand)
        yield looking
        looking.close()
        browser.close()


def take_picture(page: Page, name: str) -> None:
    """Keep what is seen, whole, as `build/pages/<name>.png`; unless AFTERCARE_PICTURES is `no`,
    where nobody looks at them."""
    if os.environ.get("AFTERCARE_PICTURES") == "no":
        return
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def wrongs(page: Page) -> list[str]:
    """What keeps somebody from using a page as it is shown: what axe finds against WCAG 2.2 AA,
    what does not fit its width, and targets that are too small."""
    return [*misfits(page), *_found_by_axe(page, _RULES)]


def wrongs_but_colours(page: Page) -> list[str]:
    """The same of a page whose colours were looked at in another language: they take longest."""
    return [
        *misfits(page),
        *_found_by_axe(page, _RULES | {"rules": {CONTRAST: {"enabled": False}}}),
    ]


def misfits(page: Page) -> list[str]:
    """What does not fit the width, and targets that are too small."""
    page.wait_for_load_state()
    return page.evaluate(_MEASURE, SMALLEST_TARGET)


def unreadable(page: Page) -> list[str]:
    """Text whose contrast is too low, such as in the dark."""
    return _found_by_axe(page, {"runOnly": {"type": "rule", "values": [CONTRAST]}})


def _found_by_axe(page: Page, rules: dict[str, Any]) -> list[str]:
    page.wait_for_load_state()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_AXE)
    found = page.evaluate(_RUN, rules)["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


_RUN = """
rules => Promise.race([
  axe.run(document, rules),
  new Promise((_, fail) => setTimeout(() => fail(new Error("axe found no end")), 30000)),
])
"""

_MEASURE = """
smallest => {
  const wrong = [];
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 0) wrong.push(`wider than the window by ${wide}px`);
  const inText = one => getComputedStyle(one).display === "inline";
  const targets = "a[href], button, input, select, textarea, summary";
  for (const one of document.querySelectorAll(targets)) {
    const box = one.getBoundingClientRect();
    if (one.type === "hidden" || one.closest(".hp, .skip") || !box.width) continue;
    const label = one.closest("label");
    const target = (one.type === "radio" || one.type === "checkbox") && label
      ? label.getBoundingClientRect() : box;
    if (!inText(one) && (target.height < smallest - 0.5 || target.width < smallest - 0.5))
      wrong.push(`target of ${Math.round(target.width)}x${Math.round(target.height)}: `
        + one.outerHTML.slice(0, 120));
    if (one.getAttribute("style")) wrong.push("style: " + one.outerHTML.slice(0, 120));
  }
  return wrong;
}
"""
