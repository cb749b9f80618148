"""Anna's pillow came damaged: the shop pays the way back, and gives the money back once."""

from collections.abc import Callable
from typing import Any

from local.demo.browser import Browser
from local.demo.scenes.portal import AskedBack, add_photo, ask_back
from local.demo.snapshot import torn_pillow
from local.demo.stage import Stage


def play(stage: Stage) -> None:
    sale = stage.story.sales["anna"]
    stage.say.scene("damaged")
    asked = ask_back(stage, "en", sale, reason="damaged", quantity=2)
    case = asked.case
    stage.story.pages["anna"] = asked.address
    stage.say.proof(
        "damaged.asked",
        "authorized",
        holds=stage.check(
            "damaged: agreed, and the shop pays the way back",
            holds=case["request"] == "authorized" and case["decision"]["freight_payer"] == "shop",
        ),
        number=case["number"],
    )
    anna = stage.browser("en")
    _add_a_photo(stage, anna, asked)
    page = anna.open(asked.address)
    anna.send(page, page.form("tracking"), tracking=f"UPS{sale.number}")

    stage.go_to(stage.next(2, 10, 0))
    stage.say.tell("damaged.arrives")
    settled = work_on(stage.as_li, case)
    total, parts = (
        settled["refund"]["amount"],
        [one["money"] for one in settled["settled"]["lines"]],
    )
    adds_up = sum(part["amount"] for part in parts) == total
    stage.say.proof(
        "damaged.settled",
        "adds_up",
        holds=stage.check("damaged: the refund's lines add up", holds=adds_up and total > 0),
        total=_euros(total),
        parts=" + ".join(_euros(part["amount"]) for part in parts).replace("+ -", "- "),
    )

    stage.story.sales["anna"] = stage.shop.pay_back(sale, total, stage.now().replace(microsecond=0))
    stage.settle()
    paid = stage.as_li("GET", f"/returns/{case['id']}")
    stage.story.returns["anna"] = paid["case"]
    once = paid["case"]["money"] == "done" and paid["order"]["refunded"]["amount"] == total
    stage.say.proof(
        "damaged.paid",
        "paid_once",
        holds=stage.check("damaged: the shop's refund is this one, once", holds=once),
        total=_euros(total),
    )


def _add_a_photo(stage: Stage, anna: Browser, asked: AskedBack) -> None:
    """From her browser straight to S3; Li sees a picture of it."""
    add_photo(anna, asked.address, torn_pillow())
    stage.settle()
    photos = stage.as_li("GET", f"/returns/{asked.case['id']}")["photos"]
    stage.say.proof(
        "damaged.photo",
        "seen",
        holds=stage.check(
            "damaged: the photo is there", holds=[one["state"] for one in photos] == ["kept"]
        ),
    )


def work_on(as_staff: Callable[..., dict[str, Any]], case: dict[str, Any]) -> dict[str, Any]:
    """Receive, inspect and settle both units of its one line, and order the refund in the shop;
    gives the case as it is settled. `as_staff` asks the API."""
    path = f"/returns/{case['number']}"
    (line,) = case["lines"]
    units = {"line_id": line["line_id"], "quantity": 2}
    found = {"line_id": line["line_id"], "accepted": 2, "grade": "d", "disposition": "scrap"}
    as_staff("POST", f"{path}/receipt", {"lines": [units]})
    as_staff("POST", f"{path}/inspection", {"lines": [found]})
    settled = as_staff("POST", f"{path}/settlement")
    as_staff("POST", f"{path}/refund", {"how": "in_shop"})
    return settled


def _euros(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}" if amount >= 0 else f"-{_euros(-amount)}"
