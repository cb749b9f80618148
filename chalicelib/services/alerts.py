"""Ringing people: an alert to the topic, and who of the staff is written to."""

import json
from collections.abc import Sequence

from chalicelib.domain.agenda import Entry
from chalicelib.domain.changes import Changes
from chalicelib.domain.letters import Letter
from chalicelib.domain.messages import message
from chalicelib.domain.permissions import LEADING
from chalicelib.domain.staff import Staff
from chalicelib.services.desk import Desk
from chalicelib.store.clients import client

MOST_MANAGERS = 10
"""How many are written to about one thing at the most."""


def publish(desk: Desk, entry: Entry) -> None:
    """Publish one alert: what kind, which shop, which subject, its number and when it is due.
    Subscriptions filter on `type` and `shop`."""
    topic = desk.house.settings.alerts_topic
    if not topic:
        return
    told = {"shop": entry.shop, "subject": entry.subject, **entry.data}
    client("sns").publish(
        TopicArn=topic,
        Message=json.dumps(told),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": told[name]} for name in ("type", "shop")
        },
    )


def to_staff(
    desk: Desk, people: Sequence[Staff], letter: Letter, subject_id: str
) -> list[Changes[object]]:
    """A letter about one subject, to each of these people."""
    return [
        message(
            person,
            letter,
            shop=desk.shop,
            subject_id=subject_id,
            new_id=desk.new_id,
            at=desk.now(),
        )
        for person in people
    ]


def responsible(desk: Desk, staff_id: str | None) -> list[Staff]:
    """Whose it is, if they still work here; else the managers."""
    found = desk.find(Staff, staff_id) if staff_id else None
    return [found] if found and not found.disabled_at else managers(desk)


def managers(desk: Desk) -> list[Staff]:
    """Who answers for what was missed: the manager on duty, if the shop names one, else its
    managers, else its admins."""
    on_duty = desk.shop.callbacks.manager_on_duty
    if on_duty:
        found = desk.find(Staff, on_duty)
        if found and not found.disabled_at:
            return [found]
    for role in LEADING:
        cards = desk.page(2, f"leading#{role}", limit=MOST_MANAGERS).cards
        read = desk.read(*((Staff, card.id) for card in cards)) if cards else []
        found = [one for one in read if isinstance(one, Staff) and not one.disabled_at]
        if found:
            return found
    return []
