"""Mei settles Oliver's question with one mail; he says that it is not solved."""

from local.demo.operator import SHOP
from local.demo.scenes.contact import write
from local.demo.stage import TICKET, Stage, first

ASKED = "The lid of the teapot does not sit tight. Is that how it should be?"
ANSWER = "Dear Oliver, a little play is normal for a fired lid. Best, Mei"
NOT_SOLVED = "It is not a little play: it falls off when I pour. I have sent you a photo."
SECOND = "Dear Oliver, thank you for the photo. That is a fault: a new lid is on its way today. Mei"


def play(stage: Stage) -> None:
    sale = stage.story.sales["oliver"]
    stage.say.scene("not_solved")
    oliver = stage.browser("en-GB")
    told = write(oliver, f"/contact/{SHOP}?lang=en", sale, reason="broken", text=ASKED)
    number = first(told.text, TICKET)
    case = stage.as_mei("GET", f"/tickets/{number}")
    stage.check(
        "webhooks: an older snapshot did not take a payment back",
        holds=case["order"]["payment"] == "paid",
    )
    stage.as_mei("POST", f"/tickets/{number}/assignment", {"assignee": stage.mei.id})
    before = len(stage.mailbox(sale.buyer.mail))
    stage.as_mei("POST", f"/tickets/{number}/resolution", {"text": ANSWER, "language": "en"})
    mails = stage.mailbox(sale.buyer.mail)
    one_mail = len(mails) == before + 1 and ANSWER[:20] in mails[0]["text"]
    stage.say.proof(
        "not_solved.resolved",
        "one_mail",
        holds=stage.check("not solved: resolving sends one mail", holds=one_mail),
        number=number,
    )

    page = oliver.open(stage.link(mails[0], "/a/", "no"))
    oliver.send(page, page.form("solved", "text"), text=NOT_SOLVED)
    again = stage.as_mei("GET", f"/tickets/{number}")
    heard = any(NOT_SOLVED in said["text"] for said in again["thread"])
    stage.say.proof(
        "not_solved.reopened",
        "open_again",
        holds=stage.check(
            "not solved: open again with his words",
            holds=heard and again["ticket"]["status"] not in ("resolved", "closed"),
        ),
    )
    stage.as_mei("POST", f"/tickets/{number}/replies", {"text": SECOND, "language": "en"})
    stage.story.other_ticket, stage.story.pages["oliver"] = again["ticket"], told.url
