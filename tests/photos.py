"""Photos that the customers of test shops send: what a browser puts into the bucket, and what S3
tells of it."""

from urllib.parse import quote_plus

from chalicelib.domain.photos import Photo
from chalicelib.handlers import photo_events
from chalicelib.services import photos
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.store.clients import client
from chalicelib.store.photos import Place, Size, kept_key
from tests.notices import brought, notice


def put(desk: Desk, case_id: str, content: bytes, photo_id: str = "") -> Place:
    """Let a file lie where a browser sends it."""
    place = Place(desk.shop_id, case_id, photo_id or desk.new_id(Photo.prefix))
    client("s3").put_object(Bucket=bucket(), Key=place.key, Body=content)
    return place


def told(*keys: str) -> None:
    """S3 tells of files."""
    records = [{"s3": {"object": {"key": quote_plus(key, safe="/")}}} for key in keys]
    photo_events.photos(brought(notice(house().settings.photos_topic, {"Records": records})), None)


def sent(desk: Desk, case_id: str, content: bytes, photo_id: str = "") -> Photo:
    """A file that was sent and taken in."""
    place = put(desk, case_id, content, photo_id)
    told(place.key)
    return photos.find(desk, place.photo)


def lost(desk: Desk) -> str:
    """Pictures that are kept of a photo nobody knows; gives its id."""
    photo_id = desk.new_id(Photo.prefix)
    for size in Size:
        key = kept_key(desk.shop_id, photo_id, size)
        client("s3").put_object(Bucket=bucket(), Key=key, Body=b"")
    return photo_id


def lying() -> list[str]:
    """What lies in the bucket."""
    found = client("s3").list_objects_v2(Bucket=bucket())
    return [one["Key"] for one in found.get("Contents", ())]


def bucket() -> str:
    return house().settings.photos_bucket
