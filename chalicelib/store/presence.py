"""Who reads what at this moment: one item for what is read, with everybody's time in it."""

from datetime import datetime, timedelta

from chalicelib.store.clients import client
from chalicelib.store.codec import from_item, to_item
from chalicelib.store.receipts import receipt_id
from chalicelib.store.tables import Tables

SEEN_FOR = timedelta(seconds=60)
"""How long somebody counts as reading after they were last seen."""


def seen_reading(
    tables: Tables, shop: str, subject: str, staff_id: str, *, now: datetime
) -> list[str]:
    """Note that somebody reads it, and give the ids of the others who do: one write."""
    until = int((now + SEEN_FOR).timestamp())
    answer = client("dynamodb").update_item(
        TableName=tables.receipts,
        Key=to_item({"id": receipt_id("presence", shop, subject)}),
        UpdateExpression="SET #me = :until, expires_at = :until",
        ExpressionAttributeNames={"#me": staff_id},
        ExpressionAttributeValues=to_item({":until": until}),
        ReturnValues="ALL_NEW",
    )
    others = from_item(answer["Attributes"])
    now_seconds = int(now.timestamp())
    return sorted(
        name
        for name, seen_until in others.items()
        if name not in ("id", "expires_at", staff_id) and seen_until > now_seconds
    )
