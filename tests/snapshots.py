"""Pictures as cameras, phones and troublemakers make them, drawn for tests."""

from io import BytesIO
from typing import Any

from PIL import Image
from PIL.Image import Exif

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def a_photo(size: tuple[int, int] = (400, 300), form: str = "JPEG", **options: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return _written(image, form, **options)


def from_a_phone() -> bytes:
    """Held on its side, so that its left is its top; it says who made it and where it was taken."""
    exif = Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = "Secretphone"
    exif[GPS] = {1: "N", 2: (51.0, 20.0, 0.0), 3: "E", 4: (12.0, 22.0, 0.0)}
    return a_photo(exif=exif, comment=b"Secretcomment", xmp=b"<x>Secretplace</x>")


def see_through() -> bytes:
    return _written(Image.new("RGBA", (40, 30), (255, 0, 0, 0)), "PNG")


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    return _written(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


def for_bright_screens() -> bytes:
    """A JPEG with another one behind it, as phones write them."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    return _written(frames[0], "MPO", save_all=True, append_images=frames[1:])


def a_bomb() -> bytes:
    """A few kilobytes that unpack to more than fifty million pixels."""
    return _written(Image.new("1", (8000, 6300)), "PNG")


def a_pdf(size: int) -> bytes:
    return b"%PDF-1.7\n".ljust(size, b"\0")


def _written(image: Image.Image, form: str, **options: Any) -> bytes:
    written = BytesIO()
    image.save(written, form, **options)
    return written.getvalue()
