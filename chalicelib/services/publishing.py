"""Telling the world what happened: every event to one topic, at least once, unordered."""

import json

from chalicelib.services.house import House
from chalicelib.store import events
from chalicelib.store.clients import client
from chalicelib.store.tables import Item


def publish(house: House, item: Item) -> None:
    """Publish one stored event, with attributes that subscriptions filter on.

    Subject, version and ordinal name it: a listener that has seen them drops a repeat.
    """
    if not house.settings.events_topic:
        return
    event = events.read(item)
    client("sns").publish(
        TopicArn=house.settings.events_topic,
        Message=json.dumps(event.model_dump(mode="json", exclude_none=True)),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in (
                ("type", event.type),
                ("shop", event.shop),
                ("subject_kind", event.subject_kind),
            )
        },
    )
