"""What happened, as the outside sees it: a subject's trail, a customer's timeline."""

from typing import Any

from chalicelib.domain.events import Event
from chalicelib.domain.records import Moment
from chalicelib.services.desk import Desk
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.shapes import Shape


class EventView(Shape):
    """One thing that happened; the text of it, if any, is with the subject."""

    id: str
    type: str
    subject: str
    subject_kind: str
    version: int
    ordinal: int
    at: Moment
    actor: str
    correlation: str
    data: dict[str, Any]


class EventPage(Shape):
    items: list[EventView]
    next: str | None


def trail(desk: Desk, subject: str, paging: Paging) -> EventPage:
    """What happened to one subject, oldest first. Whether it exists is the caller's to check."""
    name = f"trail:{subject}"
    found, last = desk.trail(subject, limit=paging.limit, after=after(desk, name, paging.cursor))
    return event_page(found, cursor(desk, name, last))


def event_page(found: list[Event], following: str | None) -> EventPage:
    """Events as the outside sees them."""
    return EventPage(items=[_shown(event) for event in found], next=following)


def _shown(event: Event) -> EventView:
    return EventView(
        id=event.id,
        type=event.type,
        subject=event.subject,
        subject_kind=event.subject_kind,
        version=event.version,
        ordinal=event.ordinal,
        at=event.at,
        actor=event.actor,
        correlation=event.correlation,
        data=event.data,
    )
