"""The alarms and the dashboard stand, and each alarm is about something that is there.

The emulator measures no functions and no queues, so that none of them is seen to ring here.
"""

from typing import Any

import boto3

from local.rehearsal.stage import Stage

OURS = frozenset({"FunctionName", "TableName", "QueueName"})
"""Dimensions that name a resource of the stage."""


def play(stage: Stage) -> None:
    stage.say.scene("Alarms and a dashboard watch the stage")
    cloudwatch = boto3.client("cloudwatch")
    pages: Any = cloudwatch.get_paginator("describe_alarms").paginate()
    alarms: list[dict[str, Any]] = [alarm for page in pages for alarm in page["MetricAlarms"]]
    unheard = [
        alarm["AlarmName"]
        for alarm in alarms
        if alarm["AlarmActions"] != [stage.stack.resources["OperatorsTopic"]]
    ]
    stage.say.shows(
        f"{len(alarms)} alarms tell the operators' topic",
        holds=bool(alarms) and not unheard,
        found=unheard,
    )
    there = {found.rpartition("/")[2] for found in stage.stack.resources.values()}
    astray = [
        (alarm["AlarmName"], one)
        for alarm in alarms
        for one in _dimensions(alarm)
        if one["Name"] in OURS and one["Value"] not in there
    ]
    stage.say.shows(
        "each function, table and queue that they name is there", holds=not astray, found=astray
    )
    boards = [board["DashboardName"] for board in cloudwatch.list_dashboards()["DashboardEntries"]]
    stage.say.shows("the dashboard is there", holds=len(boards) == 1, found=boards)


def _dimensions(alarm: dict[str, Any]) -> list[dict[str, str]]:
    """Those of its one metric, or of all that it computes with."""
    computed = [
        query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query
    ]
    return [one for metric in (alarm, *computed) for one in metric.get("Dimensions", [])]
