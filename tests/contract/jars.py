"""A record of the contract tests: a jar that sweets are added to, one at a time."""

from typing import ClassVar

from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.events import Fact
from chalicelib.domain.records import Record
from chalicelib.services.desk import Desk, command
from chalicelib.services.house import house
from chalicelib.store.keys import Place, listed
from tests.people import desk_of


class Jar(Record):
    kind: ClassVar[str] = "jar"
    prefix: ClassVar[str] = "jar"

    sweets: int = 0
    label: str = ""


class SweetAdded(Fact):
    type: ClassVar[str] = "test.sweet_added"
    sweets: int


listed(Jar, places=lambda j: [Place(1, "jars", f"{j.sweets:06d}")], card=lambda j: {"n": j.sweets})


def a_jar(sweets: int = 0) -> Jar:
    jar = Jar(shop="acme", id=house().new_id("jar"), sweets=sweets)
    return desk_of().commit(Changes(jar, (jar,)))


def stored(jar: Jar) -> Jar:
    return desk_of().get(Jar, jar.id)


def with_one_more(jar: Jar) -> Changes[Jar]:
    fuller = jar.but(sweets=jar.sweets + 1)
    return Changes(fuller, (fuller,), (Told(fuller, SweetAdded(sweets=fuller.sweets)),))


@command
def add_sweet(desk: Desk, jar_id: str) -> Jar:
    return desk.commit(with_one_more(desk.get(Jar, jar_id)))


def told_of(jar: Jar) -> list[int]:
    """How many sweets each event says there were, oldest first."""
    return [event.data["sweets"] for event in desk_of().trail(jar.id)[0]]
