"""A point-in-time restore as AWS does it: the items of a moment, in new tables without streams,
expiry, backups or protection."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TypeAlias

import pytest

from chalicelib.cli_restore import definitions
from chalicelib.services.house import house
from chalicelib.store.clients import client
from chalicelib.store.tables import Tables
from tests.stage import forget_process_state

Copy: TypeAlias = dict[str, list[dict[str, Any]]]
"""The items of the four tables at one moment, by table."""

_RESTORED = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def copied() -> Copy:
    """What the tables hold now."""
    names = asdict(house().tables)
    return {table: list(everything(name)) for table, name in names.items()}


def everything(table: str) -> Iterator[dict[str, Any]]:
    for page in client("dynamodb").get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def restored(copy: Copy) -> Tables:
    """New tables with the items of that moment."""
    mark = secrets.token_hex(4)
    names = {table: f"restored-{mark}-{table}" for table in copy}
    for table, definition in definitions().items():
        kept = {name: definition[name] for name in _RESTORED if name in definition}
        client("dynamodb").create_table(TableName=names[table], **kept)
        for start in range(0, len(copy[table]), 25):
            puts = [{"PutRequest": {"Item": item}} for item in copy[table][start : start + 25]]
            client("dynamodb").batch_write_item(RequestItems={names[table]: puts})
    return Tables(**names)


@contextmanager
def used(tables: Tables) -> Iterator[None]:
    """The functions work on these tables."""
    with pytest.MonkeyPatch.context() as environment:
        for table, name in asdict(tables).items():
            environment.setenv(f"AFTERCARE_{table.upper()}_TABLE", name)
        clock = house().clock
        forget_process_state()
        house().clock = clock
        yield
    forget_process_state()
