"""Ringing people: an alert to the topic, and who of the staff is written to."""

import json

from chalicelib.domain.agenda import Entry
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.services.desk import Desk
from chalicelib.services.staff import STAFF_LIST
from chalicelib.store.clients import client

MOST_MANAGERS = 10
"""How many are written to about one thing at the most."""

_LEADING = (Role.MANAGER, Role.ADMIN)


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
    cards = [c for c in desk.page(4, STAFF_LIST, limit=100).cards if not c.card["disabled"]]
    for role in _LEADING:
        ids = [card.id for card in cards if card.card["role"] == role]
        if ids:
            read = desk.read(*((Staff, staff_id) for staff_id in ids[:MOST_MANAGERS]))
            return [one for one in read if isinstance(one, Staff)]
    return []
