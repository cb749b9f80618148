"""What is asked about withdrawals."""

from collections.abc import Iterator
from datetime import timedelta

from bench.asks.ask import TEXT, Ask, buyers, link
from bench.shop import SHOP, BenchShop, a_desk, mail_of
from chalicelib.domain.returns import Return
from chalicelib.domain.withdrawals import Statement
from chalicelib.services import withdrawals


def of_withdrawals(shop: BenchShop) -> Iterator[Ask]:
    yield Ask("GET", f"/withdraw/{SHOP}")
    buyer = next(buyers)
    shop.order(buyer, buyer=buyer)
    yield Ask("POST", f"/withdraw/{SHOP}", {"step": "confirm", **_declares(buyer)})
    _call_off(shop, buyer)
    one = _declared()
    token = link("withdrawal", one)
    for path in (f"/w/{token}", f"/w/{token}/receipt", "/withdrawals?limit=1",
                 f"/withdrawals/{one}", "/desk/withdrawals?limit=1"):  # fmt: skip
        yield Ask("GET", path)
    for door in ("/withdrawals", "/desk/withdrawals"):
        buyer = next(buyers)
        shop.order(buyer, buyer=buyer)
        yield Ask("POST", f"{door}/{_declared()}/match", {"order_number": f"#{buyer}"})
        _call_off(shop, buyer)
        yield Ask("POST", f"{door}/{_declared()}/answer", TEXT)


def _declares(buyer: int) -> dict[str, str]:
    return {"name": "Jana", "contract": f"#{buyer}", "mail": mail_of(buyer)}


def _declared() -> str:
    """A declaration that names no order."""
    here = a_desk()
    address = mail_of(next(buyers))
    said = Statement(name="", contract="", mail=address, language="en", pressed_at=here.now())
    return withdrawals.declare(here, said, timedelta(0)).id


def _call_off(shop: BenchShop, buyer: int) -> None:
    """Let no return be left of what was declared about an order."""
    order = shop.api("GET", f"/orders?number=%23{buyer}")
    for card in a_desk().page(4, f"order#{order['id']}", limit=5).cards:
        if card.kind == Return.kind:
            shop.api("POST", f"/returns/{card.id}/cancellation")
