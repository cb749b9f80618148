"""Signed links: bound to a purpose, expiring, with key ids; never an address or a name."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

from chalicelib.domain.errors import Expired, NotFound
from chalicelib.services import keys
from chalicelib.services.house import House


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link is about."""

    shop: str
    subject: str
    expires_at: datetime


class LinkOver(Expired):
    """A link of ours whose time is over; `link` is what it opened."""

    def __init__(self, link: Opened) -> None:
        super().__init__("This link was good until " + link.expires_at.strftime("%d %b %Y."))
        self.link = link


def serializer(house: House, key_id: str, purpose: str) -> URLSafeSerializer | None:
    """The signer of one purpose under one key; None for a key that does not exist."""
    key = _signing_keys(house).get(key_id)
    if key is None and keys.reload(house):
        # Signed with a key that was made after this process looked last.
        key = _signing_keys(house).get(key_id)
    if key is None:
        return None
    return URLSafeSerializer(key, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})


def _signing_keys(house: House) -> dict[str, str]:
    return house.parameter(keys.NAME).get("signing", {})


def sign(house: House, purpose: str, value: object) -> str:
    """`value` under the current key: `<key id>.<payload>.<signature>`."""
    key_id: str = house.parameter(keys.NAME)["current"]
    signer = serializer(house, key_id, purpose)
    assert signer is not None
    return f"{key_id}.{signer.dumps(value)}"


def unsign(house: House, purpose: str, token: str) -> object | None:
    """What was signed for this purpose; None if it was not signed by us, or for another, or if
    one character of it was changed."""
    key_id, _, rest = token.partition(".")
    signer = serializer(house, key_id, purpose)
    if signer is None:
        return None
    try:
        value = signer.loads(rest)
    except BadData:
        return None
    return value if _is_as_given(signer, rest) else None


def _is_as_given(signer: URLSafeSerializer, text: str) -> bool:
    """Base64 leaves bits over, so that several texts hold one signature. Only the one we gave is
    good: what may be used once is known again by its text."""
    payload, _, _ = text.rpartition(".")
    return signer.make_signer(signer.salt).sign(payload).decode() == text


def link(house: House, purpose: str, *, shop: str, subject: str, expires_at: datetime) -> str:
    """A token that opens one subject for one purpose until a time."""
    return sign(house, purpose, [shop, subject, int(expires_at.timestamp())])


def opened(house: House, purpose: str, token: str) -> Opened:
    """What a token opens. Raises NotFound for a forged one and LinkOver for an old one."""
    what = proved(house, purpose, token)
    if house.now() >= what.expires_at:
        raise LinkOver(what)
    return what


def proved(house: House, purpose: str, token: str) -> Opened:
    """What a token of ours opens, or opened once. Raises NotFound for a forged one."""
    match unsign(house, purpose, token):
        case [str(shop), str(subject), int(expiry)]:
            return Opened(shop, subject, datetime.fromtimestamp(expiry, UTC))
        case _:
            raise NotFound("This link is not one of ours.")
