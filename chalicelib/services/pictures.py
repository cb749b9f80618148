"""What is kept of a photo: two JPEGs, upright, without anything the camera wrote beside them.

Importing this costs what starting Pillow costs; only who makes pictures does.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from chalicelib.domain.photos import MOST_PIXELS, Refusal

LARGE, SMALL = 1600, 320
"""The longer side at the most, in pixels."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_WHITE = "#fff"

# What is too much is measured below, before anything is unpacked.
Image.MAX_IMAGE_PIXELS = None


class NoPicture(Exception):
    """Nothing can be kept of it, and why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Pictures:
    """Two JPEGs; width and height are the large one's."""

    width: int
    height: int
    large: bytes
    small: bytes


def pictures_of(content: bytes) -> Pictures:
    """The pictures of a file. Raises NoPicture for one that has too many pixels, moves, or
    cannot be read."""
    try:
        return _pictures(content)
    except NoPicture:
        raise
    # A file can be broken in more ways than its decoder has names for.
    except Exception as error:
        raise NoPicture(Refusal.BROKEN) from error


def _pictures(content: bytes) -> Pictures:
    with Image.open(BytesIO(content), formats=_FORMATS) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise NoPicture(Refusal.TOO_MANY_PIXELS)
        # A JPEG may hold further pictures, such as a phone's for bright screens; none of it moves.
        if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
            raise NoPicture(Refusal.ANIMATED)
        if image.mode == "P":
            image = image.convert("RGBA")  # noqa: PLW2901 - colours of a palette cannot be mixed
        image.thumbnail((LARGE, LARGE))
        large = _bare(ImageOps.exif_transpose(image))
    small = large.copy()
    small.thumbnail((SMALL, SMALL))
    return Pictures(*large.size, _jpeg(large), _jpeg(small))


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone, on white where they are see-through."""
    seen = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
    bare = Image.new("RGB", seen.size, _WHITE)
    bare.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    return bare


def _jpeg(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=85, optimize=True, progressive=True)
    return written.getvalue()
