"""The one transaction: versions, receipts, leases, and races on a real server."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from chalicelib.domain.agenda import Cancel, Entry, Lane
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import Actor, ActorKind, Fact
from chalicelib.domain.later import Later
from chalicelib.domain.records import Record, build_models
from chalicelib.handlers import streams
from chalicelib.services import agenda, lanes
from chalicelib.services.agenda import Outcome
from chalicelib.services.desk import Desk, IdempotencyKey, KeyReused, Replayed, command, desk
from chalicelib.services.house import house
from chalicelib.services.runners import RUNNERS
from chalicelib.store import agenda as agenda_store
from chalicelib.store.clients import client
from chalicelib.store.keys import Place, listed

pytestmark = pytest.mark.usefixtures("ministack")


class Jar(Record):
    """A record of these tests."""

    kind: ClassVar[str] = "jar"
    prefix: ClassVar[str] = "jar"

    sweets: int = 0


class SweetAdded(Fact):
    type: ClassVar[str] = "test.sweet_added"
    sweets: int


listed(Jar, places=lambda j: [Place(1, "jars", f"{j.sweets:06d}")], card=lambda j: {"n": j.sweets})


def a_desk(key: IdempotencyKey | None = None) -> Desk:
    actor = Actor(kind=ActorKind.SYSTEM)
    return desk(house(), "acme", actor=actor, correlation="test", idempotency=key)


def a_jar(sweets: int = 0) -> Jar:
    jar = Jar(shop="acme", id=house().new_id("jar"), sweets=sweets)
    return a_desk().commit(Changes(jar, (jar,)))


def with_one_more(jar: Jar) -> Changes[Jar]:
    fuller = jar.but(sweets=jar.sweets + 1)
    return Changes(fuller, (fuller,), (Told(fuller, SweetAdded(sweets=fuller.sweets)),))


@command
def add_sweet(desk: Desk, jar_id: str) -> Jar:
    return desk.commit(with_one_more(desk.get(Jar, jar_id)))


def at_once(threads: int, act: Callable[[], object]) -> list[object]:
    """Run `act` in many threads that start together; gives what each returned or raised."""
    build_models()
    gate = threading.Barrier(threads)

    def run(_: int) -> object:
        gate.wait()
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - what a thread raised is a result
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_no_update_is_lost_and_every_version_is_told_once() -> None:
    jar = a_jar()

    results = at_once(12, lambda: add_sweet(a_desk(), jar.id))

    added = [r for r in results if isinstance(r, Jar)]
    kept = a_desk().get(Jar, jar.id)
    trail, _ = a_desk().trail(jar.id)
    assert kept.sweets == len(added)
    assert [event.data["sweets"] for event in trail] == list(range(1, len(added) + 1))


def test_one_key_has_one_effect_and_the_same_answer() -> None:
    jar = a_jar()

    results = at_once(8, lambda: add_sweet(a_desk(IdempotencyKey("s", "k1", "h")), jar.id))

    assert sum(isinstance(r, Jar) for r in results) == 1
    repeats = [r for r in results if isinstance(r, Replayed)]
    assert [r.resource_id for r in repeats] == [jar.id] * 7
    assert a_desk().get(Jar, jar.id).sweets == 1


def test_a_key_used_for_another_request_is_refused() -> None:
    jar = a_jar()
    add_sweet(a_desk(IdempotencyKey("s", "k2", "this")), jar.id)

    with pytest.raises(KeyReused):
        add_sweet(a_desk(IdempotencyKey("s", "k2", "that")), jar.id)


def test_a_failed_decision_leaves_nothing_behind() -> None:
    jar = a_jar()
    stale = a_desk().get(Jar, jar.id)
    add_sweet(a_desk(), jar.id)
    other = Jar(shop="acme", id=house().new_id("jar"))

    with pytest.raises(Exception, match="ConditionalCheckFailed"):
        a_desk().commit(with_one_more(stale).plus(Changes(None, (other,))))

    assert a_desk().find(Jar, other.id) is None


def test_unknown_attributes_survive_a_write() -> None:
    jar = a_jar()
    jar.mark_stored(jar.version, {"from_the_next_release": "kept"})
    a_desk().commit(with_one_more(jar))

    assert a_desk().get(Jar, jar.id).unknown == {"from_the_next_release": "kept"}


def test_two_workers_on_one_entry_have_one_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    jar = a_jar()

    def runner(desk: Desk, entry: Entry) -> None:
        found = desk.get(Jar, entry.subject)
        time.sleep(0.05)
        desk.commit(with_one_more(found))

    monkeypatch.setitem(RUNNERS, "test.sweet", runner)
    entry = Entry(shop="acme", kind="test.sweet", subject=jar.id, due_at=house().now())
    a_desk().commit(Changes(None, agenda=(entry,)))

    at_once(4, lambda: agenda.tick(house(), Lane, until=time.monotonic() + 5))

    assert a_desk().get(Jar, jar.id).sweets == 1


def test_a_replaced_entry_fences_the_run_that_had_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    jar = a_jar()
    later = house().now() + timedelta(hours=1)

    def entry(due: object = None) -> Entry:
        return Entry(shop="acme", kind="test.fence", subject=jar.id, due_at=due or house().now())

    def replaced_meanwhile(desk: Desk, _: Entry) -> None:
        found = desk.get(Jar, jar.id)
        a_desk().commit(Changes(None, agenda=(entry(later),)))
        desk.commit(with_one_more(found))

    monkeypatch.setitem(RUNNERS, "test.fence", replaced_meanwhile)
    a_desk().commit(Changes(None, agenda=(entry(),)))

    drained = agenda.tick(house(), Lane, until=time.monotonic() + 5)

    assert drained.outcomes == {Outcome.TAKEN: 1}
    assert a_desk().get(Jar, jar.id).sweets == 0


def test_a_cancelled_entry_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setitem(RUNNERS, "test.cancel", lambda _, entry: ran.append(entry.id))
    entry = Entry(shop="acme", kind="test.cancel", subject="jar_1", due_at=house().now())
    cancel = Cancel(shop="acme", kind="test.cancel", subject="jar_1")
    a_desk().commit(Changes(None, agenda=(entry,)))
    a_desk().commit(Changes(None, agenda=(cancel,)))

    agenda.tick(house(), Lane, until=time.monotonic() + 5)

    assert ran == []


def test_an_entry_cancelled_while_it_runs_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    jar = a_jar()
    entry = Entry(shop="acme", kind="test.late", subject=jar.id, due_at=house().now())
    cancel = Cancel(shop="acme", kind="test.late", subject=jar.id)

    def cancelled_meanwhile(desk: Desk, _: Entry) -> None:
        found = desk.get(Jar, jar.id)
        a_desk().commit(Changes(None, agenda=(cancel,)))
        desk.commit(with_one_more(found))

    monkeypatch.setitem(RUNNERS, "test.late", cancelled_meanwhile)
    a_desk().commit(Changes(None, agenda=(entry,)))

    drained = agenda.tick(house(), Lane, until=time.monotonic() + 5)

    assert drained.outcomes == {Outcome.TAKEN: 1}
    assert a_desk().get(Jar, jar.id).sweets == 0


def test_waiting_uses_no_attempts_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def waits(desk: Desk, entry: Entry) -> None:
        raise Later(desk.now() + timedelta(days=1), "not_yet")

    monkeypatch.setitem(RUNNERS, "test.waits", waits)
    entry = Entry(shop="acme", kind="test.waits", subject="jar_1", due_at=house().now())
    a_desk().commit(Changes(None, agenda=(entry,)))
    real = house().clock
    for day in range(agenda.MOST_ATTEMPTS + 2):
        monkeypatch.setattr(house(), "clock", lambda d=day: real() + timedelta(days=d, hours=1))
        assert agenda.tick(house(), Lane, until=time.monotonic() + 5).outcomes == {Outcome.LATER: 1}


def test_what_ends_its_worker_every_time_is_parked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry(shop="acme", kind="test.dies", subject="jar_1", due_at=house().now())
    a_desk().commit(Changes(None, agenda=(entry,)))
    monkeypatch.setattr(agenda_store, "LEASE_SECONDS", -1)
    for _ in range(agenda.MOST_ATTEMPTS):
        assert agenda_store.claim(
            house().tables, agenda_store.Due(entry.id, "acme", 1), now=house().now(), lease="x"
        )

    assert agenda.tick(house(), Lane, until=time.monotonic() + 5).outcomes == {Outcome.DEAD: 1}


def test_a_tick_out_of_time_leaves_the_rest_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RUNNERS, "test.slow", lambda *_: time.sleep(0.3))
    entries = [
        Entry(shop="acme", kind="test.slow", subject=f"jar_{n}", due_at=house().now())
        for n in range(3 * agenda.WORKERS)
    ]
    a_desk().commit(Changes(None, agenda=tuple(entries)))

    drained = agenda.tick(house(), Lane, until=time.monotonic() + 0.4)

    assert drained.out_of_time
    assert drained.outcomes[Outcome.LEFT] > 0


def test_what_keeps_failing_is_parked_listed_and_run_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(desk: Desk, entry: Entry) -> None:
        raise ValueError("no")

    monkeypatch.setitem(RUNNERS, "test.fails", fails)
    entry = Entry(shop="acme", kind="test.fails", subject="jar_1", due_at=house().now())
    a_desk().commit(Changes(None, agenda=(entry,)))
    real = house().clock
    outcomes: list[Outcome] = []
    for tries in range(agenda.MOST_ATTEMPTS):
        monkeypatch.setattr(house(), "clock", lambda t=tries: real() + timedelta(hours=2 * t))
        outcomes += agenda.tick(house(), Lane, until=time.monotonic() + 5).outcomes

    parked, _ = agenda.dead(a_desk(), limit=10, after=None)
    assert outcomes == [Outcome.RETRY] * (agenda.MOST_ATTEMPTS - 1) + [Outcome.DEAD]
    assert [(item["id"], item["last_error"]) for item in parked] == [
        (entry.id, "ValueError in test.fails")
    ]

    monkeypatch.setitem(RUNNERS, "test.fails", lambda *_: None)
    again = [agenda.retry(a_desk(), entry.id).id for _ in range(2)]
    assert again == [entry.id, entry.id]
    with pytest.raises(NotFound):
        agenda.retry(Desk(house(), "bolt", actor=a_desk().actor, correlation=""), entry.id)
    assert agenda.tick(house(), Lane, until=time.monotonic() + 5).outcomes == {Outcome.DONE: 1}


def test_no_shop_waits_behind_another_shops_campaign() -> None:
    from chalicelib.store.agenda import Due

    due = [Due(f"a{n}", "acme", 1) for n in range(3)] + [Due("b", "bolt", 1)]

    assert [entry.id for entry in agenda.in_turn(due)] == ["a0", "b", "a1", "a2"]


def test_pages_are_complete_while_records_are_added() -> None:
    before = {a_jar(sweets=n).id for n in range(0, 40, 2)}
    seen: list[str] = []
    after = None
    while True:
        page = a_desk().page(1, "jars", limit=7, after=after)
        seen += [card.id for card in page.cards]
        a_jar(sweets=1000 + len(seen))
        after = page.after
        if after is None or len(seen) > 60:
            break

    assert before <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_paused_lane_holds_what_is_due_at_once_until_it_is_resumed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[str] = []
    monkeypatch.setitem(RUNNERS, "test.held", lambda _, entry: ran.append(entry.id))
    lanes.pause(house(), [Lane.URGENT])
    entry = Entry(shop="acme", kind="test.held", subject="jar_1", due_at=house().now())
    a_desk().commit(Changes(None, agenda=(entry,)))

    streams.run_now(an_image_of(entry), None)
    agenda.tick(house(), Lane, until=time.monotonic() + 5)
    held = list(ran)
    lanes.resume(house(), [Lane.URGENT])
    agenda.tick(house(), Lane, until=time.monotonic() + 5)

    assert (held, ran) == ([], [entry.id])


def an_image_of(entry: Entry) -> dict[str, Any]:
    """What the stream brings when an entry was put."""
    answer = client("dynamodb").get_item(
        TableName=house().tables.agenda, Key={"id": {"S": entry.id}}
    )
    record = {
        "eventName": "INSERT",
        "dynamodb": {"NewImage": answer["Item"], "SequenceNumber": "1"},
    }
    return {"Records": [record]}
