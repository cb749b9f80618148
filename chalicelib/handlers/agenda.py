"""What could not be done: parked agenda entries with their errors, and another try."""

from chalice.app import Blueprint, Response

from chalicelib.domain.permissions import Permission
from chalicelib.services import agenda as service
from chalicelib.store.tables import Item
from chalicelib.web.answers import accepted, ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape

agenda = Blueprint(__name__)

DEAD = "agenda-dead"


class ParkedEntry(Shape):
    """Something that was tried until its attempts were used up."""

    id: str
    kind: str
    subject: str
    due_at: str
    attempts: int
    error: str


class ParkedEntries(Shape):
    items: list[ParkedEntry]
    next: str | None


class Revived(Shape):
    """An entry that is due again."""

    id: str
    kind: str
    subject: str


@agenda.route("/agenda/dead", methods=["GET"])
@staff_only(Permission.OPERATE)
@operation("What was given up", query=Paging, gives=ParkedEntries)
def dead() -> Response:
    """The shop's parked entries, oldest first."""
    here, paging = desk(), query(Paging)
    items, last = service.dead(here, limit=paging.limit, after=after(here, DEAD, paging.cursor))
    return ok(ParkedEntries(items=[_shown(item) for item in items], next=cursor(here, DEAD, last)))


@agenda.route("/agenda/{entry_id}/retry", methods=["POST"])
@staff_only(Permission.OPERATE)
@operation("Try a parked entry again", gives=Revived, status=202)
def retry(entry_id: str) -> Response:
    """Put it back into its lane, due now, with all its attempts."""
    entry = service.retry(desk(), entry_id)
    return accepted(Revived(id=entry.id, kind=entry.kind, subject=entry.subject))


def _shown(item: Item) -> ParkedEntry:
    return ParkedEntry(
        id=item["id"],
        kind=item["kind"],
        subject=item["subject"],
        due_at=item["due_at"],
        attempts=item["attempts"],
        error=item.get("last_error", ""),
    )
