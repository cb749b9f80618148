"""Who may call what. Every route carries exactly one of these markers, or the app does not
start.

    @public                        anybody: webhooks are proven by signature, forms are limited
    @shopper("case")               who holds a link signed for that purpose, `{token}` in the path;
                                   what is done through one is limited
    @staff_only(Permission.REPLY)  staff whose role allows it, by bearer token or session
    @any_staff                     all staff
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from chalicelib.domain import staff as rules
from chalicelib.domain.errors import Forbidden, Malformed, NotFound, Unauthorized
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Permission
from chalicelib.domain.shops import SHOP_ID
from chalicelib.domain.staff import Scope, Staff
from chalicelib.services import desk as desks
from chalicelib.services import links
from chalicelib.services import staff as staff_service
from chalicelib.services.desk import Desk, IdempotencyKey
from chalicelib.services.house import house
from chalicelib.services.links import Opened
from chalicelib.settings import settings
from chalicelib.web.exchange import Exchange, cookie, header, here, path, raw_body
from chalicelib.web.forms import field
from chalicelib.web.limits import press

F = TypeVar("F", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody."""


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who holds a link signed for `purpose`."""

    purpose: str


@dataclass(frozen=True, slots=True)
class StaffOnly:
    """Staff with this permission; None is all staff."""

    permission: Permission | None


Access: TypeAlias = Public | Shopper | StaffOnly


def public(view: F) -> F:
    return _marked(view, Public())


def shopper(purpose: str) -> Callable[[F], F]:
    return lambda view: _marked(view, Shopper(purpose))


def staff_only(permission: Permission) -> Callable[[F], F]:
    return lambda view: _marked(view, StaffOnly(permission))


def any_staff(view: F) -> F:
    return _marked(view, StaffOnly(None))


def access_of(view: Callable[..., Any]) -> Access:
    """Who may call a view. Raises TypeError for a view that does not say."""
    access: Access | None = getattr(view, "__access__", None)
    if access is None:
        raise TypeError(f"{view.__name__} does not say who may call it (web/auth.py)")
    return access


def _marked(view: F, access: Access) -> F:
    if hasattr(view, "__access__"):
        raise TypeError(f"{view.__name__} says twice who may call it")
    view.__access__ = access  # pyright: ignore[reportFunctionMemberAccess]
    return view


def admit(access: Access) -> None:
    """Let the caller of the running request in.

    Raises Unauthorized, Forbidden, what a link that does not open raises, or TooMany for one
    through which more is done than by hand.
    """
    match access:
        case Shopper(purpose):
            here().opened = links.opened(house(), purpose, here().params["token"])
            if here().request.method not in SAFE_METHODS:
                press(desk(), purpose, opened().subject)
        case StaffOnly(permission):
            here().staff = _known()
            _check_form_is_ours(here())
            if permission is not None:
                rules.require(caller(), permission)
        case Public():
            pass


def caller() -> Staff:
    """The member of staff who calls. Raises Unauthorized if none does."""
    staff = here().staff
    if staff is None:
        raise Unauthorized("Please sign in.", reason="no-token")
    return staff


def opened() -> Opened:
    """What the shopper's link is about. Raises Unauthorized if there is no link."""
    what = here().opened
    if what is None:
        raise Unauthorized("Please use the link we sent.", reason="no-link")
    return what


def desk() -> Desk:
    """The desk of the shop that the caller's token, session or link belongs to."""
    exchange = here()
    if exchange.desk is None:
        if exchange.opened is not None:
            what = exchange.opened
            exchange.desk = _desk(what.shop, Actor(kind=ActorKind.CUSTOMER), who=what.subject)
        else:
            exchange.desk = _desk(
                caller().shop, Actor(kind=ActorKind.STAFF, id=caller().id), who=caller().id
            )
    return exchange.desk


def desk_at(shop_id: str, kind: ActorKind) -> Desk:
    """The desk of the shop that a public address names. Raises NotFound if there is none."""
    desk = desk_at_door(shop_id, kind)
    _ = desk.shop
    return desk


def desk_at_door(shop_id: str, kind: ActorKind) -> Desk:
    """The same for a door at which nobody may learn which shops there are: whether there is this
    one is not asked. Raises NotFound for what cannot be a shop's name."""
    if not SHOP_ID.fullmatch(shop_id):
        raise NotFound("There is no such shop.", field="shop")
    desk = _desk(shop_id, Actor(kind=kind), who="")
    here().desk = desk
    return desk


def session_cookie_name() -> str:
    """Browsers keep a `__Host-` cookie only over https; the local stack has none."""
    return "__Host-aftercare" if settings().public_url.startswith("https:") else "aftercare"


def csrf_token() -> str:
    """What every form of a signed-in page carries as `csrf`; empty for who is not signed in."""
    return rules.csrf_of(here().session) if here().session else ""


def _known() -> Staff:
    exchange = here()
    scheme, _, bearer = header("authorization").partition(" ")
    if scheme.lower() == "bearer":
        return staff_service.authenticate(house(), bearer.strip(), Scope.API).staff
    session = cookie(session_cookie_name())
    if not session:
        raise Unauthorized("Please sign in.", reason="no-token")
    believed = staff_service.authenticate(house(), session, Scope.SESSION)
    exchange.session, exchange.session_ends = session, believed.until
    return believed.staff


def _check_form_is_ours(exchange: Exchange) -> None:
    """A bearer token is shown by no browser of itself."""
    if not exchange.session or exchange.request.method in SAFE_METHODS:
        return
    shown = header("x-csrf-token") or field("csrf")
    if not hmac.compare_digest(shown.encode(), rules.csrf_of(exchange.session).encode()):
        raise Forbidden("This form is too old. Please load the page again.", reason="csrf")


def _desk(shop_id: str, actor: Actor, *, who: str) -> Desk:
    return desks.desk(
        house(),
        shop_id,
        actor=actor,
        correlation=here().id,
        idempotency=_idempotency_key(shop_id, who),
        if_match=_expected_version(),
    )


def _idempotency_key(shop_id: str, who: str) -> IdempotencyKey | None:
    """A header for machines; a form's hidden field `idempotency_key` for people."""
    request = here().request
    if request.method != "POST":
        return None
    key = header("idempotency-key") or field("idempotency_key")
    if not key:
        return None
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise Malformed("1 to 255 visible ASCII characters.", field="Idempotency-Key")
    asked = hashlib.sha256(path().encode() + b"\0" + raw_body()).hexdigest()
    return IdempotencyKey(f"{shop_id}\x1f{who}\x1f{request.path}", key, asked)


def _expected_version() -> int | None:
    """`If-Match: "3"` (RFC 9110, 13.1.1); `*` and no header are any version. For people a form's
    hidden field `seen` says which version they looked at."""
    seen = field("seen") if here().request.method == "POST" else ""
    tag = header("if-match").strip() or (f'"{seen}"' if seen else "")
    if tag in ("", "*"):
        return None
    found = re.fullmatch(r'"(\d{1,9})"', tag)
    if not found:
        raise Malformed('An ETag as we gave it, such as "3".', field="If-Match")
    return int(found[1])
