"""Everything that happened to Jana, and the figures of the days, counted again."""

from collections import Counter
from datetime import timedelta

from local.demo.stage import Stage

ONCE = (
    "order.placed",
    "order.paid",
    "parcel.shipped",
    "parcel.delayed",
    "ticket.opened",
    "callback.promised",
    "callback.kept",
    "ticket.resolved",
    "survey.answered",
)


def play(stage: Stage) -> None:
    stage.say.scene("what_happened")
    customer = stage.story.ticket["customer_id"]
    events = stage.as_mei("GET", f"/customers/{customer}/timeline?limit=100")["items"]
    counted = Counter(event["type"] for event in events)
    moments = [event["at"] for event in events]
    told = all(counted[name] == 1 for name in ONCE)
    stage.say.proof(
        "what_happened.timeline",
        "each_once",
        holds=stage.check(
            f"what happened: each once, newest first: {dict(counted)}",
            holds=told and moments == sorted(moments, reverse=True),
        ),
        count=len(events),
    )
    monday = stage.day_figures(stage.started)
    answer = monday["first_response"]
    stage.say.tell(
        "what_happened.day",
        tickets=monday["tickets_opened"],
        returns=monday["returns_requested"],
        minutes=round(answer["median_minutes"] or 0),
        in_time=answer["in_time"],
        answered=answer["n"],
    )
    sunday = stage.day_figures(stage.now())["satisfaction"]
    low, high = sunday["interval"]
    stage.say.tell(
        "what_happened.satisfaction",
        satisfied=sunday["satisfied"],
        n=sunday["n"],
        low=round(low * 100),
        high=round(high * 100),
    )
    days = (stage.now().date() - stage.started.date()).days + 1
    stage.settle()
    stage.story.recounts = [
        stage.as_mei("GET", f"/figures/day/recount?date={day.date().isoformat()}")
        for day in (stage.started + timedelta(days=n) for n in range(days))
    ]
    equal = all(one["equal"] for one in stage.story.recounts)
    stage.say.proof(
        "what_happened.recount",
        "equal",
        holds=stage.check("what happened: the recount equals the figures", holds=equal),
        days=days,
    )
