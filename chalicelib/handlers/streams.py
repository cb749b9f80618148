"""The streams: what is due now runs at once, and what happened is told to whoever listens."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.domain.agenda import POST, WORK, Lane
from chalicelib.services import agenda, publishing
from chalicelib.services.house import house
from chalicelib.services.lanes import open_lanes
from chalicelib.store.agenda import Due
from chalicelib.store.codec import from_item

OLDEST = timedelta(minutes=2)
"""A mark older than this is left to the tick."""


def run_now(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Run the agenda entries that were put due. A failure has its own retry in the agenda."""
    return _each(event, partial(_run_marked, WORK))


def send_now(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Send the messages that were put due, as `run_now` does the rest."""
    return _each(event, partial(_run_marked, POST))


def publish(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Publish new events to the topic; what could not be published comes again."""
    return _each(event, _publish_new)


def _each(event: dict[str, Any], handle: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Handle records in order; from the first failure on they are given back (partial batch)."""
    for record in event["Records"]:
        try:
            handle(record)
        except Exception:  # noqa: BLE001 - the outermost edge: the stream brings it again, then parks it
            failed = record["dynamodb"]["SequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": failed}]}
    return {"batchItemFailures": []}


def _run_marked(lanes: Iterable[Lane], record: dict[str, Any]) -> None:
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return
    item = from_item(image)
    if "run_now" not in item or "lane" not in item or _age(record) > OLDEST:
        return
    if item["home_lane"] in open_lanes(house()).intersection(lanes):
        agenda.run(house(), Due(item["id"], item["shop"], item["generation"]))


def _publish_new(record: dict[str, Any]) -> None:
    if record["eventName"] == "INSERT":
        publishing.publish(house(), from_item(record["dynamodb"]["NewImage"]))


def _age(record: dict[str, Any]) -> timedelta:
    created = record["dynamodb"].get("ApproximateCreationDateTime")
    if created is None:
        return timedelta(0)
    moment = created if isinstance(created, datetime) else datetime.fromtimestamp(created, UTC)
    return datetime.now(UTC) - moment
