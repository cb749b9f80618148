"""Stream mappings as Lambda keeps them: partial batches, bisecting, retries, and what was given up.

ministack's own poller takes a batch as done whatever the function answers, tries one that failed
for ever, and brings one mapping's records after another's.
"""

import threading
import time
from typing import Any, TypeAlias

from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

Record: TypeAlias = dict[str, Any]

LOOK_SECONDS = 0.2
PAUSE_SECONDS = 0.02
"""Between attempts. Lambda waits longer, and ever longer."""


def install() -> None:
    """Poll the streams of tables like this from now on."""
    polled: set[str] = set()

    def poll_new_ones() -> bool:
        for account, region, mapping in lambda_svc._iter_all_esms():
            if ":dynamodb:" in mapping["EventSourceArn"] and mapping["UUID"] not in polled:
                polled.add(mapping["UUID"])
                poller = _Poller(account, region, mapping)
                threading.Thread(target=poller.run, daemon=True).start()
        return False

    lambda_svc._poll_dynamodb_streams = poll_new_ones


class _Poller:
    """Brings one table's changes to one function, in order, for as long as the mapping is there."""

    def __init__(self, account: str, region: str, mapping: Record) -> None:
        self._account, self._region = account, region
        self._mapping = mapping
        self._id: str = mapping["UUID"]
        self._arn: str = mapping["EventSourceArn"]
        self._table = self._arn.split("/stream/")[0].rpartition("/")[2]

    def run(self) -> None:
        with request_scope(self._account, self._region):
            while self._id in lambda_svc._esms:
                if not self._mapping["Enabled"] or not self._bring_next():
                    time.sleep(LOOK_SECONDS)

    def _bring_next(self) -> bool:
        places = lambda_svc._dynamodb_stream_positions
        place = max(places.get(self._id, 0), dynamodb.stream_start_position(self._table))
        size = self._mapping.get("BatchSize", 100)
        found: list[Record] = dynamodb.stream_records_since(self._table, place, size)
        wanted: list[Record] = lambda_svc._apply_filter_criteria(found, self._mapping)
        if wanted:
            self._see_through(wanted)
        places[self._id] = place + len(found)
        return bool(found)

    def _see_through(self, batch: list[Record]) -> None:
        """Until every record is done or given up. Cutting a batch uses up none of its attempts."""
        failures = 0
        while batch:
            answer = self._call(batch)
            left = self._left(batch, answer)
            if len(left) < len(batch):
                batch, failures = left, 0
                continue
            if self._mapping.get("BisectBatchOnFunctionError") and answer.get("error"):
                middle = len(batch) // 2
                if middle:
                    self._see_through(batch[:middle])
                    batch, failures = batch[middle:], 0
                    continue
            if failures == self._mapping.get("MaximumRetryAttempts", -1):
                self._give_up(batch, answer)
                return
            time.sleep(PAUSE_SECONDS)
            failures += 1

    def _left(self, batch: list[Record], answer: Record) -> list[Record]:
        """From the first record that failed on: what came before it is done."""
        if answer.get("error"):
            return batch
        if "ReportBatchItemFailures" not in self._mapping.get("FunctionResponseTypes", ()):
            return []
        failed = (answer.get("body") or {}).get("batchItemFailures") or []
        numbers = {one["itemIdentifier"] for one in failed}
        places = [n for n, record in enumerate(batch) if _number(record) in numbers]
        return batch[places[0] :] if places else []

    def _call(self, batch: list[Record]) -> Record:
        return lambda_svc._execute_function(self._function(), {"Records": batch})

    def _give_up(self, batch: list[Record], answer: Record) -> None:
        lambda_svc._send_ddb_stream_failure_record(
            self._mapping, self._function(), batch, self._arn, answer, "RetryAttemptsExhausted"
        )

    def _function(self) -> Record:
        found, _ = lambda_svc._get_func_record_for_qualifier(
            self._mapping["FunctionName"], self._mapping.get("Qualifier")
        )
        if found is None:
            raise LookupError(f"{self._mapping['FunctionName']} was deleted before its mapping")
        return found


def _number(record: Record) -> str:
    return record["dynamodb"]["SequenceNumber"]
