"""Jana's parcel is late. She writes in German, and Mei promises her a call."""

import re
from datetime import datetime, timedelta

from local.demo.browser import Browser
from local.demo.operator import SHOP
from local.demo.scenes.contact import begin, tell
from local.demo.stage import TICKET, Stage, first

NOT_AT_ONCE = timedelta(minutes=18)

ASKED = (
    "Guten Tag, mein Bettbezug sollte am Freitag kommen. Ich bekomme am Wochenende Besuch. "
    "Können Sie mir sagen, wo er ist?"
)
REPLY = (
    "Liebe Frau Krüger, das Paket liegt im Verteilzentrum und kommt morgen. "
    "Ich rufe Sie am Donnerstag um 17 Uhr an und frage, ob alles gut ist. Mei"
)


def play(stage: Stage) -> None:
    sale = stage.story.sales["jana"]
    stage.say.scene("late_parcel")
    jana = stage.browser("de")
    known = begin(jana, f"/contact/{SHOP}?lang=de", sale, reason="parcel")
    sale_known = stage.check(
        "late parcel: the page knows the order", holds=str(sale.number) in known.text
    )
    stage.say.proof("late_parcel.seen", "before_any_form", holds=sale_known, sentence=known.heading)

    told = tell(jana, known, sale, text=ASKED)
    stage.story.pages["jana"] = told.url
    case = stage.as_mei("GET", f"/tickets/{first(told.text, TICKET)}")
    ticket = case["ticket"]
    promised = datetime.fromisoformat(ticket["answer_due_at"]).astimezone(stage.zone)
    mails = stage.mailbox(sale.buyer.mail)
    acknowledged = any(ticket["number"] in mail["subject"] + mail["text"] for mail in mails)
    linked = case["order"] is not None and case["order"]["number"] == f"#{sale.number}"
    stage.say.tell("late_parcel.number", number=ticket["number"])
    stage.say.proof(
        "late_parcel.promised",
        "in_her_mailbox",
        holds=stage.check(
            "late parcel: acknowledged by mail, linked to its order",
            holds=acknowledged and linked and len(mails) == 1,
        ),
        time=f"{promised:%H:%M}",
    )
    _answer(stage, ticket)


def _answer(stage: Stage, ticket: dict[str, str]) -> None:
    stage.go_to(stage.now() + NOT_AT_ONCE)
    thursday = stage.next(3, 17, 0)
    path = f"/tickets/{ticket['id']}"
    stage.as_mei("POST", f"{path}/assignment", {"assignee": stage.mei.id})
    stage.as_mei("POST", f"{path}/replies", {"text": REPLY, "language": "de"})
    call = stage.as_mei(
        "POST",
        "/callbacks",
        {"case_id": ticket["id"], "at": thursday.isoformat(), "what": "Kam der Bettbezug an?"},
    )
    stage.story.ticket, stage.story.call = dict(ticket), call
    stage.story.calls.append(call["id"])
    listed = stage.as_mei("GET", "/callbacks?limit=100")["items"]
    is_listed = any(one["id"] == call["id"] for one in listed)
    stage.say.proof(
        "late_parcel.call",
        "on_her_list",
        holds=stage.check("late parcel: the promised call is on the list", holds=is_listed),
        time=f"{stage.now():%H:%M}",
    )
    seen = _signed_in(stage).open(f"/desk/t/{ticket['number']}").text
    stage.say.proof(
        "late_parcel.signed_in",
        "on_one_page",
        holds=stage.check(
            "late parcel: the staff's page shows what was said",
            holds=ASKED[:40] in seen and REPLY[:40] in seen,
        ),
    )


def _signed_in(stage: Stage) -> Browser:
    """Mei's browser, signed in by the link that was mailed to her."""
    mei = stage.browser("en")
    page = mei.open("/desk/sign-in")
    mei.send(page, page.form("shop", "mail"), shop=SHOP, mail="mei@qinghe.example")
    (link,) = re.findall(r"https?://\S+/desk/sign-in\S+", stage.mailbox("mei@")[0]["text"])
    once = mei.open(link)
    mei.send(once, once.form("once"))
    return mei
