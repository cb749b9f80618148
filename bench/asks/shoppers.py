"""What shoppers ask for, and what staff look up about them."""

import re
from collections.abc import Iterator

from bench.asks.ask import UNITS, Ask, buyers, link
from bench.shop import SHOP, BenchShop, mail_of
from chalicelib.pages import static_url


def of_shoppers(shop: BenchShop) -> Iterator[Ask]:
    for path in ("/health", "/robots.txt", "/openapi.json", "/docs", static_url("icon.svg"),
                 "/problems/not-found", "/desk/sign-in", f"/contact/{SHOP}",
                 f"/portal/{SHOP}", f"/accessibility/{SHOP}"):  # fmt: skip
        yield Ask("GET", path)
    buyer = next(buyers)
    shop.order(buyer, buyer=buyer)
    order = shop.api("GET", f"/orders?number=%23{buyer}")
    yield Ask("POST", f"/portal/{SHOP}", {"order": f"#{buyer}", "mail": mail_of(buyer)})
    shop.contact(buyer)
    customer = order["customer_id"]
    shop.api("POST", "/returns", {"order_id": order["id"], **UNITS})
    token = link("order", order["id"])
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
    token = link("unsubscribe", customer)
    yield Ask("GET", f"/u/{token}")
    yield Ask("POST", f"/u/{token}")
    yield Ask("POST", f"/desk/p/{customer}/erasure", {"confirmed": "yes"})


def of_surveys(shop: BenchShop) -> Iterator[Ask]:
    yield Ask("GET", "/surveys?limit=1")
    (newest,) = shop.api("GET", "/surveys?limit=1")["items"]
    yield Ask("GET", f"/surveys/{newest['id']}")
    yield Ask("GET", f"/surveys/{newest['id']}/events?limit=1")
    page = f"/s/{link('survey', newest['id'])}"
    nonce = re.search(r'name="nonce" value="([^"]+)"', shop.page(page))
    assert nonce
    yield Ask("POST", page, {"score": "5", "comment": "Quick.", "nonce": nonce[1]})
