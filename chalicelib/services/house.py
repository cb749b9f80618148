"""What one process shares over all requests: settings, clock, caches, keys."""

import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import short_number
from chalicelib.domain.shops import Shop
from chalicelib.settings import Settings, settings
from chalicelib.store import records
from chalicelib.store.clients import client
from chalicelib.store.codec import read
from chalicelib.store.tables import Tables, batch_get

SHOP_SECONDS = 60
STAFF_SECONDS = 30
SECRET_SECONDS = 3600
ABSENT_SECONDS = 10

T = TypeVar("T")


def real_time() -> datetime:
    return datetime.now(UTC)


@dataclass
class House:
    """One process's settings, clock and caches. Everything else is asked of a desk."""

    settings: Settings
    clock: Callable[[], datetime] = real_time
    _cache: dict[tuple[str, ...], tuple[float, Any]] = field(
        default_factory=dict[tuple[str, ...], tuple[float, Any]]
    )

    @property
    def tables(self) -> Tables:
        return Tables.of(self.settings)

    def now(self) -> datetime:
        """The time by which promises are kept; the local stack may run ahead of the real one."""
        return self.clock()

    def new_id(self, prefix: str) -> str:
        """A fresh prefixed ULID, in order of time."""
        from ulid import ULID

        return f"{prefix}_{ULID.from_datetime(self.now())}"

    def new_number(self, letter: str) -> str:
        """A fresh short number; that it is unique is the commit's to prove."""
        return short_number(letter, secrets.randbelow(32**6))

    def shop(self, shop_id: str) -> Shop:
        """A shop's configuration, at most a minute old. Raises NotFound."""
        return self.cached(("shop", shop_id), SHOP_SECONDS, lambda: self._load_shop(shop_id))

    def parameter(self, name: str) -> dict[str, Any]:
        """A JSON secret of this stage, at most an hour old; empty if there is none, which is
        believed for ten seconds."""
        key = ("parameter", name)
        kept = self._kept(key)
        if kept is None:
            value = self._load_parameter(name)
            return self._keep(key, SECRET_SECONDS if value else ABSENT_SECONDS, value)
        return kept[1]

    def put_parameter(self, name: str, value: dict[str, Any]) -> None:
        """Keep a JSON secret, encrypted, and use it from now on."""
        self._write_parameter(name, value, Overwrite=True)

    def make_parameter(self, name: str, value: dict[str, Any]) -> None:
        """The same, unless there is one by now: that one stays, and is used."""
        with suppress(client("ssm").exceptions.ParameterAlreadyExists):
            self._write_parameter(name, value, Overwrite=False)

    def cached(self, key: tuple[str, ...], seconds: float, load: Callable[[], T]) -> T:
        """`load()`, remembered for some seconds of real time; a failure is not remembered."""
        kept = self._kept(key)
        return kept[1] if kept else self._keep(key, seconds, load())

    def remembers(self, *key: str) -> bool:
        """Whether a value is cached and still good."""
        return self._kept(key) is not None

    def forget(self, *key: str) -> None:
        """Drop a cached value, so that the next use loads it."""
        self._cache.pop(key, None)

    def _kept(self, key: tuple[str, ...]) -> tuple[float, Any] | None:
        kept = self._cache.get(key)
        return kept if kept is not None and kept[0] > time.monotonic() else None

    def _keep(self, key: tuple[str, ...], seconds: float, value: T) -> T:
        self._cache[key] = (time.monotonic() + seconds, value)
        return value

    def _write_parameter(self, name: str, value: dict[str, Any], **how: bool) -> None:
        # Whatever comes of it, what is known of it is out of date.
        self.forget("parameter", name)
        client("ssm").put_parameter(
            Name=f"{self.settings.parameter_prefix}/{name}",
            Value=json.dumps(value),
            Type="SecureString",
            **how,
        )

    def _load_shop(self, shop_id: str) -> Shop:
        key = records.key(self.tables, shop_id, Shop, shop_id)
        item = batch_get([key]).get(key)
        if item is None:
            raise NotFound("There is no such shop.", field="shop")
        return read(Shop, item)

    def _load_parameter(self, name: str) -> dict[str, Any]:
        ssm = client("ssm")
        try:
            answer = ssm.get_parameter(
                Name=f"{self.settings.parameter_prefix}/{name}", WithDecryption=True
            )
        except ssm.exceptions.ParameterNotFound:
            return {}
        return json.loads(answer["Parameter"]["Value"])


@cache
def house() -> House:
    """This process's house."""
    return House(settings())


def set_clock(clock: Callable[[], datetime]) -> None:
    """Let promises run by another clock; only the local stack and tests do."""
    house().clock = clock
