"""The inbox bucket: verified deliveries that could not be committed yet. Encrypted at rest."""

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.services.house import House
from chalicelib.store.clients import client

WAITING = "waiting/"
GIVEN_UP = "given-up/"
MOST_ATTEMPTS = 20
PAGE = 100


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


def waiting(house: House) -> list[str]:
    """The keys of up to a hundred deliveries that wait; one request."""
    return _list(house, WAITING)


def given_up(house: House, shop_id: str) -> list[str]:
    """The keys of a shop's deliveries that failed too often."""
    return _list(house, f"{GIVEN_UP}{shop_id}/")


def read(house: House, key: str) -> Parked:
    """A parked delivery."""
    answer = client("s3").get_object(Bucket=house.settings.inbox_bucket, Key=key)
    kept: dict[str, Any] = json.loads(answer["Body"].read())
    body = base64.b64decode(kept.pop("body"))
    received_at = datetime.fromisoformat(kept.pop("received_at"))
    return Parked(body=body, received_at=received_at, **kept)


def keep(house: House, key: str, parked: Parked) -> None:
    """Keep it for another attempt, or for an operator after twenty."""
    if parked.attempts < MOST_ATTEMPTS:
        _write(house, key, parked)
        return
    _write(house, GIVEN_UP + key.removeprefix(WAITING), parked)
    remove(house, key)


def retry(house: House, key: str) -> None:
    """Let the clock try a given-up delivery again, with all its attempts."""
    parked = read(house, key)
    _write(house, WAITING + key.removeprefix(GIVEN_UP), replace(parked, attempts=0))
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
    client("s3").put_object(
        Bucket=house.settings.inbox_bucket, Key=key, Body=json.dumps(kept).encode()
    )


def _list(house: House, prefix: str) -> list[str]:
    answer = client("s3").list_objects_v2(
        Bucket=house.settings.inbox_bucket, Prefix=prefix, MaxKeys=PAGE
    )
    return [item["Key"] for item in answer.get("Contents", ())]
