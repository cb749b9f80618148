"""The schedule fires: what was left to the clock is done."""

from local.rehearsal.scenes.held import HELD
from local.rehearsal.stage import Stage

A_MINUTE = 75
"""Until the next firing, with a cold start."""


def play(stage: Stage) -> None:
    stage.say.scene("The one-minute schedule fires")
    assert stage.story.sale is not None
    buyer = stage.story.sale.buyer.mail
    mails = stage.soon(
        "the held mail",
        lambda: [mail for mail in stage.mails(buyer) if HELD in mail.text],
        A_MINUTE,
    )
    stage.say.shows("the mail of the paused lane has left, once", holds=len(mails) == 1)
    stage.soon("the parked webhook", lambda: stage.counted()["order.placed"] == 2, A_MINUTE)
    stage.say.shows("the webhook that could not be stored is applied, once", holds=True)
    call = f"/callbacks/{stage.story.call['id']}"
    stage.soon("the call", lambda: stage.as_mei("GET", call)["state"] == "rung", A_MINUTE)
    rung = stage.soon("the alert", lambda: _alerts(stage, stage.story.call["number"]))
    stage.say.shows(
        "the promised call has rung at whoever listens to the alerts topic, once",
        holds=len(rung) == 1,
        found=rung,
    )


def _alerts(stage: Stage, number: str) -> list[object]:
    return [one for one in stage.alerts.heard() if one.get("number") == number]
