"""The photos bucket: what browsers send straight to it, and the pictures that are kept of that.

in/<shop>/<case>/<photo>           a file as it was sent, for a day at the most
kept/<shop>/<photo>/large.jpg      the picture that staff look at
kept/<shop>/<photo>/small.jpg      the one that pages show
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from ulid import ULID

from chalicelib.domain.photos import BEGINNING
from chalicelib.store.clients import client, signer

MOST_SENT = 30_000_000
"""Bytes that S3 takes in: more than we keep, for its own refusal is bare XML."""

FORM_SECONDS = 1800
"""How long a form may be sent."""

ADDRESS_SECONDS = 300
"""How long the address of a picture is good."""

_ULID_TIME = 10
"""Characters of a ULID that are its time."""

_UPLOAD = re.compile(r"in/([a-z0-9-]+)/([a-z]+_[0-9A-Z]+)/(pho_[0-9A-Z]{26})")
_SIZE = re.compile(r"bytes 0-\d+/(\d+)")


class Size(StrEnum):
    LARGE = "large"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Place:
    """Which photo of which case a file is sent as."""

    shop: str
    case: str
    photo: str

    @property
    def key(self) -> str:
        return f"in/{self.shop}/{self.case}/{self.photo}"


@dataclass(frozen=True, slots=True)
class Form:
    """Where a browser sends a file, and the fields that go with it, before the file."""

    address: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent and still lies there."""

    size: int
    beginning: bytes


def place_in(key: str) -> Place | None:
    """The place that a key names; None for any other key."""
    found = _UPLOAD.fullmatch(key)
    return Place(*found.groups()) if found else None


def kept_key(shop: str, photo: str, size: Size) -> str:
    return f"kept/{shop}/{photo}/{size}.jpg"


def form(bucket: str, place: Place, *, back: str) -> Form:
    """A form for one file, of any kind. S3 leads the browser on to `back`, a whole address."""
    made = signer().generate_presigned_post(
        bucket,
        place.key,
        Fields={"success_action_redirect": back},
        Conditions=[{"success_action_redirect": back}, ["content-length-range", 0, MOST_SENT]],
        ExpiresIn=FORM_SECONDS,
    )
    return Form(made["url"], made["fields"])


def address(bucket: str, key: str) -> str:
    """Where a browser gets an object, for some minutes of real time."""
    return signer().generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=ADDRESS_SECONDS
    )


def origin(of: str) -> str:
    """Scheme and host of an address, as a content security policy names them."""
    parts = urlsplit(of)
    return f"{parts.scheme}://{parts.netloc}"


def sent(bucket: str, place: Place) -> Sent | None:
    """The size and the first bytes of what was sent; None if nothing is there."""
    try:
        answer: Any = client("s3").get_object(
            Bucket=bucket, Key=place.key, Range=f"bytes=0-{BEGINNING - 1}"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None
        # Nothing of an empty file is in any range of it.
        if error.response["Error"]["Code"] == "InvalidRange":
            return Sent(0, b"")
        raise
    whole = _SIZE.fullmatch(answer["ContentRange"])
    assert whole is not None
    return Sent(int(whole[1]), answer["Body"].read())


def content(bucket: str, place: Place) -> bytes:
    """All of what was sent. Raises what S3 raises."""
    return client("s3").get_object(Bucket=bucket, Key=place.key)["Body"].read()


def keep(bucket: str, key: str, picture: bytes) -> None:
    """Put a JPEG in its place; the same one again changes nothing."""
    client("s3").put_object(Bucket=bucket, Key=key, Body=picture, ContentType="image/jpeg")


def kept_since(bucket: str, moment: datetime) -> Iterator[tuple[str, str]]:
    """Shop and id of every photo with kept pictures whose form was made at or after a time. Ids are
    in the order of time, so nothing older is listed."""
    first = f"pho_{str(ULID.from_datetime(moment))[:_ULID_TIME]}"
    for shop in _folders(bucket, "kept/", ""):
        for photo in _folders(bucket, shop, f"{shop}{first}"):
            _, shop_id, photo_id, _ = photo.split("/")
            yield shop_id, photo_id


def _folders(bucket: str, within: str, after: str) -> Iterator[str]:
    pages = client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=bucket, Prefix=within, Delimiter="/", StartAfter=after):
        yield from (one["Prefix"] for one in page.get("CommonPrefixes", ()))


def delete(bucket: str, *keys: str) -> None:
    """Let go of some objects, whether or not they are there."""
    for key in keys:
        client("s3").delete_object(Bucket=bucket, Key=key)
