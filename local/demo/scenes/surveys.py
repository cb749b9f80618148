"""Three days later one question each goes out. A scanner presses every link; people answer."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.demo.browser import Page
from local.demo.stage import Stage

ASKED = ("jana", "oliver", "anna")

NOBODY_SO_FAST = timedelta(seconds=20)


@dataclass
class Scanner:
    """A mail filter that looks at everything before the reader does."""

    stage: Stage
    presses: int = 0
    pages: dict[str, Page] = field(default_factory=dict[str, Page])

    def look_through(self, mail: dict[str, Any]) -> None:
        """`HEAD` and `GET` on every link; every survey form is sent as soon as it is there."""
        robot = self.stage.browser("en")
        links = set(re.findall(r"https?://[^\s<>\"')]+", mail["text"] + mail["html"]))
        for link in sorted(link.replace("&amp;", "&") for link in links):
            self.stage.service.send("HEAD", link, {}, None)
            page = robot.open(link)
            self.presses += 2
            if "/s/" in link:
                robot.send(page, page.form("score", "nonce"), score="1")
                self.presses += 1


def play(stage: Stage) -> None:
    stage.say.scene("surveys")
    stage.go_to(stage.next(6, 17, 30))
    mails = {who: _invitation(stage, who) for who in ASKED}
    hours = [
        datetime.fromisoformat(one["at"]).astimezone(stage.zone).hour for one in mails.values()
    ]
    stage.say.proof(
        "surveys.sent",
        "in_daytime",
        holds=stage.check("surveys: in the daytime", holds=all(9 <= hour < 20 for hour in hours)),
        count=len(mails),
    )
    scanner = Scanner(stage)
    for mail in mails.values():
        scanner.look_through(mail)
    stage.say.proof(
        "surveys.scanner",
        "ignored",
        holds=stage.check("surveys: no robot counts", holds=not _answered(stage)),
        presses=scanner.presses,
    )

    _answer(stage, "jana", mails["jana"], "5", "Danke für den Anruf!")
    _answer(stage, "oliver", mails["oliver"], "2", "It took two tries.")
    scores = _answered(stage)
    stage.say.proof(
        "surveys.people",
        "counted",
        holds=stage.check(
            f"surveys: two people count, once each: {scores}",
            holds=scores == {stage.story.ticket["id"]: 5, stage.story.other_ticket["id"]: 2},
        ),
    )
    _made_good(stage)


def _answer(stage: Stage, who: str, mail: dict[str, Any], score: str, comment: str) -> None:
    """Open the link, read, press Send; then press it again by mistake."""
    person = stage.browser("de" if who == "jana" else "en")
    page = person.open(stage.link(mail, "/s/", score))
    stage.go_to(stage.now() + NOBODY_SO_FAST)
    form = page.form("score", "nonce", "comment")
    person.send(page, form, score=score, comment=comment)
    person.send(page, form, score=score, comment=comment)


def _made_good(stage: Stage) -> None:
    """A person is owed to whoever was unhappy, within the hour; Mei calls."""
    survey = _surveys(stage)[stage.story.other_ticket["id"]]
    call_id = stage.as_mei("GET", f"/surveys/{survey['id']}")["recovery_id"]
    call = stage.as_mei("GET", f"/callbacks/{call_id}")
    within = datetime.fromisoformat(call["window_end"]) - stage.now()
    told = [
        one for one in stage.mailbox("mei@") if stage.story.other_ticket["number"] in one["subject"]
    ]
    alerted = [one for one in stage.alerts("survey.low") if survey["number"] in str(one)]
    stage.story.calls.append(call_id)
    stage.say.proof(
        "surveys.low",
        "within_the_hour",
        holds=stage.check(
            "surveys: a low score is a promise within the hour, told by topic and mail",
            holds=within <= timedelta(hours=1) and bool(told) and len(alerted) == 1,
        ),
    )
    stage.as_mei("POST", f"/callbacks/{call_id}/attempts", {"outcome": "reached"})


def _invitation(stage: Stage, who: str) -> dict[str, Any]:
    """The mail with the question. Raises LookupError if there is not exactly one."""
    mails = stage.mailbox(stage.story.sales[who].buyer.mail)
    found = [mail for mail in mails if "/s/" in mail["text"]]
    if len(found) != 1:
        raise LookupError(f"{len(found)} survey mails to {who}")
    return found[0]


def _answered(stage: Stage) -> dict[str, int]:
    """The scores that were counted, by case."""
    found = _surveys(stage)
    return {case: one["score"] for case, one in found.items() if one["score"] is not None}


def _surveys(stage: Stage) -> dict[str, dict[str, Any]]:
    """The surveys about this story's cases, by case."""
    story = stage.story
    ours = {
        story.ticket["id"],
        story.other_ticket["id"],
        *(r["id"] for r in story.returns.values()),
    }
    listed = stage.as_mei("GET", "/surveys?limit=100")["items"]
    return {one["case_id"]: one for one in listed if one["case_id"] in ours}
