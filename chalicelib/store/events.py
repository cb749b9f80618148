"""The events table: append, a subject's trail, a customer's timeline, an hour's buckets."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.domain.events import ActorKind, Event
from chalicelib.store.codec import to_item
from chalicelib.store.keys import partition, stamp
from chalicelib.store.tables import Item, Tables, query, query_all

SHARDS = 4
"""Partitions of an hour's bucket. Rollups keep the count they were made with beside them."""

LOOKED_AT = 100
"""How many events of a bucket are looked through at a time."""
COMES_ALONG = ("promise.", "message.sent", "message.delivered")
"""How events are called that come along with an act of their subject, or tell that a message went
the way it should: its trail has them, the customer's timeline does without."""

_KEYS = frozenset({"pk", "sk", "hpk", "hsk", "cpk", "csk"})


def hour_of(moment: datetime) -> str:
    """The UTC hour an event is counted in, such as `2026-11-23T08`."""
    return moment.strftime("%Y-%m-%dT%H")


def put_action(tables: Tables, event: Event) -> dict[str, Any]:
    """Append one event. Its key is the subject's version, so a version tells its facts once."""
    sort = f"{event.version:08d}#{event.ordinal:03d}"
    shard = hashlib.sha256(event.subject.encode()).digest()[0] % SHARDS
    item: Item = {
        **event.model_dump(mode="json", exclude_none=True),
        "pk": partition(event.shop, event.subject),
        "sk": sort,
        "hpk": f"{event.shop}#{hour_of(event.at)}#{shard}",
        "hsk": f"{stamp(event.at)}#{event.subject}#{sort}",
    }
    if event.customer is not None and not event.type.startswith(COMES_ALONG):
        item["cpk"] = f"{event.shop}#{event.customer}"
        item["csk"] = f"{stamp(event.at)}#{event.subject}#{sort}"
    return {
        "Put": {
            "TableName": tables.events,
            "Item": to_item(item),
            # Fails when this version was told already; its record's condition fails with it.
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def read(item: Item) -> Event:
    """The event in an item or in a stream's new image."""
    return Event.model_validate({k: v for k, v in item.items() if k not in _KEYS})


def trail(
    tables: Tables, shop: str, subject: str, *, limit: int, after: Item | None
) -> tuple[list[Event], Item | None]:
    """What happened to one subject, oldest first."""
    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}
    items, last = query(
        tables.events,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=to_item({":pk": partition(shop, subject)}),
        Limit=limit,
        **arguments,
    )
    return [read(item) for item in items], last


def history(
    tables: Tables, shop: str, subject: str, *, limit: int, after: Item | None
) -> tuple[list[Event], Item | None]:
    """What happened to one subject, newest first."""
    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}
    items, last = query(
        tables.events,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=to_item({":pk": partition(shop, subject)}),
        ScanIndexForward=False,
        Limit=limit,
        **arguments,
    )
    return [read(item) for item in items], last


def timeline(
    tables: Tables, shop: str, customer: str, *, limit: int, after: Item | None
) -> tuple[list[Event], Item | None]:
    """What happened to one customer over all subjects, newest first, without what was promised
    about it and how that was kept, and without how well each message went."""
    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}
    items, last = query(
        tables.events,
        IndexName="customer",
        KeyConditionExpression="cpk = :pk",
        ExpressionAttributeValues=to_item({":pk": f"{shop}#{customer}"}),
        ScanIndexForward=False,
        Limit=limit,
        **arguments,
    )
    return [read(item) for item in items], last


def of_hour(tables: Tables, shop: str, hour: str) -> Iterator[Event]:
    """Everything that happened in one UTC hour of a shop; within a shard by time."""
    for shard in range(SHARDS):
        yield from of_partition(tables, shop, hour, shard)


def of_partition(tables: Tables, shop: str, hour: str, shard: int) -> Iterator[Event]:
    """What lies in one of the partitions of an hour, by time."""
    return _of_shard(tables, f"{shop}#{hour}#{shard}", {})


def by_platform(tables: Tables, shop: str, hour: str) -> Iterator[Event]:
    """What the shop's own system told in one UTC hour; read as far as it is asked for."""
    for shard in range(SHARDS):
        yield from _of_shard(
            tables,
            f"{shop}#{hour}#{shard}",
            {":platform": ActorKind.SHOP},
            FilterExpression="begins_with(actor, :platform)",
            Limit=LOOKED_AT,
        )


def _of_shard(
    tables: Tables, bucket: str, values: dict[str, Any], **arguments: Any
) -> Iterator[Event]:
    found = query_all(
        tables.events,
        IndexName="hour",
        KeyConditionExpression="hpk = :pk",
        ExpressionAttributeValues=to_item({":pk": bucket, **values}),
        **arguments,
    )
    return map(read, found)
