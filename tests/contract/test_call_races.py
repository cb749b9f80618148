"""Many at once on one promised call: rung once, kept once, and everybody's by turns."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.domain.callbacks import Callback, CallbackState, CancelReason
from chalicelib.domain.events import Actor, ActorKind, Event
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.services import callbacks
from chalicelib.services import desk as desks
from chalicelib.services.callbacks import NewCall
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.store import events
from tests.cases import NOON, a_ticket
from tests.clocks import Clock
from tests.contract.entries import entry
from tests.crowds import at_once
from tests.people import desk_of, hired

pytestmark = pytest.mark.usefixtures("acme")

AT_THREE = NOON + timedelta(hours=3)


@pytest.fixture
def mei() -> Staff:
    return hired(Role.AGENT, name="Mei")


@pytest.fixture
def call(mei: Staff) -> Callback:
    return callbacks.promise(
        desk_of(),
        NewCall(
            at=AT_THREE,
            what="The colour",
            customer_id=None,
            case_id=a_ticket().id,
            owner_id=mei.id,
            language=None,
            zone=None,
        ),
    )


def desk_for(staff_id: str) -> Desk:
    actor = Actor(kind=ActorKind.STAFF, id=staff_id)
    return desks.desk(house(), "acme", actor=actor, correlation="test")


def stored(call: Callback) -> Callback:
    return desk_of().get(Callback, call.id)


def events_of(call: Callback) -> list[Event]:
    return desk_of().trail(call.id)[0]


def facts_of(call: Callback) -> Counter[str]:
    return Counter(event.type for event in events_of(call))


def test_one_of_many_who_reached_the_customer_keeps_the_promise(call: Callback) -> None:
    crowd = at_once(
        lambda _: callbacks.attempt(desk_of(), call.id, {"outcome": "reached", "note": ""}, None)
    )

    assert [one.state for one in crowd.won] == [CallbackState.KEPT]
    assert crowd.refusals == {"NotAllowed"}
    assert len(stored(call).attempts) == 1
    assert facts_of(call)["callback.kept"] == facts_of(call)["promise.kept"] == 1


def test_a_call_rings_once_however_many_clocks_there_are(call: Callback, acme: Clock) -> None:
    acme.now = AT_THREE
    bell = entry(call.id)

    crowd = at_once(lambda _: callbacks.ring(desk_of(), bell))

    this_hour = events.of_hour(house().tables, "acme", events.hour_of(acme.now))
    letters = [one.data["template"] for one in this_hour if one.type == "message.queued"]
    assert crowd.lost == []
    assert stored(call).state is CallbackState.RUNG
    assert facts_of(call)["callback.rung"] == 1
    assert letters == ["staff/callback-due"]


@pytest.mark.usefixtures("hurried")
def test_who_takes_it_over_takes_it_from_whoever_has_it_then(call: Callback, mei: Staff) -> None:
    crowd = at_once(lambda place: callbacks.take_over(desk_for(f"stf_{place}"), call.id).owner_id)

    taken = [event.data for event in events_of(call) if event.type == "callback.taken_over"]
    owners = [mei.id, *(one["owner_id"] for one in taken)]
    assert crowd.refusals == set()
    assert Counter(owners[1:]) == Counter(crowd.won)
    assert [one["before"] for one in taken] == owners[:-1]
    assert stored(call).owner_id == owners[-1]


def test_moved_tried_and_called_off_at_once_it_ends_as_the_last_of_them_left_it(
    call: Callback,
) -> None:
    acts: list[Callable[[], Callback]] = [
        lambda: callbacks.move(desk_of(), call.id, AT_THREE + timedelta(hours=1)),
        lambda: callbacks.cancel(desk_of(), call.id, CancelReason.SOLVED),
        lambda: callbacks.attempt(desk_of(), call.id, {"outcome": "reached", "note": ""}, None),
    ]

    crowd = at_once(lambda place: acts[place % 3]().state, threads=30)

    after, told = stored(call), facts_of(call)
    ended = told["callback.kept"] + told["callback.cancelled"]
    assert crowd.refusals <= {"NotAllowed"}
    assert ended == 1
    assert after.state in (CallbackState.KEPT, CallbackState.CANCELLED)
    assert events_of(call)[-1].version == after.version
    assert told["callback.moved"] == crowd.won.count(CallbackState.PROMISED)
