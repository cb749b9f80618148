"""A picture as Anna's phone takes one: her pillow, torn open. It says where it was taken, as
phones do."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter
from PIL.Image import Exif

SIZE = (1200, 900)
MAKER, GPS = 0x010F, 0x8825

_CUSHION = (170, 150, 1030, 760)
_TEAR = [(560, 330), (600, 300), (640, 350), (700, 320), (735, 400), (690, 470), (640, 440),
         (590, 500), (545, 430)]  # fmt: skip
_FILLING = [(600, 345, 700, 440), (560, 400, 650, 490), (650, 380, 740, 460), (610, 440, 690, 540)]


def torn_pillow() -> bytes:
    """A JPEG."""
    picture = Image.new("RGB", SIZE, "#8a7967")
    draw = ImageDraw.Draw(picture)
    for y in range(0, SIZE[1], 90):
        draw.line((0, y, SIZE[0], y + 40), fill="#7d6d5c", width=5)
    picture.paste("#54493d", mask=_soft(_CUSHION, shift=26, blur=24))
    picture.paste("#dfe3da", mask=_soft(_CUSHION, shift=0, blur=5))
    picture.paste("#cfd6cc", mask=_soft((300, 400, 960, 700), shift=0, blur=60))
    draw = ImageDraw.Draw(picture)
    for x in range(230, 1000, 130):
        draw.arc((x - 60, 170, x + 60, 740), 70, 110, fill="#b9c2b6", width=4)
    draw.polygon(_TEAR, fill="#3b342c")
    for cloud in _FILLING:
        draw.ellipse(cloud, fill="#fbfaf5", outline="#e2dfd6", width=3)
    written = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).save(
        written, "JPEG", quality=88, exif=_taken_somewhere()
    )
    return written.getvalue()


def _soft(box: tuple[int, int, int, int], *, shift: int, blur: int) -> Image.Image:
    mask = Image.new("L", SIZE, 0)
    left, top, right, bottom = box
    place = (left + shift, top + shift, right + shift, bottom + shift)
    ImageDraw.Draw(mask).rounded_rectangle(place, radius=150, fill=255)
    return mask.filter(ImageFilter.GaussianBlur(blur))


def _taken_somewhere() -> Exif:
    exif = Exif()
    exif[MAKER] = "Phone"
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)}
    return exif
