"""Photos of a case, as its customer and the staff come to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.domain import photos as rules
from chalicelib.domain.errors import NotFound
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.photos import Case, Found, Photo
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.services.desk import Desk, command
from chalicelib.settings import settings
from chalicelib.store import photos as store
from chalicelib.store.photos import Form, Place, Size


@dataclass(frozen=True, slots=True)
class Album:
    """A ticket or a return, and every file that was sent as a photo of it, oldest first."""

    case: Case
    photos: list[Photo]


def album(desk: Desk, case_id: str) -> Album:
    """A case with its photos, in one query. Raises NotFound."""
    family = desk.family(case_id, Ticket, Return, Photo)
    case = next((one for one in family if isinstance(one, Ticket | Return)), None)
    if case is None:
        raise NotFound("There is no such case.", field="id")
    return Album(case, in_order(one for one in family if isinstance(one, Photo)))


def in_order(photos: Iterable[Photo]) -> list[Photo]:
    """Oldest first."""
    return sorted(photos, key=lambda one: (one.at, one.id))


def find(desk: Desk, photo_id: str) -> Photo:
    """A photo by its id alone. Raises NotFound."""
    claim = desk.find(NumberClaim, photo_id)
    photo = desk.find(Photo, photo_id, claim.subject) if claim else None
    if photo is None:
        raise NotFound("There is no such photo.", field="id")
    return desk.expected(photo)


def form(desk: Desk, case_id: str, photo_id: str, *, back: str) -> Form:
    """Where a browser sends a file that is to be this photo, and is led on to `back`, one of our
    paths, from there. Signing it changes nothing."""
    place = Place(desk.shop_id, case_id, photo_id)
    return store.form(_bucket(), place, back=settings().public_url + back)


def glanced_at(desk: Desk, case_id: str, photo_id: str) -> Found | None:
    """What the first bytes and the size tell of a file that was sent and not yet taken in; None
    if there is none."""
    sent = store.sent(_bucket(), Place(desk.shop_id, case_id, photo_id))
    return rules.judged(sent.beginning, sent.size) if sent else None


def address(photo: Photo, size: Size) -> str:
    """Where a browser gets a picture of it, for some minutes."""
    return store.address(_bucket(), store.kept_key(photo.shop, photo.id, size))


def shown(photos: Sequence[Photo], size: Size) -> list[tuple[Photo, str]]:
    """Each with the address of its picture; empty for one that has none."""
    return [(one, address(one, size) if one.is_kept else "") for one in photos]


@command
def open_photo(desk: Desk, photo_id: str) -> Photo:
    """Somebody of the staff looks at a photo; it is told who did. Raises NotFound, for one that
    was not kept too."""
    photo = find(desk, photo_id)
    if not photo.is_kept:
        raise NotFound("Nothing was kept of this photo.", field="id")
    return desk.commit(rules.look_at(photo))


def delete_pictures(desk: Desk, photos: Iterable[Photo]) -> None:
    """Let go of the pictures of some photos. Raises what S3 raises."""
    for one in photos:
        store.delete(_bucket(), *(store.kept_key(desk.shop_id, one.id, size) for size in Size))


def _bucket() -> str:
    return settings().photos_bucket
