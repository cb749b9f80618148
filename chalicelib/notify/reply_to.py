"""The address that an answer to our mail comes back to: it says which case, and that it is ours.

`r+<number><16 base32 characters of a MAC>.<shop>`: lower case, for mail servers fold it, and at
most 40 characters, for some cut what is longer.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.ids import read_number

LONGEST_LOCAL_PART = 40

_OURS = re.compile(r"r\+(?P<number>[a-z0-9]{8})(?P<mac>[a-z2-7]{16})\.(?P<shop>[a-z0-9-]+)")
_INBOX = re.compile(r"in\+(?P<shop>[a-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class Addressed:
    """What an address of ours says: the shop, and the case where it is signed."""

    shop: str
    number: str | None


def reply_address(shop: str, number: str, *, key: str, domain: str) -> str:
    """Where an answer about a case goes. A shop whose id is too long for a signed address has
    its plain inbox: its answers are told apart by the number in the subject and the sender."""
    compact = "".join(c for c in number.lower() if c.isalnum())
    local = f"r+{compact}{_mac(shop, compact, key)}.{shop}"
    return f"{local}@{domain}" if len(local) <= LONGEST_LOCAL_PART else inbox_address(shop, domain)


def inbox_address(shop: str, domain: str) -> str:
    """Where new mail for a shop goes."""
    return f"in+{shop}@{domain}"


def read_address(address: str, *, keys: Iterable[str], domain: str) -> Addressed | None:
    """What an address of ours says; None for one that is not ours, or not signed by us."""
    local, _, host = address.strip().lower().rpartition("@")
    if host != domain.lower():
        return None
    inbox = _INBOX.fullmatch(local)
    if inbox:
        return Addressed(inbox["shop"], None)
    ours = _OURS.fullmatch(local)
    if ours is None:
        return None
    macs = (_mac(ours["shop"], ours["number"], key) for key in keys)
    number = read_number(ours["number"])
    if number is None or not any(hmac.compare_digest(ours["mac"], mac) for mac in macs):
        return None
    return Addressed(ours["shop"], number)


def _mac(shop: str, compact: str, key: str) -> str:
    digest = hmac.new(key.encode(), f"reply\x1f{shop}\x1f{compact}".encode(), hashlib.sha256)
    return base64.b32encode(digest.digest()[:10]).decode().lower()
