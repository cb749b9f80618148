"""What a point-in-time restore leaves out of a table, and what it is switched on by: the definition
that the deployment is made from."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from chalicelib.domain.errors import Invalid
from chalicelib.store.clients import client

Definition: TypeAlias = Mapping[str, Any]
"""The properties of an `AWS::DynamoDB::Table`."""


def check(name: str, definition: Definition) -> None:
    """Raises ClientError (ResourceNotFoundException) for a table there is not, Invalid for one that
    is another of the four, or whose indexes were not restored."""
    table = _described(name)
    found = _keys(table), _indexes(table)
    if found != (_keys(definition), _indexes(definition)):
        raise Invalid(f"{name} has other keys or indexes: is it another of the four tables?")


def switch_on(name: str, definition: Definition) -> None:
    """Expiry, backups and protection, as far as they are not on yet."""
    dynamodb = client("dynamodb")
    lifetime = definition.get("TimeToLiveSpecification")
    if lifetime is not None and not _expires(name):
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=lifetime)
    dynamodb.update_continuous_backups(
        TableName=name,
        PointInTimeRecoverySpecification=definition["PointInTimeRecoverySpecification"],
    )
    if not _described(name).get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=True)
        dynamodb.get_waiter("table_exists").wait(TableName=name)


def open_stream(name: str, definition: Definition) -> str:
    """The label of the table's stream, opened if it has none; empty where none is wanted."""
    wanted = definition.get("StreamSpecification")
    if wanted is None:
        return ""
    dynamodb = client("dynamodb")
    if not _described(name).get("StreamSpecification", {}).get("StreamEnabled"):
        dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": True, **wanted})
        dynamodb.get_waiter("table_exists").wait(TableName=name)
    return _described(name)["LatestStreamLabel"]


def _described(name: str) -> dict[str, Any]:
    return client("dynamodb").describe_table(TableName=name)["Table"]


def _expires(name: str) -> bool:
    answer = client("dynamodb").describe_time_to_live(TableName=name)
    return answer["TimeToLiveDescription"]["TimeToLiveStatus"] in ("ENABLED", "ENABLING")


def _keys(table: Definition) -> list[tuple[str, str]]:
    return [(one["AttributeName"], one["KeyType"]) for one in table["KeySchema"]]


def _indexes(table: Definition) -> set[str]:
    return {one["IndexName"] for one in table.get("GlobalSecondaryIndexes", ())}
