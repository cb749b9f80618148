"""Mail to a shop: a notification becomes a ticket, once."""

from typing import Any

import pytest

from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.mail_events import inbound_mail
from chalicelib.services import desk as desks
from chalicelib.services import shops
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.store.clients import client
from tests.notices import brought, notice

MAIL = b"From: Jana <jana@x.de>\r\nSubject: Wo?\r\nMessage-ID: <a@x.de>\r\n\r\nWo bleibt sie?\r\n"


def desk() -> Desk:
    return desks.desk(house(), "acme", actor=Actor(kind=ActorKind.SYSTEM), correlation="test")


@pytest.fixture(autouse=True)
def shop(aws: dict[str, str]) -> None:
    shops.put(desk(), Configuration(name="Acme", languages=("en", "de")))


def arrives(raw: bytes = MAIL, to: str = "in+acme", topic: str = "", action: Any = None) -> None:
    passed = {"status": "PASS"}
    notification = {
        "notificationType": "Received",
        "mail": {"messageId": "ses-in-1"},
        "receipt": {
            "timestamp": "2026-11-23T08:02:00.000Z",
            "recipients": [f"{to}@{house().settings.mail_domain}"],
            **{f"{check}Verdict": passed for check in ("spam", "virus", "spf", "dkim", "dmarc")},
            "action": action or {"type": "SNS", "encoding": "UTF8"},
        },
    }
    if action is None:
        notification["content"] = raw.decode()
    inbound_mail(brought(notice(topic or house().settings.inbound_topic, notification)), None)


def subjects() -> list[str]:
    return [card.card["subject"] for card in desk().page(1, "tickets", limit=10).cards]


def test_a_mail_opens_a_ticket_once():
    arrives()
    arrives()

    assert subjects() == ["Wo?"]


def test_a_large_mail_is_read_from_the_bucket():
    bucket = house().settings.inbox_bucket
    client("s3").put_object(Bucket=bucket, Key="mail/1", Body=MAIL)

    arrives(action={"type": "S3", "bucketName": bucket, "objectKey": "mail/1"})

    assert subjects() == ["Wo?"]


@pytest.mark.parametrize(
    "given",
    [
        {"raw": b"Auto-Submitted: auto-replied\r\n" + MAIL},
        {"to": "in+nobody"},
        {"to": "r+t7kq4xmkaaaaaaaaaaaaaaaa.acme"},
        {"topic": "arn:aws:sns:us-east-1:1:theirs"},
    ],
)
def test_what_is_no_question_to_a_shop_opens_nothing(given: dict[str, Any]):
    arrives(**given)

    assert subjects() == []
