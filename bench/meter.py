"""Watching the functions: what each run asks of AWS, how long it works and waits, what it logs."""

import io
import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import boto3

from bench import units, yardstick
from bench.prices import LOG_LINE_BYTES
from bench.runs import ENTRY, PLATFORM_LINES, Run
from chalicelib.logs import log

Handler = Callable[..., Any]

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})
WAITS_MS = {"dynamodb": 5, "s3": 30, "sns": 20, "sesv2": 60}
"""How long a call to a service is taken to wait for its answer: the emulator's own time depends on
the machine, and on what else runs there."""

READING = ("Get", "Head")

_PARAMETERS, _BEGAN = "aftercare.parameters", "aftercare.began"


class Meter:
    """Counts each run of a function, and each agenda entry that one runs, in the thread that does
    it. Write units are measured by the emulator; it gets read units wrong, so those are
    computed. Processor time is what the work would take at the yardstick's pace."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._here = threading.local()
        self._lines = io.StringIO()
        self._slowness = yardstick.slowness()

    def watch(self) -> None:
        """Watch every client that is made from here on, and what the functions print."""
        assert boto3.DEFAULT_SESSION is not None
        events = boto3.DEFAULT_SESSION.events
        events.register("before-parameter-build", self._asks)
        events.register("after-call", self._answered)
        log()
        for handler in logging.getLogger("aftercare").handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(self._lines)

    def function(self, name: str, handle: Handler) -> Handler:
        """The function that Lambda would call, with each of its runs counted."""

        def counted(*arguments: Any) -> Any:
            run = Run(name, _operation(arguments))
            with redirect_stdout(self._lines), self._counting(run):
                answer = handle(*arguments)
            run.log_bytes = self._logged()
            return answer

        return counted

    def entry(self, run_one: Handler) -> Handler:
        """Running one agenda entry: counted by itself where a tick does it in a thread of its
        own, and with its function where that works it off by itself."""

        def counted(*arguments: Any) -> Any:
            if self._run is not None:
                return run_one(*arguments)
            with self._counting(Run(ENTRY)):
                return run_one(*arguments)

        return counted

    def runner(self, kind: str, handle: Handler) -> Handler:
        """What an entry of a kind does; its run is known by that kind."""

        def named(*arguments: Any) -> Any:
            if self._run is not None:
                self._run.operation = self._run.operation or kind
            return handle(*arguments)

        return named

    @contextmanager
    def counted(self) -> Generator[list[Run]]:
        """The runs that end while this is held."""
        # Each time anew: what else the machine does changes from one minute to the next.
        self._slowness = yardstick.slowness()
        begun = len(self.runs)
        these: list[Run] = []
        yield these
        these += self.runs[begun:]

    @property
    def _run(self) -> Run | None:
        return getattr(self._here, "run", None)

    @contextmanager
    def _counting(self, run: Run) -> Generator[None]:
        self._here.run = run
        busy = time.thread_time()
        try:
            yield
        finally:
            run.worked_ms = (time.thread_time() - busy) * 1000 / self._slowness
            run.client_ms /= self._slowness
            self._here.run = None
            self.runs.append(run)

    def _logged(self) -> int:
        lines = [*self._lines.getvalue().splitlines(), *PLATFORM_LINES]
        self._lines.seek(0)
        self._lines.truncate()
        return sum(len(line.encode()) + LOG_LINE_BYTES for line in lines)

    def _asks(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        if self._run is None:
            return
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "INDEXES"
        context[_PARAMETERS] = params
        context[_BEGAN] = time.thread_time()

    def _answered(
        self, model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        run, asked = self._run, context.get(_PARAMETERS)
        if run is None or asked is None:
            return
        service = model.service_model.service_name
        run.waited_ms += WAITS_MS.get(service, 0)
        match service:
            case "dynamodb":
                _count_table(run, model.name, asked, parsed)
                run.client_ms += (time.thread_time() - context[_BEGAN]) * 1000
            case "s3" if model.name.startswith(READING):
                run.read_objects += 1
            case "s3" if model.name != "DeleteObject":
                run.written_objects += 1
            case "sns" if "TopicArn" in asked:
                run.published += 1
            case "sesv2":
                run.mails += 1
            case _:
                pass


def _operation(arguments: tuple[Any, ...]) -> str:
    """Method and route, if API Gateway calls."""
    for one in arguments:
        if isinstance(one, dict) and "resourcePath" in one.get("requestContext", {}):
            asked = one["requestContext"]
            return f"{asked['httpMethod']} {asked['resourcePath']}"
    return ""


def _count_table(run: Run, name: str, asked: dict[str, Any], answer: dict[str, Any]) -> None:
    run.calls.append(name)
    if "Error" in answer:
        run.table_units += units.refused(asked, answer)
    elif name in WRITES:
        on_tables, on_indexes = units.written(answer)
        run.table_units += on_tables
        run.index_units += on_indexes
    elif name == "BatchGetItem":
        items = [item for found in answer["Responses"].values() for item in found]
        wanted = sum(len(table["Keys"]) for table in asked["RequestItems"].values())
        run.items += len(items)
        run.read_units += units.of_items(items, asked=wanted)
    elif asked.get("Select") == "COUNT":
        run.items += answer["ScannedCount"]
        run.read_units += units.of_count(answer["ScannedCount"])
    else:
        run.items += answer["ScannedCount"]
        if asked.get("Select") == "COUNT":
            run.read_units += units.of_count(answer["ScannedCount"])
            return
        consistent = bool(asked.get("ConsistentRead"))
        run.read_units += units.of_query(answer["Items"], is_consistent=consistent)
