"""How fast this machine works at the moment, so that what work is billed does not depend on it."""

import hashlib
import json
import time
from statistics import fmean
from typing import Any

USUAL_MS = 0.6
"""What the yardstick takes a processor by whose time work is billed."""

TIMES = 3


def slowness() -> float:
    """How many times longer work takes here, at this moment, than it is billed."""
    return fmean(_milliseconds() for _ in range(TIMES)) / USUAL_MS


def _milliseconds() -> float:
    begun = time.thread_time()
    _work()
    return (time.thread_time() - begun) * 1000


def _work() -> str:
    """Something of what functions do: records to JSON and back, keys, sorting, digests."""
    records: list[dict[str, Any]] = [
        {"id": f"tkt_{n:026d}", "version": n, "lines": [{"sku": f"LIN-{n}", "quantity": 2}] * 3}
        for n in range(100)
    ]
    read = json.loads(json.dumps(records))
    by_key = {f"{one['id']}#{one['version']:08d}": one for one in read}
    told = sorted(by_key, key=lambda key: hashlib.sha256(key.encode()).hexdigest())
    return "".join(told)
