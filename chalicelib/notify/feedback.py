"""What SES reports through SNS, as our own words (surveys.md 4.2). Unknown fields are ignored and
missing ones are ordinary: only what a report must have to mean anything is asked for."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.mail import MailEvent, MailFate

_FATES = {
    "Send": MailFate.SENT,
    "Delivery": MailFate.DELIVERED,
    "Bounce": MailFate.BOUNCED,
    "Complaint": MailFate.COMPLAINED,
}


def read_report(message: str) -> MailEvent | None:
    """The report in an SNS message; None for what is none, such as the plain text SES sends
    once to try the topic, and for mail that was not ours."""
    report = _object(message)
    name = report.get("eventType") or report.get("notificationType")
    mail: Mapping[str, Any] = report.get("mail") or {}
    tags: Mapping[str, list[str]] = mail.get("tags") or {}
    shop, message_id = tags.get("shop"), tags.get("message")
    if not name or not shop or not message_id:
        return None
    fate = _FATES.get(name, MailFate.OTHER)
    detail: Mapping[str, Any] = report.get(str(name).lower()) or {}
    return MailEvent(
        shop=shop[0],
        message_id=message_id[0],
        provider_id=mail.get("messageId", ""),
        fate=fate,
        at=datetime.fromisoformat(detail.get("timestamp") or mail["timestamp"]),
        is_permanent=detail.get("bounceType") == "Permanent",
        detail=_code(fate, detail),
    )


def _code(fate: MailFate, detail: Mapping[str, Any]) -> str:
    if fate is MailFate.BOUNCED:
        return str(detail.get("bounceSubType") or detail.get("bounceType") or "")
    if fate is MailFate.COMPLAINED:
        return str(detail.get("complaintFeedbackType") or "")
    return ""


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]
