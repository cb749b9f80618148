"""The streams: what is due now runs at once, and what happened is told to whoever listens."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.domain.agenda import POST, WORK, Lane
from chalicelib.logs import log
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
    """Publish new events to the topic, some at a time; from the first that could not be published
    on they come again."""
    records = [record for record in event["Records"] if record["eventName"] == "INSERT"]
    for start in range(0, len(records), publishing.BATCH):
        some = records[start : start + publishing.BATCH]
        done = _published(some)
        if done < len(some):
            return _given_back(some[done])
    return _given_back(None)


def _each(event: dict[str, Any], handle: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Handle records in order; from the first failure on they are given back (partial batch)."""
    for record in event["Records"]:
        try:
            handle(record)
        except Exception as error:  # noqa: BLE001 - the outermost edge: the stream brings it again, then parks it
            _note(error, record)
            return _given_back(record)
    return _given_back(None)


def _note(error: Exception, record: dict[str, Any]) -> None:
    number = record["dynamodb"]["SequenceNumber"]
    log().warning("stream.again", extra={"error": type(error).__name__, "record": number})


def _given_back(record: dict[str, Any] | None) -> dict[str, Any]:
    """From this record on the stream brings the batch again."""
    failed = [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}] if record else []
    return {"batchItemFailures": failed}


def _run_marked(lanes: Iterable[Lane], record: dict[str, Any]) -> None:
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return
    item = from_item(image)
    if "run_now" not in item or "lane" not in item or _age(record) > OLDEST:
        return
    if item["home_lane"] in open_lanes(house()).intersection(lanes):
        agenda.run(house(), Due(item["id"], item["shop"], item["generation"]))


def _published(records: list[dict[str, Any]]) -> int:
    """How many of some records were published, up to the first that was not."""
    try:
        images = [from_item(record["dynamodb"]["NewImage"]) for record in records]
        return publishing.publish(house(), images)
    except Exception as error:  # noqa: BLE001 - the outermost edge: the stream brings them again, then parks one
        _note(error, records[0])
        return 0


def _age(record: dict[str, Any]) -> timedelta:
    created = record["dynamodb"].get("ApproximateCreationDateTime")
    if created is None:
        return timedelta(0)
    moment = created if isinstance(created, datetime) else datetime.fromtimestamp(created, UTC)
    return datetime.now(UTC) - moment
