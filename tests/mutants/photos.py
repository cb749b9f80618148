"""What keeps a file from being shown as it was sent, and a case from having one photo too many."""

from tests.mutants.guard import Guard

RULES = "chalicelib/domain/photos.py"
PICTURES = "chalicelib/services/pictures.py"
INTAKE = "chalicelib/services/photo_intake.py"
FORGETTING = "chalicelib/services/forgetting.py"
DOORS = "tests/http/test_photos.py"
DRAWN = "tests/unit/test_pictures.py"
RACES = "tests/contract/test_photo_races.py"

GUARDS = {
    "pixels-are-counted-before-they-are-unpacked": Guard(
        PICTURES,
        "        if width * height > MOST_PIXELS:\n",
        "        if width * height > MOST_PIXELS * 1000:\n",
        f"{DRAWN}::test_what_is_no_picture_is_said_to_be_none",
    ),
    "nothing-beside-the-pixels-is-kept": Guard(
        PICTURES,
        '    bare.paste(seen, mask=seen if seen.mode == "RGBA" else None)\n    return bare\n',
        '    return bare if seen.mode == "RGBA" else seen\n',
        f"{DRAWN}::test_nothing_is_left_of_what_a_camera_writes_beside_a_photo",
    ),
    "first-outcome-of-a-photo-stays": Guard(
        RULES,
        "    if known is not None:\n        return nothing(known)\n",
        "",
        f"{RACES}::test_of_what_is_told_again_and_at_once_there_is_one_photo_and_one_event",
    ),
    "pictures-of-what-was-refused-are-let-go": Guard(
        INTAKE,
        "    if photo is not None and not photo.is_kept:\n",
        "    if photo is None:\n",
        f"{RACES}::test_many_at_once_are_never_one_too_many",
    ),
    "pictures-go-with-their-person": Guard(
        FORGETTING,
        "    photos.delete_pictures(desk, (one for one in family if isinstance(one, Photo)))\n",
        "",
        f"{DOORS}::test_nothing_is_left_of_the_photos_of_who_is_forgotten",
    ),
}
