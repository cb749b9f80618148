"""Telling the world what happened: every event to one topic, at least once, unordered."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from chalicelib.domain.events import Event
from chalicelib.logs import log
from chalicelib.metrics import Metric, count
from chalicelib.services.house import House
from chalicelib.store import events
from chalicelib.store.clients import client
from chalicelib.store.tables import Item

BATCH = 10
"""How many events one request publishes: it costs what a request with a single one does."""


def publish(house: House, items: Sequence[Item]) -> int:
    """Publish up to ten stored events, with attributes that subscriptions filter on. Gives the
    place of the first that was refused; their number if all are told. What is no event is left
    out, logged and counted: it stays in its table, and would be none at the next try either.

    Subject, version, ordinal and time name an event: a listener that has seen them drops a repeat.
    """
    topic = house.settings.events_topic
    if not topic:
        return len(items)
    entries = [_entry(place, event) for place, event in _readable(items)]
    if not entries:
        return len(items)
    answer = client("sns").publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    return min((int(one["Id"]) for one in answer.get("Failed", ())), default=len(items))


def _readable(items: Iterable[Item]) -> Iterator[tuple[int, Event]]:
    """The events among some items, with their places."""
    for place, item in enumerate(items):
        try:
            yield place, events.read(item)
        except (ValidationError, KeyError) as error:
            where = {"subject": item.get("pk"), "place": item.get("sk")}
            log().warning("event.unreadable", extra={"error": type(error).__name__} | where)
            count(Metric.UNREADABLE_EVENTS)


def _entry(place: int, event: Event) -> dict[str, Any]:
    return {
        "Id": str(place),
        "Message": json.dumps(event.model_dump(mode="json", exclude_none=True)),
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value}
            for name, value in (
                ("type", event.type),
                ("shop", event.shop),
                ("subject_kind", event.subject_kind),
            )
        },
    }
