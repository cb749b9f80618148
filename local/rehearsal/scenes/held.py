"""Three things that only the clock can do: a mail whose lane was paused, a call that rings later,
and a webhook that could not be stored."""

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import boto3

from chalicelib.services.lanes import KNOWN_SECONDS
from local import shopify_bodies as bodies
from local.demo import cast
from local.rehearsal.scenes.opening import RING_MINUTES
from local.rehearsal.stage import Stage

HELD = "Dear Anna, here is your label. Mei"
SOON = timedelta(seconds=10)
"""When the call rings: no stream is waiting for that moment."""


def play(stage: Stage) -> None:
    stage.say.scene("Three things are left to the clock")
    _park(stage)
    stage.operator.run("lane", "pause", "mail")
    time.sleep(KNOWN_SECONDS)
    path = f"/tickets/{stage.story.ticket['id']}"
    stage.as_mei("POST", f"{path}/replies", {"text": HELD, "language": "en"})
    _promise_call(stage)
    time.sleep(2)
    waits = not _has_left(stage)
    stage.operator.run("lane", "resume", "mail")
    stage.say.shows(
        "the mail lane was paused: Mei's next mail stayed, and stays until the clock comes",
        holds=waits and not _has_left(stage),
    )


def _has_left(stage: Stage) -> bool:
    assert stage.story.sale is not None
    return any(HELD in mail.text for mail in stage.mails(stage.story.sale.buyer.mail))


def _promise_call(stage: Stage) -> None:
    at = datetime.now(UTC) + timedelta(minutes=RING_MINUTES) + SOON
    wanted = {"case_id": stage.story.ticket["id"], "at": at.isoformat(), "what": "The label"}
    stage.story.call = stage.as_mei("POST", "/callbacks", wanted)
    stage.say.shows(
        f"a call is promised that rings in {SOON.seconds} seconds",
        holds=stage.story.call["state"] == "promised",
        found=stage.story.call,
    )


def _park(stage: Stage) -> None:
    """The API's function may not write events for a moment, as after a mistaken change of roles."""
    now = datetime.now(UTC).replace(microsecond=0)
    sale = stage.shop.sell(cast.oliver(2), cast.TEAPOT, currency="EUR", shipping=690, placed_at=now)
    with _denied(stage.stack.role("APIHandler"), "dynamodb:PutItem"):
        stage.shop.post("orders/create", bodies.order(sale))
    stage.say.shows(
        "IAM takes the API's right to store events away: a verified webhook is not refused",
        holds=stage.shop.outcomes["parked"] == 2,
        found=dict(stage.shop.outcomes),
    )


@contextmanager
def _denied(role: str, action: str) -> Generator[None]:
    iam = boto3.client("iam")
    statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="mistake", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="mistake")
