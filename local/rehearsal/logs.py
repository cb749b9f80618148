"""What the functions said, out of CloudWatch Logs."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

import boto3

from local.rehearsal.stack import Stack

MOST_LINES = 40
"""Of each function: the last ones say why it ended."""

COMES_AGAIN = "TryLater"
"""Two runs were in each other's way for too long: the loser is woken once more by whoever woke it,
which is no error here as long as it succeeds then."""

Run: TypeAlias = list[str]


def runs(stack: Stack, function: str) -> list[Run]:
    """What a function said, by its runs, without what Lambda says of each."""
    name = stack.resources[function]
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=name)
    group = configuration["LoggingConfig"]["LogGroup"]
    logs: Any = boto3.client("logs")
    found: dict[str, list[Run]] = defaultdict(list)
    for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
        for event in page["events"]:
            _sort_in(event["message"], found[event["logStreamName"]])
    return [run for stream in found.values() for run in stream]


def told(stack: Stack) -> Iterator[str]:
    """The last lines of every function but of reads, for who looks for a cause."""
    for function in stack.functions():
        found = runs(stack, function)
        yield f"--- {function}, which ran {len(found)} times:"
        said = [line for run in found for line in run if '"method":"GET"' not in line]
        yield from said[-MOST_LINES:]


def errors(stack: Stack) -> list[str]:
    """Lines of level ERROR, and what is no log line of ours: a traceback, or a process's end."""
    return [
        f"{function}: {line}"
        for function in stack.functions()
        for run in runs(stack, function)
        if not any(_error_in(line).endswith(COMES_AGAIN) for line in run)
        for line in run
        if _error_in(line)
    ]


def _sort_in(line: str, stream: list[Run]) -> None:
    if line.startswith("START RequestId"):
        stream.append([])
    elif not line.startswith(("END RequestId", "REPORT RequestId")):
        stream[-1].append(line)


def _error_in(line: str) -> str:
    """What went wrong, if something did."""
    try:
        said: Any = json.loads(line)
    except ValueError:
        return line
    return str(said.get("error") or said) if said.get("level") == "ERROR" else ""
