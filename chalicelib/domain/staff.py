"""The shop's staff, and the tokens by which they are known."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.customers import mail_address
from chalicelib.domain.errors import Expired, Forbidden, Invalid, NotAllowed, Unauthorized
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import NewId, derived
from chalicelib.domain.numbers import claim
from chalicelib.domain.permissions import Permission, Role, compensation_limit, permissions_of
from chalicelib.domain.records import Moment, Record

SIGN_IN_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)
USE_NOTED_EVERY = timedelta(minutes=10)
"""How exact `Token.last_used_at` is."""

NewSecret = Callable[[], str]
"""Gives 32 fresh random bytes as 64 hexadecimal digits."""


class Scope(StrEnum):
    """What a token opens: the API, the staff's pages, or one sign-in."""

    API = "api"
    SESSION = "session"
    SIGN_IN = "signin"


class StaffAdded(Fact):
    type: ClassVar[str] = "staff.added"
    role: Role


class Preferred(Fact):
    """Somebody changed how their own pages are."""

    type: ClassVar[str] = "staff.preferred"


class StaffChanged(Fact):
    """What somebody is called, does or is called on was changed; `role` is theirs from then on."""

    type: ClassVar[str] = "staff.changed"
    fields: tuple[str, ...]
    """The names of what changed."""
    role: Role


class StaffDisabled(Fact):
    type: ClassVar[str] = "staff.disabled"


class TokenIssued(Fact):
    type: ClassVar[str] = "token.issued"
    token_id: str
    scope: Scope


class TokenRevoked(Fact):
    type: ClassVar[str] = "token.revoked"
    token_id: str


class SignedIn(Fact):
    type: ClassVar[str] = "staff.signed_in"
    token_id: str


class Staff(Record):
    """Somebody who works for the shop."""

    kind = "staff"
    prefix = "stf"

    name: str
    mail: str
    phone: str | None = None
    language: str = "en"
    """BCP 47; the language of their pages and messages."""
    zone: str | None = None
    """IANA time zone; None means the shop's."""
    role: Role
    keys: bool = True
    """Whether keys press links and buttons of their pages (WCAG 2.1.4)."""
    created_at: Moment
    disabled_at: Moment | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """Nothing once disabled."""
        return frozenset() if self.disabled_at else permissions_of(self.role)

    @property
    def compensation_limit(self) -> int | None:
        """Percent of the order's value they may grant without asking; None is no limit."""
        return compensation_limit(self.role)


class Token(Record):
    """A random secret that stands for a member of staff. The secret itself is never kept."""

    kind = "token"
    prefix = "tok"

    staff_id: str
    scope: Scope
    label: str = ""
    secret_hash: str
    created_at: Moment
    expires_at: Moment | None = None
    last_used_at: Moment | None = None
    revoked_at: Moment | None = None

    @property
    def part_of(self) -> str:
        return self.staff_id


@dataclass(frozen=True, slots=True)
class Issued:
    """A token and its text, which is shown this once."""

    staff: Staff
    token: Token
    text: str


@dataclass(frozen=True, slots=True)
class Presented:
    """What a token's text says about itself, before anything is believed."""

    shop: str
    token_id: str
    secret: str

    @property
    def staff_id(self) -> str:
        return staff_of(self.token_id)


_TEXT = re.compile(r"act_(?P<shop>[a-z0-9-]{1,40})_(?P<id>[0-9A-Z]{52})_(?P<secret>[0-9a-f]{64})")


def token_text(token: Token, secret: str) -> str:
    """`act_<shop>_<id>_<secret>`: whom to ask, which token, and the proof."""
    return f"act_{token.shop}_{token.id.removeprefix('tok_')}_{secret}"


def presented(text: str) -> Presented | None:
    """The parts of a token's text; None if it is none of ours."""
    found = _TEXT.fullmatch(text)
    return Presented(found["shop"], f"tok_{found['id']}", found["secret"]) if found else None


def staff_of(token_id: str) -> str:
    """A token's id begins with its owner's, so that one read finds both."""
    return f"stf_{token_id.removeprefix('tok_')[:26]}"


def mail_claim(mail_key: str) -> str:
    """The id of the claim by which a mail address is one person's alone, from its keyed hash."""
    return derived("ref", "staff-mail", mail_key)


def add(
    shop: str,
    *,
    name: str,
    mail: str,
    mail_key: str,
    role: Role,
    language: str,
    zone: str | None,
    phone: str | None,
    new_id: NewId,
    at: datetime,
) -> Changes[Staff]:
    """Take somebody on, and claim the address for them: `mail_key` is its keyed hash.

    Raises Invalid, field `mail`, for what is no mail address.
    """
    if mail_address(mail) is None:
        raise Invalid("This is not a mail address.", field="mail")
    staff = Staff(
        shop=shop,
        id=new_id("stf"),
        name=name,
        mail=mail,
        phone=phone,
        language=language,
        zone=zone,
        role=role,
        created_at=at,
    )
    claimed = claim(shop, mail_claim(mail_key), staff.id)
    return Changes(staff, (staff, claimed), (Told(staff, StaffAdded(role=role)),))


def prefer(staff: Staff, *, language: str, zone: str | None, keys: bool) -> Changes[Staff]:
    """How somebody wants their pages. What is so already changes nothing."""
    wanted = staff.but(language=language, zone=zone, keys=keys)
    if (staff.language, staff.zone, staff.keys) == (language, zone, keys):
        return Changes(staff)
    return Changes(wanted, (wanted,), (Told(wanted, Preferred()),))


def change(staff: Staff, *, name: str, role: Role, phone: str | None) -> Changes[Staff]:
    """What somebody is called, what they do and on what number they are called. What is so
    already changes nothing.

    Raises NotAllowed for somebody who is disabled.
    """
    if staff.disabled_at:
        raise NotAllowed("They no longer work here.", field="staff_id")
    wanted = {"name": name, "role": role, "phone": phone}
    changed = tuple(field for field, value in wanted.items() if getattr(staff, field) != value)
    if not changed:
        return Changes(staff)
    new = staff.but(**wanted)
    return Changes(new, (new,), (Told(new, StaffChanged(fields=changed, role=role)),))


def disable(staff: Staff, *, at: datetime) -> Changes[Staff]:
    """From now on none of their tokens opens anything. Disabling twice changes nothing."""
    if staff.disabled_at:
        return Changes(staff)
    gone = staff.but(disabled_at=at)
    return Changes(gone, (gone,), (Told(gone, StaffDisabled()),))


def issue(
    staff: Staff,
    scope: Scope,
    *,
    label: str,
    lifetime: timedelta | None,
    new_id: NewId,
    new_secret: NewSecret,
    at: datetime,
) -> Changes[Issued]:
    """A fresh token. Raises NotAllowed for somebody who is disabled."""
    if staff.disabled_at:
        raise NotAllowed("They no longer work here.", field="staff_id")
    secret = new_secret()
    token = Token(
        shop=staff.shop,
        id=f"tok_{staff.id.removeprefix('stf_')}{new_id('tok').removeprefix('tok_')}",
        staff_id=staff.id,
        scope=scope,
        label=label,
        secret_hash=_hash(secret),
        created_at=at,
        expires_at=at + lifetime if lifetime is not None else None,
    )
    fact = Told(token, TokenIssued(token_id=token.id, scope=scope))
    return Changes(Issued(staff, token, token_text(token, secret)), (token,), (fact,))


def revoke(token: Token, *, at: datetime) -> Changes[Token]:
    """The token opens nothing any more. Revoking twice changes nothing."""
    if token.revoked_at:
        return Changes(token)
    gone = token.but(revoked_at=at)
    return Changes(gone, (gone,), (Told(gone, TokenRevoked(token_id=token.id)),))


def verify(shown: Presented, token: Token, staff: Staff, scope: Scope, *, at: datetime) -> Staff:
    """Who shows this token.

    Raises Unauthorized with `reason` `unknown-token`, `revoked` or `expired`. Whether the
    secret is right is asked first, so that nobody learns anything about a token by its id.
    """
    is_theirs = hmac.compare_digest(token.secret_hash, _hash(shown.secret))
    if not is_theirs or token.scope is not scope:
        raise Unauthorized("This token is not known.", reason="unknown-token")
    if token.revoked_at or staff.disabled_at:
        raise Unauthorized("This token was revoked.", reason="revoked")
    if token.expires_at and token.expires_at <= at:
        raise Unauthorized("This token has expired.", reason="expired")
    return staff


def sign_in(
    shown: Presented,
    token: Token,
    staff: Staff,
    *,
    new_id: NewId,
    new_secret: NewSecret,
    at: datetime,
) -> Changes[Issued]:
    """Spend a sign-in token on a session. Raises Expired unless it is good and still unspent."""
    try:
        owner = verify(shown, token, staff, Scope.SIGN_IN, at=at)
    except Unauthorized as error:
        raise Expired("This sign-in link was used, or its 15 minutes are over.") from error
    session = issue(
        owner,
        Scope.SESSION,
        label="",
        lifetime=SESSION_LIFETIME,
        new_id=new_id,
        new_secret=new_secret,
        at=at,
    )
    spent = token.but(revoked_at=at, last_used_at=at)
    fact = Told(session.result.token, SignedIn(token_id=session.result.token.id))
    return Changes(session.result, (*session.records, spent), (*session.told, fact))


def note_use(token: Token, *, at: datetime) -> Changes[Token]:
    """Remember when a token was last used, exact to `USE_NOTED_EVERY`."""
    if token.last_used_at and at - token.last_used_at < USE_NOTED_EVERY:
        return Changes(token)
    used = token.but(last_used_at=at)
    return Changes(used, (used,))


def require(staff: Staff, permission: Permission) -> None:
    """Raises Forbidden, naming what is missing."""
    if permission not in staff.permissions:
        raise Forbidden(f"Your role does not include {permission}.", permission=str(permission))


def csrf_of(session_text: str) -> str:
    """The value every form of this session carries: derived from the session's secret, so that
    only who holds the cookie can know it."""
    return hmac.new(session_text.encode(), b"aftercare form", hashlib.sha256).hexdigest()


def _hash(secret: str) -> str:
    """A plain hash is enough for 256 random bits: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
