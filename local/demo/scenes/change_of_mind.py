"""王小明 sends something back within seven days, of an order that no webhook ever told of."""

from datetime import datetime, timedelta

from local.demo import cast
from local.demo.scenes.portal import ask_back
from local.demo.stage import Stage
from local.demo.storefront import parcel

DAY = timedelta(days=1)


def play(stage: Stage) -> None:
    now = stage.now().replace(microsecond=0)
    sale = stage.shop.sell(
        cast.wang(stage.run), cast.TEA_TRAY, currency="CNY", shipping=1200, placed_at=now - 6 * DAY
    )
    box = parcel(sale, now - 5 * DAY, carrier="SF Express", arrived_at=now - 3 * DAY)
    stage.story.sales["wang"] = stage.shop.book(
        sale.at(now - 3 * DAY, is_shipped=True, parcels=(box,))
    )
    pushed = stage.shop.different

    stage.say.scene("change_of_mind")
    asked = ask_back(stage, "zh-CN", sale, reason="no_reason", quantity=1)
    stage.story.returns["wang"], stage.story.pages["wang"] = asked.case, asked.address
    case = asked.case
    stage.say.proof(
        "change_of_mind.asked",
        "found_in_the_shop",
        holds=stage.check(
            "change of mind: the order was asked from the shop",
            holds=stage.shop.different == pushed and case["order_number"] == f"#{sale.number}",
        ),
        order=sale.number,
    )

    ruling = case["decision"]["rulings"][0]
    until = datetime.fromisoformat(ruling["until"]).astimezone(stage.zone)
    stage.say.tell("change_of_mind.number", number=case["number"], articles=ruling["articles"][0])
    stage.say.proof(
        "change_of_mind.verdict",
        "authorized",
        holds=stage.check(
            "change of mind: agreed, and he pays the way back",
            holds=case["request"] == "authorized"
            and case["decision"]["freight_payer"] == "customer"
            and until == _eight_days_on(stage, now - 3 * DAY),
        ),
        until=f"{until - DAY:%d.%m.} 24:00",
    )
    told = [one for one in stage.alerts("return.authorized") if case["number"] in str(one)]
    stage.say.proof(
        "change_of_mind.warehouse",
        "told",
        holds=stage.check("change of mind: the warehouse is told once", holds=len(told) == 1),
    )


def _eight_days_on(stage: Stage, arrived: datetime) -> datetime:
    """Seven days, not counting the day of arrival, and all of the seventh."""
    midnight = arrived.astimezone(stage.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + 8 * DAY
