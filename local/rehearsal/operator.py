"""What the operator does by hand: the command line, and a few calls of the AWS one."""

import json
import subprocess
import sys
from typing import Any

import boto3

from local.state import ROOT


class Operator:
    """Somebody with the account's own credentials, and docs/operating.md at hand."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def run(self, *command: str, typed: str = "") -> str:
        """`python -m chalicelib.cli --stage …`; gives what it prints. Raises RuntimeError."""
        done = subprocess.run(
            [sys.executable, "-m", "chalicelib.cli", "--stage", self._stage, *command],
            cwd=ROOT,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}")
        return done.stdout.strip()


class Listener:
    """A queue that is subscribed to a topic, as a system of the shop's would be."""

    def __init__(self, topic: str) -> None:
        self._sqs: Any = boto3.client("sqs")
        name = topic.rpartition(":")[2]
        self._queue: str = self._sqs.create_queue(QueueName=f"heard-{name}"[:80])["QueueUrl"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        arn = found["Attributes"]["QueueArn"]
        self._sqs.set_queue_attributes(
            QueueUrl=self._queue, Attributes={"Policy": _who_may_send(arn, topic)}
        )
        boto3.client("sns").subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={"RawMessageDelivery": "true"},
        )
        self._heard: list[dict[str, Any]] = []

    def heard(self) -> list[dict[str, Any]]:
        """Everything that was published so far."""
        self._heard += [json.loads(one) for one in emptied(self._sqs, self._queue)]
        return self._heard


def emptied(sqs: Any, queue: str) -> list[str]:
    """Take what lies in a queue out of it."""
    bodies: list[str] = []
    while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for one in found:
            bodies.append(one["Body"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
    return bodies


def _who_may_send(queue: str, topic: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
