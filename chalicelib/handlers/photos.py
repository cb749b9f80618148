"""Photos that a shopper adds to their case. The file goes from their browser straight to S3, which
leads them back here; what becomes of it is decided elsewhere, and only told here."""

from chalice.app import Blueprint, Response

from chalicelib.domain import photos as rules
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.photos import MOST_BYTES, MOST_KEPT, Found, Photo, Refusal
from chalicelib.handlers.photo_pictures import pictures
from chalicelib.handlers.shoppers import CASE, frame, reader_locale
from chalicelib.services import photos as service
from chalicelib.services.photos import Album
from chalicelib.store.photos import Size, origin
from chalicelib.web.answers import html
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.exchange import here as exchange
from chalicelib.web.operations import webpage

photos = Blueprint(__name__)

PLACE = "/c/{token}/photos"
ONE = "/c/{token}/photos/{photo_id}"


@photos.route(PLACE, methods=["GET"])
@shopper(CASE)
@webpage(PLACE)
def show(token: str) -> Response:
    """The photos there are, and a form for one more. Its photo has no record before it is sent."""
    here = desk()
    album = service.album(here, opened().subject)
    why_not = rules.why_not(album.case, album.photos)
    form = None
    if why_not is None:
        photo_id = here.new_id(Photo.prefix)
        back = f"{ONE.format(token=token, photo_id=photo_id)}?lang={reader_locale(here)}"
        form = service.form(here, album.case.id, photo_id, back=back)
        exchange().allowed["form-action"] = origin(form.address)
    return html(
        "shopper/photos.html",
        reader_locale(here),
        **frame(here),
        token=token,
        number=album.case.number,
        photos=pictures(album.photos, Size.SMALL),
        why_not=why_not,
        form=form,
        most=MOST_KEPT,
        most_bytes=MOST_BYTES,
    )


@photos.route(ONE, methods=["GET"])
@shopper(CASE)
@webpage(PLACE)
def tell(token: str, photo_id: str) -> Response:
    """What became of a file. Before it was taken in, what its first bytes and its size tell."""
    here = desk()
    if not is_id(photo_id, Photo.prefix):
        raise NotFound("There is no such photo.")
    album = service.album(here, opened().subject)
    photo = next((one for one in album.photos if one.id == photo_id), None)
    sent = photo or _sent(album, photo_id)
    return html(
        "shopper/photo.html",
        reader_locale(here),
        **frame(here),
        token=token,
        number=album.case.number,
        picture=pictures([photo], Size.LARGE)[0][1] if photo else "",
        sent=sent,
        why_not=rules.why_not(album.case, album.photos),
        most=MOST_KEPT,
        most_bytes=MOST_BYTES,
    )


def _sent(album: Album, photo_id: str) -> Found | None:
    found = service.glanced_at(desk(), album.case.id, photo_id)
    if found is None:
        return None
    refused: Refusal | None = found.refused or rules.why_not(album.case, album.photos)
    return found.model_copy(update={"refused": refused})
