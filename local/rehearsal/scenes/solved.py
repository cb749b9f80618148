"""Mei resolves the ticket; Anna says by the mail's link that it is solved, and how it was."""

import re
import time

from local.rehearsal.stage import Stage

ANSWER = "Dear Anna, the money is on its way. Mei"
READING_SECONDS = 3
"""A form that comes back sooner was not read by a person."""


def play(stage: Stage) -> None:
    stage.say.scene("The ticket is resolved, and Anna says how it was")
    assert stage.story.sale is not None
    buyer, ticket = stage.story.sale.buyer.mail, stage.story.ticket
    stage.as_mei("POST", f"/tickets/{ticket['id']}/resolution", {"text": ANSWER, "language": "en"})
    stage.say.tell("resolved through the API")
    mail = stage.soon(
        "the resolution",
        lambda: next((one for one in stage.mails(buyer) if ANSWER in one.text), None),
    )
    (solved,) = set(re.findall(r"https?://\S+/a/\S+solved=yes", mail.text))
    anna = stage.browser("en")
    asked = anna.open(solved)
    survey = anna.send(asked, asked.form("solved"), solved="yes")
    time.sleep(READING_SECONDS)
    form = survey.form("score", "nonce")
    for _ in range(2):
        anna.send(survey, form, score="5")
    found = [
        stage.as_mei("GET", f"/surveys/{one['id']}")
        for one in stage.as_mei("GET", "/surveys")["items"]
    ]
    scores = {one["case_id"]: one["score"] for one in found}
    stage.say.shows(
        "by the link in the mail she says that it is solved, and gives a 5; twice, it counts once",
        holds=scores.get(ticket["id"]) == 5 and stage.counted()["survey.answered"] == 1,
        found=(scores, dict(stage.counted())),
    )
