"""Counts of what was answered and changed nothing, by day, for operators to see."""

from datetime import date, datetime, timedelta

from chalicelib.store.clients import client
from chalicelib.store.codec import to_item
from chalicelib.store.receipts import receipt_id
from chalicelib.store.tables import Key, Tables, batch_get

KEPT = timedelta(days=35)


def _id(shop: str, day: date) -> str:
    return receipt_id("noted", shop, day.isoformat())


def note(tables: Tables, shop: str, code: str, *, now: datetime) -> None:
    """Count one delivery under a code. It may count twice what comes twice, as under a lost
    answer or a notification that SNS repeats; for operators that is good enough."""
    client("dynamodb").update_item(
        TableName=tables.receipts,
        Key=to_item({"id": _id(shop, now.date())}),
        UpdateExpression="SET expires_at = :end ADD #code :one",
        ExpressionAttributeNames={"#code": f"n_{code}"},
        ExpressionAttributeValues=to_item({":one": 1, ":end": int((now + KEPT).timestamp())}),
    )


def noted(tables: Tables, shop: str, day: date) -> dict[str, int]:
    """The counts of one UTC day, by code."""
    key = Key.of(tables.receipts, id=_id(shop, day))
    item = batch_get([key]).get(key, {})
    return {k.removeprefix("n_"): v for k, v in sorted(item.items()) if k.startswith("n_")}
