"""What SNS brings about mail: reports on what we sent, and mail that people write."""

import json
from typing import Any

from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.logs import log
from chalicelib.notify.feedback import read_report
from chalicelib.notify.inbound import bytes_in, place_of, read_mail
from chalicelib.services import desk as desks
from chalicelib.services import letters, messages, notices, tickets
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.store.clients import client


def mail_event(event: dict[str, Any], context: object) -> None:
    """SES's reports on sends, deliveries, bounces and complaints. A failure comes again."""
    for notice in notices.heard(house(), event, house().settings.mail_topic):
        report = read_report(notice.message)
        if report is not None:
            messages.take_mail_event(house(), report, notice=notice.id)


def inbound_mail(event: dict[str, Any], context: object) -> None:
    """Mail to a shop becomes a ticket, or a message of one. A failure comes again."""
    for notice in notices.heard(house(), event, house().settings.inbound_topic):
        _take_in(json.loads(notice.message), notice.id)


def _take_in(notification: dict[str, Any], notice: str) -> None:
    raw = bytes_in(notification)
    if raw is None:
        place = place_of(notification)
        if place is None:
            log().warning("mail.no_content", extra={"notice": notice})
            return
        bucket, key = place
        raw = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    keys = letters.reply_keys(house()).values()
    mail = read_mail(notification, raw, keys=keys, domain=house().settings.mail_domain)
    if mail is None:
        log().info("mail.to_nobody", extra={"notice": notice})
        return
    desk = desks.desk(house(), mail.shop, actor=Actor(kind=ActorKind.CUSTOMER), correlation=notice)
    if _is_shop(desk):
        tickets.receive_mail(desk, mail)


def _is_shop(desk: Desk) -> bool:
    try:
        return bool(desk.shop)
    except NotFound:
        log().info("mail.to_nobody", extra={"notice": desk.correlation})
        return False
