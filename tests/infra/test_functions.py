"""Each function of a stage: its size, its log, its role, and what wakes it."""

import json
from typing import Any

import pytest

from chalicelib.domain.agenda import POST, WORK
from local.state import ROOT
from tests.infra.packaged import figure, functions, of_type, statements, the_template

SENDERS = {"SendDue", "SendNow"}
STREAMS = {"RunNow": "AgendaTable", "SendNow": "AgendaTable", "Publish": "EventsTable"}
HEARD = {"MailEvent": "MailTopic", "InboundMail": "InboundTopic", "Photos": "PhotosTopic"}
EVERYTHING = "*"


def allowed(function: str) -> set[str]:
    return {action for statement in statements(function) for action in statement["Action"]}


def mapping(function: str) -> dict[str, Any]:
    (event,) = functions()[function]["Events"].values()
    return event["Properties"]


def arn(resource: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [resource, "Arn"]}


def test_every_door_has_its_function() -> None:
    assert set(functions()) == {
        "APIHandler", "Tick", "RunNow", "SendDue", "SendNow", "Publish", "MailEvent", "InboundMail",
        "Photos",
    }  # fmt: skip


def test_settings_are_of_functions_that_there_are() -> None:
    settings = json.loads((ROOT / ".chalice" / "config.json").read_text())["lambda_functions"]

    assert {name.replace("_", "").lower() for name in settings} <= {
        name.lower() for name in functions()
    }


@pytest.mark.parametrize("function", functions())
def test_a_function_has_a_role_a_log_memory_and_a_timeout_of_its_own(function: str) -> None:
    properties = functions()[function]
    log = properties["LoggingConfig"]["LogGroup"]["Ref"]

    assert properties["Architectures"] == ["arm64"]
    # A picture of fifty million pixels is unpacked to be made smaller.
    assert 256 <= properties["MemorySize"] <= (1024 if function == "Photos" else 512)
    assert 15 <= properties["Timeout"] <= 60
    assert of_type("AWS::Logs::LogGroup")[log]["RetentionInDays"] == 30
    for own in (properties["Role"], properties["LoggingConfig"]):
        assert [other for other in functions().values() if own in other.values()] == [properties]
    writes = {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert [one["Resource"] for one in statements(function) if writes & set(one["Action"])] == [
        [arn(log)]
    ]


@pytest.mark.parametrize("function", functions())
def test_a_function_has_its_share_of_what_may_run_at_once(function: str) -> None:
    reserved = functions()[function]["ReservedConcurrentExecutions"]
    condition, chosen, otherwise = reserved["Fn::If"]

    assert chosen == {"Fn::FindInMap": ["Sizes", {"Ref": "Size"}, function]}
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert the_template()["Conditions"][condition] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "Size"}, "small"]}]
    }


@pytest.mark.parametrize(("size", "quota"), [("medium", 1000), ("large", 5000)])
def test_the_shares_fit_the_quota_with_the_hundred_that_must_stay_free(
    size: str, quota: int
) -> None:
    assert sum(figure(size, function) for function in functions()) <= quota - 100


@pytest.mark.parametrize("size", ["medium", "large"])
def test_a_clock_never_overlaps_itself(size: str) -> None:
    assert {figure(size, clock) for clock in ("Tick", "SendDue")} == {1}


@pytest.mark.parametrize("function", functions())
def test_a_role_names_every_action_and_every_resource(function: str) -> None:
    for statement in statements(function):
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in statement["Action"])
        assert statement.get("Resource") != []
        assert EVERYTHING not in statement.get("Resource", ())


def test_what_has_no_resource_excludes_every_topic() -> None:
    """SNS names no resource for a phone number, so that a text message is allowed by what is
    not named."""
    unnamed = {
        name: statement
        for name in functions()
        for statement in statements(name)
        if "Resource" not in statement
    }

    assert unnamed == {
        name: {"Effect": "Allow", "Action": ["sns:Publish"], "NotResource": ["arn:*:sns:*:*:*"]}
        for name in SENDERS
    }


def test_only_who_sends_may_send() -> None:
    assert {name for name in functions() if "ses:SendEmail" in allowed(name)} == SENDERS


def test_a_sender_sends_from_the_stage_s_domain_alone() -> None:
    for name in SENDERS:
        (mail,) = [one for one in statements(name) if "ses:SendEmail" in one["Action"]]
        assert mail["Condition"] == {
            "StringLike": {"ses:FromAddress": {"Fn::Sub": "*@${MailDomain}"}}
        }


def test_no_function_writes_secrets() -> None:
    secrets = {action for name in functions() for action in allowed(name) if "ssm:" in action}

    assert secrets == {"ssm:GetParameter"}


def test_no_function_empties_or_changes_a_table() -> None:
    acts = {action for name in functions() for action in allowed(name) if "dynamodb:" in action}

    assert acts <= {
        f"dynamodb:{act}"
        for act in (
            *("BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
            *("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"),
        )
    }


@pytest.mark.parametrize(("function", "table"), STREAMS.items())
def test_a_stream_is_read_from_its_oldest_record_and_never_hangs(function: str, table: str) -> None:
    stream = mapping(function)

    assert stream["Stream"] == {"Fn::GetAtt": [table, "StreamArn"]}
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["BisectBatchOnFunctionError"]
    assert 0 < stream["MaximumRetryAttempts"] <= 100
    assert 0 < stream["MaximumRecordAgeInSeconds"] < 24 * 3600
    assert stream["DestinationConfig"]["OnFailure"] == {
        "Type": "SQS",
        "Destination": arn(f"{function}Failures"),
    }


def test_what_becomes_due_wakes_who_runs_its_lane_and_nobody_else() -> None:
    woken_for: dict[str, set[str]] = {}
    for function in ("RunNow", "SendNow"):
        (wanted,) = mapping(function)["FilterCriteria"]["Filters"]
        pattern = json.loads(wanted["Pattern"])
        assert pattern["dynamodb"]["NewImage"]["run_now"] == {"S": ["1"]}
        woken_for[function] = set(pattern["dynamodb"]["NewImage"]["home_lane"]["S"])

    assert woken_for == {"RunNow": set(WORK), "SendNow": set(POST)}


@pytest.mark.parametrize(("function", "topic"), HEARD.items())
def test_what_a_topic_brings_comes_again_and_is_kept_when_it_keeps_failing(
    function: str, topic: str
) -> None:
    invoked = functions()[function]["EventInvokeConfig"]

    assert mapping(function)["Topic"] == {"Ref": topic}
    assert invoked["MaximumRetryAttempts"] == 2
    assert invoked["DestinationConfig"]["OnFailure"]["Destination"] == arn(f"{function}Failures")


@pytest.mark.parametrize("function", ["Tick", "SendDue"])
def test_a_minute_missed_is_not_made_up_for(function: str) -> None:
    invoked = functions()[function]["EventInvokeConfig"]

    assert mapping(function)["Schedule"] == "rate(1 minute)"
    assert invoked == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}


def test_what_was_given_up_is_kept_for_two_weeks_and_its_function_alone_adds_to_it() -> None:
    queues = of_type("AWS::SQS::Queue")

    assert queues.keys() == {f"{name}Failures" for name in (*STREAMS, *HEARD)}
    for name, queue in queues.items():
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert queue["SqsManagedSseEnabled"]
        adds = [one for one in functions() if _may(one, "sqs:SendMessage", arn(name))]
        assert adds == [name.removesuffix("Failures")]


def _may(function: str, action: str, resource: dict[str, Any]) -> bool:
    return any(
        action in statement["Action"] and resource in statement.get("Resource", ())
        for statement in statements(function)
    )
