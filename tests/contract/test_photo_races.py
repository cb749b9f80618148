"""A file that comes again, two under one id, and the last places of a case: one outcome each."""

from collections import Counter

import pytest

from chalicelib.domain.photos import MOST_KEPT, State
from chalicelib.services import photo_intake, photos
from chalicelib.services.desk import Desk
from chalicelib.store import photos as store
from tests import photos as shopper
from tests import snapshots
from tests.cases import a_ticket
from tests.clocks import Clock
from tests.crowds import at_once
from tests.people import desk_of


@pytest.fixture(autouse=True)
def clock(acme: Clock) -> Clock:
    return acme


def told_of(desk: Desk, ticket_id: str) -> Counter[str]:
    return Counter(event.type for event in desk.trail(ticket_id)[0])


def test_of_what_is_told_again_and_at_once_there_is_one_photo_and_one_event() -> None:
    ticket = a_ticket()
    place = shopper.put(desk_of(), ticket.id, snapshots.a_photo())

    crowd = at_once(lambda _: photo_intake.take_in(desk_of(), place), threads=4)
    photo_intake.take_in(desk_of(), place)

    assert crowd.lost == []
    assert [one.state for one in photos.album(desk_of(), ticket.id).photos] == [State.KEPT]
    assert told_of(desk_of(), ticket.id)["photo.kept"] == 1
    assert len(shopper.lying()) == len(store.Size)


def test_what_is_sent_again_under_one_id_changes_nothing() -> None:
    ticket = a_ticket()
    refused = shopper.put(desk_of(), ticket.id, snapshots.a_pdf(100))
    kept = shopper.put(desk_of(), ticket.id, snapshots.a_photo())
    for place in (refused, kept):
        photo_intake.take_in(desk_of(), place)
    before = photos.album(desk_of(), ticket.id).photos

    for place, content in ((refused, snapshots.a_photo()), (kept, snapshots.a_pdf(100))):
        shopper.put(desk_of(), ticket.id, content, place.photo)
        photo_intake.take_in(desk_of(), place)

    assert photos.album(desk_of(), ticket.id).photos == before
    assert sorted(shopper.lying()) == [
        store.kept_key("acme", kept.photo, size) for size in sorted(store.Size)
    ]


@pytest.mark.parametrize("step", ["keep", "delete"])
def test_what_breaks_off_is_completed_when_it_comes_again(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = a_ticket()
    place = shopper.put(desk_of(), ticket.id, snapshots.a_photo())

    def breaks(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(store, step, breaks)
        with pytest.raises(ConnectionError):
            photo_intake.take_in(desk_of(), place)
    photo_intake.take_in(desk_of(), place)

    assert photos.find(desk_of(), place.photo).is_kept
    assert told_of(desk_of(), ticket.id)["photo.kept"] == 1
    assert place.key not in shopper.lying()


def test_many_at_once_are_never_one_too_many() -> None:
    ticket, picture = a_ticket(), snapshots.a_photo((8, 8))
    places = [shopper.put(desk_of(), ticket.id, picture) for _ in range(MOST_KEPT + 2)]

    crowd = at_once(lambda n: photo_intake.take_in(desk_of(), places[n]), threads=len(places))

    assert crowd.lost == []
    states = Counter(one.state for one in photos.album(desk_of(), ticket.id).photos)
    assert states == {State.KEPT: MOST_KEPT, State.REFUSED: 2}
    assert len(shopper.lying()) == MOST_KEPT * len(store.Size)
