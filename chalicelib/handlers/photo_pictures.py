"""What pages show of photos: each with the address of its picture, which the page may load."""

from collections.abc import Sequence

from chalicelib.domain.photos import Photo
from chalicelib.services import photos as service
from chalicelib.store.photos import Size, origin
from chalicelib.web.exchange import here as exchange


def pictures(photos: Sequence[Photo], size: Size) -> list[tuple[Photo, str]]:
    """Each photo with the address of its picture, empty for one that was not kept. The page's
    policy lets those in."""
    found = service.shown(photos, size)
    for _, address in found:
        if address:
            exchange().allowed["img-src"] = origin(address)
    return found
