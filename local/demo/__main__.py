"""Tell the story: `python -m local.demo`, while `python -m local` runs.

`DEMO_LANG=zh` tells it in Chinese, `PACE=slow` waits for Enter between the scenes, `VERBOSE=1`
shows every request and answer. Exit code 0 only if every proof holds.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from urllib3.exceptions import HTTPError

from local import state
from local.demo import proofs
from local.demo.narrator import Narrator
from local.demo.operator import SHOP, Operator
from local.demo.scenes import SCENES
from local.demo.service import Refused, Service
from local.demo.stage import Stage
from local.demo.words import nearest, words
from local.seed_past import said

MONDAY = 0


def main() -> int:
    """Play every scene, then prove it. 1 if something does not hold, or nothing runs."""
    language = nearest(os.environ.get("DEMO_LANG", "en"))
    say = Narrator(words(language), sys.stdout, is_slow=os.environ.get("PACE") == "slow")
    running = state.running()
    if running is None:
        say.failed("not_running")
        return 1
    note = say.aside if os.environ.get("VERBOSE") == "1" else _unsaid
    stage = Stage(Service(running.url, note), Operator(running), say)
    _open(stage, language)
    before = proofs.mails([stage.day_figures(stage.started)])
    *story, (last, look_back) = SCENES
    for name, play in story:
        _attempt(stage, name, lambda play=play: play(stage))
    # Before anybody asks for figures: an hour that is over and counted takes nothing more in.
    _attempt(stage, "an ordinary day", lambda: _fill(stage))
    _attempt(stage, last, lambda: look_back(stage))
    _prove(stage, before)
    _attempt(stage, "doors", lambda: _show_doors(stage))
    for failure in stage.failures:
        say.failed("failed", what=failure)
    return 1 if stage.failures else 0


def _open(stage: Stage, language: str) -> None:
    """The story begins on the next Monday morning: the clock goes there."""
    start = stage.next(MONDAY, 8, 2)
    pattern = words(language).say("date")
    stage.say.title("title", when=format_datetime(start, pattern, locale=language))
    stage.started = stage.go_to(start)


def _attempt(stage: Stage, name: str, act: Callable[[], None]) -> None:
    """A scene that cannot be played to its end is a failure; the others are told all the same."""
    try:
        act()
    except (Refused, HTTPError, LookupError, TypeError, ValueError) as error:
        stage.check(f"{name}: {type(error).__name__}: {error}", holds=False)
        stage.say.failed("broken_off")


def _fill(stage: Stage) -> None:
    """What lay there over the week is settled, but for two; then a new day comes in."""
    for ticket in _late(stage)[2:]:
        text = said()["answers"][ticket["language"]]
        stage.as_mei("POST", f"/tickets/{ticket['id']}/resolution", {"text": text})
    stage.operator.fill(f"story-{stage.run}")
    stage.settle()


def _late(stage: Stage) -> list[dict[str, Any]]:
    due = stage.as_mei("GET", "/tickets?limit=100")["items"]
    now = stage.now()
    return [one for one in due if one["due_at"] and datetime.fromisoformat(one["due_at"]) <= now]


def _prove(stage: Stage, before: proofs.Mails) -> None:
    found: list[proofs.Proof] = []
    for count in proofs.all_proofs(stage, before):
        _attempt(stage, "proofs", lambda count=count: found.append(count()))
    for proof in found:
        stage.check(f"{proof.name}: {proof.sums}", holds=proof.holds)
    stage.say.sums("proofs", [(f"proof.{p.name}", p.sums, p.holds) for p in found])


def _show_doors(stage: Stage) -> None:
    url, pages = stage.service.url, stage.story.pages
    stage.say.doors(
        "look",
        [
            ("look.desk", stage.operator.sign_in_link(stage.mei)),
            *(
                (f"look.{who}", pages[who].partition("?")[0])
                for who in ("jana", "anna", "wang")
                if who in pages
            ),
            ("look.mailbox", f"{url}/mailbox"),
            ("look.docs", f"{url}/docs"),
        ],
    )
    stage.say.advice(
        "try",
        ["try.contact", "try.return", "try.hour", "try.clock"],
        url=url,
        shop=SHOP,
        order=stage.story.sales["sofia"].number,
        mail=stage.story.sales["sofia"].buyer.mail,
    )


def _unsaid(_: str) -> None:
    """What nobody asked to see."""


if __name__ == "__main__":
    sys.exit(main())
