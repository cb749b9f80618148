"""Whole lives: a ticket, a return, a survey, a callback, from outside to the last thing they do."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from statistics import fmean

from bench.prices import MAIL
from bench.runs import Bill, Run, bill
from bench.shop import BenchShop, mail_of
from chalicelib.domain.silence import LISTEN

_buyers = count(5_000)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does, and every run of a function that it led to."""

    name: str
    runs: list[Run]


@dataclass(slots=True)
class Life:
    """What one life cost, step by step."""

    shop: BenchShop
    steps: list[Step] = field(default_factory=list[Step])

    def step(self, name: str, act: Callable[[], object]) -> None:
        """Do it, and let everything happen that follows from it at once."""
        with self.shop.stage.meter.counted() as runs:
            act()
            self.shop.stage.hand_on()
        self.steps.append(Step(name, [run for run in runs if not _is_anyones(run)]))

    def wait(self, name: str, amount: timedelta) -> None:
        """Let time pass, with what comes due in it."""
        seconds = amount.total_seconds()
        self.step(name, lambda: self.shop.stage.pass_time(seconds=seconds))

    @property
    def runs(self) -> list[Run]:
        return [run for step in self.steps for run in step.runs]


def _is_anyones(run: Run) -> bool:
    """The clock looks every minute and listens whether the shop still speaks, whoever lives; that
    is part of what an idle stage costs."""
    return run.function in ("tick", "send_due") or run.operation == LISTEN


STAFF_READS = ("GET /tickets", "GET /returns", "GET /callbacks", "GET /surveys", "GET /desk")


@dataclass(frozen=True, slots=True)
class Price:
    """What a thousand lives cost in dollars."""

    work: Bill
    """All but the next two."""
    reads: float
    """What staff look at."""
    mails: float
    """SES, and hearing from it what became of the mails."""
    counts: dict[str, float]
    """Of one life: write units on tables and indexes, read units, requests, runs, mails."""
    by_step: dict[str, float]


def price(lives: list[Life]) -> Price:
    """The mean of some lives."""
    each = 1000 / len(lives)
    runs = [run for life in lives for run in life.runs]
    heard = [run for run in runs if run.function == "mail_event"]
    looked = [run for run in runs if run.operation.startswith(STAFF_READS)]
    work = [run for run in runs if not _is_apart(run)]
    mails = sum(run.mails for run in runs)
    steps: Counter[str] = Counter()
    for life in lives:
        for step in life.steps:
            own = [run for run in step.runs if not _is_apart(run)]
            steps[step.name] += bill(own).total * each  # pyright: ignore[reportArgumentType]
    counts = {
        "table WRU": fmean(_total(life, "table_units") for life in lives),
        "index WRU": fmean(_total(life, "index_units") for life in lives),
        "RRU": fmean(_total(life, "read_units") for life in lives),
        "calls": fmean(sum(len(run.calls) for run in life.runs) for life in lives),
        "runs": fmean(len(life.runs) for life in lives),
        "mails": mails / len(lives),
    }
    return Price(
        work=bill(work).times(each),
        reads=bill(looked).total * each,
        mails=bill(heard).total * each + mails * MAIL * each,
        counts=counts,
        by_step=dict[str, float](steps),
    )


def _is_apart(run: Run) -> bool:
    return run.function == "mail_event" or run.operation.startswith(STAFF_READS)


def _total(life: Life, what: str) -> float:
    return sum(getattr(run, what) for run in life.runs if not _is_apart(run))


def ticket(shop: BenchShop) -> Life:
    """Opened by webhook, acknowledged, assigned, three replies each way, resolved, confirmed,
    surveyed, answered."""
    life, buyer = Life(shop), next(_buyers)
    shop.order(buyer, buyer=buyer)
    shop.stage.hand_on()
    life.step("opened by webhook, acknowledged", lambda: shop.deliver(
        "ticket.requested",
        {
            "id": f"chat-{buyer}",
            "customer": {"id": f"c-{buyer}", "name": "Jana Weber", "mail": mail_of(buyer)},
            "subject": "Where is my linen?",
            "text": "It should have come on Thursday.",
            "reason": "parcel",
            "order_number": f"#{buyer}",
        },
    ))  # fmt: skip
    (found,) = shop.api("GET", "/tickets?limit=25")["items"]
    path = f"/tickets/{found['id']}"
    life.step("assigned", lambda: shop.api("POST", f"{path}/assignment", {"assignee": shop.agent}))
    for number in range(3):
        life.step("staff look", lambda: shop.api("GET", path))
        life.step("three replies", lambda: shop.api("POST", f"{path}/replies", _SAID))
        life.step(
            "three replies of the customer",
            lambda place=number: shop.deliver("message.received", _heard(buyer, place)),
        )
    life.step("resolved", lambda: shop.api("POST", f"{path}/resolution", {"text": "It came."}))
    question = shop.mailed_link(mail_of(buyer), "/a/")
    life.step("asked", lambda: shop.page(question))
    pages: list[str] = []
    life.step("confirmed, surveyed", lambda: pages.append(shop.form(question, {"solved": "yes"})))
    answer_survey(life, pages[0])
    life.wait("time goes by", timedelta(minutes=20))
    return life


def survey(shop: BenchShop) -> Life:
    """Confirmed by the page that the answer's mail leads to, and answered there."""
    life, buyer = Life(shop), next(_buyers)
    fields = {
        "customer": {"name": "Jana Weber", "mail": mail_of(buyer)},
        "reason": "parcel",
        "subject": "Where is my linen?",
        "text": "It should have come on Thursday.",
    }
    one = shop.api("POST", "/tickets", fields)["id"]
    shop.api("POST", f"/tickets/{one}/resolution", {"text": "It came."})
    shop.stage.hand_on()
    question = shop.mailed_link(mail_of(buyer), "/a/")
    pages: list[str] = []
    life.step("confirmed, surveyed", lambda: pages.append(shop.form(question, {"solved": "yes"})))
    answer_survey(life, pages[0])
    return life


def returned(shop: BenchShop) -> Life:
    """Asked for by staff, agreed to at once, received, inspected, settled, and refunded by hand."""
    life, buyer = Life(shop), next(_buyers)
    shop.order(buyer, buyer=buyer)
    order = shop.api("GET", f"/orders?number=%23{buyer}")
    wanted = {"order_id": order["id"], "lines": [{"line_id": "1", "quantity": 1}]}
    made: list[str] = []
    life.step("asked for", lambda: made.append(shop.api("POST", "/returns", wanted)["id"]))
    units = {"lines": [{"line_id": "1", "quantity": 1}]}
    found = {"lines": [{"line_id": "1", "accepted": 1, "grade": "a", "disposition": "resell"}]}
    acts = [
        ("receipt", units),
        ("inspection", found),
        ("settlement", None),
        ("refund", {"how": "by_hand"}),
    ]
    for act, fields in acts:
        path = f"/returns/{made[0]}/{act}"
        life.step(act, lambda at=path, sent=fields: shop.api("POST", at, sent))
    return life


SOON = timedelta(minutes=20)
"""So that many calls fit into the hours in which people may be called."""


def callback(shop: BenchShop) -> Life:
    """Promised about a ticket, rung for, made."""
    life, one = Life(shop), shop.ticket()
    shop.stage.hand_on()
    at = shop.stage.clock.now() + SOON
    new = {"case_id": one, "at": at.isoformat(), "what": "Has it come?"}
    made: list[str] = []
    life.step("promised", lambda: made.append(shop.api("POST", "/callbacks", new)["id"]))
    life.wait("rung for", SOON)
    done = {"outcome": "reached", "note": ""}
    life.step("made", lambda: shop.api("POST", f"/callbacks/{made[0]}/attempts", done))
    shop.api("POST", f"/tickets/{one}/resolution", {"text": "It came."})
    return life


LIVES: dict[str, Callable[[BenchShop], Life]] = {
    "a ticket": ticket,
    "a return": returned,
    "a survey": survey,
    "a callback": callback,
}


_SAID = {"text": "It comes on Thursday."}


def _heard(buyer: int, place: int) -> dict[str, object]:
    return {
        "id": f"chat-{buyer}-{place}",
        "conversation": f"chat-{buyer}",
        "customer": {"name": "Jana Weber"},
        "text": "And when on Thursday?",
    }


def answer_survey(life: Life, place: str) -> None:
    """Open the survey's page and answer it."""
    place = place.partition("//")[2].partition("/")[2] if "//" in place else place.lstrip("/")
    nonces: list[str] = []

    def look() -> None:
        found = re.search(r'name="nonce" value="([^"]+)"', life.shop.page(f"/{place}"))
        assert found
        nonces.append(found[1])

    life.step("survey opened", look)
    fields = {"score": "5", "comment": "Quick.", "nonce": nonces[0]}
    life.step("answered", lambda: life.shop.form(f"/{place.partition('?')[0]}", fields))
