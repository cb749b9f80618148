"""Every door asked once; what that cost, and what is wrong with it."""

import json
from urllib.parse import urlencode

from bench.asks import Ask, asks
from bench.operations import Figures, by_route
from bench.shop import FORM, SHOP, BenchShop
from chalicelib.services.desk import OPEN
from chalicelib.services.house import house
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


def walk(shop: BenchShop) -> dict[str, Figures]:
    """What each door cost, by method and route. Raises RuntimeError where one refuses."""
    shop.stage.hand_on()
    with shop.stage.meter.counted() as runs:
        for ask in asks(shop):
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
