"""SES: what it was asked to send is kept whole, and reported where the configuration set says.

ministack keeps a mail's words alone, and reports nothing.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ministack.services import ses_v2, sns

from local.mail_reports import SUBJECT, Report, reports
from local.outbox import Outbox, Sent
from local.rehearsal.cloud import MAILS

SEND = ("POST", "/v2/email/outbound-emails")


def install(folder: Path) -> None:
    """Keep and report every mail from now on."""
    outbox, answer = Outbox(folder / MAILS), ses_v2.handle_request

    async def take(
        method: str, path: str, headers: Any, body: bytes, query: Any
    ) -> tuple[int, dict[str, str], bytes]:
        answered = await answer(method, path, headers, body, query)
        status, _, content = answered
        if (method, path.rstrip("/")) == SEND and status == 200:
            asked = json.loads(body)
            sent = _sent(json.loads(content)["MessageId"], asked)
            outbox.add(sent)
            for report in reports(sent):
                _publish(asked.get("ConfigurationSetName", ""), report)
        return answered

    ses_v2.handle_request = take


def _sent(message_id: str, asked: dict[str, Any]) -> Sent:
    simple = asked["Content"]["Simple"]
    return Sent(
        id=message_id,
        channel="mail",
        at=datetime.now(UTC),
        to=tuple(asked["Destination"]["ToAddresses"]),
        sender=asked["FromEmailAddress"],
        reply_to=", ".join(asked.get("ReplyToAddresses", [])),
        subject=simple["Subject"]["Data"],
        text=simple["Body"]["Text"]["Data"],
        html=simple["Body"]["Html"]["Data"],
        tags={tag["Name"]: tag["Value"] for tag in asked.get("EmailTags", [])},
        headers={header["Name"]: header["Value"] for header in simple.get("Headers", [])},
    )


def _publish(configuration_set: str, report: Report) -> None:
    known = ses_v2._config_sets.get(configuration_set) or {}
    for destination in (known.get("EventDestinations") or {}).values():
        topic = (destination.get("SnsDestination") or {}).get("TopicArn")
        wanted = report.kind.upper() in destination["MatchingEventTypes"]
        if topic and wanted and destination["Enabled"]:
            sns.publish_internal(topic, report.content, SUBJECT)
