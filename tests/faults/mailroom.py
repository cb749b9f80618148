"""Mails that wait, leave, and are reported on: which must have left, and which never twice."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.canonical import Person
from chalicelib.domain.customers import Blocked, Customer
from chalicelib.domain.letters import SurveyInvitation
from chalicelib.domain.messages import ANSWER_WITHIN, Channel, Outgoing, State, message
from chalicelib.domain.surveys import About
from chalicelib.services import agenda
from chalicelib.services.house import house
from chalicelib.store.agenda import dead_lane
from chalicelib.store.codec import read
from tests.cases import a_ticket
from tests.faults.cloud import NOWHERE
from tests.faults.endings import LAST
from tests.faults.network import Killed
from tests.faults.post import Left
from tests.faults.webhooks import STANDARD, open_shop
from tests.faults.world import World, everything
from tests.people import desk_of

READERS = tuple(
    Person(name=name, mail=f"{name}@example.de".lower(), country="DE")
    for name in ("Jana", "Ole", "Mia")
)

ONE_RUN = timedelta(minutes=1)
"""Whoever sends a mail may have looked at its reader's file so long before."""

SOON = ANSWER_WITHIN - timedelta(minutes=1)
"""A report that comes so soon is there before anybody wonders what became of the mail."""


OPTIONAL = SurveyInvitation.template.replace("/", "-")
"""What a mail is tagged with that its reader may do without."""

STOPPING = {"Bounce": Blocked.BOUNCED, "Complaint": Blocked.COMPLAINED}
"""What SES may say that ends mail to an address."""


@dataclass
class Report:
    """Something SES has to say of a mail."""

    left: Left
    kind: str
    event: dict[str, Any]


@dataclass
class Mailroom:
    """What is on its way, and what has been heard of it."""

    world: World
    is_early: bool = False
    """Whether a mail's Send report comes before the answer to whoever handed it over."""
    waiting: list[Report] = field(default_factory=list[Report])
    brought: list[Report] = field(default_factory=list[Report])
    heard: dict[str, datetime] = field(default_factory=dict[str, datetime])
    """When something was first heard of a message."""
    lost: int = 0
    """How many of the next mails are taken without an answer."""
    deaths: int = 0
    """How many of the next mails are the last thing their function does."""
    blocked: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """The addresses of which SES said something that stops mail, and what."""
    known: dict[tuple[str, str], datetime] = field(default_factory=dict[tuple[str, str], datetime])
    """Since when we know of each of these."""
    wrongs: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        open_shop(STANDARD)
        self.world.post.when_taken = self._leaves
        self.world.post.reports_itself = False
        self._left: dict[str, list[Left]] = {}

    def write(self, who: int) -> None:
        """Something that the customer needs."""
        if not self._is_blocked(who, Blocked.BOUNCED):
            a_ticket(who=READERS[who])

    def invite(self, who: int) -> None:
        """Something that the customer may do without."""
        if self._is_blocked(who, Blocked.BOUNCED) or self._is_blocked(who, Blocked.COMPLAINED):
            return
        ticket, here = a_ticket(who=READERS[who]), desk_of()
        invitation = message(
            here.get(Customer, ticket.customer_id or ""),
            SurveyInvitation(number=ticket.number, about=About.TICKET),
            shop=here.shop,
            subject_id=ticket.id,
            new_id=here.new_id,
            at=here.now(),
        )
        here.commit(invitation)

    def hear(self, place: int) -> None:
        """One of the reports that wait arrives; whatever fails, SNS brings it again later."""
        if self.waiting:
            self._bring(self.waiting.pop(place % len(self.waiting)))

    def hear_again(self, place: int) -> None:
        """One that was brought before is brought once more."""
        if self.brought:
            self.world.hear(self.brought[place % len(self.brought)].event)

    def bounce(self, place: int) -> None:
        """The address of a mail that left takes no mail."""
        details = {"bounceType": "Permanent", "bounceSubType": "General"}
        self._block(place, "Bounce", details)

    def lose_answers(self, place: int) -> None:
        """The next mails are taken, and their answers lost."""
        self.lost = place % 3

    def end_after(self, place: int) -> None:
        """Whoever hands over the next mails ends before it is recorded."""
        self.deaths = place % 3

    def bounce_while_waiting(self, place: int) -> None:
        """A mail bounces while another to the same address waits."""
        who = place % len(READERS)
        self.write(who)
        self.world.minute()
        self.write(who)
        sent = [n for n, one in enumerate(self.world.post.left) if one.to == READERS[who].mail]
        if sent:
            self.bounce(sent[-1])

    def complain(self, place: int) -> None:
        """Who was written to calls it spam."""
        self._block(place, "Complaint", {"complaintFeedbackType": "abuse"})

    def come_to_rest(self) -> None:
        """The trouble ends; all is heard; somebody tries again what was parked."""
        self.world.network.calm_down()
        self.world.post.quota, self.world.post.busy = None, 0
        self.lost = self.deaths = 0
        self._hear_everything()
        a_ticket(who=LAST)
        for _ in range(3):
            self.world.settle()
            self._hear_everything()
            for item in [one for one in everything(house().tables.agenda) if _is_dead(one)]:
                agenda.retry(desk_of(), item["id"])
        self.world.settle()

    def check(self) -> list[str]:
        """What is not as it must be, when everything has come to rest."""
        found = list(self.wrongs)
        for out in _messages():
            wrong = self._wrong_with(out)
            if wrong:
                found.append(f"{out.template} {out.id} is {out.state} ({out.reason}): {wrong}")
        told = Counter(
            item["subject"]
            for item in everything(house().tables.events)
            if item["type"] == "message.sent"
        )
        found += [
            f"{one} was told {times} times to be sent" for one, times in told.items() if times > 1
        ]
        return found

    def _wrong_with(self, out: Outgoing) -> str | None:
        left = self._left.get(out.id, [])
        if left and not self._was_late(out.id) and out.state is not State.SENT:
            return "it left"
        reader = desk_of().get(Customer, out.customer_id or "").mail or ""
        match out.state:
            case State.SENT:
                return None if left else "it never left"
            case State.DROPPED:
                if (reader, out.reason.removeprefix("survey_")) not in self.blocked:
                    return "nothing stopped it"
                return None
            case State.DUE if out.channel is Channel.BY_HAND:
                return None if (reader, Blocked.BOUNCED) in self.blocked else "it has an address"
            case _:
                return "it has no end"

    def _leaves(self, left: Left) -> None:
        before = self._left.setdefault(left.message, [])
        if before:
            self._leaves_again(left, before[-1])
        self._leaves_for(left)
        before.append(left)
        reports = [
            Report(left, kind, self.world.post.report(left, kind)) for kind in ("Send", "Delivery")
        ]
        if self.is_early:
            self._bring(reports.pop(0))
        self.waiting += reports
        if self.deaths:
            self.deaths -= 1
            raise Killed
        if self.lost:
            self.lost -= 1
            raise ReadTimeoutError(endpoint_url=NOWHERE)

    def _leaves_again(self, left: Left, before: Left) -> None:
        """Only if nothing was heard of it for so long, while something was of a later one."""
        if left.message in self.heard:
            self.wrongs.append(f"{left.template} {left.message} left again, and was known to have")
        if left.at - before.at < SOON:
            self.wrongs.append(f"{left.template} {left.message} left again at once")
        later = (self._left[one][-1].at for one in self.heard)
        if not any(at > before.at for at in later):
            self.wrongs.append(f"{left.template} {left.message} left again for no reason")

    def _leaves_for(self, left: Left) -> None:
        """Only if the address is not known to take no mail, or none of this kind."""
        whys = {Blocked.BOUNCED} | ({Blocked.COMPLAINED} if left.template == OPTIONAL else set())
        known = [self.known[left.to, why] for why in whys if (left.to, why) in self.known]
        if any(left.at - since > ONE_RUN for since in known):
            self.wrongs.append(
                f"{left.template} {left.message} left for an address that is blocked"
            )

    def _bring(self, report: Report) -> None:
        if self.world.hear(report.event):
            now = datetime.now(UTC)
            self.brought.append(report)
            self.heard.setdefault(report.left.message, now)
            if report.kind in STOPPING:
                self.known.setdefault((report.left.to, STOPPING[report.kind]), now)
        else:
            self.waiting.append(report)

    def _hear_everything(self) -> None:
        while self.waiting:
            self.hear(0)

    def _block(self, place: int, kind: str, details: dict[str, str]) -> None:
        gone = [one for one in self.world.post.left if one.message]
        if gone:
            left = gone[place % len(gone)]
            self.blocked.add((left.to, STOPPING[kind]))
            stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
            event = self.world.post.report(left, kind, timestamp=stamp, **details)
            self._bring(Report(left, kind, event))

    def _is_blocked(self, who: int, why: Blocked) -> bool:
        return (READERS[who].mail or "", why) in self.blocked

    def _was_late(self, out: str) -> bool:
        return self.heard[out] - self._left[out][0].at > SOON


def _messages() -> Iterator[Outgoing]:
    for item in everything(house().tables.records):
        if item["kind"] == Outgoing.kind:
            yield read(Outgoing, item)


def _is_dead(item: dict[str, Any]) -> bool:
    return item.get("lane") == dead_lane("acme")
