"""Runs of functions, and what they come to in dollars."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from bench import prices
from local.state import ROOT

API = "api"
"""The function behind API Gateway; the others are named as in `.chalice/config.json`."""
ENTRY = "entry"
"""One agenda entry, as a tick runs it."""

WHOLE_PROCESSOR_MB = 1769
"""The memory at which a function has a processor of its own; below it has its share."""

_REQUEST_ID = "RequestId: 00000000-0000-0000-0000-000000000000"
_REPORT = (
    f"REPORT {_REQUEST_ID}\tDuration: 12.34 ms\tBilled Duration: 13 ms\t"
    "Memory Size: 512 MB\tMax Memory Used: 120 MB\t"
)
PLATFORM_LINES = (f"START {_REQUEST_ID} Version: $LATEST", f"END {_REQUEST_ID}", _REPORT)
"""What Lambda itself writes about each run."""


@dataclass(slots=True)
class Run:
    """One run of a function, and what it asked of AWS."""

    function: str
    operation: str = ""
    """Of the API: method and route; of an agenda entry: its kind."""
    calls: list[str] = field(default_factory=list[str])
    """Requests to DynamoDB, by name."""
    items: int = 0
    """Items that queries and reads evaluated."""
    table_units: float = 0
    """Write units on tables."""
    index_units: float = 0
    """Write units on their indexes."""
    read_units: float = 0
    published: int = 0
    mails: int = 0
    written_objects: int = 0
    read_objects: int = 0
    log_bytes: int = 0
    worked_ms: float = 0
    """Processor time, at the pace of `yardstick`."""
    client_ms: float = 0
    """How much of it went into talking to DynamoDB; of a run without threads of its own."""
    waited_ms: float = 0
    """For AWS, taken to answer as it usually does."""

    @property
    def write_units(self) -> float:
        return self.table_units + self.index_units

    @property
    def own_ms(self) -> float:
        """Processor time without the DynamoDB client."""
        return self.worked_ms - self.client_ms

    @property
    def changed_something(self) -> bool:
        return bool(self.write_units or self.mails or self.published or self.written_objects)


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars, by what they are paid for."""

    dynamodb: float = 0
    gateway: float = 0
    functions: float = 0
    logs: float = 0
    topics: float = 0
    objects: float = 0

    @property
    def total(self) -> float:
        return sum(getattr(self, one.name) for one in fields(self))

    def times(self, count: float) -> "Bill":
        return Bill(*(count * getattr(self, one.name) for one in fields(self)))


def bill(runs: Iterable[Run]) -> Bill:
    """What runs come to, without the mails they send: those have a row of their own."""
    done = list(runs)
    return Bill(
        dynamodb=sum(
            run.write_units * prices.WRITE_UNIT + run.read_units * prices.READ_UNIT for run in done
        ),
        gateway=sum(run.function == API for run in done) * prices.GATEWAY_REQUEST,
        functions=sum(
            prices.FUNCTION_REQUEST + gigabyte_seconds(run) * prices.GIGABYTE_SECOND for run in done
        ),
        logs=sum(run.log_bytes for run in done) * prices.LOG_BYTE,
        topics=sum(run.published for run in done) * prices.PUBLISHED,
        objects=sum(
            run.written_objects * prices.WRITTEN_OBJECT + run.read_objects * prices.READ_OBJECT
            for run in done
        ),
    )


def gigabyte_seconds(run: Run) -> float:
    """What Lambda bills a run as: the time it waited, and the time it worked, longer as its share
    of a processor is smaller."""
    memory = memory_of(run.function)
    slower = max(1.0, WHOLE_PROCESSOR_MB / memory)
    billed_ms = math.ceil(run.worked_ms * slower + run.waited_ms)
    return billed_ms / 1000 * memory / 1024


def memory_of(function: str) -> int:
    """Megabytes of a function, as it is deployed."""
    config = _config()
    return (
        config["lambda_functions"]
        .get(function, {})
        .get("lambda_memory_size", config["lambda_memory_size"])
    )


@cache
def _config() -> dict[str, Any]:
    return json.loads((ROOT / ".chalice" / "config.json").read_text())
