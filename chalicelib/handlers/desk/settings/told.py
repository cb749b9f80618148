"""When a shop's settings were changed, by whom, and which of them."""

from dataclasses import dataclass

from chalicelib.domain.shops import ShopConfigured
from chalicelib.handlers.desk.settings.subjects import SUBJECTS
from chalicelib.handlers.desk.trails import Happened, happened
from chalicelib.services.desk import Desk
from chalicelib.store.tables import Item

LOOKED_AT = 50
"""Of the shop's newest events; a subject that was not changed in them is older."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change of the settings. `fields` are the names of what changed."""

    version: int
    what: Happened
    fields: tuple[str, ...]


def changes_of(
    desk: Desk, *, limit: int = LOOKED_AT, after: Item | None = None
) -> tuple[list[Told], Item | None]:
    """The changes among some of the shop's events, newest first."""
    events, following = desk.history(desk.shop_id, limit=limit, after=after)
    configured = [one for one in events if one.type == ShopConfigured.type]
    told = zip(configured, happened(desk, configured), strict=True)
    found = [Told(one.version, what, tuple(one.data["fields"])) for one, what in told]
    return found, following


def last_change(changes: list[Told]) -> dict[str, Told]:
    """By subject, the newest change of it."""
    return {
        name: found
        for name, about in SUBJECTS.items()
        if (found := next((one for one in changes if about.fields & set(one.fields)), None))
    }
