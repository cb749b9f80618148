"""Reading the records table: by key, by partition, by list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.domain.records import Record
from chalicelib.store.clients import client
from chalicelib.store.codec import read, to_item
from chalicelib.store.keys import NEVER, partition, stamp
from chalicelib.store.tables import Item, Key, Tables, query, query_all

R = TypeVar("R", bound=Record)

MOST_COUNTED = 500
"""How far a list is counted: what it costs does not grow beyond."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of a record without reading it."""

    kind: str
    id: str
    sort: str
    card: Item

    @property
    def due_at(self) -> datetime | None:
        """By when something is owed, in a list by due time; None for what is never due."""
        due = self.sort.partition("#")[0]
        return None if due == NEVER else datetime.fromisoformat(due)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `after` is where the next one starts, None at the end."""

    cards: list[Card]
    after: Item | None


def key(
    tables: Tables, shop: str, kind: type[Record], record_id: str, part_of: str | None = None
) -> Key:
    """The key of a record, by kind and id, or beside the record it is part of."""
    if part_of is None:
        return Key.of(tables.records, pk=partition(shop, record_id), sk=kind.kind)
    return Key.of(tables.records, pk=partition(shop, part_of), sk=f"{kind.kind}#{record_id}")


def family(
    tables: Tables, shop: str, record_id: str, kinds: tuple[type[Record], ...]
) -> list[Record]:
    """Every record of the given kinds in one partition, in the order of their sort keys."""
    by_kind = {kind.kind: kind for kind in kinds}
    return [
        read(by_kind[item["kind"]], item)
        for item in query_all(
            tables.records,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": partition(shop, record_id)}),
            ConsistentRead=True,
        )
        if item["kind"] in by_kind
    ]


def list_page(
    tables: Tables,
    shop: str,
    *,
    index: int,
    name: str,
    limit: int,
    after: Item | None,
    backwards: bool,
) -> Page:
    """One page of a list by its sort key."""
    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}
    items, last = query(
        tables.records,
        IndexName=f"list{index}",
        KeyConditionExpression="#pk = :pk",
        ExpressionAttributeNames={"#pk": f"g{index}pk"},
        ExpressionAttributeValues=to_item({":pk": f"{shop}#{name}"}),
        ScanIndexForward=not backwards,
        Limit=limit,
        **arguments,
    )
    cards = [
        Card(item["kind"], item["id"], item[f"g{index}sk"], item.get("card", {})) for item in items
    ]
    return Page(cards, last)


def count(
    tables: Tables, shop: str, *, index: int, name: str, due_by: datetime | None = None
) -> int:
    """How many stand in a list, those due by a time only if one is given; at most
    `MOST_COUNTED`."""
    condition = "#pk = :pk"
    values: Item = {":pk": f"{shop}#{name}"}
    names = {"#pk": f"g{index}pk"}
    if due_by is not None:
        condition += " AND #sk < :after"
        names["#sk"] = f"g{index}sk"
        # Behind the time stands the id: what is due at that very moment counts too.
        values[":after"] = f"{stamp(due_by)}$"
    answer = client("dynamodb").query(
        TableName=tables.records,
        IndexName=f"list{index}",
        KeyConditionExpression=condition,
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=to_item(values),
        Select="COUNT",
        Limit=MOST_COUNTED,
    )
    return answer["Count"]
