"""The inbox bucket: verified deliveries that could not be committed yet. Encrypted at rest."""

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.metrics import Metric, count
from chalicelib.services.house import House
from chalicelib.store.clients import client

WAITING = "waiting/"
GIVEN_UP = "given-up/"
MARK = f"{WAITING}mark"
"""Lies there while something may wait: asking for it each minute costs a twelfth of a listing."""
LISTED_SECONDS = 3600
"""How long a lost mark can hide what waits."""
MOST_ATTEMPTS = 20
_ID = re.compile(r"[0-9a-f]{32}")
PAGE = 100
"""How many deliveries one page of the given-up holds."""


class Unreadable(NotAllowed):
    """What lies in the inbox is no delivery, or none that this release can read."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A delivery as it came, with what is needed to take it in later."""

    platform: str
    shop: str
    headers: dict[str, str]
    body: bytes
    received_at: datetime
    correlation: str
    attempts: int = 0
    error: str = ""

    def failed(self, error: str) -> "Parked":
        """The same after one more attempt in vain; `error` is a code."""
        return replace(self, attempts=self.attempts + 1, error=error)


def put(house: House, parked: Parked, name: str) -> None:
    """Keep a delivery. The same delivery, parked twice under its `name`, lies there once."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    _write(house, f"{WAITING}{parked.shop}/{digest}", parked)
    _mark(house)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A page of a shop's given-up deliveries: their ids, and the one to go on after."""

    ids: tuple[str, ...]
    after: str | None


def waiting(house: House) -> Iterator[str]:
    """The keys of all deliveries that wait, one of each shop in turn. They are listed as far as
    they are asked for: one request for the shops, then one a shop and thousand deliveries."""
    lists = [_keys(house, shop) for shop in _shops(house)]
    while lists:
        for keys in list(lists):
            key = next(keys, None)
            if key is None:
                lists.remove(keys)
            else:
                yield key


def may_wait(house: House) -> bool:
    """Whether it is worth listing what waits: it is marked, or this process has not listed it for
    an hour."""
    if house.remembers("inbox-listed"):
        return _is_marked(house)
    house.cached(("inbox-listed",), LISTED_SECONDS, lambda: True)
    return True


def all_done(house: House) -> None:
    """Nothing waits any more, unless something came in at this moment."""
    remove(house, MARK)
    # A delivery lies there before it is marked: what is not seen here is marked after this.
    if next(waiting(house), None) is not None:
        _mark(house)


def given_up(house: House, shop_id: str, *, after: str | None) -> GivenUp:
    """The next hundred of a shop's deliveries that failed too often."""
    prefix = f"{GIVEN_UP}{shop_id}/"
    start = {"StartAfter": prefix + after} if after else {}
    answer = client("s3").list_objects_v2(
        Bucket=house.settings.inbox_bucket, Prefix=prefix, MaxKeys=PAGE, **start
    )
    ids = tuple(item["Key"].removeprefix(prefix) for item in answer.get("Contents", ()))
    return GivenUp(ids, ids[-1] if answer["IsTruncated"] else None)


def waiting_of(house: House, shop_id: str) -> int:
    """How many of a shop's deliveries wait; counted up to a thousand."""
    prefix = f"{WAITING}{shop_id}/"
    answer = client("s3").list_objects_v2(Bucket=house.settings.inbox_bucket, Prefix=prefix)
    return answer["KeyCount"]


def read(house: House, key: str) -> Parked:
    """A parked delivery. Raises Unreadable for what is none."""
    content = _read(house, key)
    try:
        kept: dict[str, Any] = json.loads(content)
        body = base64.b64decode(kept.pop("body"))
        received_at = datetime.fromisoformat(kept.pop("received_at"))
        return Parked(body=body, received_at=received_at, **kept)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable("This is no delivery that can be read.", field="id") from error


def keep(house: House, key: str, parked: Parked) -> None:
    """Keep it for another attempt, or for an operator after twenty that failed."""
    if parked.attempts < MOST_ATTEMPTS:
        _write(house, key, parked)
        return
    _write(house, GIVEN_UP + key.removeprefix(WAITING), parked)
    remove(house, key)
    count(Metric.GIVEN_UP_DELIVERIES)


def give_up_unread(house: House, key: str) -> None:
    """Keep what nobody can read for an operator, as it is."""
    _put(house, GIVEN_UP + key.removeprefix(WAITING), _read(house, key))
    remove(house, key)
    count(Metric.GIVEN_UP_DELIVERIES)


def retry(house: House, shop_id: str, delivery_id: str) -> None:
    """Let the clock try a given-up delivery again, with all its attempts. One that waits already
    stays as it is; raises NotFound if there is neither, Unreadable for what is no delivery."""
    if not _ID.fullmatch(delivery_id):
        # No key of ours, and perhaps none that S3 takes.
        raise _unknown()
    key = f"{GIVEN_UP}{shop_id}/{delivery_id}"
    waiting_key = f"{WAITING}{shop_id}/{delivery_id}"
    try:
        parked = read(house, key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        if not _exists(house, waiting_key):
            raise _unknown() from None
        return
    _write(house, waiting_key, replace(parked, attempts=0))
    _mark(house)
    remove(house, key)


def _unknown() -> NotFound:
    return NotFound("There is no such delivery.", field="id")


def retry_all(house: House, shop_id: str, *, until: float) -> tuple[int, bool]:
    """The same with all of a shop's that can be read, until `until` (`time.monotonic`): how many
    those were, and whether that was too soon for all."""
    done = 0
    for key in list(_keys(house, f"{GIVEN_UP}{shop_id}/")):
        if time.monotonic() > until:
            return done, True
        with suppress(Unreadable):
            retry(house, shop_id, key.rpartition("/")[2])
            done += 1
    return done, False


def forget(house: House, shop_id: str) -> None:
    """Delete all that is parked of a shop, whether it waits or was given up."""
    for key in _parked(house, shop_id):
        remove(house, key)


def forget_received_by(house: House, shop_id: str, moment: datetime) -> None:
    """Delete of it what had been received by a moment, and what nobody can read."""
    for key in _parked(house, shop_id):
        try:
            is_newer = read(house, key).received_at > moment
        except Unreadable:
            is_newer = False
        if not is_newer:
            remove(house, key)


def remove(house: House, key: str) -> None:
    client("s3").delete_object(Bucket=house.settings.inbox_bucket, Key=key)


def _write(house: House, key: str, parked: Parked) -> None:
    kept = {
        "platform": parked.platform,
        "shop": parked.shop,
        "headers": parked.headers,
        "body": base64.b64encode(parked.body).decode(),
        "received_at": parked.received_at.isoformat(),
        "correlation": parked.correlation,
        "attempts": parked.attempts,
        "error": parked.error,
    }
    _put(house, key, json.dumps(kept).encode())


def _mark(house: House) -> None:
    _put(house, MARK, b"")


def _read(house: House, key: str) -> bytes:
    answer = client("s3").get_object(Bucket=house.settings.inbox_bucket, Key=key)
    return answer["Body"].read()


def _put(house: House, key: str, content: bytes) -> None:
    client("s3").put_object(Bucket=house.settings.inbox_bucket, Key=key, Body=content)


def _is_marked(house: House) -> bool:
    try:
        client("s3").head_object(Bucket=house.settings.inbox_bucket, Key=MARK)
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        return False
    return True


def _exists(house: House, key: str) -> bool:
    answer = client("s3").list_objects_v2(Bucket=house.settings.inbox_bucket, Prefix=key, MaxKeys=1)
    return any(item["Key"] == key for item in answer.get("Contents", ()))


def _shops(house: House) -> list[str]:
    """The prefixes of the shops of which something waits."""
    pages = client("s3").get_paginator("list_objects_v2")
    found = pages.paginate(Bucket=house.settings.inbox_bucket, Prefix=WAITING, Delimiter="/")
    return [one["Prefix"] for page in found for one in page.get("CommonPrefixes", ())]


def _parked(house: House, shop_id: str) -> list[str]:
    """Listed as a whole before any of it is deleted."""
    return [key for prefix in (WAITING, GIVEN_UP) for key in _keys(house, f"{prefix}{shop_id}/")]


def _keys(house: House, prefix: str) -> Iterator[str]:
    pages = client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=house.settings.inbox_bucket, Prefix=prefix):
        for item in page.get("Contents", ()):
            yield item["Key"]
