"""What is asked about the shop itself: its settings, people, figures, health and sessions."""

from collections.abc import Iterator

from bench.asks.ask import TEXT, Ask, buyers, somebody
from bench.shop import AGENT_MAIL, SHOP, BenchShop, a_desk
from chalicelib.domain.canonical import Platform
from chalicelib.domain.products import product_id
from chalicelib.domain.staff import csrf_of
from chalicelib.services import inbox, staff
from chalicelib.services.house import house


def of_the_house(shop: BenchShop) -> Iterator[Ask]:
    changed_at = f"{shop.day}T08:00:00Z"
    number = next(buyers)
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
    hired = shop.api("POST", "/staff", somebody())["id"]
    yield Ask("POST", "/staff", somebody())
    yield Ask("POST", f"/staff/{hired}/tokens", {"label": "till"})
    token = shop.api("POST", f"/staff/{hired}/tokens", {"label": "till"})["id"]
    yield Ask("DELETE", f"/tokens/{token}")
    yield Ask("POST", f"/staff/{hired}/disable")
    people = "/desk/settings/people"
    on_page = shop.api("POST", "/staff", somebody())["id"]
    yield Ask("GET", people)
    yield Ask("POST", people, somebody())
    yield Ask("GET", f"{people}/{on_page}")
    yield Ask("POST", f"{people}/{on_page}", {"name": "Li Na", "role": "manager"})
    yield Ask("POST", f"{people}/{on_page}/link")
    yield Ask("GET", f"{people}/{on_page}/leaving")
    yield Ask("POST", f"{people}/{on_page}/leaving")


def _off_shift(shop: BenchShop) -> Iterator[Ask]:
    """One ticket goes to the pool, with a note."""
    ticket = shop.ticket()
    shop.api("POST", f"/tickets/{ticket}/assignment", {"assignee": shop.agent})
    session = staff.sign_in(a_desk(), _once(shop)).text
    line = {"lines.0.id": ticket, "lines.0.to": "pool", "note": TEXT["text"]}
    yield Ask("POST", "/desk/off-shift", {"csrf": csrf_of(session)} | line, session)


def _settings() -> Iterator[Ask]:
    minutes = {"callbacks.ring_minutes": str(next(buyers) % 240), "step": "publish"}
    yield Ask("POST", "/desk/settings/calls", minutes)
    for page in ("", "/history?limit=1", "/returns"):
        yield Ask("GET", f"/desk/settings{page}")


def _once(shop: BenchShop) -> str:
    return staff.sign_in_link(a_desk(), shop.agent).partition("once=")[2]


def _give_up_a_delivery(shop: BenchShop) -> None:
    """One that failed too often, as the clock does it."""
    parked = inbox.Parked(
        platform=Platform.STANDARD,
        shop=SHOP,
        headers={},
        body=shop.order_body(next(buyers)),
        received_at=house().now(),
        correlation="bench",
        attempts=inbox.MOST_ATTEMPTS,
    )
    keep = shop.stage.meter.function("tick", inbox.keep)
    keep(house(), f"{inbox.WAITING}{SHOP}/{next(buyers):032x}", parked)
