"""What operators are told of, when, and in which words. `docs/operating.md` says what to do."""

from dataclasses import dataclass
from typing import Any

from chalicelib import metrics
from chalicelib.store import tables as store
from deploy.functions import Template, service
from deploy.triggers import CLOCKS, STREAMS, failures_of, keeps_failures

WATCHED = "Watched"

TABLES = tuple(f"{name.title()}Table" for name in store.TABLES)


@dataclass(frozen=True, slots=True)
class Metric:
    """One number over time, as CloudWatch keeps it."""

    namespace: str
    name: str
    dimensions: dict[str, Any]
    statistic: str = "Sum"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Tells when its metric reaches `threshold` in `of_which` of `periods` periods.

    `silence` is what it makes of a period without data.
    """

    says: str
    metric: Metric
    threshold: float
    seconds: int = 300
    periods: int = 1
    of_which: int = 1
    comparison: str = "GreaterThanOrEqualToThreshold"
    silence: str = "notBreaching"
    tells_the_end: bool = True
    """Not where its metric counts moments: that nothing more is counted ends nothing."""


def watch(template: Template, stage: str) -> dict[str, Alarm]:
    """Put every alarm into a template, and the topic that tells of them; gives the alarms."""
    template["Parameters"] |= {
        "Alarms": {
            "Type": "String",
            "AllowedValues": ["on", "off"],
            "Default": "on",
            "Description": "Alarms and the dashboard, the only parts that cost while idle.",
        },
        "OperatorMail": {
            "Type": "String",
            "Default": "",
            "Description": "Who is written to when an alarm goes off; empty for nobody yet.",
        },
    }
    template["Conditions"] |= {
        WATCHED: {"Fn::Equals": [{"Ref": "Alarms"}, "on"]},
        "WritesToOperator": {"Fn::Not": [{"Fn::Equals": [{"Ref": "OperatorMail"}, ""]}]},
    }
    alarms = _alarms(template, stage)
    template["Resources"] |= _topic()
    template["Resources"] |= {name: _resource(alarm) for name, alarm in alarms.items()}
    return alarms


def of_function(function: str, name: str, statistic: str = "Sum") -> Metric:
    return Metric("AWS/Lambda", name, {"FunctionName": {"Ref": function}}, statistic)


def of_api(stage: str, name: str, statistic: str) -> Metric:
    dimensions = {"ApiName": f"aftercare-{stage}", "Stage": stage}
    return Metric("AWS/ApiGateway", name, dimensions, statistic)


def of_table(table: str, name: str, **more: str) -> Metric:
    return Metric("AWS/DynamoDB", name, {"TableName": {"Ref": table}, **more})


def of_desk(stage: str, metric: metrics.Metric) -> Metric:
    return Metric(metrics.NAMESPACE, str(metric), {"service": service(stage)})


def _alarms(template: Template, stage: str) -> dict[str, Alarm]:
    alarms: dict[str, Alarm] = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            alarms |= _of_function(name, resource["Properties"]["Timeout"])
    for name in TABLES:
        alarms |= _of_table(name)
    return alarms | _of_work(stage) | _of_mail() | _of_api(stage)


def _of_function(name: str, timeout: int) -> dict[str, Alarm]:
    alarms = {
        f"{name}Errors": Alarm(
            f"{name} fails: its log says why.",
            of_function(name, "Errors"),
            threshold=1,
            periods=3,
            of_which=2,
        ),
        f"{name}Throttles": Alarm(
            f"{name} is asked for more often than it may run: raise the size or the quota.",
            of_function(name, "Throttles"),
            threshold=1,
            periods=3,
            of_which=2,
        ),
        f"{name}Slow": Alarm(
            f"{name} comes near its {timeout} seconds, after which it is cut off.",
            of_function(name, "Duration", "p99"),
            threshold=timeout * 900,
            periods=3,
            of_which=2,
        ),
    }
    if name in STREAMS:
        alarms[f"{name}Behind"] = Alarm(
            f"{name} is more than a minute behind its stream.",
            of_function(name, "IteratorAge", "Maximum"),
            threshold=60_000,
            seconds=60,
            periods=5,
            of_which=5,
        )
    if keeps_failures(name):
        queue = {"QueueName": {"Fn::GetAtt": [failures_of(name), "QueueName"]}}
        alarms[f"{name}GaveUp"] = Alarm(
            f"{name} gave something up: it waits in {failures_of(name)}.",
            Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, "Maximum"),
            threshold=1,
        )
    if name in CLOCKS:
        alarms[f"{name}Stopped"] = Alarm(
            f"{name} was not woken for five minutes: nothing happens by itself.",
            of_function(name, "Invocations"),
            threshold=1,
            comparison="LessThanThreshold",
            silence="breaching",
        )
    return alarms


def _of_table(name: str) -> dict[str, Alarm]:
    throttled = {
        f"{name}{kind}sThrottled": Alarm(
            f"{name} refuses {kind.lower()}s: a hot partition, or an account's limit.",
            of_table(name, f"{kind}ThrottleEvents"),
            threshold=10,
            periods=3,
            of_which=2,
        )
        for kind in ("Read", "Write")
    }
    return throttled | {
        f"{name}Broken": Alarm(
            f"DynamoDB itself fails on {name}.",
            of_table(name, "SystemErrors", Operation="TransactWriteItems"),
            threshold=1,
            periods=3,
            of_which=2,
        ),
    }


def _of_work(stage: str) -> dict[str, Alarm]:
    return {
        "WorkGivenUp": Alarm(
            "Timed work failed eight times over and lies among the dead: GET /agenda/dead.",
            of_desk(stage, metrics.Metric.DEAD_ENTRIES),
            threshold=1,
            tells_the_end=False,
        ),
        "DeliveriesGivenUp": Alarm(
            "A verified delivery failed twenty times over: GET /webhooks/deliveries.",
            of_desk(stage, metrics.Metric.GIVEN_UP_DELIVERIES),
            threshold=1,
            tells_the_end=False,
        ),
        "ShopSilent": Alarm(
            "A shop that used to send sends nothing: did it switch its webhooks off?",
            of_desk(stage, metrics.Metric.SILENT_SHOPS),
            threshold=1,
            tells_the_end=False,
        ),
        "EventsUnreadable": Alarm(
            "What lies among the events is none, and was not published: the log line says where.",
            of_desk(stage, metrics.Metric.UNREADABLE_EVENTS),
            threshold=1,
            tells_the_end=False,
        ),
    }


def _of_mail() -> dict[str, Alarm]:
    """At half of what gets an account's sending reviewed."""
    alarms = {
        "BouncesNearReview": Alarm(
            "2.5 % of the account's mail bounces; at 5 % AWS reviews it.",
            Metric("AWS/SES", "Reputation.BounceRate", {}, "Average"),
            threshold=0.025,
            seconds=3600,
        ),
        "ComplaintsNearReview": Alarm(
            "0.05 % of the account's mail is complained about; at 0.1 % AWS reviews it.",
            Metric("AWS/SES", "Reputation.ComplaintRate", {}, "Average"),
            threshold=0.0005,
            seconds=3600,
        ),
    }
    for topic in ("MailTopic", "InboundTopic", "PhotosTopic"):
        named = {"TopicName": {"Fn::GetAtt": [topic, "TopicName"]}}
        alarms[f"{topic}Broken"] = Alarm(
            f"{topic} cannot hand over to its function.",
            Metric("AWS/SNS", "NumberOfNotificationsFailed", named),
            threshold=1,
        )
    return alarms


def _of_api(stage: str) -> dict[str, Alarm]:
    return {
        "ApiErrors": Alarm(
            "One request in a hundred is answered with 5xx.",
            of_api(stage, "5XXError", "Average"),
            threshold=0.01,
            periods=3,
            of_which=2,
        ),
        "ApiSlow": Alarm(
            "One answer in a hundred takes more than five seconds.",
            of_api(stage, "Latency", "p99"),
            threshold=5_000,
            periods=3,
            of_which=2,
        ),
    }


def _topic() -> Template:
    """Not encrypted with the account's SNS key as the others are: CloudWatch may not use that
    key, and would be silent. An alarm says nothing about people."""
    return {
        "OperatorsTopic": {"Type": "AWS::SNS::Topic"},
        "OperatorsTopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "OperatorsTopic"}],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "AlarmsPublish",
                            "Effect": "Allow",
                            "Principal": {"Service": "cloudwatch.amazonaws.com"},
                            "Action": "sns:Publish",
                            "Resource": {"Ref": "OperatorsTopic"},
                            "Condition": {
                                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
                            },
                        }
                    ],
                },
            },
        },
        "OperatorSubscription": {
            "Type": "AWS::SNS::Subscription",
            "Condition": "WritesToOperator",
            "Properties": {
                "TopicArn": {"Ref": "OperatorsTopic"},
                "Protocol": "email",
                "Endpoint": {"Ref": "OperatorMail"},
            },
        },
    }


def _resource(alarm: Alarm) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Condition": WATCHED,
        "Properties": {
            "AlarmDescription": alarm.says,
            "ComparisonOperator": alarm.comparison,
            "Threshold": alarm.threshold,
            "EvaluationPeriods": alarm.periods,
            "DatapointsToAlarm": alarm.of_which,
            "TreatMissingData": alarm.silence,
            "AlarmActions": [{"Ref": "OperatorsTopic"}],
            "OKActions": [{"Ref": "OperatorsTopic"}] if alarm.tells_the_end else [],
            "Period": alarm.seconds,
            **_measured(alarm.metric),
        },
    }


def _measured(metric: Metric) -> dict[str, Any]:
    is_percentile = metric.statistic.startswith("p")
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions.items()],
        "ExtendedStatistic" if is_percentile else "Statistic": metric.statistic,
    }
