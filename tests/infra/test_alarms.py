"""What operators are told of: every alarm measures what is really emitted, and has its words."""

import json
import re
from typing import Any

import pytest

from chalicelib.metrics import NAMESPACE, Metric, count
from local.state import ROOT
from tests.infra.packaged import functions, of_type, the_template

ALARMS = of_type("AWS::CloudWatch::Alarm")
TABLES = of_type("AWS::DynamoDB::Table")


def watched(namespace: str) -> dict[str, dict[str, Any]]:
    """The alarms on metrics of a namespace."""
    return {name: alarm for name, alarm in ALARMS.items() if alarm["Namespace"] == namespace}


def about(namespace: str, metric: str, dimension: str) -> set[str]:
    """The resources whose metric is watched."""
    return {
        part["Value"].get("Ref") or part["Value"]["Fn::GetAtt"][0]
        for alarm in watched(namespace).values()
        if alarm["MetricName"] == metric
        for part in alarm["Dimensions"]
        if part["Name"] == dimension
    }


def test_what_the_code_counts_is_what_is_watched() -> None:
    counted = {str(metric) for metric in Metric}

    assert {alarm["MetricName"] for alarm in watched(NAMESPACE).values()} == counted


def test_it_is_counted_under_the_very_name_that_is_watched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    for name, value in functions()["Tick"]["Environment"]["Variables"].items():
        if name.startswith("POWERTOOLS_"):
            monkeypatch.setenv(name, value)

    count(Metric.DEAD_ENTRIES)

    line = json.loads(capsys.readouterr().out)
    (emitted,) = line["_aws"]["CloudWatchMetrics"]
    alarm = ALARMS["WorkGivenUp"]
    assert emitted["Namespace"] == alarm["Namespace"]
    assert [metric["Name"] for metric in emitted["Metrics"]] == [alarm["MetricName"]]
    assert [{part: line[part] for part in parts} for parts in emitted["Dimensions"]] == [
        {part["Name"]: part["Value"] for part in alarm["Dimensions"]}
    ]


@pytest.mark.parametrize("metric", ["Errors", "Throttles", "Duration"])
def test_every_function_is_watched(metric: str) -> None:
    assert about("AWS/Lambda", metric, "FunctionName") == functions().keys()


def test_a_function_is_reported_before_it_runs_out_of_time() -> None:
    for name, function in functions().items():
        slow = ALARMS[f"{name}Slow"]
        assert slow["ExtendedStatistic"] == "p99"
        assert slow["Threshold"] == 0.9 * 1000 * function["Timeout"]


def test_a_stream_that_falls_behind_is_noticed() -> None:
    behind = about("AWS/Lambda", "IteratorAge", "FunctionName")

    assert behind == {"RunNow", "SendNow", "Publish"}


def test_a_clock_that_stands_is_noticed_though_it_says_nothing() -> None:
    for clock in ("TickStopped", "SendDueStopped"):
        assert ALARMS[clock]["MetricName"] == "Invocations"
        assert ALARMS[clock]["ComparisonOperator"] == "LessThanThreshold"
        assert ALARMS[clock]["TreatMissingData"] == "breaching"


def test_whatever_was_given_up_is_noticed() -> None:
    metric = "ApproximateNumberOfMessagesVisible"

    assert about("AWS/SQS", metric, "QueueName") == of_type("AWS::SQS::Queue").keys()


@pytest.mark.parametrize("metric", ["ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors"])
def test_every_table_is_watched(metric: str) -> None:
    assert about("AWS/DynamoDB", metric, "TableName") == TABLES.keys()


def test_mail_is_watched_at_half_of_what_gets_an_account_reviewed() -> None:
    mail = {alarm["MetricName"]: alarm["Threshold"] for alarm in watched("AWS/SES").values()}

    assert mail == {"Reputation.BounceRate": 0.05 / 2, "Reputation.ComplaintRate": 0.001 / 2}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_operators_when_it_begins_and_when_it_ends(name: str) -> None:
    alarm = ALARMS[name]

    ends = [] if alarm.get("Namespace") == NAMESPACE else [{"Ref": "OperatorsTopic"}]
    assert alarm["AlarmActions"] == [{"Ref": "OperatorsTopic"}]
    assert alarm["OKActions"] == ends, "moments are counted, and have no end"
    assert " " in alarm["AlarmDescription"]
    assert the_template()["Resources"][name]["Condition"] == "Watched"


def test_alarms_may_be_told_at_all() -> None:
    """CloudWatch may not use the account's key of SNS."""
    assert "KmsMasterKeyId" not in of_type("AWS::SNS::Topic")["OperatorsTopic"]


@pytest.mark.parametrize("name", ALARMS)
def test_the_operators_manual_says_what_to_do(name: str) -> None:
    manual = (ROOT / "docs" / "operating.md").read_text()
    described = re.findall(r"^\| ((?:`[\w…]+`(?:, )?)+) \|", manual, re.MULTILINE)
    patterns = [pattern for row in described for pattern in re.findall(r"`([\w…]+)`", row)]

    assert any(re.fullmatch(pattern.replace("…", r"\w+"), name) for pattern in patterns)


def test_the_operators_manual_says_what_it_costs_to_be_told() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text()
    counted = f"{len(ALARMS)} alarms at 0.10, the dashboard at 3.00, {len(Metric)} metrics at 0.30"
    rows = dict(
        re.findall(r"^\| (\w+)\b.* \| ([\d.]+ \| [\d.]+ \| [\d.]+) \|$", manual, re.MULTILINE)
    )
    watching = 0.10 * len(ALARMS) + 3.00 + 0.30 * len(Metric)
    clocks = float(rows["clocks"].partition(" ")[0])

    assert f"\n| {counted} |" in manual
    assert rows[str(len(ALARMS))] == " | ".join([f"{watching:.1f}"] * 3)
    assert f"While nobody writes, the {watching + clocks:.1f} of" in manual


def test_the_dashboard_shows_every_alarm() -> None:
    (dashboard,) = of_type("AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]
    (shown,) = [widget for widget in widgets if widget["type"] == "alarm"]

    assert set(shown["properties"]["alarms"]) == {f"${{{name}.Arn}}" for name in ALARMS}
