"""Where the signed links in messages lead: one path for each purpose a link is signed for."""

from chalicelib.settings import settings

DOORS = {
    "case": "/c/{token}",
    "resolved": "/a/{token}",
    "survey": "/s/{token}",
    "call": "/k/{token}",
    "unsubscribe": "/u/{token}",
    "withdrawal": "/w/{token}",
}


def door(purpose: str, token: str) -> str:
    """The whole address that a token of this purpose opens."""
    return settings().public_url + DOORS[purpose].format(token=token)


def desk_door(place: str) -> str:
    """The whole address of one of the staff's pages, by its path below `/desk/`; without one, of
    the first."""
    return f"{settings().public_url}/desk/{place}".rstrip("/")
