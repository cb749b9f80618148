"""Between records and DynamoDB items. Whole numbers stay whole; floats are refused."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from chalicelib.domain.records import Record

R = TypeVar("R", bound=Record)


@cache
def _serialize() -> Callable[[Any], dict[str, Any]]:
    # boto3 is slow to import, and nothing is written before a client is made.
    from boto3.dynamodb.types import TypeSerializer

    serializer: Any = TypeSerializer()
    return serializer.serialize


@cache
def _deserialize() -> Callable[[Any], Any]:
    from boto3.dynamodb.types import TypeDeserializer

    deserializer: Any = TypeDeserializer()
    return deserializer.deserialize


STORE_ATTRIBUTES = frozenset(
    {"pk", "sk", "kind", "schema", "card"}
    | {f"g{n}{part}" for n in "1234" for part in ("pk", "sk")}
)
"""What the store adds to a record's own fields."""


def to_item(values: dict[str, Any]) -> dict[str, Any]:
    """Plain values -> DynamoDB's typed attributes. Absent and None are the same."""
    serialize = _serialize()
    return {k: serialize(v) for k, v in values.items() if v is not None}


def from_item(item: dict[str, Any]) -> dict[str, Any]:
    """DynamoDB's typed attributes -> plain values, numbers as int or Decimal."""
    deserialize = _deserialize()
    return {k: _plain(deserialize(v)) for k, v in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, list):
        return [_plain(v) for v in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value


def fields_of(record: Record) -> dict[str, Any]:
    """A record's own fields as they are stored, with what an older or newer release added."""
    return {**record.unknown, **record.model_dump(mode="json")}


def read(kind: type[R], values: dict[str, Any]) -> R:
    """The record in an item, remembering its stored version and the attributes it does not know."""
    known = kind.model_fields.keys()
    unknown = {k: v for k, v in values.items() if k not in known and k not in STORE_ATTRIBUTES}
    # What is None is not stored, so what is missing was None.
    absent = {name: None for name, field in kind.model_fields.items() if field.is_required()}
    given = {k: v for k, v in values.items() if k in known}
    record = kind.model_validate({**absent, **given})
    return record.mark_stored(record.version, unknown)
