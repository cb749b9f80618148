"""`docs/costs.md` has a row for every door there is, and its prices are no machine's own."""

import re
import time
from itertools import count
from pathlib import Path

import pytest

from app import app
from bench.meter import Meter
from bench.walk import LEFT_OUT
from bench.yardstick import USUAL_MS
from chalicelib.web.app import doors

PAGE = (Path(__file__).parents[2] / "docs" / "costs.md").read_text()


def test_every_door_is_measured_or_left_out_for_a_reason() -> None:
    _, _, table = PAGE.partition("## Every door\n")
    rows = set(re.findall(r"^\| `([A-Z]+ /\S*)` \|", table, re.MULTILINE))
    every = {f"{method} {path}" for method, path, _ in doors(app) if method != "HEAD"}

    assert rows.isdisjoint(LEFT_OUT)
    assert rows | LEFT_OUT.keys() == every
    assert all(LEFT_OUT.values())


@pytest.mark.parametrize("slower", [1, 4])
def test_on_a_slower_processor_work_is_billed_the_same(
    monkeypatch: pytest.MonkeyPatch, slower: int
) -> None:
    """Here everything that is timed takes a millisecond, or four."""
    passed = count(step=slower / 1000)
    monkeypatch.setattr(time, "thread_time", lambda: next(passed))
    meter = Meter()

    with meter.counted() as runs:
        meter.function("tick", lambda: None)()

    assert [run.worked_ms for run in runs] == [pytest.approx(USUAL_MS)]
