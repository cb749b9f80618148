"""The shop's staff: taking them on, letting them in, and seeing them off."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# The lists that staff are found in are declared there.
from chalicelib.domain import staff as rules
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import Expired, Invalid, NotFound, TooMany, Unauthorized
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.letters import StaffSignIn
from chalicelib.domain.messages import message
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.permissions import LEADING, Permission, Role, permissions_of
from chalicelib.domain.roster import Roster, manages, still_managed
from chalicelib.domain.staff import Issued, Presented, Scope, Staff, Token
from chalicelib.services import desk as desks
from chalicelib.services.desk import Desk, command
from chalicelib.services.house import STAFF_SECONDS, House
from chalicelib.store.commit import Busy, Conflict
from chalicelib.store.records import Page
from chalicelib.store.tables import Item

STAFF_LIST = "staff"
SIGN_INS_AN_HOUR = 5
MOST_LEADING = 20
"""Of those who manage the staff, as many are looked at as make sure that one is left."""


def new_secret() -> str:
    return secrets.token_hex(32)


@command
def add(
    desk: Desk,
    *,
    name: str,
    mail: str,
    role: Role,
    language: str,
    zone: str | None,
    phone: str | None,
) -> Staff:
    """Take somebody on. Raises Invalid for a mail address that somebody has already."""
    address = mail.strip().lower()
    # A repeat is answered from its receipt, read with this, before it finds itself.
    if _by_mail(desk, address) is not None:
        raise Invalid("Somebody has this mail address already.", field="mail")
    return desk.commit(
        rules.add(
            desk.shop_id,
            name=name,
            mail=address,
            mail_key=_mail_key(desk, address),
            role=role,
            language=language,
            zone=zone,
            phone=phone,
            new_id=desk.new_id,
            at=desk.now(),
        )
    )


@command
def issue_token(desk: Desk, staff_id: str, *, label: str, lifetime: timedelta | None) -> Issued:
    """A fresh API token of somebody; its text is in the answer and nowhere else."""
    return _issue(desk, desk.get(Staff, staff_id), Scope.API, label=label, lifetime=lifetime)


@command
def revoke_token(desk: Desk, token_id: str) -> Token:
    """The token opens nothing any more; other processes know within 30 seconds."""
    token = desk.get(Token, token_id, rules.staff_of(token_id))
    revoked = desk.commit(rules.revoke(token, at=desk.now()))
    _forget(desk.house, desk.shop_id, token_id)
    return revoked


@command
def disable(desk: Desk, staff_id: str) -> Staff:
    """All their tokens and sessions end; other processes know within 30 seconds.

    Raises NotAllowed, reason `last-admin`, if nobody would be left to manage the staff.
    """
    staff = desk.get(Staff, staff_id)
    return _changed(desk, staff, rules.disable(staff, at=desk.now()))


@command
def change(desk: Desk, staff_id: str, *, name: str, role: Role, phone: str | None) -> Staff:
    """What somebody is called, does and is called on; other processes know within 30 seconds.

    Raises NotAllowed, reason `last-admin`, if nobody would be left to manage the staff.
    """
    staff = desk.get(Staff, staff_id)
    return _changed(desk, staff, rules.change(staff, name=name, role=role, phone=phone))


@command
def prefer(desk: Desk, staff_id: str, *, language: str, zone: str | None, keys: bool) -> Staff:
    """How somebody wants their own pages; other processes know within 30 seconds."""
    staff = desk.get(Staff, staff_id)
    return _known(desk, desk.commit(rules.prefer(staff, language=language, zone=zone, keys=keys)))


def everybody(desk: Desk, *, limit: int, after: Item | None) -> Page:
    """The shop's staff by name."""
    return desk.page(4, STAFF_LIST, limit=limit, after=after)


def _changed(desk: Desk, before: Staff, change: Changes[Staff]) -> Staff:
    if manages(before) and not manages(change.result):
        # The roster first: whoever else stopped since then has written it, and the commit fails.
        roster = desk.find(Roster, desk.shop_id)
        change = still_managed(roster, before, change, _managing(desk))
    return _known(desk, desk.commit(change))


def _managing(desk: Desk) -> list[Staff]:
    """Who may manage the staff. A list may not know yet who just came or went: who went is read,
    and who just came is missed for a moment."""
    roles = [role for role in LEADING if Permission.MANAGE_STAFF in permissions_of(role)]
    cards = [c for role in roles for c in desk.page(2, f"leading#{role}", limit=MOST_LEADING).cards]
    found = desk.read(*((Staff, card.id) for card in cards)) if cards else []
    return [one for one in found if isinstance(one, Staff)]


def _known(desk: Desk, staff: Staff) -> Staff:
    """Somebody as they are since a commit, known to this process from now on."""
    for token in desk.family(staff.id, Token):
        _forget(desk.house, desk.shop_id, token.id)
    return staff


@dataclass(frozen=True, slots=True)
class Believed:
    """Who shows a token, and when it ends."""

    staff: Staff
    until: datetime | None


def authenticate(house: House, text: str, scope: Scope) -> Believed:
    """Who shows this token. Raises Unauthorized; what is believed is at most 30 seconds old."""
    shown = rules.presented(text)
    if shown is None:
        raise Unauthorized("This token is not known.", reason="unknown-token")
    token, staff = _shown(house, shown)
    known = rules.verify(shown, token, staff, scope, at=house.now())
    _note_use(house, token)
    return Believed(known, token.expires_at)


def send_sign_in_link(desk: Desk, mail: str) -> None:
    """Mail somebody a link to sign in with, if anybody has this address; whether anybody has is
    not told. Raises TooMany after five in an hour, for every address alike."""
    address = mail.strip().lower()
    bucket = f"sign-in#{_mail_key(desk, address)}"
    if not desk.take(bucket, limit=SIGN_INS_AN_HOUR, window=timedelta(hours=1)):
        raise TooMany("Five links in an hour are enough.", field="mail", retry_after=3600)
    staff_id = _by_mail(desk, address)
    if staff_id is not None:
        _write_sign_in(desk, staff_id)


@command
def _write_sign_in(desk: Desk, staff_id: str) -> None:
    staff = desk.get(Staff, staff_id)
    desk.commit(
        message(
            staff,
            StaffSignIn(),
            shop=desk.shop,
            subject_id=staff.id,
            new_id=desk.new_id,
            at=desk.now(),
        )
    )


def sign_in_link(desk: Desk, staff_id: str) -> str:
    """A link that signs somebody in, once, within 15 minutes. It is made when its mail is sent,
    so that nothing but the mail holds it; each call makes another."""
    # On a desk of its own: the run that sends the mail commits for itself.
    own = desks.desk(desk.house, desk.shop_id, actor=desk.actor, correlation=desk.correlation)
    issued = _issue_sign_in(own, staff_id)
    return f"{desk.house.settings.public_url}/desk/sign-in?once={issued.text}"


@command
def _issue_sign_in(desk: Desk, staff_id: str) -> Issued:
    staff = desk.get(Staff, staff_id)
    return _issue(desk, staff, Scope.SIGN_IN, label="", lifetime=rules.SIGN_IN_LIFETIME)


@command
def sign_in(desk: Desk, text: str) -> Issued:
    """Spend a one-time link on a session. Raises Expired if it is not good, or not any more."""
    shown = rules.presented(text)
    found = _read(desk, shown) if shown and shown.shop == desk.shop_id else None
    if shown is None or found is None:
        raise Expired("This sign-in link is not one of ours, or no longer.")
    token, staff = found
    decision = rules.sign_in(
        shown,
        token,
        staff,
        new_id=desk.new_id,
        new_secret=new_secret,
        at=desk.now(),
    )
    desk.commit(replace(decision, result=decision.result.token))
    return decision.result


def sign_out(desk: Desk, text: str) -> None:
    """End a session; one that is unknown or over is no error."""
    shown = rules.presented(text)
    if shown is not None:
        with suppress(NotFound):
            revoke_token(desk, shown.token_id)


def _issue(
    desk: Desk, staff: Staff, scope: Scope, *, label: str, lifetime: timedelta | None
) -> Issued:
    decision = rules.issue(
        staff,
        scope,
        label=label,
        lifetime=lifetime,
        new_id=desk.new_id,
        new_secret=new_secret,
        at=desk.now(),
    )
    # The receipt remembers the token, never its text: a repeat shows the one without the other.
    desk.commit(replace(decision, result=decision.result.token))
    return decision.result


def _mail_key(desk: Desk, address: str) -> str:
    return desk.fingerprint(f"staff\x1f{address}")


def _by_mail(desk: Desk, address: str) -> str | None:
    """The id of who has this address. Read by key: a list may not know yet who was just added."""
    found = desk.find(NumberClaim, rules.mail_claim(_mail_key(desk, address)))
    return found.subject if found else None


def _shown(house: House, shown: Presented) -> tuple[Token, Staff]:
    key = ("token", shown.shop, shown.token_id)
    return house.cached(key, STAFF_SECONDS, lambda: _load(house, shown))


def _load(house: House, shown: Presented) -> tuple[Token, Staff]:
    system = Actor(kind=ActorKind.SYSTEM)
    desk = desks.desk(house, shown.shop, actor=system, correlation="")
    found = _read(desk, shown)
    if found is None:
        # A miss is not remembered: nobody can fill the cache with guesses.
        raise Unauthorized("This token is not known.", reason="unknown-token")
    return found


def _read(desk: Desk, shown: Presented) -> tuple[Token, Staff] | None:
    token, staff = desk.read((Token, shown.token_id, shown.staff_id), (Staff, shown.staff_id))
    if isinstance(token, Token) and isinstance(staff, Staff):
        return token, staff
    return None


def _note_use(house: House, token: Token) -> None:
    used = rules.note_use(token, at=house.now())
    if not used.records:
        return
    actor = Actor(kind=ActorKind.STAFF, id=token.staff_id)
    # Somebody else noting the same is as good; a busy table has better things to do.
    with suppress(Conflict, Busy):
        desks.desk(house, token.shop, actor=actor, correlation="").commit(used)
    _forget(house, token.shop, token.id)


def _forget(house: House, shop: str, token_id: str) -> None:
    house.forget("token", shop, token_id)
