"""Every door asked once, at a shop that has one of everything there is an address for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlencode

from PIL import Image

from bench.lifecycles import SOON
from bench.operations import Figures, by_route
from bench.shop import AGENT_MAIL, FORM, SHOP, BenchShop, a_desk, mail_of
from chalicelib.domain.canonical import Platform
from chalicelib.domain.photos import Photo
from chalicelib.domain.products import product_id
from chalicelib.domain.returns import Return
from chalicelib.domain.staff import csrf_of
from chalicelib.domain.withdrawals import Statement
from chalicelib.pages import static_url
from chalicelib.services import inbox, photo_intake, staff, withdrawals
from chalicelib.services.desk import OPEN
from chalicelib.services.house import house
from chalicelib.store.clients import client
from chalicelib.store.photos import Place
from chalicelib.web.auth import session_cookie_name

LEFT_OUT = {
    "POST /agenda/{entry_id}/retry": "of what failed for good, of which a usual day has none",
    "POST /webhooks/deliveries/{delivery_id}/retry": "of deliveries that were given up",
    "POST /messages/{message_id}/sent": "of messages that somebody of the shop sends elsewhere",
    "POST /desk/messages/{message_id}": "of messages that somebody of the shop sends elsewhere",
    "POST /desk/health/deliveries/{delivery_id}/retry": "of deliveries that were given up",
    "POST /desk/health/entries/{entry_id}/retry": "of what failed for good, of which a usual day "
    "has none",
}
"""Doors without a row, and why."""

OWN = 40
"""The most items that a walk itself adds to what the next one looks at."""

OF_A_DAY = frozenset(
    {
        "GET /figures/day",
        "GET /figures/day/recount",
        "GET /figures/{figure}",
        "GET /figures/{figure}/cases",
        "GET /desk/figures",
        "GET /desk/figures/{figure}",
        "GET /desk/health",
    }
)
"""What reads a day's events, however many that day had."""

IN_NO_TABLE = frozenset(
    {
        "POST /webhooks/deliveries/retry",
        "POST /desk/find",
        "POST /desk/health/deliveries/retry",
    }
)
"""What changes only what lies in a bucket, and what asks by a form so that no address tells it."""

FORMS = (
    "/desk",
    "/a/",
    "/again/",
    "/c/",
    "/k/",
    "/o/",
    "/s/",
    "/u/",
    "/portal",
    "/withdraw/",
    "/bench",
)
"""Where pages are, which send forms."""

_buyers = count(40_000)
_LONG_AGO = timedelta(days=200)
_WAY: dict[str, dict[str, Any]] = {
    "receipt": {"lines": [{"line_id": "1", "quantity": 1}]},
    "inspection": {
        "lines": [{"line_id": "1", "accepted": 1, "grade": "a", "disposition": "resell"}]
    },
    "settlement": {},
    "refund": {"how": "by_hand"},
}
"""What happens to a return, in this order."""
_TEXT = {"text": "It comes on Thursday."}
_REACHED = {"outcome": "reached", "note": ""}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `fields` are sent as JSON by machines and as a form by pages. With a session
    it is a browser that asks."""

    method: str
    path: str
    fields: dict[str, Any] | None = None
    session: str = ""

    @property
    def is_form(self) -> bool:
        return self.path.startswith(FORMS)


def walk(shop: BenchShop) -> dict[str, Figures]:
    """What each door cost, by method and route. Raises RuntimeError where one refuses."""
    shop.stage.hand_on()
    with shop.stage.meter.counted() as runs:
        for ask in _asks(shop):
            _send(shop, ask)
    return by_route(runs)


def wrong(walks: list[dict[str, Figures]], doors: set[str]) -> list[str]:
    """What is wrong with walks at more and more records: doors without a row or a reason, reasons
    for what has a row, doors that did nothing, and doors that cost more at the end than at the
    beginning."""
    first, last = walks[0], walks[-1]
    return [
        *(f"{door} was not measured" for door in sorted(doors - first.keys() - LEFT_OUT.keys())),
        *(f"{door} is left out and has a row" for door in sorted(first.keys() & LEFT_OUT.keys())),
        *(f"{door} is left out and no door" for door in sorted(LEFT_OUT.keys() - doors)),
        *(f"{door} did nothing" for door in first if _did_nothing(door, first[door])),
        *(f"{door} grows" for door in first if _grows(door, first[door], last[door])),
    ]


def _did_nothing(door: str, found: Figures) -> bool:
    is_an_act = not door.startswith("GET ") and door not in IN_NO_TABLE
    return is_an_act and found.write_units == 0


def _grows(door: str, first: Figures, last: Figures) -> bool:
    is_dearer = last.calls > first.calls or last.write_units > first.write_units
    return door not in OF_A_DAY and (is_dearer or last.items > first.items + OWN)


def _send(shop: BenchShop, ask: Ask) -> None:
    # The dearest case: nobody has counted what is open for a quarter of a minute.
    house().forget(OPEN, SHOP)
    headers = {"Authorization": shop.bearer["Authorization"]}
    if ask.session:
        headers = {"Cookie": f"{session_cookie_name()}={ask.session}"}
    if ask.method == "GET":
        body = b""
    elif ask.is_form:
        body, headers = urlencode(ask.fields or {}).encode(), headers | FORM
    else:
        body, headers = json.dumps(ask.fields or {}).encode(), shop.bearer
    answer = shop.client.http.request(ask.method, ask.path, headers=headers, body=body)
    if answer.status_code >= 400:
        raise RuntimeError(f"{ask.method} {ask.path}: {answer.status_code} {answer.body[:300]!r}")


def _asks(shop: BenchShop) -> Iterator[Ask]:
    yield from _public(shop)
    yield from _tickets(shop)
    yield from _returns(shop)
    yield from _withdrawals(shop)
    yield from _calls(shop)
    yield from _surveys(shop)
    yield from _house(shop)


def _public(shop: BenchShop) -> Iterator[Ask]:
    for path in ("/health", "/robots.txt", "/openapi.json", "/docs", static_url("icon.svg"),
                 "/problems/not-found", "/desk/sign-in", f"/contact/{SHOP}",
                 f"/portal/{SHOP}"):  # fmt: skip
        yield Ask("GET", path)
    buyer = next(_buyers)
    shop.order(buyer, buyer=buyer)
    order = shop.api("GET", f"/orders?number=%23{buyer}")
    yield Ask("POST", f"/portal/{SHOP}", {"order": f"#{buyer}", "mail": mail_of(buyer)})
    shop.contact(buyer)
    customer = order["customer_id"]
    shop.api("POST", "/returns", {"order_id": order["id"], **_WAY["receipt"]})
    token = _link("order", order["id"])
    yield Ask("GET", f"/o/{token}")
    yield Ask("GET", f"/o/{token}/return")
    door = f"/o/{token}/return"
    lines = {"lines.0.line_id": "1", "lines.0.quantity": "1"}
    for answers in (
        {"step": "lines", **lines},
        {"step": "wish", "reason": "no_reason", "wish": "refund"},
        {"step": "way", "way": "send"},
    ):
        shop.form(door, answers)
    check = shop.page(f"{door}?step=check")
    shown = re.search(r'name="shown" value="(\d+)"', check)
    assert shown
    yield Ask("POST", door, {"step": "check", "shown": shown[1]})
    for path in (f"/orders?number=%23{buyer}", f"/orders/{order['id']}",
                 f"/orders/{order['id']}/events?limit=1", f"/orders/{order['id']}/returnable",
                 f"/desk/o/{order['id']}", "/desk/find",
                 f"/customers/{customer}", f"/customers/{customer}/cases?limit=1",
                 f"/customers/{customer}/timeline?limit=1", f"/desk/p/{customer}"):  # fmt: skip
        yield Ask("GET", path)
    yield Ask("POST", "/desk/find", {"q": f"#{buyer}"})
    yield Ask("POST", f"/desk/p/{customer}/identities")
    told = shop.api("GET", f"/customers/{customer}/timeline?limit=100")["items"]
    message = next(e["subject"] for e in told if e["type"] == "message.queued")
    yield Ask("GET", f"/messages/{message}")
    yield Ask("GET", f"/desk/messages/{message}")
    token = _link("unsubscribe", customer)
    yield Ask("GET", f"/u/{token}")
    yield Ask("POST", f"/u/{token}")
    yield Ask("POST", f"/desk/p/{customer}/erasure", {"confirmed": "yes"})


def _tickets(shop: BenchShop) -> Iterator[Ask]:
    one = shop.ticket()
    number = shop.api("GET", f"/tickets/{one}")["ticket"]["number"]
    for path in ("/tickets?limit=1", f"/tickets/{one}", f"/tickets/{one}/events?limit=1",
                 "/desk/tickets", f"/desk/tickets/{one}", f"/desk/t/{number}"):  # fmt: skip
        yield Ask("GET", path)
    token = _link("case", one)
    yield Ask("GET", f"/c/{token}")
    yield Ask("POST", f"/c/{token}", _TEXT)
    yield from _photos(one, token)
    yield Ask("GET", f"/again/case/{token}")
    yield Ask("POST", f"/again/case/{token}")
    acts: dict[str, dict[str, Any]] = {
        "assignment": {"assignee": shop.agent},
        "notes": _TEXT,
        "replies": _TEXT,
        "waiting": {"waits_for": "customer"},
        "resolution": _TEXT,
    }
    for act, fields in acts.items():
        yield Ask("POST", f"/tickets/{one}/{act}", fields)
    token = _link("resolved", one)
    yield Ask("GET", f"/a/{token}")
    yield Ask("POST", f"/a/{token}", {"solved": "yes"})
    late = {"title": "Late", "texts": {"en": "Dear {name}, it is late."}}
    yield Ask("PUT", "/macros/late", late)
    yield Ask("GET", "/macros")
    yield Ask("GET", f"/desk/t/{number}/readers")
    on_page = shop.ticket()
    on_its_page = {
        "assignment": {"to": "me"},
        "notes": _TEXT,
        "waiting": {"waits_for": "carrier"},
        "draft": _TEXT,
        "macro": {"macro": "mac_late"},
        "replies": _TEXT,
        "undo": {},
    }
    for act, fields in on_its_page.items():
        yield Ask("POST", f"/desk/t/{on_page}/{act}", fields)
    # Now that there is an answer that was not sent.
    yield Ask("GET", "/desk")
    yield Ask("DELETE", "/macros/late")


def _photos(ticket: str, token: str) -> Iterator[Ask]:
    yield Ask("GET", f"/c/{token}/photos")
    photo = _sent_photo(ticket)
    for path in (f"/c/{token}/photos/{photo}", f"/desk/photos/{photo}", f"/photos/{photo}",
                 f"/photos/{photo}/events?limit=1"):  # fmt: skip
        yield Ask("GET", path)


def _sent_photo(ticket: str) -> str:
    """A photo that S3 has and the function has taken in."""
    here, picture = a_desk(), BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(picture, "JPEG")
    place = Place(SHOP, ticket, here.new_id(Photo.prefix))
    bucket = house().settings.photos_bucket
    client("s3").put_object(Bucket=bucket, Key=place.key, Body=picture.getvalue())
    photo_intake.take_in(here, place)
    return place.photo


def _returns(shop: BenchShop) -> Iterator[Ask]:
    case = _asked_back(shop)
    for path in ("/returns?limit=1", f"/returns/{case}", f"/returns/{case}/events?limit=1",
                 "/desk/returns", f"/desk/returns/{case}", f"/desk/r/{case}",
                 f"/c/{_link('case', case)}/slip"):  # fmt: skip
        yield Ask("GET", path)
    for act, fields in _WAY.items():
        yield Ask("POST", f"/returns/{case}/{act}", fields)
    case = _asked_back(shop)
    for act, fields in _WAY.items():
        yield Ask("POST", f"/desk/returns/{case}/{act}", _as_form(fields))
    yield from _bench(shop)
    late = replace(shop, day=shop.day - _LONG_AGO)
    for door in ("/returns", "/desk/returns"):
        units = _WAY["receipt"] if door == "/returns" else _as_form(_WAY["receipt"])
        yield Ask("POST", f"{door}/{_asked_back(late)}/authorization", units)
        yield Ask("POST", f"{door}/{_asked_back(late)}/decline", {"code": "other", "text": "Late."})
        yield Ask("POST", f"{door}/{_asked_back(shop)}/cancellation")


def _withdrawals(shop: BenchShop) -> Iterator[Ask]:
    yield Ask("GET", f"/withdraw/{SHOP}")
    buyer = next(_buyers)
    shop.order(buyer, buyer=buyer)
    yield Ask("POST", f"/withdraw/{SHOP}", {"step": "confirm", **_declares(buyer)})
    _call_off(shop, buyer)
    one = _declared()
    token = _link("withdrawal", one)
    for path in (f"/w/{token}", f"/w/{token}/receipt", "/withdrawals?limit=1",
                 f"/withdrawals/{one}", "/desk/withdrawals?limit=1"):  # fmt: skip
        yield Ask("GET", path)
    for door in ("/withdrawals", "/desk/withdrawals"):
        buyer = next(_buyers)
        shop.order(buyer, buyer=buyer)
        yield Ask("POST", f"{door}/{_declared()}/match", {"order_number": f"#{buyer}"})
        _call_off(shop, buyer)
        yield Ask("POST", f"{door}/{_declared()}/answer", _TEXT)


def _declares(buyer: int) -> dict[str, str]:
    return {"name": "Jana", "contract": f"#{buyer}", "mail": mail_of(buyer)}


def _declared() -> str:
    """A declaration that names no order."""
    here = a_desk()
    address = mail_of(next(_buyers))
    said = Statement(name="", contract="", mail=address, language="en", pressed_at=here.now())
    return withdrawals.declare(here, said, timedelta(0)).id


def _call_off(shop: BenchShop, buyer: int) -> None:
    """Let no return be left of what was declared about an order."""
    order = shop.api("GET", f"/orders?number=%23{buyer}")
    for card in a_desk().page(4, f"order#{order['id']}", limit=5).cards:
        if card.kind == Return.kind:
            shop.api("POST", f"/returns/{card.id}/cancellation")


def _off_shift(shop: BenchShop) -> Iterator[Ask]:
    """One ticket goes to the pool, with a note."""
    ticket = shop.ticket()
    shop.api("POST", f"/tickets/{ticket}/assignment", {"assignee": shop.agent})
    session = staff.sign_in(a_desk(), _once(shop)).text
    line = {"lines.0.id": ticket, "lines.0.to": "pool", "note": _TEXT["text"]}
    yield Ask("POST", "/desk/off-shift", {"csrf": csrf_of(session)} | line, session)


def _bench(shop: BenchShop) -> Iterator[Ask]:
    number = shop.api("GET", f"/returns/{_asked_back(shop)}")["case"]["number"]
    for path in ("/bench", "/bench/commands", "/bench/unknown?limit=1"):
        yield Ask("GET", path)
    for text in (number, "GRADE-A/1", "NEXT"):
        yield Ask("POST", "/bench", {"scan": text})
    for fate in ({"match": {"number": number}}, {"sender": {}}):
        yield Ask("POST", "/bench/unknown", {"shelf": "U-01", "note": "From Leipzig."})
        ((act, fields),) = fate.items()
        yield Ask("POST", f"/bench/unknown/{_newest_unknown()}/{act}", fields)


def _newest_unknown() -> str:
    (card,) = a_desk().page(1, "unknown-parcels", limit=1, backwards=True).cards
    return card.id


def _asked_back(shop: BenchShop) -> str:
    buyer = next(_buyers)
    shop.order(buyer, buyer=buyer)
    order = shop.api("GET", f"/orders?number=%23{buyer}")
    return shop.api("POST", "/returns", {"order_id": order["id"], **_WAY["receipt"]})["id"]


def _as_form(fields: dict[str, Any]) -> dict[str, Any]:
    """Lines as a page names them: `lines.0.line_id`."""
    named = {k: v for k, v in fields.items() if k != "lines"}
    for place, line in enumerate(fields.get("lines", [])):
        named |= {f"lines.{place}.{name}": value for name, value in line.items()}
    return named


def _calls(shop: BenchShop) -> Iterator[Ask]:
    another = shop.api("POST", "/staff", _somebody())["id"]
    one = _promised(shop, owner_id=another)
    for path in ("/callbacks?limit=1", f"/callbacks/{one}", f"/callbacks/{one}/events?limit=1",
                 "/desk/calls", f"/desk/calls/{one}",
                 f"/desk/calls/new?ticket={shop.ticket()}"):  # fmt: skip
        yield Ask("GET", path)
    at = (shop.stage.clock.now() + 2 * SOON).isoformat()
    yield Ask("POST", f"/callbacks/{one}/owner")
    yield Ask("POST", f"/callbacks/{one}/move", {"at": at})
    yield Ask("POST", f"/callbacks/{one}/attempts", _REACHED)
    yield Ask("POST", f"/callbacks/{_promised(shop)}/cancellation", {"reason": "solved"})
    one = _promised(shop, owner_id=another)
    yield Ask("POST", f"/desk/calls/{one}/owner")
    yield Ask("POST", f"/desk/calls/{one}/attempts", _REACHED)
    what = {"case": shop.ticket(), "at": at[:16], "what": "Has it come?"}
    yield Ask("POST", "/desk/calls", what)
    token = _link("call", _promised(shop))
    yield Ask("GET", f"/k/{token}")
    yield Ask("POST", f"/k/{token}", {"slot": "none"})


def _promised(shop: BenchShop, **whose: str) -> str:
    at = (shop.stage.clock.now() + SOON).isoformat()
    new = {"case_id": shop.ticket(), "at": at, "what": "Has it come?", **whose}
    return shop.api("POST", "/callbacks", new)["id"]


def _surveys(shop: BenchShop) -> Iterator[Ask]:
    yield Ask("GET", "/surveys?limit=1")
    (newest,) = shop.api("GET", "/surveys?limit=1")["items"]
    yield Ask("GET", f"/surveys/{newest['id']}")
    yield Ask("GET", f"/surveys/{newest['id']}/events?limit=1")
    page = f"/s/{_link('survey', newest['id'])}"
    nonce = re.search(r'name="nonce" value="([^"]+)"', shop.page(page))
    assert nonce
    yield Ask("POST", page, {"score": "5", "comment": "Quick.", "nonce": nonce[1]})


def _house(shop: BenchShop) -> Iterator[Ask]:
    changed_at = f"{shop.day}T08:00:00Z"
    number = next(_buyers)
    seen = {"id": str(number), "title": "Linen set", "changed_at": changed_at}
    shop.deliver("product.changed", seen)
    product = product_id(SHOP, Platform.STANDARD, str(number))
    yield Ask("GET", f"/products/{product}")
    yield Ask("PUT", f"/products/{product}/after-sales", {"exception_reason": f"Lot {number}."})
    shown = shop.api("GET", f"/shops/{SHOP}")
    kept = {name: value for name, value in shown.items() if name not in ("id", "version")}
    yield Ask("PUT", f"/shops/{SHOP}", kept)
    for path in ("/agenda/dead?limit=1", "/figures/day", "/figures/day/recount",
                 "/figures/tickets", "/figures/tickets/cases", "/desk/figures",
                 "/desk/figures/tickets", "/desk/health",
                 "/messages/by-hand?limit=1", "/desk/messages", f"/shops/{SHOP}",
                 "/desk/keys", "/desk/me", "/desk/off-shift", "/staff?limit=1", "/staff/me",
                 "/staff/me/work", "/webhooks/deliveries"):  # fmt: skip
        yield Ask("GET", path)
    _give_up_a_delivery(shop)
    yield Ask("POST", "/webhooks/deliveries/retry")
    _give_up_a_delivery(shop)
    yield Ask("POST", "/desk/health/deliveries/retry")
    yield Ask("POST", "/desk/me", {"language": "en", "zone": "Europe/Berlin"})
    yield from _settings()
    yield Ask("POST", "/desk/sign-in", {"shop": SHOP, "mail": AGENT_MAIL})
    yield Ask("POST", "/desk/session", {"once": _once(shop)})
    session = staff.sign_in(a_desk(), _once(shop)).text
    yield Ask("POST", "/desk/sign-out", {"csrf": csrf_of(session)}, session)
    yield from _off_shift(shop)
    hired = shop.api("POST", "/staff", _somebody())["id"]
    yield Ask("POST", "/staff", _somebody())
    yield Ask("POST", f"/staff/{hired}/tokens", {"label": "till"})
    token = shop.api("POST", f"/staff/{hired}/tokens", {"label": "till"})["id"]
    yield Ask("DELETE", f"/tokens/{token}")
    yield Ask("POST", f"/staff/{hired}/disable")
    people = "/desk/settings/people"
    on_page = shop.api("POST", "/staff", _somebody())["id"]
    yield Ask("GET", people)
    yield Ask("POST", people, _somebody())
    yield Ask("GET", f"{people}/{on_page}")
    yield Ask("POST", f"{people}/{on_page}", {"name": "Li Na", "role": "manager"})
    yield Ask("POST", f"{people}/{on_page}/link")
    yield Ask("GET", f"{people}/{on_page}/leaving")
    yield Ask("POST", f"{people}/{on_page}/leaving")


def _settings() -> Iterator[Ask]:
    minutes = {"callbacks.ring_minutes": str(next(_buyers) % 240), "step": "publish"}
    yield Ask("POST", "/desk/settings/calls", minutes)
    for page in ("", "/history?limit=1", "/returns"):
        yield Ask("GET", f"/desk/settings{page}")


def _somebody() -> dict[str, str]:
    return {"name": "Li Wei", "mail": f"li{next(_buyers)}@example.de", "role": "agent"}


def _once(shop: BenchShop) -> str:
    return staff.sign_in_link(a_desk(), shop.agent).partition("once=")[2]


def _give_up_a_delivery(shop: BenchShop) -> None:
    """One that failed too often, as the clock does it."""
    parked = inbox.Parked(
        platform=Platform.STANDARD,
        shop=SHOP,
        headers={},
        body=shop.order_body(next(_buyers)),
        received_at=house().now(),
        correlation="bench",
        attempts=inbox.MOST_ATTEMPTS,
    )
    keep = shop.stage.meter.function("tick", inbox.keep)
    keep(house(), f"{inbox.WAITING}{SHOP}/{next(_buyers):032x}", parked)


def _link(purpose: str, subject: str) -> str:
    here = a_desk()
    return here.link(purpose, subject, here.now() + timedelta(days=1))
