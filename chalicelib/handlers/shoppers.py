"""What the shopper's pages share: the reader's language, where they are, a case's steps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.letters import Letter
from chalicelib.locales import choose_locale, languages
from chalicelib.notify.doors import DOORS
from chalicelib.services.desk import Desk
from chalicelib.web.exchange import address, header, query_pairs

CASE = "case"
"""What the link to a case's page is signed for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case's way: when it happened, or by when it will."""

    what: str
    state: str
    """`done`, `now` or `next`."""
    at: datetime | None = None
    by: datetime | None = None


def case_door(desk: Desk, case_id: str) -> str:
    """The path of a case's page, for as long as a link in a letter is good."""
    token = desk.link(CASE, case_id, desk.now() + Letter.lifetime)
    return DOORS[CASE].format(token=token)


def asked(name: str) -> str:
    """A value of the query string, or an empty string. What else a link brings along, such as
    a mail provider's marks, is not looked at."""
    return dict(query_pairs()).get(name, "")


def in_asked_language(path: str) -> str:
    """A page of ours in the language that this one was asked for in, if it was."""
    lang = asked("lang")
    return f"{path}?lang={lang}" if lang in languages() else path


def reader_locale(desk: Desk) -> str:
    """The language of a page: what `?lang=` asks for, else the first that the browser prefers
    and the shop has, else the shop's own."""
    wanted = asked("lang")
    known = desk.shop.languages
    return choose_locale(wanted, header("accept-language"), known, known[0])


def frame(desk: Desk) -> dict[str, Any]:
    """What every shopper's page is given: its shop, where it is, and which day it is there."""
    today = desk.now().astimezone(ZoneInfo(desk.shop.zone)).date()
    return {"shop": desk.shop, "here": address(), "today": today}
