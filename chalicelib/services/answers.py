"""Answers on their way out: kept while they are written, sent, taken back, and gone."""

from collections.abc import Sequence

from chalicelib.domain import drafts, ticket_work
from chalicelib.domain.agenda import Entry
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Customer
from chalicelib.domain.drafts import CameBack, Draft, Promised, Promising, Then, Written, draft_id
from chalicelib.domain.errors import Invalid, NotAllowed
from chalicelib.domain.macros import Macro, filled
from chalicelib.domain.orders import Order
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import TicketMessage
from chalicelib.domain.tickets import Ticket, WaitsFor
from chalicelib.services import callbacks
from chalicelib.services.callbacks import NewCall
from chalicelib.services.desk import Desk, command
from chalicelib.services.ticket_cases import thread
from chalicelib.services.ticket_work import Answer, answered, settled
from chalicelib.store.records import Card

MOST_DRAFTS = 25


@command
def keep(desk: Desk, ticket_id: str, by: Staff, written: Written) -> Draft | None:
    """Keep what somebody has written so far. Raises NotAllowed, reason `leaving`."""
    ticket, before = _found(desk, ticket_id, by)
    return desk.commit(drafts.keep(before, ticket, by, written, at=desk.now()))


@command
def send(desk: Desk, ticket_id: str, by: Staff, written: Written) -> Draft:
    """Let it leave in some seconds, unless it is taken back. Raises NotAllowed as `drafts.send`
    does, and Invalid, field `promise_at`, for what cannot be promised."""
    ticket, before = _found(desk, ticket_id, by)
    desk.expected(ticket)
    sent = drafts.send(before, ticket, by, written, at=desk.now())
    _left(desk, ticket, by, written)
    return desk.commit(sent)


@command
def insert(desk: Desk, ticket_id: str, by: Staff, macro: str) -> Draft | None:
    """Put a macro's text, filled in, under what somebody has written so far. Raises NotFound, and
    NotAllowed, reason `leaving`."""
    ticket, before = _found(desk, ticket_id, by)
    chosen = desk.get(Macro, macro)
    customer = desk.find(Customer, ticket.customer_id) if ticket.customer_id else None
    order = desk.find(Order, ticket.order_id) if ticket.order_id else None
    text = filled(chosen, ticket.message_language, known_of(customer, order, by))
    so_far = before.written if before else Written(text="")
    written = so_far.model_copy(
        update={
            "text": f"{so_far.text}\n\n{text}".strip(),
            "then": chosen.then or so_far.then,
        }
    )
    return desk.commit(drafts.keep(before, ticket, by, written, at=desk.now()))


def known_of(customer: Customer | None, order: Order | None, by: Staff) -> dict[str, str]:
    """What a macro's text is filled in with."""
    return {
        "name": (customer.name if customer else None) or "",
        "order": order.number if order else "",
        "agent": by.name,
    }


@command
def take_back(desk: Desk, ticket_id: str, by: Staff) -> Draft:
    """Take it back, whole. Raises NotAllowed, reason `left`, for one that has left."""
    draft = desk.find(Draft, draft_id(ticket_id, by.id), ticket_id)
    return desk.commit(drafts.take_back(draft, at=desk.now()))


def not_left(desk: Desk, by: Staff) -> list[Card]:
    """The answers of somebody's that have not left yet, those to the oldest tickets first."""
    return desk.page(3, f"drafts#{by.id}", limit=MOST_DRAFTS).cards


@command
def leave(desk: Desk, entry: Entry) -> None:
    """The customer is answered by whoever sent it, once. What cannot leave comes back to them."""
    draft = desk.find(Draft, entry.subject, entry.data["ticket"])
    if draft is None or draft.leaves_at is None or draft.leaves_at > desk.now():
        return
    ticket, messages = thread(desk, draft.ticket_id)
    author = desk.get(Staff, draft.staff_id)
    desk.act_for(author.id)
    desk.commit(_gone(desk, draft, ticket, messages, author))


def _gone(
    desk: Desk, draft: Draft, ticket: Ticket, messages: Sequence[TicketMessage], author: Staff
) -> Changes[object]:
    if drafts.is_overtaken(draft, messages):
        return drafts.come_back(draft, CameBack.NEWS)
    try:
        left = _left(desk, ticket, author, draft.written)
    except NotAllowed:
        return drafts.come_back(draft, CameBack.ENDED)
    except Invalid:
        return drafts.come_back(draft, CameBack.TIME)
    return left.plus(drafts.gone(draft))


def _left(desk: Desk, ticket: Ticket, author: Staff, written: Written) -> Changes[Ticket]:
    """What the answer changes when it leaves, and what it promises."""
    answer = Answer(written.text, author)
    if written.then is Then.RESOLVED:
        said = settled(desk, ticket, answer)
    else:
        said = answered(desk, ticket, answer, WaitsFor(written.then))
    if written.promising is None:
        return said
    if written.promising.what is Promised.CALL:
        return said.plus(_call(desk, ticket, written.promising))
    promised = ticket_work.promise_answer(said.result, written.promising.by, at=desk.now())
    return Changes(promised.result).plus(said, promised)


def _call(desk: Desk, ticket: Ticket, promising: Promising) -> Changes[object]:
    new = NewCall(
        at=promising.by,
        what=ticket.subject,
        customer_id=None,
        case_id=ticket.id,
        owner_id=desk.actor.id,
        language=None,
        zone=None,
    )
    return callbacks.promised(desk, new)


def _found(desk: Desk, ticket_id: str, by: Staff) -> tuple[Ticket, Draft | None]:
    ticket, draft = desk.read((Ticket, ticket_id), (Draft, draft_id(ticket_id, by.id), ticket_id))
    if not isinstance(ticket, Ticket):
        return desk.get(Ticket, ticket_id), None
    return ticket, draft if isinstance(draft, Draft) else None
