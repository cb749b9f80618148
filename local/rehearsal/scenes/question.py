"""A shopper writes by the contact form, and the acknowledgement comes by mail."""

import re

from local.demo.operator import SHOP
from local.demo.scenes.contact import write
from local.demo.stage import TICKET, first
from local.outbox import Sent
from local.rehearsal.logs import runs
from local.rehearsal.stage import Stage

ASKED = "One of the two pillows has a torn seam. What can you do?"


def play(stage: Stage) -> None:
    stage.say.scene("Anna writes by the contact form")
    number = ask(stage, ASKED)
    stage.story.ticket = stage.as_mei("GET", f"/tickets/{number}")["ticket"]
    stage.say.shows(
        f"the page gives her number {number}, and knows her order",
        holds=stage.story.ticket["order_id"] is not None,
        found=stage.story.ticket,
    )
    mail = stage.soon("the acknowledgement", lambda: _acknowledgement(stage, number))
    # The clock would have sent it too, within a minute.
    stage.soon("a run of SendNow", lambda: runs(stage.stack, "SendNow"))
    stage.say.shows(
        "the agenda's stream had the acknowledgement sent at once, marked as automatic",
        holds=mail.headers.get("Auto-Submitted") == "auto-replied"
        and mail.sender.endswith(f"<{SHOP}@{stage.mail_domain}>"),
        found=mail,
    )
    (link,) = set(re.findall(rf"{re.escape(stage.service.url)}/c/\S+", mail.text))
    stage.say.shows(
        "its link leads to her case, through API Gateway",
        holds=number in stage.browser("en").open(link).text,
    )
    message = mail.tags["message"]
    stage.soon(
        "delivered",
        lambda: stage.as_mei("GET", f"/messages/{message}")["delivered_at"],
    )
    stage.say.shows(
        "SES's reports came over the mail topic to their function: it is delivered", holds=True
    )


def ask(stage: Stage, text: str) -> str:
    """Fill in the contact form about the story's order; gives the ticket's number."""
    sale = stage.story.sale
    assert sale is not None
    anna = stage.browser("en-GB")
    door = f"{stage.service.url}/contact/{SHOP}?lang=en"
    told = write(anna, door, sale, reason="broken", text=text)
    return first(told.text, TICKET)


def _acknowledgement(stage: Stage, number: str) -> Sent | None:
    assert stage.story.sale is not None
    mails = stage.mails(stage.story.sale.buyer.mail)
    return next((mail for mail in mails if number in mail.subject), None)
