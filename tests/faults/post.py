"""SES and SMS as they answer: what truly left, and what SES reports of it later."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from botocore.awsrequest import AWSResponse

from tests.faults import answers
from tests.faults.cloud import SNS, Call, response
from tests.notices import brought


@dataclass(frozen=True, slots=True)
class Left:
    """A mail or text message that left for good."""

    id: str
    to: str
    shop: str
    message: str
    """The id of our record of it, as it stands in the mail's tags; empty for a text message."""
    template: str
    subject: str
    text: str
    at: datetime


class Post:
    """Takes every mail and text message that reaches it, unless it may send nothing more."""

    def __init__(self, mail_topic: str) -> None:
        self.left: list[Left] = []
        self.quota: int | None = None
        """How many more may be sent today; None for any number."""
        self.busy = 0
        """How many of the next come too fast."""
        self.reports_itself = True
        """Whether SES says by itself what became of mails; if not, the test brings what it says."""
        self.asked = 0
        self.when_taken: Callable[[Left], None] = lambda _: None
        """What happens between the mail's leaving and the answer."""
        self._topic = mail_topic

    @staticmethod
    def is_for(call: Call) -> bool:
        return call.operation == "SendEmail" or b"PhoneNumber=" in call.body

    def take(self, call: Call) -> AWSResponse:
        """The answer to `SendEmail`, or to `Publish` to a phone number."""
        self.asked += 1
        if self.busy:
            self.busy -= 1
            return answers.throttled(call)
        if self.quota == 0:
            words = "Daily message quota exceeded."
            return answers.refused(call, 429, "TooManyRequestsException", words)
        if self.quota is not None:
            self.quota -= 1
        left = self._mail(call) if call.operation == "SendEmail" else self._text(call)
        self.left.append(left)
        self.when_taken(left)
        if call.operation == "SendEmail":
            return response(200, _JSON, json.dumps({"MessageId": left.id}).encode())
        return response(200, {"Content-Type": "text/xml"}, _PUBLISHED.format(left.id).encode())

    def reports(self, left: Left) -> list[dict[str, Any]]:
        """What SES says of a mail through SNS, as the event of a function: sent, and delivered.
        Nothing is ever said of a text message, nor while the test brings the reports."""
        if not left.message or not self.reports_itself:
            return []
        return [self.report(left, kind) for kind in ("Send", "Delivery")]

    def report(self, left: Left, kind: str, **details: str) -> dict[str, Any]:
        """One thing that SES says of a mail, with what it says of that."""
        stamp = left.at.isoformat(timespec="milliseconds")
        said = {
            "eventType": kind,
            "mail": {
                "timestamp": stamp,
                "messageId": left.id,
                "destination": [left.to],
                "tags": {"shop": [left.shop], "message": [left.message]},
            },
            kind.lower(): {"timestamp": stamp, **details},
        }
        notice = {
            "Type": "Notification",
            "MessageId": f"{left.id}-{kind}",
            "TopicArn": self._topic,
            "Message": json.dumps(said),
            "Timestamp": stamp,
        }
        return brought(SNS.sign(notice))

    def _mail(self, call: Call) -> Left:
        asked = json.loads(call.body)
        tags = {tag["Name"]: tag["Value"] for tag in asked["EmailTags"]}
        content = asked["Content"]["Simple"]
        return Left(
            id=f"ses-{len(self.left) + 1}",
            to=asked["Destination"]["ToAddresses"][0],
            shop=tags["shop"],
            message=tags["message"],
            template=tags["template"],
            subject=content["Subject"]["Data"],
            text=content["Body"]["Text"]["Data"],
            at=datetime.now(UTC),
        )

    def _text(self, call: Call) -> Left:
        asked = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        return Left(
            id=f"sms-{len(self.left) + 1}",
            to=asked["PhoneNumber"],
            shop="",
            message="",
            template="",
            subject="",
            text=asked["Message"],
            at=datetime.now(UTC),
        )


_JSON = {"Content-Type": "application/json"}
_PUBLISHED = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>'
    "<MessageId>{}</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId>"
    "</ResponseMetadata></PublishResponse>"
)
