"""What SES reports of a mail: that it was sent and delivered, or what its simulator's addresses ask
for."""

import uuid
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from local.outbox import Sent

SUBJECT = "Amazon SES Email Event Notification"

_BOUNCES = "bounce@simulator.amazonses.com"
_COMPLAINS = "complaint@simulator.amazonses.com"


@dataclass(frozen=True, slots=True)
class Report:
    """One event of a mail, as a configuration set publishes it; `kind` is such as `Delivery`."""

    kind: str
    content: dict[str, Any]


def reports(sent: Sent) -> list[Report]:
    """What becomes of a mail, in order; at once, as its own clock tells."""
    return [Report(kind, _content(sent, kind, detail)) for kind, detail in _fates(sent)]


def _fates(sent: Sent) -> list[tuple[str, dict[str, Any]]]:
    stamp = _stamp(sent)
    address = sent.to[0].lower() if sent.to else ""
    feedback = {"timestamp": stamp, "feedbackId": uuid.uuid4().hex}
    bounce = {
        **feedback,
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": address, "status": "5.1.1"}],
    }
    complaint = {
        **feedback,
        "complainedRecipients": [{"emailAddress": address}],
        "complaintFeedbackType": "abuse",
    }
    delivery = {
        "timestamp": stamp,
        "processingTimeMillis": 1,
        "recipients": list(sent.to),
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "local",
    }
    if address == _BOUNCES:
        return [("Send", {}), ("Bounce", bounce)]
    if address == _COMPLAINS:
        return [("Send", {}), ("Delivery", delivery), ("Complaint", complaint)]
    return [("Send", {}), ("Delivery", delivery)]


def _content(sent: Sent, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventType": kind,
        "mail": {
            "timestamp": _stamp(sent),
            "source": sent.sender,
            "messageId": sent.id,
            "destination": list(sent.to),
            "headersTruncated": False,
            "headers": [],
            "commonHeaders": {"from": [sent.sender], "to": list(sent.to), "subject": sent.subject},
            "tags": {name: [value] for name, value in sent.tags.items()},
        },
        kind.lower(): detail,
    }


def _stamp(sent: Sent) -> str:
    return sent.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
