"""The staff's pages about people: my day, calls, finding, customers, orders, and off shift."""

import re
import time
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages.eyes import DESKTOP, PHONE, Eyes, Reader, misfits, take_picture, wrongs
from tests.pages.sights import SHOPPERS, STAFF, Sight, looked_at
from tests.pages.stand import Stand

MEI = Reader(who="Mei", width=PHONE)


@cache
def _work(stand: Stand) -> dict[str, Any]:
    """A ticket of Mei's, an order that somebody returns, and a call tomorrow at noon."""
    tickets = stand.as_mei("GET", "/tickets?limit=100")["items"]
    ticket = next(one for one in tickets if one["customer_id"])
    mei = stand.as_mei("GET", "/staff/me")["id"]
    stand.as_mei("POST", f"/tickets/{ticket['id']}/assignment", {"assignee": mei})
    noon = stand.stage.now().replace(hour=12, minute=0, second=0, microsecond=0)
    call = {
        "case_id": ticket["id"],
        "at": (noon + timedelta(days=1)).isoformat(),
        "what": "Whether the second parcel has come, and if not, what DHL says.",
        "zone": "Europe/Berlin",
    }
    call_id = stand.as_mei("POST", "/callbacks", call)["id"]
    return {**ticket, "call_id": call_id, "order_id": stand.first("/returns")["order_id"]}


def _my_day(stand: Stand) -> str:
    return _work(stand) and "/desk"


def _off_shift(stand: Stand) -> str:
    return _work(stand) and "/desk/off-shift"


def _calls(stand: Stand) -> str:
    return _work(stand) and "/desk/calls"


def _call_choice(stand: Stand) -> str:
    return stand.signed(f"call {_work(stand)['call_id']} 48")[0]


@cache
def _to_send(stand: Stand) -> str:
    """A message to somebody whose address turned out to be none: the first one came back."""
    asked = {"name": "Wang Fang", "mail": "bounce@simulator.amazonses.com"}
    question = {"customer": asked, "reason": "other", "subject": "Tea", "text": "Which tea is it?"}
    for _ in range(10):
        stand.as_mei("POST", "/tickets", question)
        stand.stage.settle()
        if found := stand.as_mei("GET", "/messages/by-hand")["items"]:
            return f"/desk/messages/{found[0]['id']}"
        time.sleep(0.5)
    raise AssertionError("nothing came back")


def _messages(stand: Stand) -> str:
    return _to_send(stand) and "/desk/messages"


def _asked_to_erase(page: Page) -> None:
    page.locator("form[action$='/erasure'] button").click()


SIGHTS = (
    Sight("my-day-owed", _my_day, STAFF),
    Sight("calls", _calls, STAFF),
    Sight("call", lambda stand: f"/desk/calls/{_work(stand)['call_id']}", STAFF),
    Sight("customer", lambda stand: f"/desk/p/{_work(stand)['customer_id']}", STAFF),
    Sight("order", lambda stand: f"/desk/o/{_work(stand)['order_id']}", STAFF),
    Sight("off-shift", _off_shift, STAFF),
    Sight("call-new", lambda stand: f"/desk/calls/new?case={_work(stand)['id']}", STAFF),
    Sight("call-choice", _call_choice, SHOPPERS),
    Sight("messages", _messages, STAFF),
    Sight("message", _to_send, STAFF),
    Sight("erase", lambda stand: f"/desk/p/{_work(stand)['customer_id']}", STAFF, _asked_to_erase),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []


def test_what_is_found_by_the_keyboard_alone(eyes: Eyes) -> None:
    number = str(_work(eyes.stand)["number"])
    page = eyes.open("/desk", MEI)

    def find(text: str) -> None:
        page.keyboard.press("/")
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    find("nobody@nowhere.example")
    assert "Nothing is found for this." in page.inner_text("main")
    take_picture(page, "find-nothing")
    assert wrongs(page) == []

    find(number[:-1] + ("2" if number[-1] != "2" else "3"))
    assert "Its check character says what was meant" in page.inner_text("main")
    assert page.url.endswith("/desk/find")
    take_picture(page, "find-mended")
    assert wrongs(page) == []
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    take_picture(page, "find-mended-wide")

    find(number)
    page.wait_for_url(f"**/desk/t/{number}")
    page.close()


def test_the_lines_of_a_day_are_gone_along_and_opened_by_keys(eyes: Eyes) -> None:
    work = _work(eyes.stand)
    page = eyes.open("/desk", MEI)
    lines = page.locator("[data-line]")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.matches('[data-line]')")
    place = lines.nth(0).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{place}")
    assert work["number"] in page.inner_text("main") or "/desk/" in page.url
    page.close()


def test_an_address_is_shown_when_it_is_asked_for(eyes: Eyes) -> None:
    page = eyes.open(f"/desk/p/{_work(eyes.stand)['customer_id']}", MEI)
    assert "…" in page.inner_text("aside")

    page.get_by_role("button", name="Show address and number").click()

    assert "…@" not in page.inner_text("aside")
    assert "@" in page.inner_text("aside")
    take_picture(page, "customer-shown")
    assert misfits(page) == []
    page.close()


def test_a_long_name_and_a_subject_from_right_to_left_fit_a_phone(eyes: Eyes) -> None:
    stand = eyes.stand
    asked = {
        "customer": {"name": ("Wolfeschlegelsteinhausenbergerdorff" * 6)[:200], "mail": "w@a.de"},
        "reason": "other",
        "subject": "أين طلبي؟ لم يصل إبريق الشاي بعد",
        "text": "وعدتموني بيوم الخميس.",
        "language": "ar",
    }
    ticket = stand.as_mei("POST", "/tickets", asked)
    mei = stand.as_mei("GET", "/staff/me")["id"]
    stand.as_mei("POST", f"/tickets/{ticket['id']}/assignment", {"assignee": mei})
    noon = stand.stage.now().replace(hour=12, minute=0) + timedelta(days=1)
    call = {"case_id": ticket["id"], "at": noon.isoformat(), "zone": "UTC", "what": asked["text"]}
    call_id = stand.as_mei("POST", "/callbacks", call)["id"]
    (case,) = stand.signed(f"case {ticket['id']} 48")
    places = {
        "queue": "/desk/tickets?view=mine",
        "ticket": f"/desk/t/{ticket['number']}",
        "my-day": "/desk",
        "customer": f"/desk/p/{ticket['customer_id']}",
        "calls": "/desk/calls",
        "call": f"/desk/calls/{call_id}",
        "case": case,
    }

    found: list[str] = []
    for name, place in places.items():
        page = eyes.look(place, MEI)
        take_picture(page, f"long-{name}-{PHONE}")
        found += [f"{name}: {wrong}" for wrong in misfits(page)]
        turned = page.evaluate(_TURNED, [asked["subject"], asked["text"]])
        found += [f"{name}: {text}" for text in turned]

    assert found == []


_TURNED = """
texts => [...document.querySelectorAll("main *")]
  .filter(one => !one.children.length && texts.includes(one.textContent.trim()))
  .filter(one => getComputedStyle(one).direction !== "rtl")
  .map(one => `from left to right: ${one.outerHTML.slice(0, 120)}`)
"""


def test_a_day_ends_with_everything_handed_on(eyes: Eyes) -> None:
    """Of somebody who owes nothing; what is handed on is tested without a browser."""
    stage = eyes.stand.stage
    page = eyes.open("/desk/sign-in", Reader(width=PHONE))
    page.get_by_label("Shop").fill("qinghe")
    page.get_by_label("Your e-mail address").fill("li@qinghe.example")
    page.get_by_role("button").click()
    stage.settle()
    (link,) = re.findall(r"https?://\S+/desk/sign-in\S+", stage.mailbox("li@")[0]["text"])
    page.goto(link)
    page.get_by_role("button").click()

    page.goto(f"{eyes.stand.url}/desk/off-shift")
    page.locator("main button").click()
    page.wait_for_load_state()

    assert page.locator("h1").inner_text() == "您已退出登录"
    take_picture(page, "off-shift-done")
    assert wrongs(page) == []
    page.goto(f"{eyes.stand.url}/desk")
    assert page.url.endswith("/desk/sign-in")
    page.close()
