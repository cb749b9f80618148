"""Who comes to a survey's page: customers in their browsers, and scanners that open every link."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias
from urllib.parse import urlencode

from hypothesis import strategies as st

from chalicelib.domain.permissions import Role
from chalicelib.domain.surveys import Survey
from chalicelib.services import survey_forms, surveys, ticket_work
from chalicelib.services.house import house
from chalicelib.services.ticket_work import Answer
from chalicelib.store.tables import batch_get
from tests.cases import a_ticket
from tests.faults.endings import a_minute
from tests.faults.webhooks import STANDARD, open_shop
from tests.faults.world import World
from tests.people import desk_of, hired

PATIENCE = 4
"""How often somebody presses Send again when the page does not come."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Said(NamedTuple):
    """What a form says, and whether the browser that sent it had answered before."""

    score: int
    comment: str
    is_author: bool


@dataclass
class Doorstep:
    """A survey that was asked, and what came to its page."""

    world: World
    sent: dict[str, Said] = field(default_factory=dict[str, Said])
    """By the nonce of the page it was written on, in the order in which it was sent."""
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    """What each browser keeps."""

    def __post_init__(self) -> None:
        open_shop(STANDARD)
        mei = hired(Role.AGENT, name="Mei")
        ticket = ticket_work.resolve(desk_of(), a_ticket().id, Answer("It has come.", mei))
        token = surveys.confirm(desk_of(), ticket.id)
        (card,) = surveys.everything(desk_of(), limit=2, after=None).cards
        self.survey_id = card.id
        self.path = f"/s/{token}"

    def look(self, method: str) -> None:
        """Open the page, as a scanner does."""
        self.world.request(method, f"{self.path}?r=1", {})

    def page(self) -> str:
        """A page that is opened and read; gives its nonce."""
        nonce = survey_forms.fresh_nonce(desk_of(), self.survey_id)
        self.world.wait(seconds=5)
        return nonce

    def write(self, nonce: str, browser: str, score: int, comment: str) -> Said:
        """Fill a page in."""
        said = Said(score, comment, browser in self.cookies)
        self.sent.setdefault(nonce, said)
        return self.sent[nonce]

    def press(self, nonce: str, browser: str) -> bool:
        """Send a page once; whether it was answered. Raises AssertionError for one refused."""
        said = self.sent[nonce]
        kept = {"Cookie": self.cookies[browser]} if said.is_author else {}
        body = urlencode({"score": said.score, "comment": said.comment, "nonce": nonce})
        answer = self.world.request("POST", self.path, FORM | kept, body.encode())
        if answer is None or answer.status >= 500 or answer.status == 429:
            return False
        assert answer.status == 303, answer
        cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
        if cookie:
            self.cookies[browser] = cookie
        return True

    def counted(self) -> list[Said]:
        """What the pages said that were taken, in the order in which they were sent."""
        keys = {n: survey_forms.nonce_receipt(n).key(house().tables) for n in self.sent}
        found = batch_get(list(keys.values())) if keys else {}
        return [said for nonce, said in self.sent.items() if keys[nonce] in found]

    def answers(self) -> list[tuple[int, str]]:
        """The scores and comments that were given, the one that counts last."""
        survey = desk_of().get(Survey, self.survey_id)
        return [(one.score, one.comment) for one in (*survey.earlier, survey.answer) if one]


class Press(NamedTuple):
    """Somebody fills a page in and sends it until it is answered, then some times more."""

    browser: str
    score: int
    comment: str
    more: int

    def __call__(self, door: Doorstep) -> None:
        nonce = door.page()
        door.write(nonce, self.browser, self.score, self.comment)
        for _ in range(PATIENCE):
            if door.press(nonce, self.browser):
                break
            door.world.wait(seconds=3)
        for _ in range(self.more):
            door.press(nonce, self.browser)


class DoubleClick(NamedTuple):
    """The same page twice, in the same moment."""

    browser: str
    score: int
    choices: list[int]

    def __call__(self, door: Doorstep) -> None:
        nonce = door.page()
        door.write(nonce, self.browser, self.score, "twice")
        door.world.at_once(
            self.choices, *(lambda: door.press(nonce, self.browser) for _ in range(2))
        )


class Scan(NamedTuple):
    method: str

    def __call__(self, door: Doorstep) -> None:
        door.look(self.method)


class Minute(NamedTuple):
    def __call__(self, door: Doorstep) -> None:
        a_minute(door.world)


Visit: TypeAlias = Callable[[Doorstep], None]


def visits() -> st.SearchStrategy[list[Visit]]:
    """Two browsers, scanners and the clock, one after the other; the same page in one moment."""
    browsers, scores = st.sampled_from(("phone", "laptop")), st.integers(1, 5)
    press = st.builds(
        Press, browsers, scores, st.sampled_from(("", "Fine.", "Slow.")), st.integers(0, 3)
    )
    click = st.builds(DoubleClick, browsers, scores, st.lists(st.integers(0, 1), max_size=20))
    scan = st.builds(Scan, st.sampled_from(("GET", "HEAD")))
    return st.lists(press | click | scan | st.builds(Minute), min_size=1, max_size=7)
