"""What somebody is still filling in: kept beside the receipts, and gone by itself."""

from datetime import datetime, timedelta

from chalicelib.store.clients import client
from chalicelib.store.codec import to_item
from chalicelib.store.receipts import receipt_id
from chalicelib.store.tables import Key, Tables

LIFETIME = timedelta(days=1)
"""After what was last typed."""


def key(tables: Tables, shop: str, subject: str) -> Key:
    return Key.of(tables.receipts, id=receipt_id("draft", shop, subject))


def keep(tables: Tables, shop: str, subject: str, *, name: str, typed: str, now: datetime) -> None:
    """Keep what is typed about a subject, in place of what was kept before: one write, outside
    any transaction, since nothing is decided by it."""
    values = {
        **dict(key(tables, shop, subject).attributes),
        "name": name,
        "typed": typed,
        "expires_at": int((now + LIFETIME).timestamp()),
    }
    client("dynamodb").put_item(TableName=tables.receipts, Item=to_item(values))


def forget(tables: Tables, shop: str, subject: str) -> None:
    """Let go of what was typed about a subject, if anything was."""
    at = dict(key(tables, shop, subject).attributes)
    client("dynamodb").delete_item(TableName=tables.receipts, Key=to_item(at))
