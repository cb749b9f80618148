"""The post office: finds what was sent on the emulator and reports what became of it.

The emulator keeps a mail's text but neither its tags nor its reply address, and it publishes no
events for it; both are added here, in the shapes that SES has on AWS.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3

from chalicelib.store.clients import client
from local.mail_reports import SUBJECT, reports
from local.outbox import Outbox, Sent

SETTLING_SECONDS = 0.5
"""How long a call that sends may take to return after the emulator has the mail."""

_REQUEST = "aftercare.request"


class PostOffice:
    """Takes the emulator's mails and text messages into an outbox, and publishes for each mail
    what SES would: that it was sent and delivered, or what the SES simulator's addresses ask."""

    def __init__(
        self, endpoint: str, outbox: Outbox, now: Callable[[], datetime], mail_topic: str
    ) -> None:
        self._endpoint = endpoint
        self._outbox = outbox
        self._now = now
        self._mail_topic = mail_topic
        self._asked: dict[str, tuple[datetime, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Note when this process sends, and what it asks SES for: tags and reply addresses.
        Clients that were made before are not seen."""
        boto3.setup_default_session()
        assert boto3.DEFAULT_SESSION is not None
        events = boto3.DEFAULT_SESSION.events
        for operation in ("sesv2.SendEmail", "sns.Publish"):
            events.register(f"before-parameter-build.{operation}", _keep_request)
            events.register(f"after-call.{operation}", self._keep_answer)

    def drain(self) -> int:
        """Take in everything new and report it; gives how many messages there were."""
        with self._lock:
            return self._mails() + self._texts()

    def _mails(self) -> int:
        fresh = [
            mail
            for account in self._get("/_ministack/ses/messages")["messages"].values()
            for mail in account
            if mail["MessageId"] not in self._outbox and self._is_settled(mail)
        ]
        for mail in fresh:
            at, asked = self._asked.pop(mail["MessageId"], (self._now(), {}))
            sent = Sent(
                id=mail["MessageId"],
                channel="mail",
                at=at,
                to=tuple(mail["To"]),
                sender=mail["Source"],
                reply_to=", ".join(asked.get("ReplyToAddresses", [])),
                subject=mail["Subject"],
                text=mail["BodyText"] or "",
                html=mail["BodyHtml"] or "",
                tags={tag["Name"]: tag["Value"] for tag in asked.get("EmailTags", [])},
            )
            self._outbox.add(sent)
            self._report(sent)
        return len(fresh)

    def _is_settled(self, mail: dict[str, Any]) -> bool:
        return mail["MessageId"] in self._asked or (
            time.time() - mail["Timestamp"] > SETTLING_SECONDS
        )

    def _report(self, sent: Sent) -> None:
        for report in reports(sent):
            client("sns").publish(
                TopicArn=self._mail_topic, Subject=SUBJECT, Message=json.dumps(report.content)
            )

    def _texts(self) -> int:
        by_number = self._get("/_ministack/sns/sms-messages")["sms_messages"]
        everything = [text for texts in by_number.values() for text in texts]
        fresh = [text for text in everything if text["MessageId"] not in self._outbox]
        for text in fresh:
            at, _ = self._asked.pop(text["MessageId"], (self._now(), {}))
            self._outbox.add(
                Sent(
                    id=text["MessageId"],
                    channel="sms",
                    at=at,
                    to=(text["PhoneNumber"],),
                    text=text["Message"],
                )
            )
        return len(fresh)

    def _get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(self._endpoint + path, timeout=10) as answer:  # noqa: S310
            return json.load(answer)

    def _keep_answer(self, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        asked = context[_REQUEST]
        if "MessageId" in parsed and "TopicArn" not in asked:
            self._asked[parsed["MessageId"]] = self._now(), asked


def alert(outbox: Outbox, now: Callable[[], datetime]) -> Callable[[dict[str, Any], object], None]:
    """The function that listens to the alerts topic here: it puts every alert into the outbox."""

    def take_in(event: dict[str, Any], _context: object) -> None:
        for record in event["Records"]:
            notice = record["Sns"]
            attributes = notice["MessageAttributes"]
            outbox.add(
                Sent(
                    id=notice["MessageId"],
                    channel="alert",
                    at=now(),
                    to=(notice["TopicArn"].rpartition(":")[2],),
                    subject=notice["Subject"] or "",
                    text=notice["Message"],
                    tags={name: attribute["Value"] for name, attribute in attributes.items()},
                )
            )

    return take_in


def _keep_request(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[_REQUEST] = params
