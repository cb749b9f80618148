"""Nothing lost, nothing twice, nothing refused: read back at the end."""

from typing import Any

import boto3

from local.rehearsal.cloud.calls import calls
from local.rehearsal.logs import errors
from local.rehearsal.operator import emptied
from local.rehearsal.stage import Stage


def play(stage: Stage) -> None:
    stage.say.scene("What came of it")
    shop = stage.shop
    stage.say.shows(
        f"{shop.outcomes.total()} deliveries were accepted, and none is left waiting",
        holds=not _waiting(stage) and not stage.as_mei("GET", "/webhooks/deliveries")["given_up"],
        found=_waiting(stage),
    )
    stored = _stored(stage)
    stage.soon("every event published", lambda: stored <= _heard(stage))
    stage.say.shows(f"all {len(stored)} events were published to the events topic", holds=True)
    dead = stage.as_mei("GET", "/agenda/dead")["items"]
    stage.say.shows("nothing lies dead in the agenda", holds=not dead, found=dead)
    lost = [body for queue in _queues(stage) for body in emptied(boto3.client("sqs"), queue)]
    stage.say.shows("no function gave anything else up", holds=not lost, found=lost)
    recounts = [stage.as_mei("GET", f"/figures/day/recount?date={day}") for day in stage.days()]
    stage.say.shows(
        "the figures equal their recount from the events",
        holds=all(one["equal"] for one in recounts),
        found=recounts,
    )
    found = errors(stage.stack)
    stage.say.shows("no function logged an error", holds=not found, found=found[:5])
    _policies(stage)


def _policies(stage: Stage) -> None:
    made = calls(stage.folder)
    refused = {call for call in made if not call.is_allowed}
    expected = {call for call in refused if call.action == "dynamodb:PutItem"}
    functions = len({call.role for call in made})
    stage.say.shows(
        f"IAM checked {len(made)} calls of {functions} roles, and refused what it was told to",
        holds=bool(expected) and refused == expected,
        found=sorted(str(call) for call in refused - expected),
    )


def _queues(stage: Stage) -> list[str]:
    """Where the functions leave what they cannot do."""
    resources = stage.stack.resources.items()
    return [place for name, place in resources if name.endswith("Failures")]


def _waiting(stage: Stage) -> list[str]:
    found = boto3.client("s3").list_objects_v2(Bucket=stage.stack.resources["InboxBucket"])
    return [one["Key"] for one in found.get("Contents", ())]


def _stored(stage: Stage) -> set[tuple[str, int, int]]:
    """What names each stored event: subject, version and ordinal."""
    pages: Any = boto3.client("dynamodb").get_paginator("scan")
    found = pages.paginate(TableName=stage.stack.resources["EventsTable"])
    return {
        (item["subject"]["S"], int(item["version"]["N"]), int(item["ordinal"]["N"]))
        for page in found
        for item in page["Items"]
    }


def _heard(stage: Stage) -> set[tuple[str, int, int]]:
    return {(one["subject"], one["version"], one["ordinal"]) for one in stage.events.heard()}
