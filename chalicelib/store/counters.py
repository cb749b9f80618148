"""Counts of what was answered and changed nothing, by day, for operators to see."""

from datetime import date, datetime, timedelta

from botocore.exceptions import ClientError

from chalicelib.store.clients import client
from chalicelib.store.codec import to_item
from chalicelib.store.receipts import receipt_id
from chalicelib.store.tables import Key, Tables, batch_get

KEPT = timedelta(days=35)
MOST = 10_000
"""How far one code is counted in a day."""


def _id(shop: str, day: date) -> str:
    return receipt_id("noted", shop, day.isoformat())


def note(tables: Tables, shop: str, code: str, *, now: datetime) -> bool:
    """Count one delivery under a code; False once the day's count is as high as it goes. It may
    count twice what comes twice, as under a lost answer or a notification that SNS repeats; for
    operators that is good enough."""
    try:
        client("dynamodb").update_item(
            TableName=tables.receipts,
            Key=to_item({"id": _id(shop, now.date())}),
            UpdateExpression="SET expires_at = :end ADD #code :one",
            # Fails when the day's count is full.
            ConditionExpression="attribute_not_exists(#code) OR #code < :most",
            ExpressionAttributeNames={"#code": f"n_{code}"},
            ExpressionAttributeValues=to_item(
                {":one": 1, ":most": MOST, ":end": int((now + KEPT).timestamp())}
            ),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True


def noted(tables: Tables, shop: str, day: date) -> dict[str, int]:
    """The counts of one UTC day, by code."""
    key = Key.of(tables.receipts, id=_id(shop, day))
    item = batch_get([key]).get(key, {})
    return {k.removeprefix("n_"): v for k, v in sorted(item.items()) if k.startswith("n_")}
