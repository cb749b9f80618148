"""Two records that no function can read: they must not keep back what comes behind them."""

from typing import Any

import boto3

from local.demo.operator import SHOP
from local.rehearsal.operator import emptied
from local.rehearsal.stage import Stage

POISON = {
    "EventsTable": {"pk": f"{SHOP}#poison", "sk": "poison"},
    "AgendaTable": {
        "id": "poison", "home_lane": "urgent", "lane": "poison", "due_at": "9", "run_now": "1",
    },
}  # fmt: skip
"""By table: an event of no type, and an entry of no shop."""

READER = "RunNow"
"""Whose record comes again and again, and is given up; what is no event is left out at once."""


def play(stage: Stage) -> None:
    stage.say.scene("A poison record comes down each stream")
    for table, item in POISON.items():
        _put(stage.stack.resources[table], item)
    before = len(_published(stage, "ticket.noted"))
    path = f"/tickets/{stage.story.ticket['id']}/notes"
    stage.as_mei("POST", path, {"text": "What comes behind the poison."})
    stage.soon("the next event", lambda: len(_published(stage, "ticket.noted")) > before)
    stage.say.shows("the event behind it is published all the same", holds=True)
    lost = stage.soon(f"the failure of {READER}", lambda: _failures(stage, READER))
    stage.say.shows(
        f"{READER} tried again and again, then left it in the queue for failures",
        holds=len(lost) == 1,
        found=lost,
    )
    for table, item in POISON.items():
        _delete(stage.stack.resources[table], item)


def _published(stage: Stage, type_: str) -> list[dict[str, Any]]:
    return [event for event in stage.events.heard() if event["type"] == type_]


def _failures(stage: Stage, function: str) -> list[str]:
    """What lies in the queue that the function's stream mapping gives up to, taken out of it."""
    name = stage.stack.resources[function]
    found = boto3.client("lambda").list_event_source_mappings(FunctionName=name)
    (mapping,) = found["EventSourceMappings"]
    queue = mapping["DestinationConfig"]["OnFailure"]["Destination"].rpartition(":")[2]
    sqs = boto3.client("sqs")
    return emptied(sqs, sqs.get_queue_url(QueueName=queue)["QueueUrl"])


def _put(table: str, item: dict[str, str]) -> None:
    typed = {name: {"S": value} for name, value in item.items()}
    boto3.client("dynamodb").put_item(TableName=table, Item=typed)


def _delete(table: str, item: dict[str, str]) -> None:
    key = {name: {"S": item[name]} for name in ("pk", "sk", "id") if name in item}
    boto3.client("dynamodb").delete_item(TableName=table, Key=key)
