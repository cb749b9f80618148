"""What the functions said, out of CloudWatch Logs."""

import json
from collections.abc import Iterator
from typing import Any

import boto3

from local.rehearsal.stack import Stack

MOST_LINES = 40
"""Of each function: the last ones say why it ended."""

_OF_THE_PLATFORM = ("START RequestId", "END RequestId", "REPORT RequestId")


def told(stack: Stack) -> Iterator[str]:
    """The last lines of every function, for who looks for a cause."""
    for function, name in stack.functions().items():
        everything = _lines(name)
        lines = [line for line in everything if not line.startswith(_OF_THE_PLATFORM)]
        runs = sum(line.startswith("START") for line in everything)
        yield f"--- {function}, which ran {runs} times:"
        yield from lines[-MOST_LINES:]


def errors(stack: Stack) -> list[str]:
    """Lines of level ERROR, and what is no log line of ours: a traceback, or a worker's end."""
    return [
        f"{function}: {line}"
        for function, name in stack.functions().items()
        for line in _lines(name)
        if not line.startswith(_OF_THE_PLATFORM) and not _is_ordinary(line)
    ]


def _is_ordinary(line: str) -> bool:
    try:
        said: Any = json.loads(line)
    except ValueError:
        return False
    return said.get("level") != "ERROR"


def _lines(function: str) -> list[str]:
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=function)
    group = configuration["LoggingConfig"]["LogGroup"]
    logs: Any = boto3.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    events = [event for page in pages for event in page["events"]]
    return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]
