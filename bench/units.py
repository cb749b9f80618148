"""How DynamoDB counts: the size of an item, the units of a read and of a write."""

import math
from typing import Any

READ_BLOCK = 4096

COUNTED_BYTES = 700
"""Of an item of a list that is counted: a ticket's place in it, with its card."""

Typed = dict[str, Any]
"""An item in DynamoDB's own notation."""


def size_of(item: Typed) -> int:
    """Bytes of an item as DynamoDB bills them: its attributes' names and values."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def of_items(items: list[Typed], *, asked: int) -> float:
    """Units of a strongly consistent read of items by key; one that is not there costs as well."""
    found = sum(_blocks(size_of(item)) for item in items)
    return found + (asked - len(items))


def of_query(items: list[Typed], *, is_consistent: bool) -> float:
    """Units of a query: what it looked at, all together."""
    blocks = _blocks(sum(size_of(item) for item in items))
    return blocks if is_consistent else blocks / 2


def of_count(looked_at: int) -> float:
    """Units of a query that only counts, and so does not answer what it looked at."""
    return _blocks(looked_at * COUNTED_BYTES) / 2


def written(answer: Typed) -> tuple[float, float]:
    """Units of an answered write, as the emulator measures them: on tables and on indexes."""
    consumed: Any = answer.get("ConsumedCapacity") or []
    entries: list[Typed] = consumed if isinstance(consumed, list) else [consumed]
    total = sum(entry["CapacityUnits"] for entry in entries)
    indexes = sum(
        index["CapacityUnits"]
        for entry in entries
        for index in entry.get("GlobalSecondaryIndexes", {}).values()
    )
    return total - indexes, indexes


def refused(asked: Typed, answer: Typed) -> float:
    """Units of a write whose condition did not hold: it is paid all the same, here as if each
    item were small. Whatever else failed cost nothing."""
    match answer["Error"]["Code"]:
        case "ConditionalCheckFailedException":
            return 1
        case "TransactionCanceledException":
            return 2 * len(asked["TransactItems"])
        case _:
            return 0


def _blocks(size: int) -> int:
    return max(1, math.ceil(size / READ_BLOCK))


def _size(value: Typed) -> int:
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "N":
            return math.ceil(len(held.strip("-").replace(".", "")) / 2) + 1
        case "L":
            return 3 + sum(1 + _size(one) for one in held)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _size(one) for name, one in held.items())
        case "SS":
            return sum(len(one.encode()) for one in held)
        case _:
            return 1
