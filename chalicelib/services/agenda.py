"""Running what is due: by the clock every minute, and by the stream at once. Same code."""

import random
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import islice, zip_longest

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.agenda import Entry, Lane
from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.later import Later
from chalicelib.domain.records import build_models
from chalicelib.logs import log
from chalicelib.metrics import Metric, count
from chalicelib.services.desk import Desk
from chalicelib.services.house import House
from chalicelib.services.lanes import look_again, open_lanes
from chalicelib.services.runners import RUNNERS
from chalicelib.services.withholding import is_withheld
from chalicelib.store import agenda
from chalicelib.store.agenda import SHARDS, Claimed, Due
from chalicelib.store.commit import LeaseLost
from chalicelib.store.tables import Item
from chalicelib.store.withheld import withhold

PAGE = 1_000
MOST_PAGES = 20
"""How far ahead a shard is read: shops take turns among the oldest eighty thousand of a lane."""
CHUNK = 200
WORKERS = 8
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)


class Outcome(StrEnum):
    """What became of an entry that was looked at."""

    DONE = "done"
    LATER = "later"
    RETRY = "retry"
    DEAD = "dead"
    TAKEN = "taken"
    WITHHELD = "withheld"
    """It was due before the tables were restored: an operator decides."""
    LEFT = "left"
    """For the next tick: no time was left, or it could not be claimed."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What one tick did, and whether it stopped for lack of time."""

    outcomes: dict[Outcome, int]
    out_of_time: bool


def tick(house: House, lanes: Iterable[Lane], *, until: float) -> Drained:
    """Run everything that is due in these lanes, one lane after the other, shops in turn, until
    done or `until` (`time.monotonic`). Each lane is read once: its index may lag behind."""
    outcomes: dict[Outcome, int] = defaultdict(int)
    now = house.now()
    is_open = look_again(house)
    build_models()
    with ThreadPoolExecutor(WORKERS) as pool:
        for lane in lanes:
            waiting = in_turn(_due(house, lane, now)) if lane in is_open else iter(())
            while chunk := list(islice(waiting, CHUNK)):
                if time.monotonic() > until:
                    return Drained(dict(outcomes), out_of_time=True)
                for outcome in pool.map(partial(_run_in_time, house, lane, until), chunk):
                    outcomes[outcome] += 1
    return Drained(dict(outcomes), out_of_time=time.monotonic() > until)


def _run_in_time(house: House, lane: Lane, until: float, due: Due) -> Outcome:
    """Run one entry of many: neither a slow one nor a failure may cost the others their turn, and
    a lane that is held meanwhile is left."""
    if time.monotonic() > until or lane not in open_lanes(house):
        return Outcome.LEFT
    try:
        return run(house, due)
    except (BotoCoreError, ClientError) as error:
        log().warning("agenda.left", extra={"entry": due.id, "error": type(error).__name__})
        return Outcome.LEFT


def run(house: House, due: Due) -> Outcome:
    """Claim one entry and run it. Whoever comes second, or late, has no effect."""
    claimed = agenda.claim(house.tables, due, now=house.now(), lease=secrets.token_hex(8))
    if claimed is None:
        return Outcome.TAKEN
    if is_withheld(house, claimed):
        withhold(house.tables, claimed.id, claimed.generation)
        return Outcome.WITHHELD
    return _run(house, claimed)


def _run(house: House, claimed: Claimed) -> Outcome:
    if claimed.attempts > MOST_ATTEMPTS:
        # It ended its worker each time, before anybody could say why.
        return _give_up(house, claimed, f"{claimed.kind} never came to an end")
    try:
        _do(house, claimed)
    except LeaseLost:
        return Outcome.TAKEN
    except Later as later:
        # Waiting is no failure, and uses none of its attempts up.
        agenda.postpone(
            house.tables,
            claimed,
            until=later.at,
            error=later.reason,
            attempts=claimed.attempts - 1,
        )
        return Outcome.LATER
    except Exception as error:  # noqa: BLE001 - the outermost edge of a run: recorded, retried, then parked
        return _failed(house, claimed, error)
    return Outcome.DONE


def in_turn(due: Iterable[Due]) -> Iterator[Due]:
    """One entry of each shop after the other, so that no shop's campaign delays another shop."""
    by_shop: dict[str, list[Due]] = defaultdict(list)
    for entry in due:
        by_shop[entry.shop].append(entry)
    queues = [iter(entries) for entries in by_shop.values()]
    while queues:
        for queue in list(queues):
            entry = next(queue, None)
            if entry is None:
                queues.remove(queue)
            else:
                yield entry


def backoff(attempts: int) -> timedelta:
    """How long to wait after the given number of attempts: doubling, half of it at random."""
    full = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return full * random.uniform(0.5, 1.0)


def dead(desk: Desk, *, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
    """The shop's parked entries with their errors, oldest first."""
    return agenda.dead(desk.house.tables, desk.shop_id, limit=limit, after=after)


def retry(desk: Desk, entry_id: str) -> Entry:
    """Put a parked entry back, due now; one that is due already is given as it is. Raises NotFound
    if this shop has neither."""
    item = agenda.revive(desk.house.tables, desk.shop_id, entry_id, now=desk.now())
    if item is None:
        raise NotFound("There is no such parked entry.", field="id")
    return agenda.read(item)


def _due(house: House, lane: Lane, now: datetime) -> Iterator[Due]:
    """A lane's due entries, one of each shard after the other, oldest first."""
    shards = [list(_shard(house, f"{lane}#{shard}", now)) for shard in range(SHARDS)]
    return (due for row in zip_longest(*shards) for due in row if due is not None)


def _shard(house: House, shard: str, now: datetime) -> Iterator[Due]:
    after = None
    for _ in range(MOST_PAGES):
        entries, after = agenda.due(house.tables, shard, now=now, limit=PAGE, after=after)
        yield from entries
        if after is None:
            return


def _do(house: House, claimed: Claimed) -> None:
    desk = Desk(
        house,
        claimed.shop,
        actor=Actor(kind=ActorKind.CLOCK),
        correlation=claimed.correlation,
        run=claimed,
    )
    RUNNERS[claimed.kind](desk, claimed.entry)
    if not desk.finished:
        agenda.finish(house.tables, claimed)


def _failed(house: House, claimed: Claimed, error: Exception) -> Outcome:
    reason = f"{type(error).__name__} in {claimed.kind}"
    log().warning(
        "agenda.failed",
        extra={
            "kind": claimed.kind,
            "entry": claimed.id,
            "shop": claimed.shop,
            "attempts": claimed.attempts,
            "error": type(error).__name__,
        },
    )
    if claimed.attempts >= MOST_ATTEMPTS:
        return _give_up(house, claimed, reason)
    agenda.postpone(
        house.tables,
        claimed,
        until=house.now() + backoff(claimed.attempts),
        error=reason,
        attempts=claimed.attempts,
    )
    return Outcome.RETRY


def _give_up(house: House, claimed: Claimed, reason: str) -> Outcome:
    agenda.park(house.tables, claimed, error=reason)
    log().error(
        "agenda.dead",
        extra={
            "kind": claimed.kind,
            "entry": claimed.id,
            "shop": claimed.shop,
            "reason": reason,
        },
    )
    count(Metric.DEAD_ENTRIES)
    return Outcome.DEAD
