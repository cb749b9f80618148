"""The first page of the desk: what somebody owes, by time, and what the pool has to take."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalice.app import Blueprint, Response

from chalicelib.domain.permissions import Permission
from chalicelib.domain.staff import Staff
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.work import Work, works, works_of
from chalicelib.services import answers
from chalicelib.services.counts import OPEN_LISTS, Counted, counted
from chalicelib.services.desk import Desk
from chalicelib.services.withdrawals import WAITING
from chalicelib.store.listings import NOBODY
from chalicelib.store.records import Card
from chalicelib.web.auth import any_staff, caller, desk
from chalicelib.web.operations import webpage

my_day = Blueprint(__name__)

MOST_MINE = 50
"""Who has more than that begins with the first."""

MOST_OF_POOL = 10
"""Enough to choose from; the rest stands in the queues."""

POOL = f"assignee#{NOBODY}"
_, RETURNS, CALLS = OPEN_LISTS


class Section(StrEnum):
    """When something is due, seen from now."""

    LATE = "late"
    HOUR = "hour"
    TODAY = "today"
    LATER = "later"


@my_day.route("/desk", methods=["GET"])
@any_staff
@webpage("/desk")
def today() -> Response:
    """Mine and the pool's, each by time: over tickets, returns, calls and withdrawals."""
    here, me = desk(), caller()
    may_see_pool = Permission.READ in me.permissions
    mine = here.page(3, f"assignee#{me.id}", limit=MOST_MINE)
    found = works(here, [*mine.cards, *(_pool(here) if may_see_pool else [])])
    my_own = [one for one in found if one.owner == me.id and not one.is_over]
    owed = [one for one in my_own if one.is_ours]
    free = [one for one in found if one.owner is None and one.is_ours and not one.is_over]
    return staff_page(
        200,
        "desk/today.html",
        place="today",
        sections=by_time(owed, here.now(), me.zone or here.shop.zone),
        waiting=[one for one in my_own if not one.is_ours],
        drafts=_drafts(here, me),
        pool=_first(free)[:MOST_OF_POOL],
        in_pool=counted(here, 3, POOL) if may_see_pool and not owed else Counted(0),
        may_see_pool=may_see_pool,
        is_more=mine.after is not None,
    )


def by_time(owed: list[Work], now: datetime, zone: str) -> dict[Section, list[Work]]:
    """What is owed in its sections, those with nothing in them left out; `zone` says where today
    ends."""
    found: dict[Section, list[Work]] = {}
    for one in _first(owed):
        found.setdefault(_section(one, now, ZoneInfo(zone)), []).append(one)
    return found


def _section(one: Work, now: datetime, clock: ZoneInfo) -> Section:
    if one.is_late:
        return Section.LATE
    if one.due_at is None or one.due_at <= now + timedelta(hours=1):
        return Section.HOUR
    is_today = one.due_at.astimezone(clock).date() <= now.astimezone(clock).date()
    return Section.TODAY if is_today else Section.LATER


def _first(owed: list[Work]) -> list[Work]:
    """What is late first, then by when it is due."""
    return sorted(
        owed, key=lambda one: (not one.is_late, one.due_at or datetime.max.replace(tzinfo=UTC))
    )


def _drafts(here: Desk, me: Staff) -> list[Work]:
    """The tickets that somebody has begun to answer; two more reads, if there are any."""
    written = answers.not_left(here, me)
    found = here.read(*((Ticket, one.card["ticket_id"]) for one in written)) if written else []
    return works_of(here, [one for one in found if isinstance(one, Ticket)])


def _pool(here: Desk) -> list[Card]:
    """What nobody in particular has: tickets and calls, and all returns and withdrawals."""
    tickets = here.page(3, POOL, limit=MOST_OF_POOL).cards
    returns = here.page(1, RETURNS, limit=MOST_OF_POOL).cards
    calls = here.page(1, CALLS, limit=MOST_OF_POOL).cards
    withdrawals = here.page(1, WAITING, limit=MOST_OF_POOL).cards
    return [
        *tickets,
        *returns,
        *withdrawals,
        *(one for one in calls if one.card.get("owner_id") is None),
    ]
