"""Messages to people: who is reached how, and what becomes of each message.

A message is claimed before it is sent, sent, and then recorded; its agenda entry is done only
then. When the answer of whoever carries it was lost, or whoever claimed it ended before recording
it, it is `unknown` until an event settles it, and never simply sent again.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from chalicelib.domain.agenda import Cancel, Entry, Lane
from chalicelib.domain.canonical import Platform
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import DomainError, NotAllowed
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import NewId
from chalicelib.domain.letters import Letter, letter
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.shops import Shop
from chalicelib.domain.staff import Staff

SEND = "message.send"
SETTLE = "message.settle"

ANSWER_WITHIN = timedelta(minutes=15)
"""How long a lost answer is waited for before the events of later mails are asked."""

SURVEYS = "survey"
"""The name under which a customer's surveys are suppressed, whatever channel they go by."""


class Channel(StrEnum):
    """How a message travels."""

    MAIL = "mail"
    SMS = "sms"
    EVENT = "event"
    """Told as an event; the shop's connector sends it and says so."""
    BY_HAND = "by_hand"
    """Shown to the staff, who send it elsewhere and mark it sent."""


class State(StrEnum):
    DUE = "due"
    SENDING = "sending"
    """Claimed: it may leave at any moment, or has just left."""
    UNKNOWN = "unknown"
    """It may have left; the answer was lost."""
    SENT = "sent"
    DROPPED = "dropped"
    """Not wanted any more; `reason` says why."""
    FAILED = "failed"
    """Whoever carries messages refused this one for good; `reason` says why."""


OPEN = frozenset({State.DUE, State.SENDING, State.UNKNOWN})


class MessageFact(Fact):
    template: str
    channel: Channel


class MessageQueued(MessageFact):
    type: ClassVar[str] = "message.queued"
    subject_id: str


class MessageRequested(MessageFact):
    """A connector is asked to send it: the text is at `GET /messages/{id}`."""

    type: ClassVar[str] = "message.requested"
    subject_id: str
    language: str


class MessageSent(MessageFact):
    type: ClassVar[str] = "message.sent"
    attempts: int


class MessageUnknown(MessageFact):
    type: ClassVar[str] = "message.unknown"


class MessageDropped(MessageFact):
    type: ClassVar[str] = "message.dropped"
    reason: str


class MessageFailed(MessageFact):
    type: ClassVar[str] = "message.failed"
    reason: str


class AnswerUnknown(DomainError):
    """Nobody can tell yet whether a message left; a person may have to look."""


class Outgoing(Record):
    """One message to one person."""

    kind: ClassVar[str] = "outgoing"
    prefix: ClassVar[str] = "out"

    customer_id: str | None = None
    staff_id: str | None = None
    subject_id: str
    """The record it is about."""
    template: str
    params: dict[str, Any]
    """What its letter is told (`domain/letters.py`); never a name, an address or free text."""
    channel: Channel
    language: str
    """BCP 47, as wished for; the nearest there is a catalogue for is used."""
    state: State = State.DUE
    reason: str = ""
    provider_id: str = ""
    attempts: int = 0
    created_at: Moment
    claimed_at: Moment | None = None
    sent_at: Moment | None = None
    seen_at: Moment | None = None
    """When an event first showed that it had left."""
    delivered_at: Moment | None = None
    bounced_at: Moment | None = None
    complained_at: Moment | None = None

    @property
    def letter(self) -> Letter:
        return letter(self.template, self.params)


class ReceivedMail(Value):
    """A mail somebody wrote to the shop."""

    shop: str
    number: str | None
    """The case it answers, as `T-7KQ4-XMK`; None if it names none."""
    is_answer: bool
    """The number came from our own signed Reply-To address; a number from the subject counts
    only if the sender is known to the case."""
    sender: str
    """Lower case."""
    sender_name: str
    is_verified: bool
    """The sender's address is proved (DMARC, else SPF or DKIM)."""
    is_automatic: bool
    """A machine wrote it (RFC 3834): it is filed and changes nothing."""
    is_suspect: bool
    """It failed the spam or virus check, or the sender's own domain disowns it."""
    subject: str
    text: str
    language: str | None
    """BCP 47, if the mail says so."""
    message_id: str
    in_reply_to: str
    received_at: Moment


class Addressee(Value):
    """A customer as a case knows them: enough to write to without reading their file. The
    channel is looked at again when the message leaves."""

    customer_id: str
    channel: Channel
    language: str


def addressee(customer: Customer, shop: Shop) -> Addressee:
    return Addressee(
        customer_id=customer.id,
        channel=reach(customer, shop),
        language=customer.language or shop.languages[0],
    )


def reach(customer: Customer, shop: Shop) -> Channel:
    """How this person is written to: by mail, else by text message, else through the shop's own
    connector, else by hand. An address that bounced is no address."""
    if customer.mail and Channel.MAIL not in customer.suppressed:
        return Channel.MAIL
    if customer.phone and customer.phone.startswith("+") and Channel.SMS not in customer.suppressed:
        return Channel.SMS
    if shop.platform is Platform.STANDARD and customer.outside_ids:
        return Channel.EVENT
    return Channel.BY_HAND


def likely(to: Addressee, customer: Customer, shop: Shop) -> Channel:
    """How what is written to them now will go: what leaves by itself looks for its way when it
    leaves (`way`), what a person or a connector sends does not."""
    by_itself = to.channel not in (Channel.EVENT, Channel.BY_HAND)
    return reach(customer, shop) if by_itself else to.channel


def message(
    to: Customer | Addressee | Staff,
    letter: Letter,
    *,
    shop: Shop,
    subject_id: str,
    new_id: NewId,
    at: datetime,
    language: str | None = None,
) -> Changes[Outgoing]:
    """Write to somebody, now; the staff are written to before anybody else. `language` is that
    of the conversation, where there is one; without it, the reader's own counts, then the shop's
    first."""
    reader = addressee(to, shop) if isinstance(to, Customer) else to
    out = Outgoing(
        shop=shop.id,
        id=new_id("out"),
        customer_id=reader.customer_id if isinstance(reader, Addressee) else None,
        staff_id=reader.id if isinstance(reader, Staff) else None,
        subject_id=subject_id,
        template=letter.template,
        params=letter.model_dump(mode="json"),
        channel=reader.channel if isinstance(reader, Addressee) else Channel.MAIL,
        language=language or reader.language or shop.languages[0],
        created_at=at,
    )
    return _queued(out)


def carrier_id(message_id: str) -> str:
    """What carries a message of a ticket is named after it, so that it is found without a list."""
    return f"{Outgoing.prefix}_{message_id.partition('_')[2]}"


def way(out: Outgoing, to: Customer, shop: Shop) -> Channel:
    """How it goes, now that it is to leave. An address that was lost while the message waited
    does not send it another way: it is dropped with that reason."""
    lost_way = to.suppressed.get(out.channel)
    if lost_way is not None and lost_way.at >= out.created_at:
        return out.channel
    return reach(to, shop)


def reroute(out: Outgoing, channel: Channel, *, at: datetime) -> Changes[Outgoing]:
    """It goes another way than was thought when it was written: the address has bounced since,
    or there is one now."""
    elsewhere = out.but(channel=channel)
    by_itself = channel not in (Channel.EVENT, Channel.BY_HAND)
    told = () if channel is not Channel.EVENT else (Told(elsewhere, _request(elsewhere)),)
    again = (_send(elsewhere, at),) if by_itself else ()
    return Changes(elsewhere, (elsewhere,), told, again)


def undeliverable(out: Outgoing, to: Customer | Staff | None, *, at: datetime) -> str | None:
    """Why it must not go out any more, as a code; None if it may."""
    if isinstance(to, Staff):
        return "disabled" if to.disabled_at else None
    if to is None or to.erased_at:
        return "erased"
    if out.letter.is_optional and SURVEYS in to.suppressed:
        return f"survey_{to.suppressed[SURVEYS].reason}"
    if out.letter.is_optional and to.is_paused(at):
        return "survey_paused"
    if out.channel in to.suppressed:
        return str(to.suppressed[out.channel].reason)
    address = {Channel.MAIL: to.mail, Channel.SMS: to.phone}.get(out.channel, "elsewhere")
    return None if address else "no_address"


def claim(out: Outgoing, *, at: datetime) -> Changes[Outgoing]:
    """Take it to send; from now on it may have left, whatever becomes of whoever took it."""
    taken = out.but(state=State.SENDING, claimed_at=at, attempts=out.attempts + 1, reason="")
    return Changes(taken, (taken,))


def sent(out: Outgoing, *, provider_id: str, at: datetime) -> Changes[Outgoing]:
    """It left. Hearing so twice changes nothing."""
    if out.state not in OPEN:
        return nothing(out)
    gone = out.but(state=State.SENT, sent_at=at, provider_id=provider_id or out.provider_id)
    fact = MessageSent(template=out.template, channel=out.channel, attempts=out.attempts)
    return Changes(gone, (gone,), (Told(gone, fact),), _no_settling(out))


def sent_elsewhere(out: Outgoing, *, at: datetime) -> Changes[Outgoing]:
    """A person or a connector says that they sent it. Raises NotAllowed for a message that
    leaves by itself, or is no longer wanted."""
    by_itself = out.channel not in (Channel.EVENT, Channel.BY_HAND) and out.state in OPEN
    if by_itself or out.state is State.DROPPED:
        raise NotAllowed("This message is not sent by hand.", field="id")
    if out.state is State.SENT:
        return nothing(out)
    return sent(out.but(state=State.DUE), provider_id="", at=at)


def lost(out: Outgoing) -> Changes[Outgoing]:
    """The answer was lost; nothing is done until it is settled."""
    if out.state is not State.SENDING or out.claimed_at is None:
        return nothing(out)
    unsure = out.but(state=State.UNKNOWN)
    fact = MessageUnknown(template=out.template, channel=out.channel)
    due_at = out.claimed_at + ANSWER_WITHIN
    settle = Entry(shop=out.shop, kind=SETTLE, subject=out.id, due_at=due_at, lane=Lane.MAIL)
    return Changes(unsure, (unsure,), (Told(unsure, fact),), (settle,))


def postpone(out: Outgoing, reason: str, *, until: datetime) -> Changes[Outgoing]:
    """It was not taken now and goes out later."""
    if out.state not in OPEN:
        return nothing(out)
    waiting = out.but(state=State.DUE, reason=reason)
    return Changes(waiting, (waiting,), agenda=(*_no_settling(out), _send(out, until)))


def drop(out: Outgoing, reason: str) -> Changes[Outgoing]:
    """It is not sent any more."""
    if out.state not in OPEN:
        return nothing(out)
    dropped = out.but(state=State.DROPPED, reason=reason)
    fact = MessageDropped(template=out.template, channel=out.channel, reason=reason)
    return Changes(dropped, (dropped,), (Told(dropped, fact),), _no_settling(out))


def fail(out: Outgoing, reason: str) -> Changes[Outgoing]:
    """It was refused for good; the staff see it in their list and reach the person otherwise."""
    if out.state not in OPEN:
        return nothing(out)
    failed = out.but(state=State.FAILED, reason=reason)
    fact = MessageFailed(template=out.template, channel=out.channel, reason=reason)
    return Changes(failed, (failed,), (Told(failed, fact),), _no_settling(out))


def settle(out: Outgoing, *, newest_seen: datetime | None, at: datetime) -> Changes[Outgoing]:
    """Decide a message whose answer never came.

    A mail of which no event tells, while events of mails claimed later do (`newest_seen`, when
    the latest of those was claimed), did not leave, and is sent again. Nothing ever tells of a
    text message, so it is not. Raises AnswerUnknown while nothing can be told.
    """
    if out.state is not State.UNKNOWN:
        return nothing(out)
    if out.channel is Channel.SMS:
        return fail(out, "answer_lost")
    if newest_seen and out.claimed_at and newest_seen > out.claimed_at:
        return postpone(out, "answer_lost", until=at)
    raise AnswerUnknown("Nobody can tell yet whether this message left.", message=out.id)


def _queued(out: Outgoing) -> Changes[Outgoing]:
    queued = MessageQueued(template=out.template, channel=out.channel, subject_id=out.subject_id)
    told = [Told(out, queued)]
    if out.channel is Channel.EVENT:
        told.append(Told(out, _request(out)))
    by_itself = out.channel not in (Channel.EVENT, Channel.BY_HAND)
    agenda = (_send(out, out.created_at),) if by_itself else ()
    return Changes(out, (out,), tuple(told), agenda)


def _request(out: Outgoing) -> MessageRequested:
    return MessageRequested(
        template=out.template,
        channel=out.channel,
        subject_id=out.subject_id,
        language=out.language,
    )


def _send(out: Outgoing, due_at: datetime) -> Entry:
    lane = Lane.NOTICE if out.staff_id else Lane.MAIL
    return Entry(shop=out.shop, kind=SEND, subject=out.id, due_at=due_at, lane=lane)


def _no_settling(out: Outgoing) -> tuple[Cancel, ...]:
    """What is known by now needs no settling."""
    if out.state is not State.UNKNOWN:
        return ()
    return (Cancel(shop=out.shop, kind=SETTLE, subject=out.id),)
