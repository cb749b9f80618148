"""What the staff's pages share: their frame, the reader's clock, and forms that come too late."""

from typing import Any

from chalice.app import Response

from chalicelib.handlers.desk.places import page_of
from chalicelib.web.answers import page_answer
from chalicelib.web.auth import caller, desk
from chalicelib.web.forms import field

STALE = 412
"""The form was filled in on an older version of what it changes."""


def staff_page(status: int, template: str, **context: Any) -> Response:
    """A page in the caller's language. Every template has `now`, `zone` (the caller's, or
    else the shop's) and `page_of`, which says where a record is looked at."""
    here, me = desk(), caller()
    shared = {"now": here.now(), "zone": me.zone or here.shop.zone, "page_of": page_of}
    return page_answer(status, template, me.language, shared | context)


def seen() -> int:
    """The version that the form which came back was opened with."""
    seen = field("seen")
    return int(seen) if seen.isdecimal() else 0
