"""Every door asked once, at a shop that has one of everything there is an address for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

from bench.lifecycles import SOON
from bench.operations import Figures, by_route
from bench.shop import AGENT_MAIL, FORM, SHOP, BenchShop, a_desk, mail_of
from chalicelib.domain.canonical import Platform
from chalicelib.domain.products import product_id
from chalicelib.domain.staff import csrf_of
from chalicelib.pages import static_url
from chalicelib.services import inbox, staff
from chalicelib.services.house import house
from chalicelib.web.auth import session_cookie_name

LEFT_OUT = {
    "POST /agenda/{entry_id}/retry": "of what failed for good, of which a usual day has none",
    "POST /webhooks/deliveries/{delivery_id}/retry": "of deliveries that were given up",
    "POST /messages/{message_id}/sent": "of messages that somebody of the shop sends elsewhere",
    "POST /desk/messages/{message_id}": "of messages that somebody of the shop sends elsewhere",
}
"""Doors without a row, and why."""

OWN = 12
"""The most items that a walk itself adds to what the next one looks at."""

OF_A_DAY = frozenset({"GET /figures/day", "GET /figures/day/recount", "GET /desk/figures"})
"""What reads a day's events, however many that day had."""

IN_NO_TABLE = frozenset({"POST /webhooks/deliveries/retry"})
"""What changes only what lies in a bucket."""

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
        return self.path.startswith(("/desk", "/a/", "/c/", "/k/", "/o/", "/s/", "/u/", "/portal"))


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
    picked = {"lines.0.line_id": "1", "lines.0.quantity": "1", "lines.0.reason": "no_reason"}
    check = shop.form_page(f"/o/{token}/return", {"step": "wish", **picked})
    shown = re.search(r'name="shown" value="(\d+)"', check)
    assert shown
    yield Ask("POST", f"/o/{token}/return", {"step": "confirm", "shown": shown[1], **picked})
    for path in (f"/orders?number=%23{buyer}", f"/orders/{order['id']}",
                 f"/orders/{order['id']}/events?limit=1", f"/orders/{order['id']}/returnable",
                 f"/customers/{customer}", f"/customers/{customer}/cases?limit=1",
                 f"/customers/{customer}/timeline?limit=1", f"/desk/p/{customer}"):  # fmt: skip
        yield Ask("GET", path)
    told = shop.api("GET", f"/customers/{customer}/timeline?limit=100")["items"]
    message = next(e["subject"] for e in told if e["type"] == "message.queued")
    yield Ask("GET", f"/messages/{message}")
    yield Ask("GET", f"/desk/messages/{message}")
    token = _link("unsubscribe", customer)
    yield Ask("GET", f"/u/{token}")
    yield Ask("POST", f"/u/{token}")


def _tickets(shop: BenchShop) -> Iterator[Ask]:
    one = shop.ticket()
    number = shop.api("GET", f"/tickets/{one}")["ticket"]["number"]
    for path in ("/tickets?limit=1", f"/tickets/{one}", f"/tickets/{one}/events?limit=1", "/desk",
                 "/desk/tickets", f"/desk/tickets/{one}", f"/desk/t/{number}"):  # fmt: skip
        yield Ask("GET", path)
    token = _link("case", one)
    yield Ask("GET", f"/c/{token}")
    yield Ask("POST", f"/c/{token}", _TEXT)
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
    on_page = shop.ticket()
    for act, fields in {**acts, "assignment": {"to": "me"}}.items():
        yield Ask("POST", f"/desk/t/{on_page}/{act}", fields)


def _returns(shop: BenchShop) -> Iterator[Ask]:
    case = _asked_back(shop)
    for path in ("/returns?limit=1", f"/returns/{case}", f"/returns/{case}/events?limit=1",
                 "/desk/returns", f"/desk/returns/{case}", f"/desk/r/{case}"):  # fmt: skip
        yield Ask("GET", path)
    for act, fields in _WAY.items():
        yield Ask("POST", f"/returns/{case}/{act}", fields)
    case = _asked_back(shop)
    for act, fields in _WAY.items():
        yield Ask("POST", f"/desk/returns/{case}/{act}", _as_form(fields))
    late = replace(shop, day=shop.day - _LONG_AGO)
    for door in ("/returns", "/desk/returns"):
        units = _WAY["receipt"] if door == "/returns" else _as_form(_WAY["receipt"])
        yield Ask("POST", f"{door}/{_asked_back(late)}/authorization", units)
        yield Ask("POST", f"{door}/{_asked_back(late)}/decline", {"code": "other", "text": "Late."})
        yield Ask("POST", f"{door}/{_asked_back(shop)}/cancellation")


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
                 "/desk/calls", f"/desk/calls/new?ticket={shop.ticket()}"):  # fmt: skip
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
    for path in ("/agenda/dead?limit=1", "/figures/day", "/figures/day/recount", "/desk/figures",
                 "/messages/by-hand?limit=1", "/desk/messages", f"/shops/{SHOP}",
                 "/desk/keys", "/desk/me", "/staff?limit=1", "/staff/me", "/staff/me/work",
                 "/webhooks/deliveries"):  # fmt: skip
        yield Ask("GET", path)
    _give_up_a_delivery(shop)
    yield Ask("POST", "/webhooks/deliveries/retry")
    yield Ask("POST", "/desk/me", {"language": "en", "zone": "Europe/Berlin"})
    yield from _settings()
    yield Ask("POST", "/desk/sign-in", {"shop": SHOP, "mail": AGENT_MAIL})
    yield Ask("POST", "/desk/session", {"once": _once(shop)})
    session = staff.sign_in(a_desk(), _once(shop)).text
    yield Ask("POST", "/desk/sign-out", {"csrf": csrf_of(session)}, session)
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
    for page in ("", "/history?limit=1", "/returns"):
        yield Ask("GET", f"/desk/settings{page}")
    minutes = {"callbacks.ring_minutes": str(next(_buyers) % 240), "step": "publish"}
    yield Ask("POST", "/desk/settings/calls", minutes)


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
