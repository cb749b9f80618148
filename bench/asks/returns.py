"""What is asked about returns, and at the bench where parcels are opened."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.asks.ask import UNITS, Ask, as_form, asked_back, link
from bench.shop import BenchShop, a_desk

_LONG_AGO = timedelta(days=200)
_WAY: dict[str, dict[str, Any]] = {
    "receipt": UNITS,
    "inspection": {
        "lines": [{"line_id": "1", "accepted": 1, "grade": "a", "disposition": "resell"}]
    },
    "settlement": {},
    "refund": {"how": "by_hand"},
}
"""What happens to a return, in this order."""


def of_returns(shop: BenchShop) -> Iterator[Ask]:
    case = asked_back(shop)
    for path in ("/returns?limit=1", f"/returns/{case}", f"/returns/{case}/events?limit=1",
                 "/desk/returns", f"/desk/returns/{case}", f"/desk/r/{case}",
                 f"/c/{link('case', case)}/slip"):  # fmt: skip
        yield Ask("GET", path)
    for act, fields in _WAY.items():
        yield Ask("POST", f"/returns/{case}/{act}", fields)
    case = asked_back(shop)
    for act, fields in _WAY.items():
        yield Ask("POST", f"/desk/returns/{case}/{act}", as_form(fields))
    yield from _bench(shop)
    late = replace(shop, day=shop.day - _LONG_AGO)
    for door in ("/returns", "/desk/returns"):
        units = UNITS if door == "/returns" else as_form(UNITS)
        yield Ask("POST", f"{door}/{asked_back(late)}/authorization", units)
        yield Ask("POST", f"{door}/{asked_back(late)}/decline", {"code": "other", "text": "Late."})
        yield Ask("POST", f"{door}/{asked_back(shop)}/cancellation")


def _bench(shop: BenchShop) -> Iterator[Ask]:
    number = shop.api("GET", f"/returns/{asked_back(shop)}")["case"]["number"]
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
