"""One example's world: fresh tables, one clock for everything, and AWS calling our functions.

Everything happens in one thread, or in threads that take turns, so that a schedule of faults has
the same effect each time it is run.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar

import pytest
import time_machine
from botocore.awsrequest import AWSResponse
from chalice.config import Config
from chalice.local import LocalGateway

from chalicelib.domain.ids import short_number
from chalicelib.domain.messages import SEND, SETTLE
from chalicelib.handlers import clock, mail_events, streams
from chalicelib.handlers.doors import DOORS
from chalicelib.services import agenda, inbox, keys
from chalicelib.services.house import house
from chalicelib.store.clients import client
from chalicelib.store.codec import from_item
from chalicelib.web.app import AftercareApp
from local.machinery import scheduled
from local.streams import StreamHandler, StreamPump
from tests.faults.cloud import BEGINNING, Call, Cloud
from tests.faults.network import CALM, Killed, Network, Schedule
from tests.faults.post import Post
from tests.faults.turns import Turns

T = TypeVar("T")

PassTime: TypeAlias = Callable[[float], None]

MADE_UP = re.compile(r"\b(?:[a-z]{3}_0{16}\d{10}|(?:led|pay)_[0-9A-Z]{26})\b")
"""An id that was counted here, or that follows from one that was: a ledger line's from its case.
What the shop names has ids that follow from its names."""

ASYNCHRONOUS_TRIES = 3
"""How often Lambda runs a function that nobody waits for."""

MOST_MINUTES = 400

_CONFIG = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())

KEYS = {"current": "k1", "signing": {"k1": "s" * 43}, "identity": "i" * 43}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class World:
    """What there is of the service and of AWS around it."""

    worlds = 0
    """How many there were in this process."""

    def __init__(self, cloud: Cloud, network: Network, post: Post, pass_time: PassTime) -> None:
        World.worlds += 1
        self._cloud = cloud
        self._deadline = threading.local()
        self._count = 0
        self.network = network
        self.post = post
        self.pass_time = pass_time
        self.turns = Turns(())
        self.spared: frozenset[str] = frozenset()
        """Functions whose calls all go well."""
        self._wake()
        settings = house().settings
        self._reports: list[tuple[dict[str, Any], int]] = []
        self._reported = 0
        self.unheard: list[dict[str, Any]] = []
        """Reports that a function failed on as often as Lambda tries."""
        self._gateway = LocalGateway(_app(), Config.create())
        self.pumps = {
            "run_now": self._pump("run_now", settings.agenda_table, streams.run_now),
            "send_now": self._pump("send_now", settings.agenda_table, streams.send_now),
            "publish": self._pump("publish", settings.events_table, streams.publish),
        }
        network.before_call = self._before_call

    def wait(self, **amount: float) -> None:
        self.pass_time(timedelta(**amount).total_seconds())

    def at_once(self, choices: Iterable[int], *acts: Callable[[], object]) -> None:
        """Several things at the same time; `choices` say whose call comes next."""
        self.turns = Turns(choices)
        self.turns.run(*acts)

    def request(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer | None:
        """What the API answers; None if its function was killed."""
        said = self.invoke(
            "api",
            lambda: self._gateway.handle_request(
                method=method, path=path, headers=headers, body=body
            ),
        )
        if said is None:
            return None
        text = said["body"]
        body = json.loads(text) if text[:1] in ("{", "[") else text
        return Answer(said["statusCode"], body, said["headers"])

    def tick(self) -> None:
        """The clock's first function: what is to be done."""
        self.invoke("tick", lambda: clock.tick(scheduled(), None))

    def send_due(self) -> None:
        """The clock's second function: what is to be sent."""
        self.invoke("send_due", lambda: clock.send_due(scheduled(), None))

    def flow(self) -> None:
        """What the streams bring, to the functions that listen to them."""
        for pump in self.pumps.values():
            with self.network.sheltered():
                pump.drain()

    def report(self) -> None:
        """What SES has to report of mails, to the function that listens."""
        for left in self.post.left[self._reported :]:
            self._reports += [(event, 0) for event in self.post.reports(left)]
        self._reported = len(self.post.left)
        waiting, self._reports = self._reports, []
        for event, tries in waiting:
            if self.hear(event):
                continue
            if tries + 1 < ASYNCHRONOUS_TRIES:
                self._reports.append((event, tries + 1))
            else:
                self.unheard.append(event)

    def hear(self, event: dict[str, Any]) -> bool:
        """Bring one report; whether it was taken."""
        return (
            self.invoke("mail_event", lambda: mail_events.mail_event(event, None) or True) is True
        )

    def minute(self) -> None:
        """One minute goes by, with all that happens in it."""
        self.wait(minutes=1)
        self.flow()
        self.tick()
        self.send_due()
        self.flow()
        self.report()

    def go_to(self, moment: datetime) -> None:
        """Let time pass until then; if that takes a minute or more, the clock runs once."""
        ahead = (moment - datetime.now(UTC)).total_seconds()
        if ahead > 60:
            self.pass_time(ahead - 60)
            self.minute()
        elif ahead > 0:
            self.pass_time(ahead)

    def settle(self) -> None:
        """Let time pass until nothing is left that is due, on its way or under way. Raises
        AssertionError if it never comes to rest."""
        for _ in range(MOST_MINUTES):
            self.minute()
            ahead = self._unfinished()
            if ahead is None:
                return
            self.go_to(ahead)
        raise AssertionError("it never comes to rest")

    def invoke(self, function: str, work: Callable[[], T]) -> T | None:
        """What a function gives back; None if it was killed, ran out of its time, or failed after
        faults. A failure without any fault is raised."""
        hits, before = len(self.network.hits), getattr(self._deadline, "at", None)
        self._deadline.at = time.time() + _timeout(function)
        try:
            luck = self.network.spared() if function in self.spared else nullcontext()
            with self.network.exposed(), luck:
                given = work()
                self._check_deadline()
                return given
        except Killed:
            self._wake()
            return None
        except Exception:
            if len(self.network.hits) == hits:
                raise
            return None
        finally:
            self._deadline.at = before

    @property
    def has_reports(self) -> bool:
        return bool(self._reports) or self._reported < len(self.post.left)

    def new_id(self, prefix: str) -> str:
        """Ids in a row instead of random ones: the same faults find the same items."""
        self._count += 1
        return f"{prefix}_{self._count:026d}"

    def _unfinished(self) -> datetime | None:
        """When something that has begun goes on; None if nothing does."""
        now = datetime.now(UTC)
        if self.has_reports or next(inbox.waiting(house()), None):
            return now
        return min(
            (
                max(datetime.fromisoformat(item["due_at"]), _leased_until(item))
                for item in everything(house().tables.agenda)
                if "lane" in item and not item["lane"].startswith("dead#") and _has_begun(item, now)
            ),
            default=None,
        )

    def _wake(self) -> None:
        """A function starts in a process of its own, which remembers nothing."""
        self._cloud.refill_quotas()
        house.cache_clear()
        home = house()
        home.new_id = self.new_id
        home.new_number = lambda letter: short_number(letter, self._next_number())

    def _next_number(self) -> int:
        self._count += 1
        return self._count

    def _pump(self, function: str, table: str, handle: StreamHandler) -> StreamPump:
        def bring(event: dict[str, Any], context: object) -> dict[str, Any]:
            given = self.invoke(function, lambda: handle(event, context))
            first = event["Records"][0]["dynamodb"]["SequenceNumber"]
            return given or {"batchItemFailures": [{"itemIdentifier": first}]}

        return StreamPump(table, bring)

    def _before_call(self) -> None:
        self.turns.offer()
        self._check_deadline()

    def _check_deadline(self) -> None:
        if time.time() > self._deadline.at:
            raise Killed


@contextmanager
def a_world(cloud: Cloud, schedule: Schedule = CALM) -> Generator[World]:
    """A fresh world, whose functions' calls are hit as the schedule says."""
    with (
        time_machine.travel(BEGINNING, tick=False) as traveller,
        pytest.MonkeyPatch.context() as patch,
    ):
        cloud.start_over()
        house().put_parameter(keys.NAME, KEYS)

        def pass_time(seconds: float) -> None:
            traveller.shift(seconds)

        post = Post(house().settings.mail_topic)

        def arrive(call: Call) -> AWSResponse:
            return post.take(call) if post.is_for(call) else cloud.answer(call)

        network = Network(schedule, arrive, pass_time=pass_time)
        real_sleep = time.sleep

        def sleep(seconds: float) -> None:
            (pass_time if network.is_product else real_sleep)(seconds)

        patch.setattr(time, "sleep", sleep)
        patch.setattr(time, "monotonic", time.time)
        patch.setattr(agenda, "ThreadPoolExecutor", _OneAfterAnother)
        patch.setattr(cloud, "carry", network.carry)
        yield World(cloud, network, post, pass_time)


def everything(table: str) -> Iterator[dict[str, Any]]:
    """All items of a table."""
    for page in client("dynamodb").get_paginator("scan").paginate(TableName=table):
        yield from map(from_item, page["Items"])


def _has_begun(item: dict[str, Any], now: datetime) -> bool:
    is_due = datetime.fromisoformat(item["due_at"]) <= now
    return is_due or item["attempts"] > 0 or item["kind"] in (SEND, SETTLE)


def _leased_until(item: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(item.get("lease_until", 0) + 1, UTC)


class _OneAfterAnother:
    """A pool that works in the thread it is asked in, so that a schedule is the same each time."""

    def __init__(self, _workers: int) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @staticmethod
    def map(work: Callable[[Any], T], items: Iterable[Any]) -> Iterator[T]:
        return map(work, items)


_apps: list[AftercareApp] = []


def _app() -> AftercareApp:
    if not _apps:
        app = AftercareApp("faults")
        for door in DOORS:
            app.register_blueprint(door)
        _apps.append(app)
    return _apps[0]


def _timeout(function: str) -> float:
    own = _CONFIG["lambda_functions"].get(function, {})
    return own.get("lambda_timeout", _CONFIG["lambda_timeout"])
