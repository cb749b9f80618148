"""Asking the shop for an order that was never pushed, while a shopper waits."""

import time
from enum import StrEnum
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as Timeout

from chalicelib.domain.canonical import CanonicalEvent, OrderSeen, Platform
from chalicelib.domain.errors import Invalid, Malformed
from chalicelib.domain.orders import normalised_number
from chalicelib.domain.records import Value
from chalicelib.shops import reading, shopify_orders, standard, woocommerce_orders
from chalicelib.shops.reading import Body, Unreadable

BUDGET_SECONDS = 2.0
LARGEST_ANSWER = 2_000_000
SHOPIFY_VERSION = "2026-07"


class Miss(StrEnum):
    """Why there is no order."""

    NOT_CONFIGURED = "not_configured"
    INSECURE_URL = "insecure_url"
    """Orders are asked for over https alone, but for a shop on the local stack's machine."""
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    """The shop does not accept our access token."""
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    UNREADABLE = "unreadable"


class Access(Value):
    """Where and with what a shop is asked."""

    platform: Platform
    url: str
    """Such as `https://acme.myshopify.com`, a WordPress address, or the `api_url` of the rest."""
    token: str
    """Shopify's access token, WooCommerce's `key:secret`, or the bearer token of the rest."""
    is_local: bool
    """We run on somebody's own machine: a shop there may be asked over http."""

    @property
    def is_configured(self) -> bool:
        return bool(self.url and self.token)


class Found(Value):
    """The order's events, or why there are none."""

    events: tuple[CanonicalEvent, ...] = ()
    miss: Miss | None = None

    @property
    def order(self) -> OrderSeen | None:
        return next((event for event in self.events if isinstance(event, OrderSeen)), None)


def order(access: Access, number: str) -> Found:
    """The order of exactly that number, within two seconds. Never raises: a shop that is slow,
    broken or gone is a `miss` with its reason."""
    wanted = normalised_number(number)
    if not access.is_configured:
        return Found(miss=Miss.NOT_CONFIGURED)
    if not wanted:
        return Found(miss=Miss.NOT_FOUND)
    if not _is_safe(access):
        return Found(miss=Miss.INSECURE_URL)
    answer = _ask(*_question(access, number.strip()))
    if isinstance(answer, Miss):
        return Found(miss=answer)
    try:
        events = _events(access.platform, answer, wanted)
    except (Invalid, Malformed, Unreadable):
        return Found(miss=Miss.UNREADABLE)
    return Found(events=events) if events else Found(miss=Miss.NOT_FOUND)


def _question(access: Access, number: str) -> tuple[str, dict[str, str]]:
    base = access.url.rstrip("/")
    match access.platform:
        case Platform.SHOPIFY:
            query = urlencode({"name": number, "status": "any", "limit": 10})
            return (
                f"{base}/admin/api/{SHOPIFY_VERSION}/orders.json?{query}",
                {"X-Shopify-Access-Token": access.token},
            )
        case Platform.WOOCOMMERCE:
            query = urlencode({"search": number.lstrip("#"), "per_page": 10})
            return (
                f"{base}/wp-json/wc/v3/orders?{query}",
                dict(urllib3.make_headers(basic_auth=access.token)),
            )
        case Platform.STANDARD:
            return (
                f"{base}/orders/{quote(number, safe='')}",
                {"Authorization": f"Bearer {access.token}"},
            )


def _events(platform: Platform, answer: bytes, wanted: str) -> tuple[CanonicalEvent, ...]:
    match platform:
        case Platform.SHOPIFY:
            orders = reading.items(reading.mapping(reading.parsed(answer)).get("orders"))
            chosen = _of_number(orders, "name", wanted) or _of_number(
                orders, "order_number", wanted
            )
            return shopify_orders.order_events(chosen, None) if chosen else ()
        case Platform.WOOCOMMERCE:
            chosen = _of_number(reading.items(reading.parsed(answer)), "number", wanted)
            return woocommerce_orders.order_events(chosen) if chosen else ()
        case Platform.STANDARD:
            events = standard.order_in(answer)
            numbers = [e.number for e in events if isinstance(e, OrderSeen)]
            return events if normalised_number(numbers[0]) == wanted else ()


def _of_number(orders: list[Body], field: str, wanted: str) -> Body | None:
    """The shop's search is fuzzy: only the very number counts."""
    return next(
        (o for o in orders if normalised_number(reading.text(o.get(field))) == wanted), None
    )


def _ask(url: str, headers: dict[str, str]) -> bytes | Miss:
    deadline = time.monotonic() + BUDGET_SECONDS
    try:
        with urllib3.PoolManager(retries=False) as pool:
            response = pool.request(
                "GET",
                url,
                headers={"Accept": "application/json", **headers},
                timeout=urllib3.Timeout(total=BUDGET_SECONDS),
                redirect=False,
                preload_content=False,
            )
            refused = _refusal(response.status)
            return refused or _body(response, deadline)
    except NewConnectionError:
        return Miss.UNREACHABLE
    except Timeout:
        return Miss.TOO_SLOW
    except (HTTPError, OSError, ValueError):
        return Miss.UNREACHABLE


def _body(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes | Miss:
    received = b""
    # A shop that sends a byte a second would never run into a socket's own time-out.
    while chunk := response.read1(65_536):
        received += chunk
        if len(received) > LARGEST_ANSWER:
            return Miss.UNREADABLE
        if time.monotonic() > deadline:
            return Miss.TOO_SLOW
    return received


def _refusal(status: int) -> Literal[Miss.NOT_FOUND, Miss.REFUSED, Miss.UNREACHABLE] | None:
    if status == 200:
        return None
    if status == 404:
        return Miss.NOT_FOUND
    return Miss.REFUSED if status in (401, 403) else Miss.UNREACHABLE


def _is_safe(access: Access) -> bool:
    try:
        parts = urlsplit(access.url)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_here = access.is_local and host in ("localhost", "127.0.0.1", "::1")
    return parts.scheme == "https" or (parts.scheme == "http" and is_here)
