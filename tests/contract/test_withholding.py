"""What is withheld after a restore runs when an operator says so, once, or never; and making tables
ready is as good twice as once."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from chalicelib import cli
from chalicelib.cli_restore import definitions
from chalicelib.domain.agenda import Entry, Lane
from chalicelib.domain.canonical import CustomerErased, Platform
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.messages import SEND, SETTLE, Outgoing, State
from chalicelib.domain.promises import RING
from chalicelib.domain.ticket_cycles import CLOSE
from chalicelib.services import agenda, erasure, lanes, reports, restoring, withholding
from chalicelib.services.agenda import Outcome
from chalicelib.services.house import house
from chalicelib.services.runners import RUNNERS
from chalicelib.services.withholding import Chosen
from chalicelib.store import withheld
from chalicelib.store.keys import stamp
from chalicelib.store.withheld import Restored
from tests.cases import JANA, a_ticket
from tests.clocks import Clock
from tests.contract.entries import HOUR, entry, item_of, parked, put, tick
from tests.crowds import at_once
from tests.people import desk_of
from tests.restored import copied, everything, restored, used

ALL = Chosen()


@pytest.fixture
def review(acme: Clock) -> Clock:
    """A restore goes on: what was due by this moment is withheld. Gives the clock."""
    withheld.note_restored(house().tables, Restored(to=acme.now - HOUR, until=acme.now))
    return acme


def withheld_after(clock: Clock, *wanted: Entry) -> None:
    """These entries, put and withheld a while ago."""
    put(*wanted)
    withholding.withhold_all(house(), clock.now)
    clock.wait(minutes=5)


def reviewed(chosen: Chosen = ALL) -> list[str]:
    return [one.subject for one in withholding.review(house(), chosen)]


def test_what_is_withheld_neither_runs_nor_is_lost(review: Clock, ran: list[str]) -> None:
    due, later = entry("jar_1"), entry("jar_2", review.now + HOUR)
    put(due, later)

    assert withholding.withhold_all(house(), review.now) == 1
    review.wait(days=3)
    tick()

    assert ran == ["jar_2"]
    assert reviewed() == ["jar_1"]
    assert item_of(due)["due_at"] == stamp(due.due_at)


def test_what_nobody_found_in_time_is_withheld_when_it_would_run(
    review: Clock, ran: list[str]
) -> None:
    put(entry())
    review.wait(minutes=5)

    assert tick() == {Outcome.WITHHELD: 1}
    assert tick() == {}
    assert (ran, reviewed()) == ([], ["jar_1"])


def test_what_was_dead_is_withheld_and_not_tried_again_from_there(review: Clock) -> None:
    dead = parked()

    assert withholding.withhold_all(house(), review.now) == 1

    assert reviewed() == [dead.subject]
    with pytest.raises(NotFound):
        agenda.retry(desk_of(), dead.id)


def test_what_reaches_nobody_is_not_withheld(
    review: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    monkeypatch.setitem(RUNNERS, CLOSE, lambda _, one: closed.append(one.subject))
    put(Entry(shop="acme", kind=CLOSE, subject="tkt_1", due_at=review.now))

    assert withholding.withhold_all(house(), review.now) == 0
    tick()

    assert closed == ["tkt_1"]


def test_a_message_of_which_nobody_knows_is_withheld_whenever_that_was_to_be_decided(
    review: Clock,
) -> None:
    tomorrow = review.now + timedelta(days=1)
    put(Entry(shop="acme", kind=SETTLE, subject="out_1", due_at=tomorrow))

    assert withholding.withhold_all(house(), review.now) == 1
    review.wait(days=2)
    tick()

    assert reviewed() == ["out_1"]


def test_what_was_replaced_meanwhile_is_not_withheld(review: Clock, ran: list[str]) -> None:
    put(entry())
    put(entry(due_at=review.now + HOUR))

    withheld.withhold(house().tables, entry().id, 1)
    review.wait(hours=2)
    tick()

    assert ran == ["jar_1"]


def test_what_two_operators_release_runs_once(review: Clock, ran: list[str]) -> None:
    withheld_after(review, entry())

    crowd = at_once(lambda _: withholding.release(house(), ALL), threads=8)
    tick()
    tick()

    assert sorted(crowd.won) == [0] * 7 + [1]
    assert ran == ["jar_1"]
    assert reviewed() == []


def test_what_is_being_given_up_is_not_released(review: Clock, ran: list[str]) -> None:
    withheld_after(review, entry())
    assert withheld.claim(house().tables, entry().id, lease="another operator") is not None

    assert withholding.release(house(), ALL) == 0
    assert withholding.drop(house(), ALL) == 0


def test_what_is_released_at_once_runs_all_the_same(review: Clock, ran: list[str]) -> None:
    put(entry())
    withholding.withhold_all(house(), review.now)

    withholding.release(house(), ALL)
    review.wait(minutes=1)
    tick()

    assert ran == ["jar_1"]


def test_only_what_is_chosen_is_released(review: Clock, ran: list[str]) -> None:
    withheld_after(review, entry("jar_1"), entry("jar_2"), entry("jar_3"))

    assert withholding.release(house(), Chosen(shop="bolt")) == 0
    assert withholding.release(house(), Chosen(kind="another.kind")) == 0
    assert withholding.release(house(), Chosen(id=entry("jar_2").id)) == 1
    tick()

    assert ran == ["jar_2"]
    assert sorted(reviewed()) == ["jar_1", "jar_3"]


def test_a_message_that_is_given_up_says_so_and_never_leaves(review: Clock) -> None:
    a_ticket()
    withholding.withhold_all(house(), review.now)
    review.wait(minutes=5)
    (waiting,) = reviewed(Chosen(kind=SEND))

    assert withholding.drop(house(), Chosen(kind=SEND)) == 1

    out = desk_of().get(Outgoing, waiting)
    assert (out.state, out.reason) == (State.DROPPED, "restored")
    assert withholding.drop(house(), Chosen(kind=SEND)) == 0
    assert reviewed(Chosen(kind=SEND)) == []


def test_what_is_given_up_is_told_when_it_is_and_of_what_was_late_before(review: Clock) -> None:
    ticket = a_ticket()
    first, later = (promise.due_at for promise in ticket.promises)
    assert first is not None
    assert later is not None
    review.now = first
    withheld.note_restored(house().tables, Restored(to=first - HOUR, until=first))
    withholding.withhold_all(house(), first)
    review.now = later + 3 * HOUR
    day = reports.day_of(desk_of(), first.date())
    reports.figures(desk_of(), day)

    assert withholding.drop(house(), Chosen(kind=RING)) == 1

    assert reports.figures(desk_of(), day) == reports.recounted(desk_of(), day)
    told = [one for one in desk_of().trail(ticket.id)[0] if one.type == "promise.breached"]
    late = [(datetime.fromisoformat(one.data["due_at"]), one.at) for one in told]
    assert late == [(first, review.now)]


def test_what_nobody_waits_for_is_given_up_without_a_word(review: Clock, ran: list[str]) -> None:
    gone = Entry(shop="acme", kind=SEND, subject="out_gone", due_at=review.now)
    withheld_after(review, entry(), gone)

    assert withholding.drop(house(), ALL) == 2
    tick()

    assert (ran, reviewed(), item_of(entry()), item_of(gone)) == ([], [], {}, {})


def test_a_review_does_not_end_while_something_is_withheld(review: Clock) -> None:
    withheld_after(review, entry())

    with pytest.raises(NotAllowed):
        withholding.end(house())
    withholding.drop(house(), ALL)
    withholding.end(house())

    for step in (withholding.release, withholding.drop):
        with pytest.raises(NotFound):
            step(house(), ALL)
    with pytest.raises(NotFound):
        withholding.end(house())


def test_after_the_review_whatever_is_due_runs(review: Clock, ran: list[str]) -> None:
    house().cached(("restored",), 60, lambda: withheld.restored(house().tables))
    withholding.end(house())
    put(entry())

    assert tick() == {Outcome.DONE: 1}


def test_tables_are_made_ready_as_well_twice_as_once(acme: Clock, ran: list[str]) -> None:
    a_ticket()
    put(entry(), entry("jar_2", acme.now + HOUR))
    at, copy = acme.now.astimezone(timezone(timedelta(hours=14))), copied()
    acme.wait(minutes=1)
    erasure.erase_customer(desk_of(), CustomerErased(platform=Platform.STANDARD, customer=JANA))
    tables = restored(copy)

    first = restoring.begin(house(), tables, definitions(), at=at)
    acme.wait(minutes=10)
    second = restoring.begin(house(), tables, definitions(), at=at)

    assert (second.until, second.erased, second.withheld) == (
        first.until,
        first.erased,
        first.withheld,
    )
    assert (first.erased, first.streams) == (1, second.streams)
    assert lanes.look_again(house()) == frozenset()
    with used(tables):
        assert lanes.look_again(house()) == frozenset()
        assert len(reviewed()) == first.withheld
        lanes.resume(house(), Lane)
        acme.wait(hours=1)
        tick()
        assert ran == ["jar_2"]
        assert "jar_1" in reviewed()
        assert "jana" not in json.dumps(list(everything(tables.records))).lower()


@pytest.fixture
def operator(ministack: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line works on this stage."""
    running = tmp_path / "running.json"
    running.write_text(json.dumps({"environment": ministack}))
    monkeypatch.setattr(cli, "RUNNING", running)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """What the command line says to one command of a restore, errors included."""
    cli.main(["restore", *arguments])
    told = capsys.readouterr()
    return (told.out + told.err).splitlines()


@pytest.mark.usefixtures("operator")
def test_an_operator_sees_what_is_withheld_and_what_became_of_it(
    review: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    one, another = entry("jar_1"), entry("jar_2")
    withheld_after(review, one, another, Entry(**{**one.model_dump(), "kind": "test.more"}))

    assert said(capsys, "review") == [
        "Restored to 2026-11-23T10:00:00Z; 3 entries are withheld.",
        "      1  acme  test.more",
        "      2  acme  test.work",
    ]
    assert said(capsys, "review", "--id", one.id, "--list") == [
        f"{one.id}  acme  test.work  jar_1  2026-11-23T11:00:00Z"
    ]
    assert said(capsys, "end") == ["aftercare: Something is withheld: release it or drop it first."]
    assert said(capsys, "release") == ["aftercare: name a --shop, a --kind or an --id"]
    assert said(capsys, "drop", "--id", one.id) == ["1 entries are given up."]
    assert said(capsys, "release", "--shop", "acme") == ["2 entries run now."]
    assert said(capsys, "end") == [
        "Photos that no case knows any more: 0, deleted.",
        "The restore is over.",
    ]
    assert said(capsys, "review") == ["aftercare: No restore goes on in this stage's tables."]
