"""A shopper's way through the contact form, step by step."""

from local.demo.browser import Browser, Page
from local.shopify_bodies import Sale


def write(shopper: Browser, address: str, sale: Sale, *, reason: str, text: str) -> Page:
    """The whole way; gives the last page."""
    return tell(shopper, begin(shopper, address, sale, reason=reason), sale, text=text)


def begin(shopper: Browser, address: str, sale: Sale, *, reason: str) -> Page:
    """Say who writes and about which order; gives the page that knows it."""
    start = shopper.open(address)
    who = start.form("reason", "mail", "order")
    order = f"#{sale.number}"
    return shopper.send(start, who, reason=reason, mail=sale.buyer.mail, order=order)


def tell(shopper: Browser, known: Page, sale: Sale, *, text: str) -> Page:
    """Go on from there to the last page."""
    name = f"{sale.buyer.first_name} {sale.buyer.last_name}"
    return shopper.send(known, known.form("text", "mail"), text=text, name=name)
