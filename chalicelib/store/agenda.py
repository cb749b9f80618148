"""The agenda table: lanes and shards, claims by lease, retries, and what is parked dead.

`due_at` is in domain time (the local stack may move it forward); a lease is in real time.
"""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.agenda import Cancel, Entry, Lane
from chalicelib.store.clients import client
from chalicelib.store.codec import from_item, to_item
from chalicelib.store.keys import stamp
from chalicelib.store.tables import Item, Key, Tables, batch_get, query

SHARDS = 4
LEASE_SECONDS = 90
"""Longer than a function may run, so that two runs of an entry never overlap."""

HELD = "lease = :lease AND attribute_not_exists(cancelled)"
"""What a run's own commit is conditional on."""

_TOMBSTONE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Due:
    """An entry as the `due` index shows it: enough to claim it."""

    id: str
    shop: str
    generation: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """An entry that one worker holds until its lease ends."""

    item: Item
    lease: str

    @property
    def id(self) -> str:
        return self.item["id"]

    @property
    def shop(self) -> str:
        return self.item["shop"]

    @property
    def kind(self) -> str:
        return self.item["kind"]

    @property
    def generation(self) -> int:
        return self.item["generation"]

    @property
    def due_at(self) -> datetime:
        return datetime.fromisoformat(self.item["due_at"])

    @property
    def attempts(self) -> int:
        """How often it was claimed since it was put, this time included."""
        return self.item["attempts"]

    @property
    def correlation(self) -> str:
        return self.item.get("correlation", "")

    @property
    def entry(self) -> Entry:
        """What is to be done. Raises ValueError for what this release cannot read."""
        return read(self.item)


def lane_key(lane: str, entry_id: str) -> str:
    shard = hashlib.sha256(entry_id.encode()).digest()[0] % SHARDS
    return f"{lane}#{shard}"


def dead_lane(shop: str) -> str:
    return f"dead#{shop}"


def put_action(tables: Tables, entry: Entry, *, at: datetime, correlation: str) -> dict[str, Any]:
    """Add or replace an entry. A new generation takes any lease away from who held it."""
    values: Item = {
        ":shop": entry.shop,
        ":kind": entry.kind,
        ":subject": entry.subject,
        ":key": entry.key,
        ":lane": lane_key(entry.lane, entry.id),
        ":home": str(entry.lane),
        ":due": stamp(entry.due_at),
        ":data": entry.data,
        ":correlation": correlation,
        ":zero": 0,
        ":one": 1,
    }
    mark = ""
    if entry.due_at <= at:
        # The stream runs marked entries at once; a claim takes the mark away.
        values[":now"] = "1"
        mark = ", run_now = :now"
    return {
        "Update": {
            "TableName": tables.agenda,
            "Key": to_item({"id": entry.id}),
            "UpdateExpression": (
                "SET shop = :shop, kind = :kind, subject = :subject, entry_key = :key,"
                " lane = :lane, home_lane = :home, due_at = :due, #data = :data,"
                " correlation = :correlation, attempts = :zero,"
                f" generation = if_not_exists(generation, :zero) + :one{mark}"
                " REMOVE lease, lease_until, cancelled, last_error, expires_at"
                + ("" if mark else ", run_now")
            ),
            "ExpressionAttributeNames": {"#data": "data"},
            "ExpressionAttributeValues": to_item(values),
        }
    }


def cancel_action(tables: Tables, cancel: Cancel, *, at: datetime) -> dict[str, Any]:
    """Take an entry out of its lane. What stays is a mark for a run that has begun, for a week."""
    return {
        "Update": {
            "TableName": tables.agenda,
            "Key": to_item({"id": cancel.id}),
            "UpdateExpression": (
                "SET cancelled = :yes, expires_at = :end, shop = :shop, kind = :kind"
                " REMOVE lane, due_at, run_now"
            ),
            "ExpressionAttributeValues": to_item(
                {
                    ":yes": True,
                    ":end": int((at + _TOMBSTONE).timestamp()),
                    ":shop": cancel.shop,
                    ":kind": cancel.kind,
                }
            ),
        }
    }


def finish_action(tables: Tables, claimed: Claimed) -> dict[str, Any]:
    """Done, as part of the run's own transaction."""
    return {
        "Delete": {
            "TableName": tables.agenda,
            "Key": to_item({"id": claimed.id}),
            # Fails when the lease ran out and another worker took over, a new generation replaced
            # the entry, or it was cancelled meanwhile: then this run must have no effect.
            "ConditionExpression": HELD,
            "ExpressionAttributeValues": to_item({":lease": claimed.lease}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def due(
    tables: Tables, lane: str, *, now: datetime, limit: int, after: Item | None
) -> tuple[list[Due], Item | None]:
    """One page of a lane, oldest first. That an entry is leased shows when it is claimed: the
    index does not know, so that claiming costs nothing there."""
    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}
    items, last = query(
        tables.agenda,
        IndexName="due",
        KeyConditionExpression="lane = :lane AND due_at <= :now",
        ExpressionAttributeValues=to_item({":lane": lane, ":now": stamp(now)}),
        Limit=limit,
        **arguments,
    )
    return [Due(item["id"], item["shop"], item["generation"]) for item in items], last


def oldest_due(tables: Tables, lane: Lane, *, now: datetime) -> datetime | None:
    """When what has waited longest in a lane, of any shop, was due; None if nothing is."""
    found: list[str] = []
    for shard in range(SHARDS):
        items, _ = query(
            tables.agenda,
            IndexName="due",
            KeyConditionExpression="lane = :lane AND due_at <= :now",
            ExpressionAttributeValues=to_item({":lane": f"{lane}#{shard}", ":now": stamp(now)}),
            Limit=1,
        )
        found += [item["due_at"] for item in items]
    return datetime.fromisoformat(min(found)) if found else None


def standing(tables: Tables, ids: Iterable[str]) -> set[str]:
    """Which of these entries are there and not cancelled, whatever their lane."""
    keys = {Key.of(tables.agenda, id=one): one for one in ids}
    return {keys[key] for key, item in batch_get(keys).items() if "lane" in item}


def claim(tables: Tables, due: Due, *, now: datetime, lease: str) -> Claimed | None:
    """Take an entry for this worker alone; None if it is taken, replaced, cancelled or gone."""
    real_now = int(time.time())
    try:
        answer = client("dynamodb").update_item(
            TableName=tables.agenda,
            Key=to_item({"id": due.id}),
            UpdateExpression=(
                "SET lease = :lease, lease_until = :until, attempts = attempts + :one"
                " REMOVE run_now"
            ),
            # Fails for whoever comes second: the index that showed the entry may lag behind.
            ConditionExpression=(
                "generation = :generation AND due_at <= :now AND attribute_exists(lane)"
                " AND NOT begins_with(lane, :dead)"
                " AND (attribute_not_exists(lease_until) OR lease_until < :real_now)"
            ),
            ExpressionAttributeValues=to_item(
                {
                    ":lease": lease,
                    ":until": real_now + LEASE_SECONDS,
                    ":one": 1,
                    ":generation": due.generation,
                    ":now": stamp(now),
                    ":dead": "dead#",
                    ":real_now": real_now,
                }
            ),
            ReturnValues="ALL_NEW",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return None
        raise
    return Claimed(from_item(answer["Attributes"]), lease)


def finish(tables: Tables, claimed: Claimed) -> None:
    """Done without changing anything else; silently nothing if the lease was lost."""
    _if_held(
        client("dynamodb").delete_item,
        TableName=tables.agenda,
        Key=to_item({"id": claimed.id}),
        ConditionExpression="lease = :lease",
        ExpressionAttributeValues=to_item({":lease": claimed.lease}),
    )


def postpone(
    tables: Tables, claimed: Claimed, *, until: datetime, error: str, attempts: int
) -> None:
    """Give the entry back, to be tried again at `until`; `attempts` is how many have failed."""
    _if_held(
        client("dynamodb").update_item,
        TableName=tables.agenda,
        Key=to_item({"id": claimed.id}),
        UpdateExpression=(
            "SET due_at = :due, last_error = :error, attempts = :attempts REMOVE lease, lease_until"
        ),
        ConditionExpression="lease = :lease AND attribute_exists(lane)",
        ExpressionAttributeValues=to_item(
            {
                ":due": stamp(until),
                ":error": error,
                ":attempts": attempts,
                ":lease": claimed.lease,
            }
        ),
    )


def park(tables: Tables, claimed: Claimed, *, error: str) -> None:
    """Out of attempts: into the shop's dead lane, with the error, until somebody looks."""
    _if_held(
        client("dynamodb").update_item,
        TableName=tables.agenda,
        Key=to_item({"id": claimed.id}),
        UpdateExpression="SET lane = :dead, last_error = :error REMOVE lease, lease_until",
        ConditionExpression="lease = :lease AND attribute_exists(lane)",
        ExpressionAttributeValues=to_item(
            {":dead": dead_lane(claimed.shop), ":error": error, ":lease": claimed.lease}
        ),
    )


def dead(
    tables: Tables, shop: str, *, limit: int, after: Item | None
) -> tuple[list[Item], Item | None]:
    """A shop's dead entries, oldest due first, whole."""
    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}
    items, last = query(
        tables.agenda,
        IndexName="due",
        KeyConditionExpression="lane = :lane",
        ExpressionAttributeValues=to_item({":lane": dead_lane(shop)}),
        Limit=limit,
        **arguments,
    )
    keys = [Key.of(tables.agenda, id=item["id"]) for item in items]
    whole = batch_get(keys)
    return [whole[key] for key in keys if key in whole], last


def revive(tables: Tables, shop: str, entry_id: str, *, now: datetime) -> Item | None:
    """Put a dead entry back into its lane, due now. One that is there and due, or at work, stays
    as it is; None if this shop has neither."""
    item = _entry(tables, entry_id)
    if item is None or item.get("lane") != dead_lane(shop):
        return item if item and _waits(item, shop, now) else None
    try:
        answer = client("dynamodb").update_item(
            TableName=tables.agenda,
            Key=to_item({"id": entry_id}),
            UpdateExpression=(
                "SET lane = :lane, due_at = :now, attempts = :zero, run_now = :mark,"
                " generation = generation + :one"
            ),
            # Fails when another operator revived it first.
            ConditionExpression="lane = :dead",
            ExpressionAttributeValues=to_item(
                {
                    ":lane": lane_key(Lane(item["home_lane"]), entry_id),
                    ":now": stamp(now),
                    ":zero": 0,
                    ":one": 1,
                    ":mark": "1",
                    ":dead": dead_lane(shop),
                }
            ),
            ReturnValues="ALL_NEW",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        revived = _entry(tables, entry_id)
        return revived if revived and _waits(revived, shop, now) else None
    return from_item(answer["Attributes"])


def _entry(tables: Tables, entry_id: str) -> Item | None:
    key = Key.of(tables.agenda, id=entry_id)
    return batch_get([key]).get(key)


def _waits(item: Item, shop: str, now: datetime) -> bool:
    """Whether an entry of the shop is in its lane and due or at work; one that is cancelled, dead
    or withheld is not."""
    is_open = item.get("lane", "").partition("#")[0] in {*Lane}
    # Whoever revived it a moment ago may have looked at the clock later than we did.
    is_due = "run_now" in item or "lease" in item or item.get("due_at", "") <= stamp(now)
    return item.get("shop") == shop and is_open and is_due


def read(item: Item) -> Entry:
    """The entry in an item."""
    return Entry(
        shop=item["shop"],
        kind=item["kind"],
        subject=item["subject"],
        key=item.get("entry_key", ""),
        lane=Lane(item["home_lane"]),
        due_at=item["due_at"],
        data=item.get("data", {}),
    )


def _if_held(write: Any, **arguments: Any) -> None:
    try:
        write(**arguments)
    except ClientError as error:
        # The lease was lost: whoever holds the entry now decides what becomes of it.
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
