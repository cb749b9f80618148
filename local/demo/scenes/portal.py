"""A shopper's way through the returns portal, page by page."""

from dataclasses import dataclass
from typing import Any

from local.demo.operator import SHOP
from local.demo.stage import RETURN, Stage, first
from local.shopify_bodies import Sale


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A return as the service keeps it, and the address of the page its customer sees."""

    case: dict[str, Any]
    address: str


def ask_back(stage: Stage, language: str, sale: Sale, *, reason: str, quantity: int) -> AskedBack:
    """Find the order by number and address, choose its first line, confirm."""
    shopper = stage.browser(language)
    start = shopper.open(f"/portal/{SHOP}?lang={language}")
    order = shopper.send(
        start, start.form("order", "mail"), order=str(sale.number), mail=sale.buyer.mail
    )
    to_return = next(link for link in order.links if "/return" in link)
    lines = shopper.open(to_return)
    amounts, reasons = "lines.0.quantity", "lines.0.reason"
    wish = shopper.send(
        lines, lines.form(amounts, reasons), **{amounts: str(quantity), reasons: reason}
    )
    check = shopper.send(wish, wish.form("wish"), wish="refund")
    case = shopper.send(check, check.form("shown"))
    number = first(case.text, RETURN)
    return AskedBack(stage.as_li("GET", f"/returns/{number}")["case"], case.url)
