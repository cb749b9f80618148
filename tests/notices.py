"""Notifications as SNS hands them to a function."""

import json
from typing import Any

from tests.stage import SNS


def notice(topic: str, message: object, *, notice_id: str = "sns-1") -> dict[str, Any]:
    """One that SNS signed."""
    return SNS.sign(
        {
            "Type": "Notification",
            "MessageId": notice_id,
            "TopicArn": topic,
            "Subject": None,
            "Message": message if isinstance(message, str) else json.dumps(message),
            "Timestamp": "2026-11-23T08:02:00.000Z",
            "SigningCertUrl": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem",
            "MessageAttributes": {},
        }
    )


def brought(*notices: dict[str, Any]) -> dict[str, Any]:
    """The event that a function is given."""
    return {"Records": [{"EventSource": "aws:sns", "Sns": one} for one in notices]}
