"""The queue and the ticket: where customers are answered."""

import gzip
from datetime import timedelta
from urllib.request import urlopen

import pytest

from tests.pages.eyes import Eyes, Reader, take_picture, wrongs
from tests.pages.hands import tab_to
from tests.pages.sights import STAFF, Sight, looked_at
from tests.pages.stand import Stand

MOST_BYTES = 60_000
"""Of a ticket's page with all it loads, gzipped, but for the fonts."""

_SOON = timedelta(seconds=12)

ANSWER = "It comes on Thursday. Mei"
MEI = Reader(who="Mei", width=1440)


def _tickets(stand: Stand) -> list[str]:
    """The places of the open tickets, by what is due next."""
    cards = stand.as_mei("GET", "/tickets?limit=100")["items"]
    return [f"/desk/t/{one['number']}" for one in cards if one["status"] in ("new", "open")]


def _talked_about(stand: Stand) -> str:
    """A ticket with everything there can be: an order, quotes, both sides, and a draft."""
    order = stand.as_mei("GET", "/orders?number=%23951")
    opened = stand.as_mei(
        "POST",
        "/tickets",
        {
            "customer": {"name": "Jana Weber", "mail": "jana.weber@example.de"},
            "reason": "broken",
            "subject": "Die Schale hat einen Sprung",
            "text": "Hallo, die Schale ist gesprungen.\n\nAm Montag schrieb Mei:\n> Viel Freude!",
            "language": "de",
            "order_number": order["number"],
        },
    )
    path = f"/tickets/{opened['id']}"
    stand.as_mei("POST", f"{path}/assignment", {"assignee": stand.stage.mei.id})
    stand.as_mei("POST", f"{path}/replies", {"text": "Das tut mir leid.", "then": "carrier"})
    stand.as_mei("POST", f"{path}/notes", {"text": "DHL Leipzig: falsch sortiert."})
    return f"/desk/t/{opened['number']}"


def _with_texts(stand: Stand) -> str:
    return f"{_tickets(stand)[0]}?view=late&macro=care"


SIGHTS = (
    Sight("queue-marked", "/desk/tickets?view=all&on=2", STAFF[:1]),
    Sight("queue-empty", "/desk/tickets?view=mine", STAFF[1:]),
    Sight("ticket", _talked_about, STAFF),
    Sight("ticket-texts", _with_texts, STAFF[:1]),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []


def test_a_ticket_is_answered_with_keys_alone(eyes: Eyes) -> None:
    page = eyes.open("/desk/tickets?view=all", MEI)
    page.keyboard.press("j")
    page.wait_for_url("**on=1**")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/t/**")
    ticket = page.url
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.type(ANSWER)
    page.wait_for_selector(".kept:has-text('Kept')")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".leaving")
    take_picture(page, "ticket-leaving")
    assert wrongs(page) == []
    page.keyboard.press("u")
    page.wait_for_selector(".leaving", state="detached")
    assert page.locator("#text-replies").input_value() == ANSWER
    page.locator("#text-replies").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".leaving")
    as_sent = page.get_attribute("#readers", "hx-get")
    assert _left(eyes, ticket)
    page.wait_for_selector("#text-replies")
    assert page.locator("#text-replies").input_value() == ""
    assert page.locator("#head:has-text('Waiting: The customer')").count() == 1
    assert page.get_attribute("#readers", "hx-get") != as_sent
    page.close()


def test_an_answer_that_leaves_takes_nothing_from_who_else_writes(eyes: Eyes) -> None:
    place = _tickets(eyes.stand)[2]
    page = eyes.open(place, MEI)
    page.locator("#text-replies").fill(ANSWER)
    page.locator("button[value=nobody]").click()
    page.wait_for_selector(".leaving")
    other = eyes.open(place, Reader(who="Ada", language="de"))
    other.locator("#text-replies").fill("Auch ich schreibe gerade.")
    as_opened = other.get_attribute("#readers", "hx-get")
    assert _left(eyes, place)
    other.wait_for_selector(".leaving", state="detached")
    assert other.locator("#text-replies").input_value() == "Auch ich schreibe gerade."
    assert other.get_attribute("#readers", "hx-get") == as_opened
    other.close()
    page.close()


def test_a_ticket_is_answered_with_tab_and_enter_where_scripts_do_not_run(eyes: Eyes) -> None:
    place = _tickets(eyes.stand)[1]
    page = eyes.open(place, MEI.but(scripts="off"))
    tab_to(page, "#text-replies")
    page.keyboard.type(ANSWER)
    tab_to(page, "button[value=customer]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaving")
    tab_to(page, ".leaving button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#text-replies")
    assert page.locator("#text-replies").input_value() == ANSWER
    tab_to(page, "button[value=nobody]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaving")
    assert _left(eyes, place)
    page.close()


def test_an_answer_outlives_the_session_of_its_writer(eyes: Eyes) -> None:
    place = _tickets(eyes.stand)[3]
    page = eyes.open(place, MEI)
    session = page.context.cookies()
    page.context.clear_cookies()
    page.locator("#text-replies").focus()
    page.keyboard.type(ANSWER)
    page.wait_for_selector(".kept:has-text('not kept any more')")
    assert wrongs(page) == []
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("h1:has-text('it is not lost')")
    take_picture(page, "unsent")
    assert wrongs(page) == []
    page.context.add_cookies([{**one} for one in session])
    page.get_by_role("button").click()
    page.wait_for_selector("main:has-text('before you signed in')")
    page.set_viewport_size({"width": 320, "height": 900})
    take_picture(page, "unsent-320")
    assert wrongs(page) == []
    assert page.locator("textarea").input_value() == ANSWER
    page.get_by_role("button").click()
    page.wait_for_selector(".leaving")
    page.close()


def test_enter_in_the_field_that_finds_texts_sends_nothing(eyes: Eyes) -> None:
    page = eyes.open(_tickets(eyes.stand)[2], MEI.but(scripts="off"))
    page.locator("#text-replies").fill("Half a sentence")
    page.locator("#macro").fill("photo")
    page.locator("#macro").press("Enter")
    page.wait_for_selector(".macros")
    page.keyboard.press("Enter")
    page.wait_for_selector(".macros", state="detached")
    written = page.locator("#text-replies").input_value()
    assert page.locator(".leaving").count() == 0
    assert written.startswith("Half a sentence\n\n")
    assert "Mei" in written
    page.close()


def test_a_tickets_page_is_small(eyes: Eyes) -> None:
    loaded: list[str] = []
    page = eyes.open("/desk", MEI)
    page.on("response", lambda answer: loaded.append(answer.url))
    page.goto(f"{eyes.stand.url}{_talked_about(eyes.stand)}")
    files = {url for url in loaded if "/static/" in url and not url.endswith(".woff2")}
    bodies = [page.content().encode(), *(_fetched(url) for url in files)]
    page.close()

    assert len(files) >= 3
    assert sum(len(gzip.compress(body)) for body in bodies) <= MOST_BYTES


def _left(eyes: Eyes, place: str) -> bool:
    """Whether the answer is among what was said, some seconds later."""
    stage = eyes.stand.stage
    stage.go_to(stage.now().replace(microsecond=0) + _SOON)
    number = place.partition("/desk/t/")[2].partition("?")[0]
    thread = eyes.stand.as_mei("GET", f"/tickets/{number}")["thread"]
    return [one["text"] for one in thread].count(ANSWER) == 1


def _fetched(url: str) -> bytes:
    with urlopen(url) as answer:
        return answer.read()
