"""One page that shows a stage: what is asked, what is owed, what is sent, and what it costs."""

import json
from typing import Any

from chalicelib import metrics
from deploy.alarms import TABLES, WATCHED, Alarm, Metric, of_api, of_desk, of_function, of_table
from deploy.functions import Template, names
from deploy.triggers import CLOCKS, STREAMS

WIDTH, HEIGHT, COLUMNS = 8, 6, 3


def show(template: Template, stage: str, alarms: dict[str, Alarm]) -> None:
    """Put the dashboard into a template: what goes off first, then how it came to that."""
    functions = names(template)
    charts = {
        "Requests": [of_api(stage, "Count", "Sum"), of_api(stage, "4XXError", "Sum")],
        "Refused by us": [of_api(stage, "5XXError", "Sum")],
        "Answers, ms": [of_api(stage, "Latency", p) for p in ("p50", "p95", "p99")],
        "Functions: errors": [of_function(name, "Errors") for name in functions],
        "Functions: throttles": [of_function(name, "Throttles") for name in functions],
        "Functions: p99, ms": [of_function(name, "Duration", "p99") for name in functions],
        "Functions: at once": [
            of_function(name, "ConcurrentExecutions", "Maximum") for name in functions
        ],
        "Clocks": [of_function(name, "Invocations") for name in CLOCKS],
        "Streams: behind, ms": [of_function(name, "IteratorAge", "Maximum") for name in STREAMS],
        "Given up": [
            of_desk(stage, metrics.Metric.DEAD_ENTRIES),
            of_desk(stage, metrics.Metric.GIVEN_UP_DELIVERIES),
            of_desk(stage, metrics.Metric.UNREADABLE_EVENTS),
        ],
        "Silent shops": [of_desk(stage, metrics.Metric.SILENT_SHOPS)],
        "Mail": [Metric("AWS/SES", name, {}) for name in ("Send", "Delivery", "Bounce")],
        "Mail: rates": [
            Metric("AWS/SES", f"Reputation.{name}Rate", {}, "Average")
            for name in ("Bounce", "Complaint")
        ],
        "Tables: write units": [of_table(name, "ConsumedWriteCapacityUnits") for name in TABLES],
        "Tables: read units": [of_table(name, "ConsumedReadCapacityUnits") for name in TABLES],
    }
    widgets = [_alarms(list(alarms))]
    widgets += [
        _chart(title, metrics, place) for place, (title, metrics) in enumerate(charts.items())
    ]
    template["Resources"]["Dashboard"] = {
        "Type": "AWS::CloudWatch::Dashboard",
        "Condition": WATCHED,
        "Properties": {
            "DashboardName": {"Ref": "AWS::StackName"},
            "DashboardBody": {"Fn::Sub": json.dumps({"widgets": widgets})},
        },
    }


def _alarms(names: list[str]) -> dict[str, Any]:
    return {
        "type": "alarm",
        **_place(0, 0, columns=COLUMNS),
        "properties": {"title": "Alarms", "alarms": [f"${{{name}.Arn}}" for name in names]},
    }


def _chart(title: str, metrics: list[Metric], place: int) -> dict[str, Any]:
    row, column = divmod(place, COLUMNS)
    return {
        "type": "metric",
        **_place(column, row + 1, columns=1),
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "period": 300,
            "metrics": [_line(metric) for metric in metrics],
        },
    }


def _place(column: int, row: int, *, columns: int) -> dict[str, int]:
    return {"x": column * WIDTH, "y": row * HEIGHT, "width": columns * WIDTH, "height": HEIGHT}


def _line(metric: Metric) -> list[Any]:
    dimensions = [
        part for name, value in metric.dimensions.items() for part in (name, _text(value))
    ]
    return [metric.namespace, metric.name, *dimensions, {"stat": metric.statistic}]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"${{{value['Ref']}}}"
