"""The topic pump: brings what is published on a topic to the function that listens to it."""

import json
import threading
import traceback
from collections.abc import Callable
from typing import Any, TypeAlias

from chalicelib.store.clients import client

TopicHandler: TypeAlias = Callable[[dict[str, Any], object], object]

AGAIN_SECONDS = 5


class TopicPump:
    """Hands on each notification of a topic, one a call. One whose handler fails is said aloud
    and comes again after five seconds."""

    def __init__(self, topic: str, handle: TopicHandler) -> None:
        self._handle = handle
        self._lock = threading.Lock()
        self._sqs = client("sqs")
        self._queue: str = self._sqs.create_queue(
            QueueName=f"local-{topic.rpartition(':')[2]}",
            Attributes={"VisibilityTimeout": str(AGAIN_SECONDS)},
        )["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"]
        )

    def drain(self) -> int:
        """Hand on everything there is; gives how many notifications were handled."""
        with self._lock:
            handled = 0
            while messages := self._receive():
                handled += sum(self._hand_over(message) for message in messages)
            return handled

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
        return answer.get("Messages", [])

    def _hand_over(self, message: dict[str, Any]) -> bool:
        try:
            self._handle(as_lambda_sees(json.loads(message["Body"])), None)
        except Exception:  # noqa: BLE001 - said aloud; the queue brings it again
            traceback.print_exc()
            return False
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return True


def as_lambda_sees(envelope: dict[str, Any]) -> dict[str, Any]:
    """The event in which a function gets one notification."""
    notice = {name.replace("URL", "Url"): value for name, value in envelope.items()}
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{notice['TopicArn']}:local",
                "Sns": {"MessageAttributes": {}, "Subject": None, **notice},
            }
        ]
    }
