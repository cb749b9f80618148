"""What staff do through the API, and a client that does it for them: each command has a key, and
is sent again, with the same key, when no answer came or none that says what became of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.services import catalogue
from chalicelib.services.house import house
from chalicelib.store.receipts import receipt_id
from chalicelib.store.tables import Key, batch_get
from tests.cases import a_ticket
from tests.faults.webhooks import STANDARD, open_shop
from tests.faults.world import Answer, World
from tests.people import bearer, desk_of, hired
from tests.unit.order_builders import a_line, an_order_seen, delivered

PATIENCE = 4
"""How often a client sends a command before it gives up."""

LONG_AGO = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
"""Too long for a return that the policy lets come back by itself."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that is asked for. `case` is a name for what it is about: the first command of a
    case makes it, and the others act on it. Capital names in the body stand for what is there."""

    case: str
    route: str
    body: str

    @property
    def key(self) -> str:
        return f"{self.case}:{self.route}:{self.body}".replace(" ", "")[-255:]


@dataclass
class Office:
    """A shop with an open ticket and two delivered orders, and somebody who may do everything."""

    world: World
    ids: dict[str, str] = field(default_factory=dict[str, str])
    """What each case, and each capital name in a body, is."""
    answered: dict[Command, Answer] = field(default_factory=dict[Command, Answer])
    """The first good answer to each command."""
    _given_up: set[str] = field(default_factory=set[str])
    """Cases of which some command was never answered: nobody goes on with them."""

    def __post_init__(self) -> None:
        open_shop(STANDARD)
        self.staff: Staff = hired(Role.ADMIN, name="Ada")
        self._headers = bearer(self.staff)
        self.ids |= {
            "TICKET": a_ticket().id,
            "ORDER": _order("o1", delivered("o1")),
            "OLD": _order("o2", delivered("o2", LONG_AGO)),
        }

    def send(self, command: Command) -> None:
        """As a client does that has patience: until it is answered, or for so many times."""
        if command.case in self._given_up or not self._is_known(command):
            return
        for _ in range(PATIENCE):
            answer = self.attempt(command)
            if answer is not None:
                self.ids.setdefault(command.case, answer.body["id"])
                self.answered.setdefault(command, answer)
                return
            self.world.wait(seconds=2)
        self._given_up.add(command.case)

    def attempt(self, command: Command, body: str | None = None) -> Answer | None:
        """The answer to one try, if it says what became of the command. Raises AssertionError
        for one that refuses it, or that is not what was answered before."""
        answer = self._post(command, command.body if body is None else body)
        if answer is None or answer.status >= 500 or answer.status == 429:
            return None
        if body is None:
            assert answer.is_good, f"{command} was answered {answer}"
            before = self.answered.get(command, answer)
            assert (answer.status, answer.body["id"]) == (before.status, before.body["id"])
        return answer

    def took_effect(self, command: Command) -> bool:
        """Whether it left its receipt."""
        scope = f"acme\x1f{self.staff.id}\x1f{command.route}"
        key = Key.of(house().tables.receipts, id=receipt_id("key", scope, command.key))
        return self._is_known(command) and key in batch_get([key])

    def _is_known(self, command: Command) -> bool:
        """Whether the client has heard of what the command acts on."""
        return "{" not in command.route or command.case in self.ids

    def _post(self, command: Command, body: str) -> Answer | None:
        path = command.route
        for name in ("ticket", "case", "callback_id"):
            path = path.replace(f"{{{name}}}", self.ids.get(command.case, ""))
        for name in ("TICKET", "ORDER", "OLD"):
            body = body.replace(name, self.ids[name])
        headers = self._headers | {"Idempotency-Key": command.key}
        return self.world.request("POST", path, headers, body.encode())


@dataclass(frozen=True, slots=True)
class Plan:
    """Commands in the order in which they are first sent, and what else is sent when."""

    commands: tuple[Command, ...]
    again: tuple[tuple[int, ...], ...]
    """For each place, which of the commands that were sent by then are sent again, up to three
    times each."""
    minutes: frozenset[int]
    """The places after which a minute goes by."""

    def __iter__(self) -> Iterator[tuple[Command, list[Command], bool]]:
        for place, command in enumerate(self.commands):
            repeats = [self.commands[one % (place + 1)] for one in self.again[place]]
            yield command, repeats, place in self.minutes


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Some cases, whose commands come in their order and between each other's."""
    cases = draw(
        st.lists(
            st.sampled_from((_ticket, _return, _old_return, _call)),
            min_size=1, max_size=3, unique=True,
        )
    )  # fmt: skip
    told = [draw(case()) for case in cases]
    commands: list[Command] = []
    while any(told):
        waiting = [one for one in told if one]
        commands.append(waiting[draw(st.integers(0, len(waiting) - 1))].pop(0))
    some = st.lists(st.integers(0, 20), max_size=3).map(tuple)
    again = draw(st.lists(some, min_size=len(commands), max_size=len(commands)))
    return Plan(tuple(commands), tuple(again), draw(st.frozensets(st.integers(0, len(commands)))))


def _asked(case: str, route: str, body: dict[str, Any]) -> Command:
    return Command(case, route, json.dumps(body))


@st.composite
def _ticket(draw: st.DrawFn) -> list[Command]:
    opening = {
        "customer": {"mail": "ole@example.de", "country": "DE"},
        "reason": "parcel",
        "subject": "Where is it?",
        "text": "Where is it?",
    }
    later = {
        "reply": ("replies", {"text": "On its way.", "then": "customer"}),
        "answer": ("replies", {"text": "It comes tomorrow."}),
        "note": ("notes", {"text": "Ask the carrier."}),
        "wait": ("waiting", {"waits_for": "customer"}),
    }
    chosen = draw(st.permutations(sorted(later)))[: draw(st.integers(0, len(later)))]
    told = [later[name] for name in chosen]
    if draw(st.booleans()):
        told.append(("resolution", {"text": "It has come."}))
    return [
        _asked("a ticket", "/tickets", opening),
        *(_asked("a ticket", f"/tickets/{{ticket}}/{what}", body) for what, body in told),
    ]


def _return_of(order: str, *, decided: tuple[str, ...] = ()) -> st.SearchStrategy[list[Command]]:
    found = {"line_id": "l1", "accepted": 1, "grade": "a", "disposition": "resell"}
    steps: list[tuple[str, dict[str, Any]]] = [
        *((what, dict[str, Any]()) for what in decided),
        ("receipt", {"lines": [{"line_id": "l1", "quantity": 1}]}),
        ("inspection", {"lines": [found]}),
        ("settlement", {}),
        ("refund", {"how": "by_hand"}),
    ]
    case = f"a return of {order}"
    asked = _asked(case, "/returns", {"order_id": order, "lines": [{"line_id": "l1"}]})
    told = [asked, *(_asked(case, f"/returns/{{case}}/{what}", body) for what, body in steps)]
    return st.integers(1, len(told)).map(lambda many: told[:many])


def _return() -> st.SearchStrategy[list[Command]]:
    return _return_of("ORDER")


def _old_return() -> st.SearchStrategy[list[Command]]:
    """One that a person has to decide."""
    return _return_of("OLD", decided=("authorization",))


def _call() -> st.SearchStrategy[list[Command]]:
    promised = {"at": "2026-11-23T14:00:00Z", "what": "The colour", "case_id": "TICKET"}
    tries = [
        {"outcome": "no_answer", "next_at": "2026-11-23T15:00:00Z"},
        {"outcome": "busy", "next_at": "2026-11-23T15:30:00Z"},
        {"outcome": "reached", "note": "Blue."},
    ]
    route = "/callbacks/{callback_id}/attempts"
    told = [
        _asked("a call", "/callbacks", promised),
        *(_asked("a call", route, body) for body in tries),
    ]
    return st.integers(1, len(told)).map(lambda many: told[:many])


def _order(outside_id: str, parcel: list[Any]) -> str:
    seen = an_order_seen(
        a_line("l1", quantity=2, paid=9288), number=f"#{outside_id}", outside_id=outside_id
    )
    taken = catalogue.take_order(desk_of(), [seen, *parcel], SeenBy.WEBHOOK)
    assert taken is not None
    return taken.id
