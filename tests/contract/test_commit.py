"""The one transaction: versions, all or nothing, and how much fits into it."""

from typing import Any

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import TooLarge
from chalicelib.services.house import house
from chalicelib.store.clients import client
from chalicelib.store.commit import MOST_ACTIONS, Conflict
from tests.contract.jars import Jar, a_jar, add_sweet, stored, told_of, with_one_more
from tests.crowds import at_once
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("ministack")

KILOBYTE = 1024


def jars(count: int, label: str = "") -> tuple[Jar, ...]:
    return tuple(Jar(shop="acme", id=house().new_id("jar"), label=label) for _ in range(count))


def kept(*wanted: Jar) -> list[Jar]:
    found = desk_of().read(*((Jar, one.id) for one in wanted))
    return [one for one in found if isinstance(one, Jar)]


@pytest.mark.usefixtures("hurried")
def test_no_update_is_lost_and_every_version_is_told_once() -> None:
    jar = a_jar()

    crowd = at_once(lambda _: add_sweet(desk_of(), jar.id))

    count = len(crowd.won)
    assert crowd.refusals == set()
    assert (stored(jar).sweets, stored(jar).version) == (count, count + 1)
    assert sorted(one.version for one in crowd.won) == list(range(2, count + 2))
    assert told_of(jar) == list(range(1, count + 1))


def test_of_many_who_make_the_same_record_one_does() -> None:
    jar = Jar(shop="acme", id=house().new_id("jar"))

    def make(place: int) -> Jar:
        mine = jar.model_copy(update={"sweets": place})
        return desk_of().commit(Changes(mine, (mine,)))

    crowd = at_once(make)

    assert [one.sweets for one in crowd.won] == [stored(jar).sweets]
    assert crowd.refusals == {"Conflict"}


def test_a_failed_decision_leaves_nothing_behind() -> None:
    stale = stored(a_jar())
    add_sweet(desk_of(), stale.id)
    (other,) = jars(1)

    with pytest.raises(Conflict, match="ConditionalCheckFailed"):
        desk_of().commit(with_one_more(stale).plus(Changes(None, (other,))))

    assert kept(other) == []


def test_what_was_changed_since_it_was_read_is_not_removed() -> None:
    stale = stored(a_jar())
    fuller = add_sweet(desk_of(), stale.id)

    with pytest.raises(Conflict):
        desk_of().commit(Changes(None, removed=(stale,)))

    assert kept(stale) == [fuller]


def test_what_was_told_of_a_version_stays_as_it_was_told() -> None:
    """A record that was removed begins again with versions of which something was told."""
    jar = a_jar()
    desk_of().commit(Changes(None, removed=(add_sweet(desk_of(), jar.id),)))
    again = Jar(shop="acme", id=jar.id, sweets=7)
    desk_of().commit(Changes(again, (again,)))

    with pytest.raises(Conflict):
        desk_of().commit(with_one_more(again))

    assert (stored(jar).sweets, told_of(jar)) == (7, [1])


def test_unknown_attributes_survive_a_write() -> None:
    jar = a_jar()
    jar.mark_stored(jar.version, {"from_the_next_release": "kept"})
    desk_of().commit(with_one_more(jar))

    assert stored(jar).unknown == {"from_the_next_release": "kept"}


def test_more_than_ninety_writes_are_refused_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full, too_many = jars(MOST_ACTIONS), jars(MOST_ACTIONS + 1)
    desk_of().commit(Changes(None, full))
    sent: list[Any] = []
    monkeypatch.setattr(client("dynamodb"), "transact_write_items", lambda **it: sent.append(it))

    with pytest.raises(ValueError, match="make it a job"):
        desk_of().commit(Changes(None, too_many))

    assert len(kept(*full)) == MOST_ACTIONS
    assert sent == []


def test_a_record_that_no_item_can_hold_is_refused_by_its_largest_field() -> None:
    small, large = (*jars(1), *jars(1, label="x" * 400 * KILOBYTE))

    with pytest.raises(TooLarge) as refused:
        desk_of().commit(Changes(None, (small, large)))

    assert refused.value.field == "label"
    assert kept(small, large) == []


def test_a_record_that_just_fits_is_kept_whole() -> None:
    (large,) = jars(1, label="x" * 399 * KILOBYTE)

    desk_of().commit(Changes(None, (large,)))

    assert kept(large) == [large]
