"""The four tables, one for each tense, and plain reads of them."""

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from chalicelib.settings import Settings
from chalicelib.store.clients import client
from chalicelib.store.codec import from_item, to_item

Item = dict[str, Any]
"""An item as plain values."""

BATCH = 100
"""What BatchGetItem takes at the most."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables' names."""

    records: str
    events: str
    agenda: str
    receipts: str

    @classmethod
    def of(cls, settings: Settings) -> "Tables":
        return cls(
            settings.records_table,
            settings.events_table,
            settings.agenda_table,
            settings.receipts_table,
        )


TABLES = tuple(field.name for field in fields(Tables))


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one item in one table."""

    table: str
    attributes: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, table: str, **attributes: str) -> "Key":
        return cls(table, tuple(sorted(attributes.items())))


def batch_get(keys: Iterable[Key]) -> dict[Key, Item]:
    """The items that exist among `keys`, strongly consistent, in one round trip per hundred.

    What DynamoDB leaves unprocessed is asked again, with growing pauses.
    """
    wanted = list(dict.fromkeys(keys))
    found: dict[Key, Item] = {}
    for start in range(0, len(wanted), BATCH):
        _batch_get(wanted[start : start + BATCH], found)
    return found


def _batch_get(wanted: list[Key], found: dict[Key, Item]) -> None:
    request: dict[str, Any] = {}
    for key in wanted:
        entry = request.setdefault(key.table, {"Keys": [], "ConsistentRead": True})
        entry["Keys"].append(to_item(dict(key.attributes)))
    names = {key.table: tuple(name for name, _ in key.attributes) for key in wanted}
    pause = 0.02
    while request:
        answer = client("dynamodb").batch_get_item(RequestItems=request)
        for table, items in answer["Responses"].items():
            for raw in items:
                item = from_item(raw)
                found[Key.of(table, **{name: item[name] for name in names[table]})] = item
        request = answer.get("UnprocessedKeys") or {}
        if request:
            time.sleep(random.uniform(0, pause))
            pause = min(pause * 2, 1.0)


def query(table: str, **arguments: Any) -> tuple[list[Item], Item | None]:
    """One page of a Query: plain items and the key to go on after."""
    answer = client("dynamodb").query(TableName=table, **arguments)
    last = answer.get("LastEvaluatedKey")
    return [from_item(raw) for raw in answer["Items"]], from_item(last) if last else None


def query_all(table: str, **arguments: Any) -> Iterator[Item]:
    """All pages of a Query, for partitions that are small by design."""
    while True:
        items, last = query(table, **arguments)
        yield from items
        if last is None:
            return
        arguments["ExclusiveStartKey"] = to_item(last)
