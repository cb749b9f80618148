"""Some forty questions of different age, state and language, as real ones come and go.

Every act happens at its own moment in the past, so that trails, promises and figures are as if
the shop had been running for three weeks. A question that is there already is left as it is.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.domain.canonical import Person, Platform, TicketRequested
from chalicelib.domain.events import ActorKind
from chalicelib.domain.staff import Staff
from chalicelib.domain.tickets import Ticket, WaitsFor
from chalicelib.services import callbacks, ticket_work, tickets
from chalicelib.services.callbacks import NewCall
from chalicelib.services.desk import Desk
from chalicelib.services.ticket_work import Answer
from chalicelib.shops.reading import full_name
from local.seed_past import DAY, HOUR, MINUTE, Past, buyer, said

# How old a question is in hours, and how far it has come.
LAST_WEEKS: tuple[tuple[float, str], ...] = (
    *((480.0 - n * 24, "settled") for n in range(16)),
    *((70.0 - n * 11, "answered") for n in range(3)),
    *((44.0 - n * 9, "waits") for n in range(3)),
)
TODAY: tuple[tuple[float, str], ...] = (
    *((21.0 - n * 3, "noted") for n in range(4)),
    *((26.0 - n * 5, "reopened") for n in range(3)),
    *((30.0 - n * 6, "to_call") for n in range(3)),
    *((5.0 - n * 0.6, "new") for n in range(7)),
)


def play(past: Past, people: list[Staff], batch: str, states: Sequence[tuple[float, str]]) -> None:
    """Let questions be asked and worked on, unless those of this batch have been."""
    for place, (age, state) in enumerate(states):
        at = past.now - age * HOUR
        opened = _asked(past, f"{batch}-{place}", place, at)
        if opened.version == 1:
            _go_on(past, people[place % len(people)], opened, at, state)


def _asked(past: Past, outside_id: str, place: int, at: datetime) -> Ticket:
    who = buyer(place)
    reason, text = said()["questions"][who.locale][place % 5]
    asked = TicketRequested(
        platform=Platform.SHOPIFY,
        id=outside_id,
        at=at,
        customer=Person(
            outside_id=str(who.id),
            name=full_name(who.first_name, who.last_name),
            mail=who.mail,
            language=who.locale,
            country=who.country,
        ),
        text=text,
        language=who.locale,
        reason=reason,
        channel="chat" if place % 4 == 0 else "web",
    )
    return tickets.open_requested(past.desk(at, ActorKind.SHOP, "shopify"), asked)


def _go_on(past: Past, who: Staff, ticket: Ticket, at: datetime, state: str) -> None:
    """What was done about a ticket until now."""
    language = ticket.customer_language
    answer = Answer(said()["answers"][language], who)
    settled = Answer(said()["settled"][language], who)
    note = Answer(said()["note"], who, "en")

    def reply(here: Desk) -> object:
        return ticket_work.reply(here, ticket.id, answer, WaitsFor.NOBODY)

    def ask_back(here: Desk) -> object:
        return ticket_work.reply(here, ticket.id, answer, WaitsFor.CUSTOMER)

    def write_down(here: Desk) -> object:
        return ticket_work.note(here, ticket.id, note)

    def settle(here: Desk) -> object:
        return ticket_work.resolve(here, ticket.id, settled)

    def deny(here: Desk) -> object:
        return ticket_work.not_solved(here, ticket.id, said()["still_open"][language], language)

    def promise_call(here: Desk) -> object:
        tomorrow = (past.now + DAY).replace(hour=10, minute=0, second=0, microsecond=0)
        return callbacks.promise(here, _call(ticket, tomorrow))

    acts: dict[str, tuple[Callable[[Desk], object], ...]] = {
        "settled": (reply, settle),
        "answered": (reply,),
        "waits": (ask_back,),
        "noted": (write_down,),
        "reopened": (reply, settle, deny),
        "to_call": (reply, promise_call),
        "new": (),
    }
    for turn, act in enumerate(acts[state], start=1):
        is_theirs = act is deny
        kind = ActorKind.CUSTOMER if is_theirs else ActorKind.STAFF
        act(past.desk(at + turn * 35 * MINUTE, kind, "" if is_theirs else who.id))


def _call(ticket: Ticket, at: datetime) -> NewCall:
    return NewCall(
        at=at,
        what=said()["call"],
        customer_id=None,
        case_id=ticket.id,
        owner_id=None,
        language=None,
        zone=None,
    )
