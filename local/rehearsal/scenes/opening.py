"""The operator sets a shop and its first person up, with nothing but docs/operating.md."""

import boto3

from chalicelib.domain.calendar import Week, span
from chalicelib.domain.callback_policy import CallbackPolicy
from local.demo.operator import SHOP
from local.rehearsal.stage import DOMAIN, SECRET, Stage

MEI = "mei@qinghe.example"

_ALL_DAY = (span("00:00", "24:00"),)
_ALWAYS = Week(**dict.fromkeys(Week.model_fields, _ALL_DAY))
"""A rehearsal may be held at night."""

RING_MINUTES = 1


def play(stage: Stage) -> None:
    stage.say.scene("The operator sets up a shop and its first person, on the command line")
    boto3.client("sesv2").create_email_identity(EmailIdentity=stage.mail_domain)
    run = stage.operator.run
    run("keys", "init")
    made = run(
        *("shop", "add", SHOP, "--name", "Qinghe Home", "--platform", "shopify"),
        *("--domain", DOMAIN, "--country", "DE", "--languages", "en,de"),
        typed=f"{SECRET}\n",
    )
    stage.say.shows(
        "the shop is told to post its webhooks to this stage's API Gateway",
        holds=f"{stage.service.url}/webhooks/shopify/{SHOP}" in made,
        found=made,
    )
    stage.story.staff_id = run(
        "staff", "add", SHOP, "--name", "Mei", "--mail", MEI, "--role", "admin"
    )
    stage.story.token = run("staff", "token", SHOP, stage.story.staff_id)
    stage.say.tell(_first_answer(stage))
    _open_day_and_night(stage)


def _first_answer(stage: Stage) -> str:
    started = stage.say.seconds()
    stage.service.call("GET", "/health")
    cold = stage.say.seconds()
    stage.service.call("GET", "/health")
    warm = stage.say.seconds()
    milliseconds = 1000 * (warm - cold)
    return f"the API answers: at first after {cold - started:.1f} s, then in {milliseconds:.0f} ms"


def _open_day_and_night(stage: Stage) -> None:
    shop = stage.as_mei("GET", f"/shops/{SHOP}")
    kept = {name: value for name, value in shop.items() if name not in {"id", "version"}}
    calls = CallbackPolicy(ring_minutes=RING_MINUTES, daytime=_ALWAYS)
    wanted = {
        **kept,
        "hours": {**kept["hours"], "week": _ALWAYS.model_dump(mode="json")},
        "callbacks": calls.model_dump(mode="json"),
    }
    changed = stage.as_mei("PUT", f"/shops/{SHOP}", wanted)
    stage.say.shows(
        "Mei, with her new token, opens the shop day and night",
        holds=changed["version"] == shop["version"] + 1,
        found=changed,
    )
