"""`docs/costs.md` has a row for every door there is."""

import re
from pathlib import Path

from app import app
from bench.walk import LEFT_OUT
from chalicelib.web.app import doors

PAGE = (Path(__file__).parents[2] / "docs" / "costs.md").read_text()


def test_every_door_is_measured_or_left_out_for_a_reason() -> None:
    _, _, table = PAGE.partition("## Every door\n")
    rows = set(re.findall(r"^\| `([A-Z]+ /\S*)` \|", table, re.MULTILINE))
    every = {f"{method} {path}" for method, path, _ in doors(app) if method != "HEAD"}

    assert rows.isdisjoint(LEFT_OUT)
    assert rows | LEFT_OUT.keys() == every
    assert all(LEFT_OUT.values())
