"""One key, one effect: many at once, while the first is still at work, and with another body."""

import threading

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.services.desk import (
    Desk,
    IdempotencyKey,
    KeyReused,
    Replayed,
    command,
    desk,
)
from chalicelib.services.house import house
from tests.contract.jars import Jar, a_jar, add_sweet, stored, told_of, with_one_more
from tests.crowds import FIFTY, at_once
from tests.people import SYSTEM

pytestmark = pytest.mark.usefixtures("ministack")


def desk_with(key: str, body: str = "this") -> Desk:
    """A desk for one request under a key; `body` stands for what it asks."""
    return desk(
        house(),
        "acme",
        actor=SYSTEM,
        correlation="test",
        idempotency=IdempotencyKey("scope", key, body),
    )


def test_one_key_has_one_effect_and_the_same_answer() -> None:
    jar = a_jar()

    crowd = at_once(lambda _: add_sweet(desk_with("k"), jar.id))

    repeats = [one for one in crowd.lost if isinstance(one, Replayed)]
    assert len(crowd.won) == 1
    assert [one.resource_id for one in repeats] == [jar.id] * (FIFTY - 1)
    assert told_of(jar) == [1]


def test_one_key_makes_one_record_though_nothing_else_is_in_the_way() -> None:
    @command
    def make(desk: Desk) -> Jar:
        jar = Jar(shop="acme", id=house().new_id("jar"))
        assert desk.find(Jar, jar.id) is None
        return desk.commit(Changes(jar, (jar,)))

    crowd = at_once(lambda _: make(desk_with("k")))

    repeats = [one for one in crowd.lost if isinstance(one, Replayed)]
    assert len(crowd.won) == 1
    assert [one.resource_id for one in repeats] == [crowd.won[0].id] * (FIFTY - 1)


def test_one_key_with_two_bodies_has_one_effect_and_tells_the_others_so() -> None:
    jar = a_jar()

    crowd = at_once(lambda place: add_sweet(desk_with("k", f"body {place % 2}"), jar.id))

    assert len(crowd.won) == 1
    assert sum(isinstance(one, Replayed) for one in crowd.lost) == FIFTY // 2 - 1
    assert sum(isinstance(one, KeyReused) for one in crowd.lost) == FIFTY // 2
    assert told_of(jar) == [1]


def test_a_key_used_for_another_request_is_refused() -> None:
    jar = a_jar()
    add_sweet(desk_with("k"), jar.id)

    with pytest.raises(KeyReused):
        add_sweet(desk_with("k", "that"), jar.id)


def test_who_comes_while_the_first_is_still_at_work_has_its_effect_once() -> None:
    jar = a_jar()
    has_read, may_commit = threading.Event(), threading.Event()

    @command
    def add_slowly(desk: Desk) -> Jar:
        found = desk.get(Jar, jar.id)
        has_read.set()
        may_commit.wait(10)
        return desk.commit(with_one_more(found))

    def act(place: int) -> Jar:
        if place == 0:
            return add_slowly(desk_with("k"))
        has_read.wait(10)
        try:
            return add_sweet(desk_with("k"), jar.id)
        finally:
            may_commit.set()

    crowd = at_once(act)

    assert len(crowd.won) == 1
    assert crowd.refusals == {"Replayed"}
    assert (stored(jar).sweets, told_of(jar)) == (1, [1])


def test_another_callers_key_is_another_key() -> None:
    jar = a_jar()
    theirs = IdempotencyKey("another scope", "k", "this")
    other = desk(house(), "acme", actor=SYSTEM, correlation="test", idempotency=theirs)
    add_sweet(desk_with("k"), jar.id)

    add_sweet(other, jar.id)

    assert stored(jar).sweets == 2
