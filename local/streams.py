"""The stream pump: brings a table's changes to the function that Lambda would call with them."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from chalicelib.store.clients import client

StreamHandler: TypeAlias = Callable[[dict[str, Any], object], dict[str, Any]]

BATCH = 100
MOST_TRIES = 5


class StreamPump:
    """Reads one table's stream from its start, in order, each record at least once.

    What the handler gives back is tried again, as a partial batch is; after five tries the
    first record is given up, as on AWS it would go to the failure queue.
    """

    def __init__(self, table: str, handle: StreamHandler) -> None:
        self._handle = handle
        self._lock = threading.Lock()
        self._waiting: list[dict[str, Any]] = []
        self._tries = 0
        self._last: str | None = None
        self._streams = client("dynamodbstreams")
        description = client("dynamodb").describe_table(TableName=table)["Table"]
        self._arn: str = description["LatestStreamArn"]
        self._iterator = self._open()

    def drain(self) -> int:
        """Hand over everything there is; gives how many records were handled."""
        with self._lock:
            handled = 0
            while True:
                self._fill()
                if not self._waiting:
                    return handled
                done = self._hand_over()
                handled += done
                if self._tries:
                    return handled

    def _hand_over(self) -> int:
        batch = self._waiting
        failed = {item["itemIdentifier"] for item in self._handle({"Records": batch}, None).get(
            "batchItemFailures", []
        )}  # fmt: skip
        places = [n for n, record in enumerate(batch) if _number(record) in failed]
        if not places:
            self._waiting, self._tries = [], 0
            return len(batch)
        first = places[0]
        self._tries = 1 if first else self._tries + 1
        if self._tries >= MOST_TRIES:
            first, self._tries = first + 1, 0
        self._waiting = batch[first:]
        return first

    def _fill(self) -> None:
        if self._waiting:
            return
        try:
            answer = self._streams.get_records(ShardIterator=self._iterator, Limit=BATCH)
        except ClientError:
            # An iterator lives for fifteen minutes; a machine that slept has outlived it.
            self._iterator = self._open()
            return
        self._iterator = answer["NextShardIterator"]
        self._waiting = [_as_lambda_sees(record, self._arn) for record in answer["Records"]]
        if self._waiting:
            self._last = _number(self._waiting[-1])

    def _open(self) -> str:
        if self._last:
            with suppress(self._streams.exceptions.TrimmedDataAccessException):
                return self._iterator_at("AFTER_SEQUENCE_NUMBER", SequenceNumber=self._last)
        # Nothing was read yet, or what was read last is older than a day and forgotten.
        return self._iterator_at("TRIM_HORIZON")

    def _iterator_at(self, kind: str, **place: str) -> str:
        shards = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        answer = self._streams.get_shard_iterator(
            StreamArn=self._arn, ShardId=shards[0]["ShardId"], ShardIteratorType=kind, **place
        )
        return answer["ShardIterator"]


def _number(record: dict[str, Any]) -> str:
    return record["dynamodb"]["SequenceNumber"]


def _as_lambda_sees(record: dict[str, Any], arn: str) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    created = change.get("ApproximateCreationDateTime")
    if isinstance(created, datetime):
        change["ApproximateCreationDateTime"] = created.timestamp()
    return {**record, "dynamodb": change, "eventSourceARN": arn}
