"""What happened, as the staff's pages tell it: which act, by whom, and about what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.events import ActorKind, Event
from chalicelib.domain.staff import Staff
from chalicelib.services.desk import Desk

QUIET = ("promise.", "message.", "record.", "customer.added", "return.disposed")
"""What comes along with something else that is told, or is told by it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One act; `kind` says whose, and `who` is the name of the staff or empty."""

    id: str
    """Its place in the trail of its subject."""
    at: datetime
    type: str
    kind: str
    who: str
    whom: str
    """The name of the member of staff it was given to; empty if it was not given to any."""
    subject: str
    subject_kind: str
    data: dict[str, Any]


def happened(desk: Desk, events: Iterable[Event]) -> list[Happened]:
    """What is worth telling of some events, in their order. One read for the names of staff."""
    told = [one for one in events if not one.type.startswith(QUIET)]
    names = _names(desk, told)
    return [_told(one, names) for one in told]


def _told(event: Event, names: dict[str, str]) -> Happened:
    kind, _, who = event.actor.partition(":")
    return Happened(
        id=f"{event.version}-{event.ordinal}",
        at=event.at,
        type=event.type,
        kind=kind,
        who=names.get(who, ""),
        whom=names.get(event.data.get("assignee") or "", ""),
        subject=event.subject,
        subject_kind=event.subject_kind,
        data=event.data,
    )


def _names(desk: Desk, events: Iterable[Event]) -> dict[str, str]:
    ids: set[str] = set()
    for one in events:
        kind, _, who = one.actor.partition(":")
        ids |= {who if kind == ActorKind.STAFF else "", one.data.get("assignee") or ""}
    ids.discard("")
    if not ids:
        return {}
    found = desk.read(*((Staff, one) for one in sorted(ids)))
    return {one.id: one.name for one in found if isinstance(one, Staff)}
