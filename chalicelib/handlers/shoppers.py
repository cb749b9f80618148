"""What the shopper's pages share: the reader's language, and where they are."""

from typing import Any

from chalicelib.locales import choose_locale
from chalicelib.services.desk import Desk
from chalicelib.web.exchange import address, header, query_pairs


def asked(name: str) -> str:
    """A value of the query string, or an empty string. What else a link brings along, such as
    a mail provider's marks, is not looked at."""
    return dict(query_pairs()).get(name, "")


def reader_locale(desk: Desk) -> str:
    """The language of a page: what `?lang=` asks for, else the first that the browser prefers
    and the shop has, else the shop's own."""
    wanted = asked("lang")
    known = desk.shop.languages
    return choose_locale(wanted, header("accept-language"), known, known[0])


def frame(desk: Desk) -> dict[str, Any]:
    """What every shopper's page is given: its shop, and where it is."""
    return {"shop": desk.shop, "here": address()}
