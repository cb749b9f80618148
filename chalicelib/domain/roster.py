"""That somebody is always there who may manage the staff."""

from collections.abc import Iterable
from typing import ClassVar

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.permissions import Permission
from chalicelib.domain.records import Record
from chalicelib.domain.staff import Staff


class Roster(Record):
    """A shop's roster: one, written whenever somebody stops managing the staff, so that of two
    who stop at the same moment the second is decided again. Its id is the shop's."""

    kind: ClassVar[str] = "roster"
    prefix: ClassVar[str] = ""


def still_managed(
    roster: Roster | None, before: Staff, change: Changes[Staff], managing: Iterable[Staff]
) -> Changes[Staff]:
    """The change to somebody, if afterwards anybody still manages the staff. `managing` are those
    who may have, read after the roster was.

    Raises NotAllowed, field `role`, reason `last-admin`, if nobody would.
    """
    if not manages(before) or manages(change.result):
        return change
    if not any(manages(one) for one in managing if one.id != before.id):
        raise NotAllowed(
            "Somebody must be able to manage the staff.", field="role", reason="last-admin"
        )
    kept = roster.but() if roster else Roster(shop=before.shop, id=before.shop)
    return change.plus(Changes(None, (kept,)))


def manages(one: Staff) -> bool:
    """Whether they may manage the staff."""
    return Permission.MANAGE_STAFF in one.permissions
