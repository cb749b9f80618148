"""The erasure ledger: who was to be forgotten, kept outside the tables, so that a restore of the
tables brings nobody back. It holds ids and keyed hashes alone."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.erasure import Erasure
from chalicelib.services.house import House
from chalicelib.store.clients import client

_DAY = timedelta(days=1)


def write_down(house: House, erasure: Erasure) -> None:
    """Keep an erasure, before anything is erased: what was erased is always written down. The
    same one lies there once a day, however often it is tried. Raises what S3 raises."""
    client("s3").put_object(
        Bucket=house.settings.erasures_bucket,
        Key=_place(erasure),
        Body=erasure.model_dump_json().encode(),
    )


def written_since(house: House, moment: datetime) -> list[Erasure]:
    """Every erasure written down since, oldest first."""
    found = (_read(house, key) for key in _keys(house, moment.astimezone(UTC).date()))
    return sorted((one for one in found if one.at >= moment), key=lambda one: one.at)


def _place(erasure: Erasure) -> str:
    about = erasure.model_dump_json(exclude={"at"})
    digest = hashlib.sha256(about.encode()).hexdigest()[:32]
    return f"{erasure.at:%Y-%m-%d}/{erasure.shop}/{digest}.json"


def _keys(house: House, first: date) -> Iterator[str]:
    pages = client("s3").get_paginator("list_objects_v2")
    days = (house.now().date() - first) // _DAY
    for passed in range(days + 1):
        prefix = f"{first + passed * _DAY}/"
        for page in pages.paginate(Bucket=house.settings.erasures_bucket, Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", ()))


def _read(house: House, key: str) -> Erasure:
    answer = client("s3").get_object(Bucket=house.settings.erasures_bucket, Key=key)
    return Erasure.model_validate_json(answer["Body"].read())
