"""What is asked about promised calls."""

from collections.abc import Iterator

from bench.asks.ask import Ask, link, somebody
from bench.lifecycles import SOON
from bench.shop import BenchShop

_REACHED = {"outcome": "reached", "note": ""}


def of_calls(shop: BenchShop) -> Iterator[Ask]:
    another = shop.api("POST", "/staff", somebody())["id"]
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
    token = link("call", _promised(shop))
    yield Ask("GET", f"/k/{token}")
    yield Ask("POST", f"/k/{token}", {"slot": "none"})


def _promised(shop: BenchShop, **whose: str) -> str:
    at = (shop.stage.clock.now() + SOON).isoformat()
    new = {"case_id": shop.ticket(), "at": at, "what": "Has it come?", **whose}
    return shop.api("POST", "/callbacks", new)["id"]
