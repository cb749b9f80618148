"""One command, one transaction: everything a decision changes, or nothing of it."""

import json
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.agenda import Cancel
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.errors import TooLarge
from chalicelib.domain.events import Actor, Event
from chalicelib.domain.records import Record
from chalicelib.store import agenda, events, receipts
from chalicelib.store.agenda import Claimed
from chalicelib.store.clients import client
from chalicelib.store.codec import fields_of, from_item, to_item
from chalicelib.store.keys import key_of
from chalicelib.store.listings import index_attributes
from chalicelib.store.receipts import Receipt
from chalicelib.store.tables import Item, Tables

MOST_ACTIONS = 90
"""DynamoDB takes a hundred; what is larger is a job."""

PATIENCE_SECONDS = 3.0

_ITEM_TOO_LARGE = re.compile(r"Item size .*exceeded the maximum allowed size")


class Conflict(Exception):
    """Another command changed a record in between: load again and decide again."""


class Busy(Exception):
    """The table did not take the transaction in time; whether it did is not known."""


class LeaseLost(Exception):
    """The agenda entry was cancelled, or another worker or a newer generation owns it: this run
    has no effect."""


class AlreadyHandled(Exception):
    """The request was handled before; `receipt` says with what."""

    def __init__(self, receipt: Item) -> None:
        super().__init__("handled before")
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who commits, when, and under which request; `commit_id` is new for each decision."""

    commit_id: str
    at: datetime
    actor: Actor
    correlation: str


def commit(
    tables: Tables,
    changes: Changes[object],
    envelope: Envelope,
    *,
    receipts: Sequence[Receipt] = (),
    run: Claimed | None = None,
) -> tuple[Event, ...]:
    """Write everything the decision changes, and tell what was told.

    Raises Conflict, AlreadyHandled, LeaseLost or Busy; TooLarge for a record beyond what one item
    holds, naming its largest field; ValueError for a decision of more than ninety writes.
    """
    records = _latest(changes.records)
    told = _events(changes.told, records, envelope)
    actions = [
        *(_Action("record", _put(tables, record)) for record in records),
        *(_Action("record", _remove(tables, record)) for record in changes.removed),
        *(_Action("record", events.put_action(tables, event)) for event in told),
        *(_Action("agenda", action) for action in _agenda(tables, changes, envelope, run)),
        *_receipts(tables, receipts, changes, envelope),
    ]
    if run is not None and not _replaces_itself(changes, run):
        actions.append(_Action("run", agenda.finish_action(tables, run)))
    if len(actions) > MOST_ACTIONS:
        raise ValueError(f"{len(actions)} writes are too many for one commit: make it a job")
    if actions:
        _transact(actions, envelope.commit_id)
    for record in records:
        record.mark_stored(record.version)
    return told


@dataclass(frozen=True, slots=True)
class _Action:
    role: str
    write: dict[str, Any]


def _latest(records: Sequence[Record]) -> list[Record]:
    """One write an item: a record that was changed twice is written as it is in the end."""
    return list({key_of(record): record for record in records}.values())


def _events(told: Sequence[Told], records: list[Record], envelope: Envelope) -> tuple[Event, ...]:
    versions = {(record.shop, record.id): record for record in records}
    ordinals: dict[str, int] = {}
    made: list[Event] = []
    for item in told:
        subject = versions[(item.subject.shop, item.subject.id)]
        ordinal = ordinals[subject.id] = ordinals.get(subject.id, -1) + 1
        made.append(
            Event(
                shop=subject.shop,
                subject=subject.id,
                subject_kind=subject.kind,
                version=subject.version,
                ordinal=ordinal,
                type=item.fact.type,
                schema_number=item.fact.schema_number,
                at=envelope.at,
                actor=str(envelope.actor),
                customer=subject.about,
                correlation=envelope.correlation,
                data=item.fact.model_dump(mode="json", exclude_none=True),
            )
        )
    return tuple(made)


def _put(tables: Tables, record: Record) -> dict[str, Any]:
    pk, sk = key_of(record)
    item = {
        **fields_of(record),
        "pk": pk,
        "sk": sk,
        "kind": record.kind,
        "schema": record.schema_number,
        **index_attributes(record),
    }
    put: dict[str, Any] = {"TableName": tables.records, "Item": to_item(item)}
    if not record.guarded:
        put |= _unchanged(record)
    return {"Put": put}


def _remove(tables: Tables, record: Record) -> dict[str, Any]:
    pk, sk = key_of(record)
    delete: dict[str, Any] = {"TableName": tables.records, "Key": to_item({"pk": pk, "sk": sk})}
    if not record.guarded:
        delete |= _unchanged(record)
    return {"Delete": delete}


def _unchanged(record: Record) -> dict[str, Any]:
    condition: dict[str, Any] = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if record.stored_version == 0:
        # Fails when the record was made by another command meanwhile.
        return condition | {"ConditionExpression": "attribute_not_exists(pk)"}
    return condition | {
        # Another command moved this record on: the caller loads and decides again.
        "ConditionExpression": "#version = :expected",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": to_item({":expected": record.stored_version}),
    }


def _agenda(
    tables: Tables, changes: Changes[object], envelope: Envelope, run: Claimed | None
) -> list[dict[str, Any]]:
    last = {entry.id: entry for entry in changes.agenda}
    actions: list[dict[str, Any]] = []
    for entry in last.values():
        if isinstance(entry, Cancel):
            if run is None or entry.id != run.id:
                actions.append(agenda.cancel_action(tables, entry, at=envelope.at))
            continue
        action = agenda.put_action(tables, entry, at=envelope.at, correlation=envelope.correlation)
        if run is not None and entry.id == run.id:
            # A run that schedules itself again must still hold its lease.
            action["Update"]["ConditionExpression"] = agenda.HELD
            action["Update"]["ExpressionAttributeValues"] |= to_item({":lease": run.lease})
        actions.append(action)
    return actions


def _replaces_itself(changes: Changes[object], run: Claimed) -> bool:
    last = {entry.id: entry for entry in changes.agenda}
    return run.id in last and not isinstance(last[run.id], Cancel)


def _receipts(
    tables: Tables,
    wanted: Sequence[Receipt],
    changes: Changes[object],
    envelope: Envelope,
) -> list[_Action]:
    resource: Item = {}
    if isinstance(changes.result, Record):
        resource = {"resource_kind": changes.result.kind, "resource_id": changes.result.id}
        if changes.result.part_of is not None:
            resource["resource_part_of"] = changes.result.part_of
    return [
        _Action(
            "receipt",
            receipts.put_action(
                tables,
                receipt,
                commit_id=envelope.commit_id,
                resource=resource,
                now=envelope.at,
            ),
        )
        for receipt in wanted
    ]


def _transact(actions: list[_Action], commit_id: str) -> None:
    """Send one transaction; a lost answer is asked for again under the same token."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = 0.02
    while True:
        try:
            client("dynamodb").transact_write_items(
                TransactItems=[action.write for action in actions],
                ClientRequestToken=commit_id,
            )
            return
        except ClientError as error:
            if _says_too_large(error):
                raise _too_large(actions) from error
            if error.response["Error"]["Code"] == "TransactionCanceledException":
                if _is_ours(actions, error, commit_id):
                    return
                raise _reason(actions, error) from error
            if not _is_transient(error):
                raise
        except BotoCoreError:
            pass
        if time.monotonic() + pause > deadline:
            raise Busy("the table is busy")
        time.sleep(random.uniform(0, pause))
        pause = min(pause * 2, 0.5)


def _failures(actions: list[_Action], error: ClientError) -> list[tuple[_Action, str, Item]]:
    response = cast("dict[str, Any]", error.response)
    reasons: list[dict[str, Any]] = response.get("CancellationReasons", [])
    return [
        (action, reason["Code"], from_item(reason.get("Item") or {}))
        for action, reason in zip(actions, reasons, strict=True)
        if reason.get("Code", "None") != "None"
    ]


def _is_ours(actions: list[_Action], error: ClientError, commit_id: str) -> bool:
    return any(
        action.role == "receipt" and old.get("commit") == commit_id
        for action, _, old in _failures(actions, error)
    )


def _reason(actions: list[_Action], error: ClientError) -> Exception:
    failures = _failures(actions, error)
    for action, code, old in failures:
        if action.role == "receipt" and code == "ConditionalCheckFailed":
            return AlreadyHandled(old)
    for action, code, _ in failures:
        if action.role in ("run", "agenda") and code == "ConditionalCheckFailed":
            return LeaseLost()
    if any(code == "ValidationError" for _, code, _ in failures):
        return error
    return Conflict(", ".join(sorted({code for _, code, _ in failures})))


def _says_too_large(error: ClientError) -> bool:
    response = cast("dict[str, Any]", error.response)
    reasons: list[dict[str, Any]] = response.get("CancellationReasons", [])
    said = [response["Error"].get("Message", ""), *(one.get("Message", "") for one in reasons)]
    return any(_ITEM_TOO_LARGE.search(message or "") for message in said)


def _too_large(actions: list[_Action]) -> TooLarge:
    items: list[dict[str, Any]] = [a.write["Put"]["Item"] for a in actions if "Put" in a.write]
    sizes = [{name: len(json.dumps(value)) for name, value in item.items()} for item in items]
    largest = max(sizes, key=lambda one: sum(one.values()))
    return TooLarge(
        "There is more in it than one record can hold.",
        field=max(largest, key=lambda n: largest[n]),
    )


def is_outage(error: Exception) -> bool:
    """Whether it says that AWS is busy or out of reach, and nothing about what was asked."""
    if isinstance(error, ClientError):
        return _is_transient(error)
    return isinstance(error, BotoCoreError | Busy)


def _is_transient(error: ClientError) -> bool:
    response = cast("dict[str, Any]", error.response)
    status: int = response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or response["Error"]["Code"] in (
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        # A single write of an item that a transaction holds at this moment.
        "TransactionConflictException",
        "TransactionInProgressException",
    )
