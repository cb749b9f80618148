"""Lost answers, conflicts and a busy table: asked again under the same token, decided again, and
in the end said plainly."""

import time

import pytest

from chalicelib.services.desk import Replayed, TryLater
from tests.contract.jars import a_jar, add_sweet, stored, told_of
from tests.contract.test_idempotency import desk_with
from tests.contract.wire import (
    Fate,
    Wire,
    conflicts,
    forgets_the_token,
    is_throttled,
    loses_the_answer,
)
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("ministack")


def test_a_lost_answer_is_asked_for_again_under_its_token(wire: Wire) -> None:
    jar = a_jar()
    wire.tokens.clear()
    wire.meets(loses_the_answer, loses_the_answer)

    added = add_sweet(desk_of(), jar.id)

    assert len(wire.tokens) == 3
    assert len(set(wire.tokens)) == 1
    assert (added.sweets, stored(jar).sweets, told_of(jar)) == (1, 1, [1])


def test_what_the_table_took_is_known_by_our_own_receipt(wire: Wire) -> None:
    jar = a_jar()
    wire.meets(loses_the_answer, forgets_the_token)

    added = add_sweet(desk_with("k"), jar.id)

    assert (added.sweets, stored(jar).sweets, told_of(jar)) == (1, 1, [1])


def test_a_conflict_is_decided_again_with_a_commit_of_its_own(wire: Wire) -> None:
    jar = a_jar()
    wire.tokens.clear()
    wire.meets(conflicts, conflicts, conflicts)

    added = add_sweet(desk_of(), jar.id)

    assert len(set(wire.tokens)) == 4
    assert (added.sweets, told_of(jar)) == (1, [1])


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fate", [conflicts, is_throttled])
def test_who_cannot_get_through_is_told_so_in_time_and_nothing_is_done(
    wire: Wire, fate: Fate
) -> None:
    jar = a_jar()
    wire.always_meets(fate)
    started = time.monotonic()

    with pytest.raises(TryLater) as told:
        add_sweet(desk_with("k"), jar.id)

    assert time.monotonic() - started < 3
    assert len(wire.tokens) > 2
    assert told.value.facts == {"retry_after": 1}
    assert (stored(jar).sweets, told_of(jar)) == (0, [])


@pytest.mark.usefixtures("hurried")
def test_the_same_request_goes_through_once_the_table_has_time_again(wire: Wire) -> None:
    jar = a_jar()
    wire.always_meets(loses_the_answer)
    with pytest.raises(TryLater):
        add_sweet(desk_with("k"), jar.id)

    wire.always_meets(lambda send, request: send(**request))
    with pytest.raises(Replayed) as again:
        add_sweet(desk_with("k"), jar.id)

    assert again.value.resource_id == jar.id
    assert (stored(jar).sweets, told_of(jar)) == (1, [1])
