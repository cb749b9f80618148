"""A shopper's way through the returns portal, page by page."""

from dataclasses import dataclass
from typing import Any

from local.demo.browser import Browser, Page
from local.demo.operator import SHOP
from local.demo.stage import RETURN, Stage, first
from local.shopify_bodies import Sale


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A return as the service keeps it, and the address of the page its customer sees."""

    case: dict[str, Any]
    address: str


def ask_back(stage: Stage, language: str, sale: Sale, *, reason: str, quantity: int) -> AskedBack:
    """The whole way; gives what came of it."""
    start = f"/portal/{SHOP}?lang={language}"
    page = walk(stage.browser(language), start, sale, reason=reason, quantity=quantity)
    number = first(page.text, RETURN)
    return AskedBack(stage.as_li("GET", f"/returns/{number}")["case"], page.url)


def walk(shopper: Browser, address: str, sale: Sale, *, reason: str, quantity: int) -> Page:
    """Find the order by number and address, choose its first line, say why and how,
    confirm; gives the last page."""
    start = shopper.open(address)
    order = shopper.send(
        start, start.form("order", "mail"), order=str(sale.number), mail=sale.buyer.mail
    )
    to_return = next(link for link in order.links if "/return" in link)
    lines = shopper.open(to_return)
    amounts = "lines.0.quantity"
    wish = shopper.send(lines, lines.form(amounts), **{amounts: str(quantity)})
    way = shopper.send(wish, wish.form("reason", "wish"), reason=reason, wish="refund")
    check = shopper.send(way, way.form("way"))
    return shopper.send(check, check.form("shown"))


def add_photo(shopper: Browser, case: str, jpeg: bytes) -> Page:
    """From a case's page to the form for photos, and with it straight to S3; gives the page that
    S3 leads to."""
    page = shopper.open(case)
    form = shopper.open(next(link for link in page.links if "/photos" in link))
    return shopper.upload(form, form.form("file"), "file", "IMG_0412.jpg", jpeg)
