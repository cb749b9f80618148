"""How often a public door may be used: counted in one write, by all processes together."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from chalicelib.domain.errors import TooMany
from chalicelib.services.desk import Desk
from chalicelib.web.exchange import here

WINDOW = timedelta(minutes=10)
PRESSES = 60
"""What may be done through one link in ten minutes; nobody does so much by hand."""


def knock(desk: Desk, door: str, *, limit: int) -> None:
    """Count one use of an open door. Raises TooMany after `limit` in ten minutes from one
    place."""
    _take(desk, f"{door}#{desk.fingerprint(_place())}", limit=limit)


def is_often(desk: Desk, door: str, *, limit: int, whom: str = "") -> bool:
    """Count one use of a door that refuses nobody: whether it is used more than `limit` times in
    ten minutes from one place, or about one person, whoever does it."""
    about = desk.fingerprint(whom or _place())
    return not desk.take(f"{door}#{about}", limit=limit, window=WINDOW)


def press(desk: Desk, purpose: str, subject: str) -> None:
    """Count one thing done through a link. By what the link is about, not by where it comes from:
    a mail provider presses for many readers. Raises TooMany."""
    _take(desk, f"link-{purpose}#{subject}", limit=PRESSES)


def _take(desk: Desk, bucket: str, *, limit: int) -> None:
    if not desk.take(bucket, limit=limit, window=WINDOW):
        raise TooMany("That was a bit fast.", retry_after=int(WINDOW.total_seconds()))


def _place() -> str:
    """Where the request came from, as API Gateway saw it; what headers say of it, anybody can say.
    Of an IPv6 address the network counts: its holder has all the rest of it."""
    identity: dict[str, Any] = here().request.context.get("identity") or {}
    given = str(identity.get("sourceIp", ""))
    try:
        address = ip_address(given)
    except ValueError:
        return given
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> 64 << 64))
    return given
