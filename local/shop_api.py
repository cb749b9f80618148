"""The demo shop's own API, as far as Aftercare asks it: an order by its number.

A real shop knows every order it took, whether or not a webhook told of it; so does this one.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local import state
from local.server import Answer, Asked, LocalRoute

PREFIX = "/_shop"

FIRST_NUMBER = 1001
"""The number of the first order of a story; those before are of the shop's past."""


def routes() -> dict[tuple[str, str], LocalRoute]:
    """By method and the first part of the path."""
    return {("GET", PREFIX): _orders}


def keep(orders: Iterable[dict[str, Any]]) -> None:
    """Take orders into the shop's books; one that is there already is replaced."""
    books = {str(order["id"]): order for order in _known()}
    books |= {str(order["id"]): order for order in orders}
    state.write(_file(), list(books.values()))


def next_number() -> int:
    """The number of the next order: one more than that of the last."""
    return max(FIRST_NUMBER, *(int(order["order_number"]) + 1 for order in _known()), 0)


def _orders(asked: Asked) -> Answer:
    name = asked.query.get("name", [""])[0].lstrip("#")
    found = [order for order in _known() if str(order["order_number"]) == name]
    return Answer(json.dumps({"orders": found}, ensure_ascii=False))


def _known() -> list[dict[str, Any]]:
    return json.loads(_file().read_text()) if _file().exists() else []


def _file() -> Path:
    return state.folder() / "shop-orders.json"
