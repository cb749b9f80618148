"""What has been handled already: deliveries, idempotency keys, nonces, and rate buckets."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.store.clients import client
from chalicelib.store.codec import to_item
from chalicelib.store.tables import Item, Key, Tables


@dataclass(frozen=True, slots=True)
class Receipt:
    """Makes a repeat of one request harmless. It never holds a body.

    `body_hash` tells a repeat from another request under the same key.
    """

    id: str
    body_hash: str
    lifetime: timedelta

    def key(self, tables: Tables) -> Key:
        return Key.of(tables.receipts, id=self.id)


def receipt_id(*parts: str) -> str:
    """An id that says nothing about what it stands for."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def is_alive(item: Item | None, now: datetime) -> bool:
    """DynamoDB deletes expired items late, so expiry is looked at as well."""
    return item is not None and item["expires_at"] > now.timestamp()


def put_action(
    tables: Tables, receipt: Receipt, *, commit_id: str, resource: Item, now: datetime
) -> dict[str, Any]:
    """The transaction's part that writes the receipt."""
    values = {
        "id": receipt.id,
        "body_hash": receipt.body_hash,
        "commit": commit_id,
        "expires_at": int((now + receipt.lifetime).timestamp()),
        **resource,
    }
    return {
        "Put": {
            "TableName": tables.receipts,
            "Item": to_item(values),
            # Fails when the same request was handled already: its receipt is then the answer.
            "ConditionExpression": "attribute_not_exists(id) OR expires_at <= :now",
            "ExpressionAttributeValues": to_item({":now": int(now.timestamp())}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def take(tables: Tables, bucket: str, *, limit: int, window: timedelta, now: datetime) -> bool:
    """Count one use of a rate bucket; False when `limit` uses in this `window` are spent.

    One write, outside any transaction, on an item that only this bucket's users share.
    """
    seconds = int(window.total_seconds())
    start = int(now.timestamp()) // seconds * seconds
    try:
        client("dynamodb").update_item(
            TableName=tables.receipts,
            Key=to_item({"id": receipt_id("rate", bucket, str(start))}),
            UpdateExpression="SET expires_at = :end ADD used :one",
            # Fails when the bucket is empty.
            ConditionExpression="attribute_not_exists(used) OR used < :limit",
            ExpressionAttributeValues=to_item(
                {":one": 1, ":limit": limit, ":end": start + 2 * seconds}
            ),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True
