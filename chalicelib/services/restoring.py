"""Tables that somebody restored to an earlier time, made ready for the functions: nothing that was
done since is done again by itself, and nobody who was erased since is back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from chalicelib.domain.agenda import Lane
from chalicelib.domain.errors import Invalid
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.numbers import NumberClaim
from chalicelib.services import erasure, lanes, withholding
from chalicelib.services.desk import Desk, desk
from chalicelib.services.erasure_ledger import written_since
from chalicelib.services.house import House
from chalicelib.services.withholding import Chosen
from chalicelib.store import photos as photo_store
from chalicelib.store import withheld
from chalicelib.store.photos import Size
from chalicelib.store.restored_tables import Definition, check, open_stream, switch_on
from chalicelib.store.tables import Tables
from chalicelib.store.withheld import Restored

UNDER_WAY = timedelta(minutes=2)
"""What ran when the lanes were paused may have gone on for so long."""

WRITTEN_BEFORE = timedelta(minutes=10)
"""An erasure is written down so long before it is done, at the most."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was made of the restored tables."""

    until: datetime
    """What was due by then is withheld."""
    withheld: int
    """How many entries are, whenever that was done."""
    erased: int
    """How many erasures were done again."""
    streams: dict[str, str]
    """The labels of the streams, by table: `events` and `agenda`."""


def begin(
    house: House, names: Tables, definitions: Mapping[str, Definition], *, at: datetime
) -> Begun:
    """Make tables that were restored to `at` ready, before any function uses them. All of it may
    be done again, and is as good twice as once.

    `house` works on the tables used until now: its lanes are paused, so that nothing leaves any
    more that would be forgotten. `definitions` are by the name of the table in `Tables`. Raises
    Invalid for tables that are not these four, or a time that is not past.
    """
    if at >= house.now():
        raise Invalid("A restore is to a time that is past.", field="at")
    by_name = {name: getattr(names, name) for name in definitions}
    for name, definition in definitions.items():
        check(by_name[name], definition)
    _pause_what_runs(house)
    restored = _on(house, names)
    lanes.pause(restored, Lane)
    until = _noted(restored, at)
    before = len(withholding.review(restored, Chosen()))
    count = before + withholding.withhold_all(restored, until)
    erased = _erase_again(restored, at - WRITTEN_BEFORE)
    for name, definition in definitions.items():
        switch_on(by_name[name], definition)
    streams = {name: open_stream(by_name[name], one) for name, one in definitions.items()}
    return Begun(until, count, erased, {name: label for name, label in streams.items() if label})


def drop_lost_photos(house: House, at: datetime) -> int:
    """Delete the pictures that were kept since a restore's time for cases that know nothing of
    them any more; gives how many photos that were. To be done on the tables that are in use."""
    bucket = house.settings.photos_bucket
    lost = [one for one in photo_store.kept_since(bucket, at) if not _is_known(house, *one)]
    for shop, photo in lost:
        photo_store.delete(bucket, *(photo_store.kept_key(shop, photo, size) for size in Size))
    return len(lost)


def _is_known(house: House, shop: str, photo: str) -> bool:
    return _as_operator(house, shop).find(NumberClaim, photo) is not None


def _pause_what_runs(house: House) -> None:
    try:
        lanes.pause(house, Lane)
    except ClientError as error:
        # The tables used until now may be what was lost.
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def _on(house: House, names: Tables) -> House:
    settings = house.settings.model_copy(
        update={
            "records_table": names.records,
            "events_table": names.events,
            "agenda_table": names.agenda,
            "receipts_table": names.receipts,
        }
    )
    return House(settings, clock=house.clock)


def _noted(house: House, at: datetime) -> datetime:
    """Until when what was due is withheld: kept from the first time, as the lanes have stood still
    since then."""
    before = withheld.restored(house.tables)
    if before is not None and before.to == at:
        return before.until
    until = house.now() + UNDER_WAY
    withheld.note_restored(house.tables, Restored(to=at, until=until))
    return until


def _erase_again(house: House, since: datetime) -> int:
    wishes = written_since(house, since)
    for wish in wishes:
        erasure.repeat(_as_operator(house, wish.shop), wish)
    return len(wishes)


def _as_operator(house: House, shop: str) -> Desk:
    actor = Actor(kind=ActorKind.SYSTEM, id="restore")
    return desk(house, shop, actor=actor, correlation="restore")
