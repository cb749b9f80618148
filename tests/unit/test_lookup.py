"""Asking a shop for an order that was never pushed."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.domain.canonical import Platform
from chalicelib.shops import lookup
from chalicelib.shops.lookup import Access, Found, Miss
from tests.unit.test_shopify import order_body as shopify_order
from tests.unit.test_standard import order_data as standard_order
from tests.unit.test_woocommerce import order_body as woo_order


@contextmanager
def a_shop(
    answer: Any, *, status: int = 200, seconds: float = 0
) -> Iterator[tuple[str, list[str]]]:
    """A shop on this machine that answers every request the same, and what it was asked."""
    asked: list[str] = []

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens = [
                self.headers.get(name, "") for name in ("Authorization", "X-Shopify-Access-Token")
            ]
            asked.append(" ".join([self.path, *tokens]).strip())
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for place in range(0, len(body), 64):
                time.sleep(seconds)
                try:
                    self.wfile.write(body[place : place + 64])
                except OSError:
                    return

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(platform: Platform, url: str, number: str = "#1001", token: str = "key:secret") -> Found:
    return lookup.order(Access(platform=platform, url=url, token=token, is_local=True), number)


def test_shopify_is_asked_by_name_and_only_the_very_number_counts() -> None:
    answer = {"orders": [shopify_order(name="#10012", id=1), shopify_order(name="#1001", id=2)]}
    with a_shop(answer) as (url, asked):
        found = ask(Platform.SHOPIFY, url, token="shpat_1")

    assert found.order is not None
    assert found.order.order_id == "2"
    assert asked == [
        "/admin/api/2026-07/orders.json?name=%231001&status=any&limit=10  shpat_1".strip()
    ]


def test_woocommerce_is_asked_with_its_key_and_secret() -> None:
    with a_shop([woo_order(number="1001")]) as (url, asked):
        found = ask(Platform.WOOCOMMERCE, url)

    assert found.order is not None
    assert asked == ["/wp-json/wc/v3/orders?search=1001&per_page=10 Basic a2V5OnNlY3JldA=="]


def test_any_other_shop_answers_with_an_order_changed() -> None:
    answer = {
        "type": "order.changed",
        "timestamp": "2026-11-23T08:00:00Z",
        "data": standard_order(number="QH/1"),
    }
    with a_shop(answer) as (url, asked):
        found = ask(Platform.STANDARD, url, "qh/1")

    assert found.order is not None
    assert asked == ["/orders/qh%2F1 Bearer key:secret"]


@pytest.mark.parametrize(
    ("answer", "status", "miss"),
    [
        ({"orders": []}, 200, Miss.NOT_FOUND),
        ({"orders": [shopify_order(name="#10010")]}, 200, Miss.NOT_FOUND),
        ({"orders": [{"id": 1, "name": "#1001"}]}, 200, Miss.UNREADABLE),
        (b"<html>", 200, Miss.UNREADABLE),
        ({}, 404, Miss.NOT_FOUND),
        ({}, 401, Miss.REFUSED),
        ({}, 500, Miss.UNREACHABLE),
        ({}, 302, Miss.UNREACHABLE),
    ],
)
def test_whatever_a_shop_answers_is_no_error(answer: Any, status: int, miss: Miss) -> None:
    with a_shop(answer, status=status) as (url, _):
        assert ask(Platform.SHOPIFY, url).miss is miss


def test_a_shop_that_dribbles_is_given_up_after_two_seconds() -> None:
    started = time.monotonic()
    with a_shop(b"x" * 64 * 20, seconds=0.3) as (url, _):
        found = ask(Platform.SHOPIFY, url)
        waited = time.monotonic() - started

    assert found.miss is Miss.TOO_SLOW
    assert waited < 3


@pytest.mark.parametrize(
    ("url", "miss"),
    [
        ("", Miss.NOT_CONFIGURED),
        ("http://shop.example", Miss.INSECURE_URL),
        ("file:///etc/passwd", Miss.INSECURE_URL),
        ("http://127.0.0.1.evil.example", Miss.INSECURE_URL),
        ("http://127.0.0.1:1", Miss.UNREACHABLE),
    ],
)
def test_a_shop_that_cannot_be_asked(url: str, miss: Miss) -> None:
    assert ask(Platform.STANDARD, url).miss is miss


def test_off_the_local_stack_nobody_is_asked_without_tls() -> None:
    with a_shop({}) as (url, asked):
        access = Access(platform=Platform.STANDARD, url=url, token="t", is_local=False)
        assert lookup.order(access, "1001").miss is Miss.INSECURE_URL
    assert asked == []
