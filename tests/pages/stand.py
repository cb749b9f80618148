"""The local stack as the pages are looked at: a service in a process of its own with the demo
shop, and what its operator, its staff and its shoppers do there."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from local.demo.narrator import Narrator
from local.demo.operator import Colleague
from local.demo.service import Service
from local.demo.stage import Stage
from local.demo.words import Words, sentences

ROOT = Path(__file__).resolve().parents[2]

STAFF = ("Mei", "Hua", "Ada", "Li")
"""Mei works in English and may do everything; so may Hua, in Chinese, and Ada, in German; Li, in
Chinese, works on returns."""


@dataclass(frozen=True)
class Known:
    """What only the shop's operator knows, found out by `tests/pages/operator.py`."""

    zone_name: str
    shop_domain: str
    secret: str
    colleagues: dict[str, Colleague]
    links: dict[str, str]
    """Sign-in links, each good once, by name."""

    def zone(self) -> str:
        return self.zone_name

    def domain(self) -> str:
        return self.shop_domain

    def webhook_secret(self) -> str:
        return self.secret

    def colleague(self, name: str) -> Colleague:
        return self.colleagues[name]


class Stand:
    """The running shop."""

    def __init__(self, running: dict[str, Any], folder: Path) -> None:
        self.url: str = running["url"]
        self.environment: dict[str, str] = running["environment"]
        self.folder = folder
        self.known = self._known()

    @cached_property
    def stage(self) -> Stage:
        """What the demo's scenes act with: webhooks, the API as Mei or Li, mail, the clock."""
        narrator = Narrator(Words(sentences("en")), io.StringIO(), is_slow=False)
        operator: Any = self.known
        return Stage(Service(self.url, lambda _: None), operator, narrator)

    def as_mei(
        self, method: str, path: str, content: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """A request to the API. Raises Refused."""
        return self.stage.as_mei(method, path, content)

    def first(self, path: str) -> dict[str, Any]:
        """The first card of one of the API's lists."""
        return self.as_mei("GET", f"{path}?limit=1")["items"][0]

    def signed(self, *wanted: str) -> list[str]:
        """The paths of links of ours, each asked for as `purpose subject hours`: how long it is
        good for, or how long ago it ended."""
        found = self._ask_operator(*wanted)
        return [found[one] for one in wanted]

    def _known(self) -> Known:
        found = self._ask_operator()
        people = {name: Colleague(**one) for name, one in found.pop("colleagues").items()}
        return Known(colleagues=people, **found)

    def _ask_operator(self, *wanted: str) -> dict[str, Any]:
        environment = {**os.environ, **self.environment, "AFTERCARE_LOCAL": str(self.folder)}
        run = subprocess.run(
            [sys.executable, "-m", "tests.pages.operator", *wanted],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)


@contextmanager
def standing(folder: Path) -> Iterator[Stand]:
    """Start the stack on a state folder of its own; it is stopped in the end."""
    environment = {**os.environ, "PORT": "0", "AFTERCARE_LOCAL": str(folder)}
    environment.pop("AFTERCARE_PUBLIC_URL", None)
    log = folder / "stack.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "local"],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=said,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield Stand(_announced(folder / "running.json", process, log), folder)
        finally:
            process.terminate()
            process.wait(60)


def _announced(file: Path, process: "subprocess.Popen[bytes]", log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + 240
    while not file.exists():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    return json.loads(file.read_text())
