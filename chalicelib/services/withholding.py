"""After a restore nothing runs by itself that was due before it and reaches somebody: it may have
been done already. It is withheld until an operator lets it run or gives it up."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.agenda import Entry
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.messages import SEND, SETTLE
from chalicelib.domain.promises import RING
from chalicelib.domain.survey_policy import SURVEY
from chalicelib.services import messages, rings, surveys
from chalicelib.services.desk import Desk
from chalicelib.services.house import House
from chalicelib.services.runners import QUIET
from chalicelib.store import agenda
from chalicelib.store import withheld as store
from chalicelib.store.agenda import Claimed
from chalicelib.store.withheld import Restored, Waiting

KNOWN_SECONDS = 60

JUST_AFTER = timedelta(seconds=1)
"""After the last moment whose entries are withheld."""

_GIVEN_UP: dict[str, Callable[[Desk, Entry], object]] = {
    SEND: messages.give_up,
    SETTLE: messages.give_up,
    SURVEY: surveys.give_up,
}
"""What is told where a record waits for what is given up; the rest ends without a word."""

_RESTORED = ("restored",)
"""Under which name a process remembers whether a restore goes on."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which withheld entries are meant; what is None counts for all."""

    shop: str | None = None
    kind: str | None = None
    id: str | None = None


def is_withheld(house: House, claimed: Claimed) -> bool:
    """Whether an entry may not run because these tables were restored after it was due. That a
    restore goes on is looked up again each time: what is withheld after its end stays so."""
    known = house.cached(_RESTORED, KNOWN_SECONDS, lambda: store.restored(house.tables))
    if not _is_of_before(claimed, known):
        return False
    house.forget(*_RESTORED)
    return _is_of_before(claimed, store.restored(house.tables))


def withhold_all(house: House, until: datetime) -> int:
    """Withhold what was due by `until`, what was dead, and every message of which nobody knows
    whether it left, whenever that was to be decided; gives how many were withheld."""
    waiting = list(store.in_lanes(house.tables))
    # Each shop has something in a lane: its webhooks are listened for.
    shops = sorted({one.shop for one in waiting})
    waiting += [one for shop in shops for one in store.dead_of(house.tables, shop)]
    due = [
        one
        for one in waiting
        if one.kind not in QUIET and (one.due_at <= until or one.kind == SETTLE)
    ]
    return sum(store.withhold(house.tables, one.id, one.generation) for one in due)


def under_review(house: House) -> Restored:
    """The restore that goes on. Raises NotFound if there is none."""
    found = store.restored(house.tables)
    if found is None:
        raise NotFound("No restore goes on in this stage's tables.")
    return found


def review(house: House, chosen: Chosen) -> list[Waiting]:
    """What is withheld, by shop, kind and due time."""
    found = (
        one
        for one in store.withheld(house.tables)
        if chosen.shop in (None, one.shop)
        and chosen.kind in (None, one.kind)
        and chosen.id in (None, one.id)
    )
    return sorted(found, key=lambda one: (one.shop, one.kind, one.due_at, one.id))


def release(house: House, chosen: Chosen) -> int:
    """Let withheld entries run, now, or as soon as no more is withheld; gives how many."""
    due_at = max(house.now(), under_review(house).until + JUST_AFTER)
    found = review(house, chosen)
    return sum(store.release(house.tables, one, due_at=due_at) for one in found)


def drop(house: House, chosen: Chosen) -> int:
    """Give withheld entries up; gives how many. What was late by the moment up to which they are
    withheld is told to be late, and nothing that became so since."""
    until = under_review(house).until
    return sum(_give_up(house, one, until) for one in review(house, chosen))


def end(house: House) -> None:
    """The review is over: whatever is due runs. Raises NotFound if there is none, NotAllowed while
    something is withheld."""
    under_review(house)
    if review(house, Chosen()):
        raise NotAllowed("Something is withheld: release it or drop it first.")
    store.end_restore(house.tables)


def _is_of_before(claimed: Claimed, known: Restored | None) -> bool:
    return known is not None and claimed.kind not in QUIET and claimed.due_at <= known.until


def _give_up(house: House, waiting: Waiting, until: datetime) -> bool:
    claimed = store.claim(house.tables, waiting.id, lease=secrets.token_hex(8))
    if claimed is None:
        return False
    desk = Desk(
        house,
        waiting.shop,
        actor=Actor(kind=ActorKind.SYSTEM, id="restore"),
        correlation=claimed.correlation,
        run=claimed,
    )
    # Of a record that is no more, or an entry that nobody can read, there is nothing to tell.
    with suppress(NotFound, ValueError):
        if waiting.kind == RING:
            rings.pass_over(desk, claimed.entry, until)
        elif waiting.kind in _GIVEN_UP:
            _GIVEN_UP[waiting.kind](desk, claimed.entry)
    if not desk.finished:
        agenda.finish(house.tables, claimed)
    return True
