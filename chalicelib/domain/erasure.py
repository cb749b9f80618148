"""Forgetting a person in what is kept about them; figures and money stay (PRV-01)."""

from datetime import datetime
from functools import singledispatch
from typing import ClassVar

from chalicelib.domain import callback_work
from chalicelib.domain.callbacks import Callback, CancelReason
from chalicelib.domain.canonical import Platform, SeenBy
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.drafts import Draft
from chalicelib.domain.events import Fact
from chalicelib.domain.orders import Order, order_id
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.photos import Photo
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.returns import Return
from chalicelib.domain.surveys import Survey
from chalicelib.domain.threads import TicketMessage
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.unknown_parcels import UnknownParcel
from chalicelib.domain.withdrawals import Withdrawal


class Erasure(Value):
    """What somebody asked to be forgotten: ids and keyed hashes, nothing that tells of a person."""

    shop: str
    at: Moment
    customer_id: str | None = None
    identities: tuple[str, ...] = ()
    """The fingerprints of what the person is known by."""
    platform: Platform | None = None
    order_ids: tuple[str, ...] = ()
    """Orders that the shop named, by its own ids on `platform`."""
    is_whole_shop: bool = False


class PersonForgotten(Fact):
    """What this record said of a person is gone."""

    type: ClassVar[str] = "record.person_forgotten"


PERSONAL: tuple[type[Record], ...] = (
    Order,
    Parcel,
    Ticket,
    TicketMessage,
    Draft,
    Photo,
    Return,
    Callback,
    Survey,
    Withdrawal,
    UnknownParcel,
)
"""The kinds that say something of a person besides the customer's own file."""


def forget(family: list[Record], *, at: datetime) -> Changes[None]:
    """Empty what the records of one partition say of a person, and call off the calls they were
    promised; twice is as good as once."""
    ended: Changes[None] = nothing(None).plus(*(_ended(record, at) for record in family))
    latest = {record.id: record for record in (*family, *ended.records)}
    emptied = tuple(emptied_of(latest[record.id], at) for record in family)
    told = tuple(Told(record, PersonForgotten()) for record in emptied if not record.guarded)
    return ended.plus(Changes(None, emptied, told))


def forgotten_order(
    order: Order | None,
    *,
    shop: str,
    platform: Platform,
    outside_id: str,
    seen_by: SeenBy,
    at: datetime,
) -> Order:
    """An order whose buyer was erased, whether or not it was seen: what is told of it later is
    taken in without the buyer."""
    kept = order or Order(
        shop=shop,
        id=order_id(shop, platform, outside_id),
        platform=platform,
        outside_id=outside_id,
        seen_by=seen_by,
    )
    return kept if kept.erased_at else kept.erased(at)


def _ended(record: Record, at: datetime) -> Changes[object]:
    """Nobody is left whom the shop could ring."""
    if isinstance(record, Callback) and record.state.is_open:
        return callback_work.cancel(record, CancelReason.ERASED, at=at)
    return nothing(record)


@singledispatch
def emptied_of(record: Record, at: datetime) -> Record:
    """The record without the person. Raises TypeError for a kind that has no rule."""
    raise TypeError(f"no rule to forget a person in a {record.kind} at {at:%Y}")


@emptied_of.register
def _(record: Order, at: datetime) -> Record:
    return record.erased(at)


@emptied_of.register
def _(record: Parcel, at: datetime) -> Record:  # noqa: ARG001
    return record.erased()


@emptied_of.register
def _(record: Ticket, at: datetime) -> Record:
    return record.but(subject="", mail_id="", addressee=None, erased_at=at)


@emptied_of.register
def _(record: TicketMessage, at: datetime) -> Record:  # noqa: ARG001
    return record.but(words=record.words.emptied())


@emptied_of.register
def _(record: Draft, at: datetime) -> Record:  # noqa: ARG001
    emptied = record.written.model_copy(update={"text": ""})
    return record.but(written=emptied, leaves_at=None)


@emptied_of.register
def _(record: Return, at: datetime) -> Record:
    return record.but(note="", tracking="", decline_text="", erased_at=at)


@emptied_of.register
def _(record: Callback, at: datetime) -> Record:  # noqa: ARG001
    attempts = tuple(a.model_copy(update={"note": ""}) for a in record.attempts)
    return record.but(what="", attempts=attempts)


@emptied_of.register
def _(record: Survey, at: datetime) -> Record:  # noqa: ARG001
    answer = record.answer and record.answer.model_copy(update={"comment": ""})
    earlier = tuple(a.model_copy(update={"comment": ""}) for a in record.earlier)
    return record.but(answer=answer, earlier=earlier)


@emptied_of.register
def _(record: Withdrawal, at: datetime) -> Record:
    """That it was declared, when, and the receipt's digest stay: they prove it."""
    items = tuple(one.model_copy(update={"title": ""}) for one in record.items)
    return record.but(
        name="", contract="", mail="", items=items, content="", answer_text="", erased_at=at
    )


@emptied_of.register
def _(record: UnknownParcel, at: datetime) -> Record:  # noqa: ARG001
    return record.erased()


@emptied_of.register
def _(record: Photo, at: datetime) -> Record:  # noqa: ARG001
    return record.erased()
