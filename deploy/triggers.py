"""What wakes a function, how often it is woken again, and where goes what it cannot do."""

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.agenda import POST, WORK, Lane
from deploy.functions import Template
from deploy.grants import Statement

DAY = 24 * 3600


def _marked(lanes: tuple[Lane, ...]) -> dict[str, Any]:
    """An entry that was put due, of these lanes; the mark goes when it is claimed."""
    image = {"run_now": {"S": ["1"]}, "home_lane": {"S": [str(lane) for lane in lanes]}}
    return {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": image}}


@dataclass(frozen=True, slots=True)
class Stream:
    """How a function reads its stream."""

    wanted: dict[str, Any]
    """The records it is woken for."""
    seconds: int
    """The age at which a record is given up."""
    retries: int
    batch: int
    workers: int
    """How many batches of one shard it works on at once; one item's records stay in order."""


STREAMS = {
    # The clock does within a minute what is too old here.
    "RunNow": Stream(_marked(WORK), seconds=5 * 60, retries=5, batch=10, workers=10),
    "SendNow": Stream(_marked(POST), seconds=5 * 60, retries=5, batch=10, workers=4),
    # Nobody else tells what happened, and a stream keeps it for a day.
    "Publish": Stream(
        {"eventName": ["INSERT"]}, seconds=DAY - 3600, retries=100, batch=100, workers=4
    ),
}

CLOCKS = ("Tick", "SendDue")
"""Nothing of them is kept or tried again: the next minute does the same."""

_ASYNC_RETRIES = 2
_ASYNC_SECONDS = 6 * 3600


def failures_of(function: str) -> str:
    return f"{function}Failures"


def keeps_failures(function: str) -> bool:
    return function not in (*CLOCKS, "APIHandler")


def connect(template: Template) -> dict[str, list[Statement]]:
    """Connect the functions of a template with the stage's own streams, topics and queues.

    Gives, for each function, what its role must allow Lambda to do for that.
    """
    needs: dict[str, list[Statement]] = {}
    functions = {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    for name, properties in functions.items():
        needs[name] = []
        if keeps_failures(name):
            template["Resources"][failures_of(name)] = _queue()
            needs[name].append(_keep_failures(name))
        for event in properties.get("Events", {}).values():
            needs[name] += _connect(name, properties, event)
    return needs


def _connect(name: str, properties: dict[str, Any], event: dict[str, Any]) -> list[Statement]:
    source = event["Properties"]
    match event["Type"]:
        case "DynamoDB":
            table = f"{source['Stream'].split('/')[1].title()}Table"
            source.update(_stream(name, table))
            return _read_stream(table)
        case "SNS":
            source["Topic"] = {"Ref": f"{source['Topic'].rpartition(':')[2].title()}Topic"}
            properties["EventInvokeConfig"] = {
                "MaximumRetryAttempts": _ASYNC_RETRIES,
                "MaximumEventAgeInSeconds": _ASYNC_SECONDS,
                "DestinationConfig": {
                    "OnFailure": {"Type": "SQS", "Destination": _arn_of_queue(name)}
                },
            }
        case "Schedule":
            properties["EventInvokeConfig"] = {
                "MaximumRetryAttempts": 0,
                "MaximumEventAgeInSeconds": 60,
            }
        case other:
            raise ValueError(f"{name} is woken by {other}, which nothing here connects")
    return []


def _stream(name: str, table: str) -> dict[str, Any]:
    stream = STREAMS[name]
    return {
        "Stream": {"Fn::GetAtt": [table, "StreamArn"]},
        # From the oldest on: what comes while the mapping is being made is not missed.
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": stream.batch,
        "ParallelizationFactor": stream.workers,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": stream.retries,
        "MaximumRecordAgeInSeconds": stream.seconds,
        "FilterCriteria": {"Filters": [{"Pattern": json.dumps(stream.wanted)}]},
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": _arn_of_queue(name)}},
    }


def _queue() -> dict[str, Any]:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {"MessageRetentionPeriod": 14 * DAY, "SqsManagedSseEnabled": True},
    }


def _arn_of_queue(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [failures_of(name), "Arn"]}


def _keep_failures(name: str) -> Statement:
    return {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": [_arn_of_queue(name)]}


def _read_stream(table: str) -> list[Statement]:
    read = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    return [
        {
            "Effect": "Allow",
            "Action": read,
            "Resource": [{"Fn::GetAtt": [table, "StreamArn"]}],
        },
        # It lists streams by table, and no stream is named in what it asks.
        {
            "Effect": "Allow",
            "Action": ["dynamodb:ListStreams"],
            "Resource": [{"Fn::Sub": f"${{{table}.Arn}}/stream/*"}],
        },
    ]
