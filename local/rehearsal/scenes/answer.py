"""Mei answers through the API, and Anna answers by mail."""

import base64
import json
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import boto3

from local.outbox import Sent
from local.rehearsal.stage import Stage

REPLY = "Dear Anna, I am sorry. Would you like your money back or a new pillow? Mei"
ANSWER = "My money back, please. I will send both of them in."


def play(stage: Stage) -> None:
    stage.say.scene("Mei answers; Anna answers her by mail")
    path = f"/tickets/{stage.story.ticket['id']}"
    stage.as_mei("POST", f"{path}/assignment", {"assignee": stage.story.staff_id})
    stage.as_mei("POST", f"{path}/replies", {"text": REPLY, "language": "en"})
    mail = stage.soon("the reply", lambda: _with(stage, REPLY))
    stage.say.shows(
        "her words left by SES; an answer goes to an address that is signed for this case",
        holds=mail.reply_to.startswith("r+") and mail.reply_to.endswith(stage.mail_domain),
        found=mail.reply_to,
    )
    written = _written(mail)
    for _ in range(2):
        _received(stage, mail.reply_to, written)
    stage.soon("in the thread", lambda: _said(stage, path).count(ANSWER))
    stage.say.shows(
        "SES hands her mail to the inbound topic, twice; it stands in the thread once",
        holds=_said(stage, path).count(ANSWER) == 1,
        found=_said(stage, path),
    )


def _with(stage: Stage, words: str) -> Sent | None:
    assert stage.story.sale is not None
    mails = stage.mails(stage.story.sale.buyer.mail)
    return next((mail for mail in mails if words in mail.text), None)


def _said(stage: Stage, path: str) -> list[str]:
    return [one["text"] for one in stage.as_mei("GET", path)["thread"]]


def _written(mail: Sent) -> EmailMessage:
    """What a mail program makes of the answer."""
    answer = EmailMessage()
    answer["From"] = f"Anna Whitlock <{mail.to[0]}>"
    answer["To"] = mail.reply_to
    answer["Subject"] = f"Re: {mail.subject}"
    answer["Message-ID"] = "<one-answer@example.org>"
    answer["In-Reply-To"] = f"<{mail.id}>"
    answer.set_content(ANSWER)
    return answer


def _received(stage: Stage, to: str, mail: EmailMessage) -> None:
    """What a receipt rule with an SNS action does."""
    passed = {"status": "PASS"}
    stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    topic = stage.stack.resources["InboundTopic"]
    notification: dict[str, Any] = {
        "notificationType": "Received",
        "mail": {"timestamp": stamp, "messageId": "inbound-1", "destination": [to]},
        "receipt": {
            "timestamp": stamp,
            "recipients": [to],
            **{f"{check}Verdict": passed for check in ("spam", "virus", "spf", "dkim", "dmarc")},
            "action": {"type": "SNS", "topicArn": topic, "encoding": "BASE64"},
        },
        "content": base64.b64encode(mail.as_bytes()).decode(),
    }
    boto3.client("sns").publish(TopicArn=topic, Message=json.dumps(notification))
