"""Reading the records table: by key, by partition, by list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from chalicelib.domain.records import Record
from chalicelib.store.clients import client
from chalicelib.store.codec import read, to_item
from chalicelib.store.keys import NEVER, key_of, partition, stamp
from chalicelib.store.listings import index_attributes
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
class Stretch:
    """A part of a list by due time: what its sort keys are compared with, and how."""

    comparison: Literal["<", ">="]
    edge: str

    def holds(self, sort: str) -> bool:
        """Whether a sort key lies in it."""
        return sort < self.edge if self.comparison == "<" else sort >= self.edge


NEVER_DUE = Stretch(">=", NEVER)
"""What owes nothing by any time."""


def due_by(moment: datetime) -> Stretch:
    """What is due by a time, that very moment too."""
    # Behind the time stands the id.
    return Stretch("<", f"{stamp(moment)}$")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `after` is where the next one starts, None at the end."""

    cards: list[Card]
    after: Item | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record stands in a list: its card there, and from where a page goes on behind it."""

    card: Card
    key: Item


def place_in(record: Record, index: int, name: str) -> Standing | None:
    """Where a record that was read stands in a list; None if it does not."""
    listed = index_attributes(record)
    if listed.get(f"g{index}pk") != f"{record.shop}#{name}":
        return None
    pk, sk = key_of(record)
    places = {f"g{index}{part}": listed[f"g{index}{part}"] for part in ("pk", "sk")}
    card = Card(record.kind, record.id, listed[f"g{index}sk"], listed["card"])
    return Standing(card, {"pk": pk, "sk": sk, **places})


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
    stretch: Stretch | None = None,
) -> Page:
    """One page of a list, or of a stretch of it, by its sort key."""
    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}
    items, last = query(
        tables.records,
        **_of_list(shop, index, name, stretch),
        ScanIndexForward=not backwards,
        Limit=limit,
        **arguments,
    )
    cards = [
        Card(item["kind"], item["id"], item[f"g{index}sk"], item.get("card", {})) for item in items
    ]
    return Page(cards, last)


def count(
    tables: Tables, shop: str, *, index: int, name: str, stretch: Stretch | None = None
) -> int:
    """How many stand in a list, or in a stretch of it; at most `MOST_COUNTED`."""
    answer = client("dynamodb").query(
        TableName=tables.records,
        **_of_list(shop, index, name, stretch),
        Select="COUNT",
        Limit=MOST_COUNTED,
    )
    return answer["Count"]


def _of_list(shop: str, index: int, name: str, stretch: Stretch | None) -> dict[str, Any]:
    """What a Query is told of the list it reads."""
    condition, names = "#pk = :pk", {"#pk": f"g{index}pk"}
    values: Item = {":pk": f"{shop}#{name}"}
    if stretch is not None:
        condition += f" AND #sk {stretch.comparison} :edge"
        names["#sk"] = f"g{index}sk"
        values[":edge"] = stretch.edge
    return {
        "IndexName": f"list{index}",
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": to_item(values),
    }
