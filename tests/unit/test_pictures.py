"""What is kept of a photo, and what is not taken for one."""

from io import BytesIO

import pytest
from PIL import Image

from chalicelib.domain.photos import MOST_BYTES, Format, Refusal, format_of, judged
from chalicelib.services.pictures import NoPicture, pictures_of
from tests import snapshots


def opened(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture))


def colour(picture: bytes, x: int, y: int) -> str:
    pixel = opened(picture).convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return max(zip(pixel, ("red", "green", "blue"), strict=True))[1]


def test_nothing_is_left_of_what_a_camera_writes_beside_a_photo() -> None:
    sent = snapshots.from_a_phone()
    assert b"Secretphone" in sent
    assert b"Secretcomment" in sent

    made = pictures_of(sent)

    for picture in (made.large, made.small):
        assert b"Secret" not in picture
        image = opened(picture)
        assert not image.getexif()
        told = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert set(image.info) <= told


def test_a_photo_taken_sideways_is_shown_upright() -> None:
    made = pictures_of(snapshots.from_a_phone())

    assert (made.width, made.height) == (300, 400)
    assert (colour(made.large, 150, 50), colour(made.large, 150, 350)) == ("red", "blue")


@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        ((4000, 3000), (1600, 1200), (320, 240)),
        ((300, 4000), (120, 1600), (24, 320)),
        ((100, 80), (100, 80), (100, 80)),
    ],
)
def test_two_sizes_are_kept_and_none_is_made_larger(
    size: tuple[int, int], large: tuple[int, int], small: tuple[int, int]
) -> None:
    made = pictures_of(snapshots.a_photo(size))

    assert (made.width, made.height) == large
    assert [opened(one).size for one in (made.large, made.small)] == [large, small]
    assert [opened(one).format for one in (made.large, made.small)] == ["JPEG", "JPEG"]


def test_what_is_see_through_is_white() -> None:
    pixel = opened(pictures_of(snapshots.see_through()).large).getpixel((20, 15))

    assert pixel == (255, 255, 255)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_kind_that_is_taken_makes_a_picture(form: str) -> None:
    sent = snapshots.a_photo(form=form)

    assert judged(sent[:64], len(sent)).refused is None
    assert colour(pictures_of(sent).small, 10, 10) == "red"


def test_a_phones_photo_for_bright_screens_is_one_picture() -> None:
    assert pictures_of(snapshots.for_bright_screens()).width == 40


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (snapshots.a_bomb(), Refusal.TOO_MANY_PIXELS),
        (snapshots.moving("PNG"), Refusal.ANIMATED),
        (snapshots.moving("WEBP"), Refusal.ANIMATED),
        (snapshots.a_photo()[:-200], Refusal.BROKEN),
        (b"\xff\xd8\xff and then nothing", Refusal.BROKEN),
        # Its first bytes said one thing, and then it was another: not every decoder is asked.
        (snapshots.moving("GIF"), Refusal.BROKEN),
    ],
    ids=["bomb", "moving png", "moving webp", "cut off", "no jpeg", "gif"],
)
def test_what_is_no_picture_is_said_to_be_none(sent: bytes, why: Refusal) -> None:
    with pytest.raises(NoPicture) as refused:
        pictures_of(sent)

    assert refused.value.why is why


@pytest.mark.parametrize(
    ("beginning", "form"),
    [
        (b"\0\0\0\x18ftypheic", Format.HEIC),
        (b"\0\0\0\x18ftypmp42", Format.VIDEO),
        (b"RIFF\0\0\0\0WAVE", Format.OTHER),
        (b"%PDF-1.7", Format.PDF),
        (b"GIF89a", Format.GIF),
        (b"", Format.NOTHING),
        (b"<svg onload=alert(1)>", Format.OTHER),
    ],
)
def test_a_file_is_what_it_begins_like(beginning: bytes, form: Format) -> None:
    assert format_of(beginning) is form
    assert judged(beginning, 10).refused is Refusal.NO_PHOTO


def test_a_photo_may_have_ten_megabytes_and_not_one_byte_more() -> None:
    beginning = snapshots.a_photo()[:64]

    assert judged(beginning, MOST_BYTES).refused is None
    assert judged(beginning, MOST_BYTES + 1).refused is Refusal.TOO_LARGE
