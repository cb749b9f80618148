"""Ten minutes before the promised call Mei's phone rings. She calls, and the promise is kept."""

from datetime import datetime, timedelta

from local.demo.stage import Stage
from local.demo.storefront import moved

DONE = "Es freut mich, dass alles angekommen ist. Viel Freude damit! Mei"
DONE_TOO = "I am glad that the new lid fits. Best, Mei"


def play(stage: Stage) -> None:
    call = stage.story.call
    stage.say.scene("promised_call")
    arrived_at = stage.started.replace(hour=14, minute=10, microsecond=0) + timedelta(days=1)
    stage.shop.post(
        "fulfillment_events/create", moved(stage.story.sales["jana"], arrived_at, "delivered")
    )
    due = datetime.fromisoformat(call["window_start"]).astimezone(stage.zone)
    stage.go_to(due - timedelta(minutes=10))
    alerts = [one for one in stage.alerts("callback.due") if call["number"] in str(one)]
    mails = [one for one in stage.mailbox("mei@") if call["number"] in one["subject"]]
    rung = stage.as_mei("GET", f"/callbacks/{call['id']}")["state"] == "rung"
    stage.say.proof(
        "promised_call.rings",
        "rung",
        holds=stage.check(
            "promised call: rung once by topic and once by mail",
            holds=rung and len(alerts) == 1 and len(mails) == 1,
        ),
        number=call["number"],
    )

    stage.go_to(due + timedelta(seconds=20))
    kept = stage.as_mei(
        "POST", f"/callbacks/{call['id']}/attempts", {"outcome": "reached", "note": "Alles da."}
    )
    stage.say.proof(
        "promised_call.made",
        "kept",
        holds=stage.check("promised call: kept", holds=kept["state"] == "kept"),
    )
    for ticket, text in ((stage.story.ticket, DONE), (stage.story.other_ticket, DONE_TOO)):
        stage.as_mei("POST", f"/tickets/{ticket['id']}/resolution", {"text": text})
    stage.say.tell("promised_call.resolved")
