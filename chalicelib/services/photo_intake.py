"""Files that were sent as photos, taken in: pictures are made and kept, and the file is let go.

Each step is as good twice as once, and the file goes last: what breaks off is done again.
"""

from chalicelib.domain import photos as rules
from chalicelib.domain.photos import Found, Photo
from chalicelib.services.desk import Desk, command
from chalicelib.services.photos import Album, album, delete_pictures
from chalicelib.services.tickets import terms
from chalicelib.settings import settings
from chalicelib.store import photos as store
from chalicelib.store.photos import Place, Size


def take_in(desk: Desk, place: Place) -> None:
    """Take in what was sent to a place, if anything lies there. Raises NotFound for a case that
    does not exist."""
    before = album(desk, place.case)
    if not _is_decided(before, place.photo):
        found = _looked_at(before, place)
        if found is None:
            return
        photo = _decided(desk, place, found)
    else:
        photo = next((one for one in before.photos if one.id == place.photo), None)
    if photo is not None and not photo.is_kept:
        # Of two files under one id, the other was first, or the case was closed meanwhile.
        delete_pictures(desk, (photo,))
    drop(place)


def drop(place: Place) -> None:
    """Let go of what was sent to a place."""
    store.delete(settings().photos_bucket, place.key)


def _is_decided(before: Album, photo_id: str) -> bool:
    """Whether there is nothing more to find out: it was taken in already, or too much was sent."""
    is_known = any(one.id == photo_id for one in before.photos)
    return is_known or rules.is_tried_out(before.photos)


def _looked_at(before: Album, place: Place) -> Found | None:
    """What was sent, with its pictures put in their places if they may be kept; None if nothing
    lies there any more."""
    bucket = settings().photos_bucket
    sent = store.sent(bucket, place)
    if sent is None:
        return None
    found = rules.judged(sent.beginning, sent.size)
    if found.refused or rules.why_not(before.case, before.photos):
        return found
    # Pillow would cost every other function's start what this one alone needs.
    from chalicelib.services.pictures import NoPicture, pictures_of

    try:
        made = pictures_of(store.content(bucket, place))
    except NoPicture as error:
        return found.model_copy(update={"refused": error.why})
    for size, picture in ((Size.LARGE, made.large), (Size.SMALL, made.small)):
        store.keep(bucket, store.kept_key(place.shop, place.photo, size), picture)
    return found.model_copy(update={"width": made.width, "height": made.height})


@command
def _decided(desk: Desk, place: Place, found: Found) -> Photo:
    now = album(desk, place.case)
    return desk.commit(
        rules.take_in(now.case, now.photos, place.photo, found, terms=terms(desk), at=desk.now())
    )
