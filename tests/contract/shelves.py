"""Lists of the API, filled with records at places that a test chooses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.changes import Changes
from chalicelib.domain.letters import TicketReply
from chalicelib.domain.messages import Channel, message
from chalicelib.domain.promises import Promise
from chalicelib.domain.records import Record
from chalicelib.domain.staff import Staff
from chalicelib.domain.surveys import Survey
from chalicelib.services import callbacks, inbox, returns, surveys, ticket_work
from chalicelib.services.callbacks import NewCall
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.services.inbox import Parked
from chalicelib.services.ticket_work import Answer
from tests.cases import NOON, a_ticket
from tests.contract.coming_back import ASKED, bought, wanted
from tests.people import desk_of
from tests.unit.order_builders import a_line

AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list: its address, a record like all that stand there, and what gives one its place."""

    path: str
    example: Record
    placed: Callable[[int], dict[str, Any]]

    def put(self, *places: int) -> list[str]:
        """New records at these places; gives their ids."""
        made = [self._another().model_copy(update=self.placed(place)) for place in places]
        for start in range(0, len(made), AT_A_TIME):
            some = tuple(one.mark_stored(0) for one in made[start : start + AT_A_TIME])
            desk_of().commit(Changes(None, some))
        return [one.id for one in made]

    def move(self, record: str, place: int) -> None:
        found = desk_of().get(type(self.example), record)
        moved = found.but(**self.placed(place))
        desk_of().commit(Changes(None, (moved,)))

    def _another(self) -> Record:
        return self.example.model_copy(update={"id": house().new_id(type(self.example).prefix)})


def at(place: int) -> datetime:
    return NOON + timedelta(minutes=place)


def a_given_up_delivery(name: str) -> None:
    """One of the shop's that failed too often."""
    delivery = Parked(
        platform="standard",
        shop="acme",
        headers={},
        body=b"{}",
        received_at=NOON,
        correlation="test",
        attempts=inbox.MOST_ATTEMPTS,
    )
    inbox.keep(house(), f"{inbox.WAITING}acme/{name}", delivery)


def tickets() -> Shelf:
    ticket = a_ticket()
    return Shelf("/tickets", ticket, lambda place: {"promises": (_due(ticket.promises[0], place),)})


def work_of(staff: Staff) -> Shelf:
    ticket = ticket_work.assign(desk_of(), a_ticket().id, staff.id)
    return Shelf(
        "/staff/me/work", ticket, lambda place: {"promises": (_due(ticket.promises[0], place),)}
    )


def cases() -> Shelf:
    ticket = a_ticket()
    path = f"/customers/{ticket.customer_id}/cases"
    return Shelf(path, ticket, lambda place: {"opened_at": at(place)})


def open_returns() -> Shelf:
    order = bought(a_line("l1", quantity=1, paid=5000))
    case = returns.request_by_staff(desk_of(), order.id, wanted(), ASKED)
    promise = next(one for one in case.promises if one.is_owed)
    return Shelf("/returns", case, lambda place: {"promises": (_due(promise, place),)})


def calls() -> Shelf:
    call = callbacks.promise(
        desk_of(),
        NewCall(
            at=NOON + timedelta(hours=3),
            what="The colour",
            customer_id=None,
            case_id=a_ticket().id,
            owner_id=None,
            language=None,
            zone=None,
        ),
    )
    return Shelf("/callbacks", call, lambda place: {"window_start": at(place)})


def to_send_by_hand() -> Shelf:
    ticket = a_ticket()
    assert ticket.addressee
    by_hand = ticket.addressee.model_copy(update={"channel": Channel.BY_HAND})
    here: Desk = desk_of()
    letter = TicketReply(number=ticket.number, message_id="msg_1")
    out = here.commit(
        message(
            by_hand,
            letter,
            shop=here.shop,
            subject_id=ticket.id,
            new_id=here.new_id,
            at=here.now(),
        )
    )
    return Shelf("/messages/by-hand", out, lambda place: {"created_at": at(place)})


def everybody(staff: Staff) -> Shelf:
    return Shelf("/staff", staff, lambda place: {"name": f"{place:04}"})


def all_surveys(staff: Staff) -> Shelf:
    ticket = ticket_work.resolve(desk_of(), a_ticket().id, Answer("It has come.", staff))
    surveys.confirm(desk_of(), ticket.id)
    (card,) = surveys.everything(desk_of(), limit=2, after=None).cards
    survey = desk_of().get(Survey, card.id)
    return Shelf("/surveys", survey, lambda place: {"made_at": at(place)})


SHELVES: dict[str, Callable[[Staff], Shelf]] = {
    "tickets": lambda _: tickets(),
    "returns": lambda _: open_returns(),
    "calls": lambda _: calls(),
    "messages by hand": lambda _: to_send_by_hand(),
    "staff": everybody,
    "surveys": all_surveys,
    "a customer's cases": lambda _: cases(),
    "my work": work_of,
}

NEWEST_FIRST = frozenset({"surveys", "a customer's cases"})


def _due(promise: Promise, place: int) -> Promise:
    return promise.model_copy(update={"due_at": at(place)})
