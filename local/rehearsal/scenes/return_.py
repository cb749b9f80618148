"""Anna sends the pillows back: from the portal to the refund, to the cent."""

from datetime import UTC, datetime
from typing import Any

from local.demo.operator import SHOP
from local.demo.scenes.damaged import work_on
from local.demo.scenes.portal import add_photo, walk
from local.demo.snapshot import torn_pillow
from local.demo.stage import RETURN, first
from local.rehearsal.stage import Stage


def play(stage: Stage) -> None:
    stage.say.scene("Anna sends both pillows back through the portal")
    sale = stage.story.sale
    assert sale is not None
    portal = f"{stage.service.url}/portal/{SHOP}?lang=en"
    page = walk(stage.browser("en"), portal, sale, reason="damaged", quantity=2)
    number = first(page.text, RETURN)
    case = stage.as_mei("GET", f"/returns/{number}")["case"]
    stage.say.shows(
        f"{number} is authorized at once, and the shop pays the way back",
        holds=case["request"] == "authorized" and case["decision"]["freight_payer"] == "shop",
        found=case,
    )
    add_photo(stage.browser("en"), page.url, torn_pillow())
    photos = stage.soon("the photo", lambda: _case(stage, number)["photos"])
    stage.say.shows(
        "her photo went straight to S3 and is kept for the staff",
        holds=[one["state"] for one in photos] == ["kept"],
        found=photos,
    )
    settled = work_on(stage.as_mei, case)
    amount = settled["refund"]["amount"]
    lines = [line["money"]["amount"] for line in settled["settled"]["lines"]]
    stage.say.shows(
        f"received, inspected and settled: {_euros(amount)} EUR, and its lines add up",
        holds=sum(lines) == amount > 0,
        found=settled,
    )
    stage.story.sale = stage.shop.pay_back(sale, amount, datetime.now(UTC).replace(microsecond=0))
    stage.soon("the refund", lambda: _case(stage, number)["case"]["money"] == "done")
    given = _case(stage, number)["order"]["refunded"]["amount"]
    stage.say.shows(
        f"the shop's refund webhooks settle it: {_euros(given)} EUR given back, once",
        holds=given == amount,
        found=given,
    )


def _case(stage: Stage, number: str) -> dict[str, Any]:
    return stage.as_mei("GET", f"/returns/{number}")


def _euros(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"
