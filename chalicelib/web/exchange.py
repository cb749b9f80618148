"""One request and its answer, within reach of everything that runs for it."""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode
from uuid import uuid4

from chalice.app import Request

from chalicelib.domain.ids import is_id, read_number
from chalicelib.domain.shops import SHOP_ID
from chalicelib.domain.staff import Staff
from chalicelib.services.desk import Desk
from chalicelib.services.links import Opened

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")


@dataclass(slots=True)
class Exchange:
    """Lives as long as the request. `view` is unknown until the route is."""

    request: Request
    id: str
    view: Callable[..., Any] | None = None
    staff: Staff | None = None
    session: str = ""
    """The text of the session cookie that was believed; empty for a bearer token."""
    session_ends: datetime | None = None
    opened: Opened | None = None
    desk: Desk | None = None
    params: dict[str, str] = field(default_factory=dict[str, str])
    """The path's parameters, decoded."""
    allowed: dict[str, str] = field(default_factory=dict[str, str])
    """What the page's content security policy allows besides: directive -> origin."""

    @property
    def shop_id(self) -> str:
        """The shop this is about, as far as it is known; empty if it is about none. What stands in
        the address may be anything: it counts if it could be a shop's name."""
        known = (self.desk and self.desk.shop_id, self.staff and self.staff.shop)
        asked = self.params.get("shop_id", "")
        named = asked if SHOP_ID.fullmatch(asked) else ""
        return next((shop for shop in known if shop), named)

    @property
    def about(self) -> str:
        """The record that the address names, by an id or a number of ours; empty if it names none.
        What else stands in an address, such as a link's token or what somebody typed, is not it."""
        asked = self.params.values()
        return next((one for one in asked if is_id(one) or read_number(one) == one), "")


_current: ContextVar[Exchange] = ContextVar("exchange")


def begin(request: Request) -> Exchange:
    """Start an exchange. The caller's `X-Request-Id` is kept if it is plain, else one is made."""
    given = _header(request, "x-request-id")
    exchange = Exchange(request, given if _REQUEST_ID.fullmatch(given) else uuid4().hex)
    _current.set(exchange)
    return exchange


def here() -> Exchange:
    """The exchange that runs now. Raises LookupError outside of a request."""
    return _current.get()


def header(name: str) -> str:
    """A header of the request, or an empty string."""
    return _header(here().request, name)


def _header(request: Request, name: str) -> str:
    headers = cast("Mapping[str, str]", request.headers)
    return headers.get(name, "")


def raw_body() -> bytes:
    """The request's body, byte for byte as signatures need it."""
    raw = here().request.raw_body
    return raw.encode() if isinstance(raw, str) else raw


def path() -> str:
    """The path as it was asked for: the route with its parameters in place."""
    pattern = here().request.path
    return re.sub(r"\{(\w+)\}", lambda m: here().params.get(m[1], ""), pattern)


def query_pairs() -> list[tuple[str, str]]:
    """The query string's names and values, in order, repeated names included."""
    event: dict[str, Any] = here().request.to_original_event()
    given: dict[str, list[str]] = event.get("multiValueQueryStringParameters") or {}
    return [(name, value) for name, values in given.items() for value in values]


def address() -> str:
    """Path and query of this request, as a link on its own page."""
    asked = urlencode(query_pairs())
    return quote(path()) + (f"?{asked}" if asked else "")


def decoded(params: dict[str, str]) -> dict[str, str]:
    """API Gateway and Chalice hand path parameters on as they were typed (chalice #511)."""
    return {name: unquote(value) for name, value in params.items()}


def cookie(name: str) -> str:
    """A cookie's value, or an empty string. HTTP/2 may send the header in several pieces."""
    event: dict[str, Any] = here().request.to_original_event()
    several: dict[str, list[str]] = event.get("multiValueHeaders") or {}
    pieces = [v for key, values in several.items() if key.lower() == "cookie" for v in values]
    for pair in "; ".join(pieces or [header("cookie")]).split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value
    return ""
