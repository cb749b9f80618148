"""Photos of tickets and returns, for machines."""

from chalice.app import Blueprint, Response

from chalicelib.domain.permissions import Permission
from chalicelib.domain.photos import Format, Photo, Refusal, State
from chalicelib.domain.records import Moment
from chalicelib.services import photos as service
from chalicelib.store.photos import ADDRESS_SECONDS, Size
from chalicelib.web.answers import ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Paging
from chalicelib.web.forms import query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.trails import EventPage, trail
from chalicelib.web.views import View

photo_api = Blueprint(__name__)


class PhotoView(Shape):
    """A file that was sent as a photo."""

    id: str
    version: int
    case_id: str
    """The ticket or the return."""
    state: State
    refused: Refusal | None
    format: Format
    bytes: int
    """Of the file as it was sent."""
    width: int
    height: int
    at: Moment


class PictureView(Shape):
    """A photo, and where its pictures are for a while; anybody may get them there."""

    photo: PhotoView
    large: str
    small: str
    good_for_seconds: int


def photo_view(photo: Photo) -> PhotoView:
    return PhotoView(**{name: getattr(photo, name) for name in PhotoView.model_fields})


@photo_api.route("/photos/{photo_id}", methods=["GET"])
@staff_only(Permission.READ)
@operation("Where the pictures of a photo are", gives=PictureView)
def show(photo_id: str) -> Response:
    """That it was opened is told as an event. 404 for one that was not kept."""
    photo = service.open_photo(desk(), photo_id)
    shown = PictureView(
        photo=photo_view(photo),
        large=service.address(photo, Size.LARGE),
        small=service.address(photo, Size.SMALL),
        good_for_seconds=ADDRESS_SECONDS,
    )
    return ok(View(shown, photo.version, f"/photos/{photo.id}"))


@photo_api.route("/photos/{photo_id}/events", methods=["GET"])
@staff_only(Permission.READ)
@operation("Who opened a photo, and why it was refused", query=Paging, gives=EventPage)
def happened(photo_id: str) -> Response:
    here = desk()
    return ok(trail(here, service.find(here, photo_id).id, query(Paging)))
