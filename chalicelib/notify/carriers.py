"""Who carries messages away: SES for mail, SNS for text messages. What they answer is one of four
outcomes; that an answer was lost is one of them, and then nothing is tried again here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import formataddr
from enum import StrEnum
from functools import cache
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from chalicelib.notify.letters import one_line
from chalicelib.store.clients import client

SLOW_DOWN = timedelta(seconds=30)
STAND_STILL = timedelta(minutes=15)
"""How long nothing is tried when nothing is taken: a day's quota frees little by little."""

_THROTTLED = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})
_SWITCHED_OFF = frozenset(
    {
        "AccountSuspendedException",
        "LimitExceededException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
        "SendingPausedException",
    }
)
_NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)


class Answer(StrEnum):
    TAKEN = "taken"
    LATER = "later"
    """It did not leave; the same may be tried after `pause`."""
    STOPPED = "stopped"
    """It did not leave, and nothing does for a while: the day's quota is spent, or sending is
    switched off. The same may be tried after `pause`."""
    REFUSED = "refused"
    """It did not leave and never will; `reason` says why."""
    LOST = "lost"
    """It may have left."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a carrier said."""

    answer: Answer
    provider_id: str = ""
    reason: str = ""
    pause: timedelta = SLOW_DOWN


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person."""

    sender_name: str
    sender: str
    to: str
    reply_to: str
    subject: str
    text: str
    html: str
    tags: Mapping[str, str]
    headers: Sequence[tuple[str, str]] = field(default=())


def send_mail(mail: Mail, *, configuration_set: str) -> Handed:
    """Hand a mail to SES, with tags by which its events find our record."""
    arguments: dict[str, Any] = {
        "FromEmailAddress": mailbox(mail.sender_name, mail.sender),
        "Destination": {"ToAddresses": [mail.to]},
        "ReplyToAddresses": [mail.reply_to],
        "Content": {
            "Simple": {
                "Subject": _utf8(one_line(mail.subject)),
                "Body": {"Text": _utf8(mail.text), "Html": _utf8(mail.html)},
                "Headers": [
                    {"Name": name, "Value": one_line(value)} for name, value in mail.headers
                ],
            }
        },
        "EmailTags": [{"Name": name, "Value": value} for name, value in mail.tags.items()],
    }
    if configuration_set:
        arguments["ConfigurationSetName"] = configuration_set
    return _hand_over(lambda: _client("sesv2").send_email(**arguments))


def send_sms(phone: str, text: str) -> Handed:
    """Hand a text message to SNS, as one that a case needs (not as advertising)."""
    kind = {"DataType": "String", "StringValue": "Transactional"}
    return _hand_over(
        lambda: _client("sns").publish(
            PhoneNumber=phone, Message=text, MessageAttributes={"AWS.SNS.SMS.SMSType": kind}
        )
    )


def mailbox(name: str, address: str) -> str:
    """`name <address>` for a header: one line, and ASCII whatever the name (RFC 2047)."""
    return formataddr((one_line(name), address), "utf-8")


def _hand_over(call: Callable[[], dict[str, Any]]) -> Handed:
    try:
        return Handed(Answer.TAKEN, provider_id=call()["MessageId"])
    except _NEVER_LEFT as error:
        return Handed(Answer.LATER, reason=type(error).__name__)
    except ClientError as error:
        return _refusal(error)
    except BotoCoreError as error:
        return Handed(Answer.LOST, reason=type(error).__name__)


def _refusal(error: ClientError) -> Handed:
    """SES drops what is too fast or too much, and queues nothing; both names mean throttling."""
    response: Any = error.response
    code: str = response["Error"]["Code"]
    words: str = response["Error"].get("Message", "")
    if code in _THROTTLED:
        if "daily" not in words.lower():
            return Handed(Answer.LATER, reason=code)
        return Handed(Answer.STOPPED, reason=code, pause=STAND_STILL)
    if code in _SWITCHED_OFF:
        return Handed(Answer.STOPPED, reason=code, pause=STAND_STILL)
    if response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return Handed(Answer.LOST, reason=code)
    return Handed(Answer.REFUSED, reason=code)


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _client(service: str) -> Any:
    return _patient_once(service, client(service).meta.endpoint_url)


@cache
def _patient_once(service: str, endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    # Never retried below us: neither call has a token that would make a repeat harmless.
    once = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})

    return boto3.client(service, config=once, endpoint_url=endpoint)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType, reportUnknownVariableType]
