"""Counting what a piece of work asks of DynamoDB, and how long it waits for it."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})

WRITE_PRICE = 0.625 / 1_000_000
"""Dollars a write request unit, on demand, us-east-1."""
READ_PRICE = 0.125 / 1_000_000
"""Dollars a read request unit."""


@dataclass(slots=True)
class Cost:
    """What one run of an operation asked for."""

    calls: list[str] = field(default_factory=list[str])
    items: int = 0
    """Items that queries and reads evaluated."""
    write_units: float = 0
    read_units: float = 0
    handler_ms: float = 0
    """Processor time of the function, without the DynamoDB client and what stands in for API
    Gateway."""
    total_ms: float = 0

    @property
    def dollars_a_thousand(self) -> float:
        return 1000 * (self.write_units * WRITE_PRICE + self.read_units * READ_PRICE)


class Meter:
    """Watches a DynamoDB client. Write units are measured by the emulator; it gets read units
    wrong, so those are computed: half a unit for each 4 KB, a whole one if strongly consistent."""

    def __init__(self, client: Any) -> None:
        self._cost: Cost | None = None
        self._began = 0.0
        self._asked: dict[str, Any] = {}
        events = client.meta.events
        events.register("before-parameter-build.dynamodb.*", self._ask_for_units)
        events.register("after-call.dynamodb.*", self._answered)

    def measure(self, work: Callable[[], object]) -> Cost:
        """What `work` costs, once."""
        self._cost = cost = Cost()
        started = time.perf_counter()
        work()
        cost.total_ms = (time.perf_counter() - started) * 1000
        self._cost = None
        return cost

    def handler(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        """The function that Lambda would call, with its processor time counted."""

        def timed(*arguments: Any) -> Any:
            busy = time.process_time()
            try:
                return handle(*arguments)
            finally:
                if self._cost is not None:
                    self._cost.handler_ms += (time.process_time() - busy) * 1000

        return timed

    def _ask_for_units(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self._cost is not None and "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "TOTAL"
        self._asked = params
        self._began = time.process_time()

    def _answered(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        cost = self._cost
        if cost is None:
            return
        cost.handler_ms -= (time.process_time() - self._began) * 1000
        cost.calls.append(model.name)
        if model.name in WRITES:
            consumed: Any = parsed.get("ConsumedCapacity") or []
            entries: list[dict[str, Any]] = consumed if isinstance(consumed, list) else [consumed]
            cost.write_units += sum(entry["CapacityUnits"] for entry in entries)
        elif model.name == "BatchGetItem":
            for items in parsed["Responses"].values():
                cost.items += len(items)
                cost.read_units += sum(_units(item) for item in items)
        else:
            items = parsed.get("Items", [])
            cost.items += parsed.get("ScannedCount", len(items))
            size = sum(len(json.dumps(item)) for item in items)
            whole = 1.0 if self._asked.get("ConsistentRead") else 0.5
            cost.read_units += max(1, math.ceil(size / 4096)) * whole


def _units(item: dict[str, Any]) -> int:
    return max(1, math.ceil(len(json.dumps(item)) / 4096))
