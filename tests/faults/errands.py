"""Timed work whose effect can be counted: each wish is to be done once, unless it is taken back."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.events import Fact
from chalicelib.domain.records import Record
from chalicelib.services.desk import Desk, command
from chalicelib.services.house import house
from chalicelib.store.agenda import dead_lane
from tests.faults.world import World, everything
from tests.people import desk_of

KIND = "test.errand"
BOARDS = ("brd_1", "brd_2", "brd_3")


class Board(Record):
    """Where it is written what was done; one wish at a time stands open on each."""

    kind: ClassVar[str] = "board"
    prefix: ClassVar[str] = "brd"

    done: tuple[str, ...] = ()


class Done(Fact):
    type: ClassVar[str] = "test.done"
    wish: str


@dataclass
class Errands:
    """What was wished, and what must have come of it."""

    world: World
    while_running: Callable[[], None] = lambda: None
    """What happens between a run's reading and its commit."""
    wished: int = 0
    open: dict[str, str] = field(default_factory=dict[str, str])
    """The wish that stands on each board."""
    must: set[str] = field(default_factory=set[str])
    """Wishes that nobody took back."""
    settled: dict[str, int] = field(default_factory=dict[str, int])
    """How often each wish that was taken back had been done by then, which stays so."""

    def run(self, desk: Desk, entry: Entry) -> None:
        """What the agenda runs."""
        _do(desk, entry, self)

    def wish(self, board: str, minutes: int) -> None:
        """Ask for something in so many minutes, in place of what was asked for before."""
        self.wished += 1
        wish = str(self.wished)
        due_at = house().now() + timedelta(minutes=minutes)
        entry = Entry(shop="acme", kind=KIND, subject=board, due_at=due_at, data={"wish": wish})
        before = self.open.pop(board, None)
        self.must.discard(before or "")
        if self._ask(entry):
            self._take_back(before)
            self.open[board] = wish
            self.must.add(wish)

    def cancel(self, board: str) -> None:
        """Take back what was asked for."""
        before = self.open.pop(board, None)
        self.must.discard(before or "")
        if self._ask(Cancel(shop="acme", kind=KIND, subject=board)):
            self._take_back(before)

    def wrongs(self) -> list[str]:
        """What is not as it must be, when everything has come to rest."""
        done, parked = self.done(), set(_parked())
        found = [f"wish {wish} was done {n} times" for wish, n in done.items() if n > 1]
        found += [
            f"wish {wish} was done after it was taken back"
            for wish, n in self.settled.items()
            if done[wish] != n
        ]
        found += [f"wish {w} was never done" for w in self.must - done.keys() - parked]
        written = Counter(wish for board in _boards() for wish in board.done)
        return found if written == done else [*found, f"written {written}, told {done}"]

    def done(self) -> Counter[str]:
        """How often each wish was done, as told by events."""
        told = everything(house().tables.events)
        return Counter(item["data"]["wish"] for item in told if item["type"] == Done.type)

    def _ask(self, wanted: Entry | Cancel) -> bool:
        """Whether it was surely taken: not if the function was killed, or failed after faults."""
        return self.world.invoke("api", lambda: _decide(desk_of(), wanted)) is not None

    def _take_back(self, wish: str | None) -> None:
        if wish is not None:
            with self.world.network.sheltered():
                self.settled[wish] = self.done()[wish]


def set_up() -> None:
    """The boards, empty."""
    boards = tuple(Board(shop="acme", id=name) for name in BOARDS)
    desk_of().commit(Changes(None, boards))


@command
def _decide(desk: Desk, *wanted: Entry | Cancel) -> bool:
    desk.commit(Changes(None, agenda=wanted))
    return True


@command
def _do(desk: Desk, entry: Entry, errands: Errands) -> None:
    board = desk.get(Board, entry.subject)
    errands.while_running()
    wish = entry.data["wish"]
    written = board.but(done=(*board.done, wish))
    desk.commit(Changes(None, (written,), (Told(written, Done(wish=wish)),)))


def _boards() -> list[Board]:
    return [desk_of().get(Board, name) for name in BOARDS]


def _parked() -> list[str]:
    """The wishes that failed too often, and wait for a person."""
    return [
        item["data"]["wish"]
        for item in everything(house().tables.agenda)
        if item.get("lane") == dead_lane("acme")
    ]
