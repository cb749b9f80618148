"""A photo in full size, for the staff: it is told who looked, then S3 shows it."""

from chalice.app import Blueprint, Response

from chalicelib.domain.permissions import Permission
from chalicelib.services import photos as service
from chalicelib.store.photos import Size
from chalicelib.web.answers import HTML
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.operations import webpage

desk_photos = Blueprint(__name__)

PLACE = "/desk/photos/{photo_id}"


@desk_photos.route(PLACE, methods=["GET"])
@staff_only(Permission.READ)
@webpage(PLACE)
def show(photo_id: str) -> Response:
    photo = service.open_photo(desk(), photo_id)
    where = service.address(photo, Size.LARGE)
    return Response("", {"Location": where, "Content-Type": HTML}, 303)
