"""Entries that are withheld after a restore: out of their lanes, until somebody lets them run or
gives them up. They keep their due time, and lie in shards of their own of the same index."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.agenda import Lane
from chalicelib.store.agenda import LEASE_SECONDS, SHARDS, Claimed, dead_lane, lane_key
from chalicelib.store.clients import client
from chalicelib.store.codec import from_item, to_item
from chalicelib.store.keys import stamp
from chalicelib.store.tables import Item, Key, Tables, batch_get, query_all

WITHHELD = "withheld"
_LOOKED_UP = 100
"""How many entries of a list are read at a time."""
_RESTORED = "switch#restored"
_IN_HAND = (
    "begins_with(lane, :withheld)"
    " AND (attribute_not_exists(lease_until) OR lease_until < :real_now)"
)
"""What every write on a withheld entry is conditional on: another operator may have let it go, or
is giving it up."""


@dataclass(frozen=True, slots=True)
class Restored:
    """These tables stand as they stood at `to`; what was due by `until` may have been done."""

    to: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry in a lane, or withheld from it."""

    id: str
    shop: str
    kind: str
    subject: str
    home_lane: str
    due_at: datetime
    generation: int


def note_restored(tables: Tables, restored: Restored) -> None:
    """Remember that these tables were restored."""
    values = {"id": _RESTORED, "to": stamp(restored.to), "until": stamp(restored.until)}
    client("dynamodb").put_item(TableName=tables.agenda, Item=to_item(values))


def restored(tables: Tables) -> Restored | None:
    """What is remembered of a restore that has not been ended."""
    key = Key.of(tables.agenda, id=_RESTORED)
    item = batch_get([key]).get(key)
    if item is None:
        return None
    return Restored(datetime.fromisoformat(item["to"]), datetime.fromisoformat(item["until"]))


def end_restore(tables: Tables) -> None:
    client("dynamodb").delete_item(TableName=tables.agenda, Key=to_item({"id": _RESTORED}))


def in_lanes(tables: Tables) -> Iterator[Waiting]:
    """Every entry that waits in a lane, whenever it is due."""
    for lane in Lane:
        yield from _in(tables, lane)


def dead_of(tables: Tables, shop: str) -> Iterator[Waiting]:
    """A shop's dead entries."""
    return _listed(tables, dead_lane(shop))


def withheld(tables: Tables) -> Iterator[Waiting]:
    """Every withheld entry, within a shard the oldest first."""
    return _in(tables, WITHHELD)


def withhold(tables: Tables, entry_id: str, generation: int) -> bool:
    """Take an entry out of its lane, or from among the dead; False if it was replaced, cancelled
    or done meanwhile."""
    taken_out = _changed(
        tables,
        entry_id,
        UpdateExpression=(
            "SET lane = :withheld, generation = generation + :one"
            " REMOVE lease, lease_until, run_now"
        ),
        ConditionExpression="generation = :generation AND attribute_exists(lane)",
        ExpressionAttributeValues=to_item(
            {":withheld": lane_key(WITHHELD, entry_id), ":one": 1, ":generation": generation}
        ),
    )
    return taken_out is not None


def release(tables: Tables, waiting: Waiting, *, due_at: datetime) -> bool:
    """Put a withheld entry back into its lane, due then, with all its attempts; False if it is not
    withheld any more, or is taken."""
    released = _changed(
        tables,
        waiting.id,
        UpdateExpression=(
            "SET lane = :lane, due_at = :due, attempts = :zero, run_now = :mark,"
            " generation = generation + :one"
        ),
        ConditionExpression=_IN_HAND,
        ExpressionAttributeValues=to_item(
            {
                ":lane": lane_key(waiting.home_lane, waiting.id),
                ":due": stamp(due_at),
                ":zero": 0,
                ":one": 1,
                ":mark": "1",
                ":real_now": int(time.time()),
                ":withheld": WITHHELD,
            }
        ),
    )
    return released is not None


def claim(tables: Tables, entry_id: str, *, lease: str) -> Claimed | None:
    """Take a withheld entry to give it up; None if it is not withheld any more, or is taken."""
    real_now = int(time.time())
    item = _changed(
        tables,
        entry_id,
        UpdateExpression="SET lease = :lease, lease_until = :until",
        ConditionExpression=_IN_HAND,
        ExpressionAttributeValues=to_item(
            {
                ":lease": lease,
                ":until": real_now + LEASE_SECONDS,
                ":real_now": real_now,
                ":withheld": WITHHELD,
            }
        ),
    )
    return Claimed(item, lease) if item is not None else None


def _in(tables: Tables, lane: str) -> Iterator[Waiting]:
    for shard in range(SHARDS):
        yield from _listed(tables, f"{lane}#{shard}")


def _listed(tables: Tables, lane: str) -> Iterator[Waiting]:
    shown = query_all(
        tables.agenda,
        IndexName="due",
        KeyConditionExpression="lane = :lane",
        ExpressionAttributeValues=to_item({":lane": lane}),
    )
    while some := list(islice(shown, _LOOKED_UP)):
        keys = [Key.of(tables.agenda, id=item["id"]) for item in some]
        found = batch_get(keys)
        yield from (_waiting(found[key]) for key in keys if "lane" in found.get(key, ()))


def _waiting(item: Item) -> Waiting:
    return Waiting(
        id=item["id"],
        shop=item["shop"],
        kind=item["kind"],
        subject=item["subject"],
        home_lane=item["home_lane"],
        due_at=datetime.fromisoformat(item["due_at"]),
        generation=item["generation"],
    )


def _changed(tables: Tables, entry_id: str, **update: Any) -> Item | None:
    """The item after a conditional update; None if its condition fails."""
    try:
        answer = client("dynamodb").update_item(
            TableName=tables.agenda,
            Key=to_item({"id": entry_id}),
            ReturnValues="ALL_NEW",
            **update,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return None
    return from_item(answer["Attributes"])
