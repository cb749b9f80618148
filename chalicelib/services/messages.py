"""Sending messages, and what becomes of them."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain import canonical, mail, messages
from chalicelib.domain.agenda import Entry
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.mail import MailEvent
from chalicelib.domain.messages import Outgoing, State
from chalicelib.domain.records import Record
from chalicelib.domain.staff import Staff
from chalicelib.notify.carriers import Answer, Handed
from chalicelib.services import lanes, letters
from chalicelib.services.desk import Desk, Replayed, command
from chalicelib.services.house import House
from chalicelib.store.commit import LeaseLost
from chalicelib.store.receipts import Receipt, receipt_id
from chalicelib.store.records import Page
from chalicelib.store.tables import Item

BY_HAND = "by-hand"
MAIL_SEEN = "mail-seen"

RESTORED = "restored"
"""The reason of a message that was given up after a restore."""

GIVE_UP_AFTER = timedelta(days=3)
"""What could not be handed over for so long is refused, for it says nothing true any more."""

NOTICE_LIFETIME = timedelta(days=2)
"""How long a notice's repeat is known; SNS tries for a day at most."""


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a message: to whom it goes, what a person of the shop wrote if it brings
    that, and the Message-ID of the mail it answers."""

    to: Customer | Staff | None
    said: str
    answers: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A claimed message, ready to leave."""

    id: str
    package: letters.Package


def send(desk: Desk, entry: Entry) -> None:
    """Send a message that is due: claimed first, then handed over, then recorded. A second run
    that finds it claimed leaves it to `settle`: the first ended in between."""
    taken = _take(desk, entry.subject)
    if taken is None:
        return
    handed = taken.package.hand_over()
    try:
        _record(desk, taken.id, handed)
    except LeaseLost:
        # Another worker took this one for dead. What left is recorded all the same.
        _record(desk.aside(), taken.id, handed)
    if handed.answer is Answer.STOPPED:
        lanes.hold_post(desk.house, handed.pause, handed.reason)


@command
def settle(desk: Desk, entry: Entry) -> Outgoing:
    """Decide a message whose answer was lost. Raises AnswerUnknown while that cannot be told,
    so that the entry is tried again, and in the end parked for a person to decide."""
    out = desk.get(Outgoing, entry.subject)
    return desk.commit(messages.settle(out, newest_seen=_newest_seen(desk), at=desk.now()))


@command
def give_up(desk: Desk, entry: Entry) -> Outgoing | None:
    """Do not send a message that may have left before the tables were restored."""
    out = desk.find(Outgoing, entry.subject)
    return desk.commit(messages.drop(out, RESTORED) if out else nothing(None))


@command
def mark_sent(desk: Desk, message_id: str) -> Outgoing:
    """Somebody sent it elsewhere. Raises NotAllowed for one that leaves by itself."""
    out = desk.get(Outgoing, message_id)
    return desk.commit(messages.sent_elsewhere(out, at=desk.now()))


@command
def sent_elsewhere(desk: Desk, event: canonical.MessageSent) -> Outgoing:
    """The shop's connector says that it sent it."""
    out = desk.get(Outgoing, event.message_id)
    return desk.commit(messages.sent_elsewhere(out, at=event.at))


def by_hand(desk: Desk, *, limit: int, after: Item | None) -> Page:
    """What the staff have to send elsewhere, and what was refused; the oldest first."""
    return desk.page(1, BY_HAND, limit=limit, after=after)


def read(desk: Desk, message_id: str) -> tuple[Outgoing, letters.Words | None]:
    """A message to a customer and its words as they would be sent now, with a fresh link; no
    words for one that is not wanted any more, nor for a letter to the staff: its link may open
    more than whoever reads it here may see."""
    out = desk.get(Outgoing, message_id)
    if out.customer_id is None:
        return out, None
    around = _around(desk, out)
    if around.to is None or messages.undeliverable(out, around.to, at=desk.now()):
        return out, None
    return out, letters.words(desk, out, around.to, around.said)


def take_mail_event(house: House, event: MailEvent, *, notice: str) -> None:
    """What SES reports of a mail; `notice` is the id of the notification, which SNS repeats.
    A report about a message that is no more changes nothing."""
    desk = Desk(
        house,
        event.shop,
        actor=Actor(kind=ActorKind.SYSTEM, id="ses"),
        correlation=notice,
        receipts=(Receipt(receipt_id("sns", notice), notice, NOTICE_LIFETIME),),
    )
    try:
        _hear(desk, event)
    except Replayed:
        return


@command
def _hear(desk: Desk, event: MailEvent) -> None:
    out = desk.find(Outgoing, event.message_id)
    if out is None:
        return
    customer = desk.find(Customer, out.customer_id) if out.customer_id else None
    desk.commit(mail.heard(out, customer, event))


@command
def _take(desk: Desk, message_id: str) -> Taken | None:
    out = desk.get(Outgoing, message_id)
    if out.state is not State.DUE:
        desk.commit(messages.lost(out))
        return None
    around = _around(desk, out)
    to = around.to
    if isinstance(to, Customer) and to.erased_at is None:
        way = messages.way(out, to, desk.shop)
        if way is not out.channel:
            desk.commit(messages.reroute(out, way, at=desk.now()))
            return None
    reason = messages.undeliverable(out, to, at=desk.now())
    if to is None or reason:
        desk.commit(messages.drop(out, reason or "erased"))
        return None
    # Written before it is claimed: what cannot be written is tried again, and in the end parked.
    package = letters.pack(desk, out, to, around.said, around.answers)
    # The entry stays ours until the outcome is recorded: that makes one commit of two.
    desk.aside().commit(messages.claim(out, at=desk.now()))
    return Taken(out.id, package)


@command
def _record(desk: Desk, message_id: str, handed: Handed) -> Outgoing:
    out = desk.get(Outgoing, message_id)
    return desk.commit(_outcome(out, handed, desk.now()))


def _outcome(out: Outgoing, handed: Handed, now: datetime) -> Changes[Outgoing]:
    match handed.answer:
        case Answer.TAKEN:
            return messages.sent(out, provider_id=handed.provider_id, at=now)
        case Answer.LOST:
            return messages.lost(out)
        case Answer.LATER | Answer.STOPPED if now - out.created_at < GIVE_UP_AFTER:
            until = now + handed.pause * random.uniform(1.0, 1.5)
            return messages.postpone(out, handed.reason, until=until)
        case Answer.LATER | Answer.STOPPED | Answer.REFUSED:
            return messages.fail(out, handed.reason)
    return nothing(out)


def _around(desk: Desk, out: Outgoing) -> Around:
    wanted: list[tuple[type[Record], str] | tuple[type[Record], str, str | None]] = [
        one for one in (letters.brought(out), letters.answered(out)) if one
    ]
    to, *found = desk.read(
        (Customer, out.customer_id) if out.customer_id else (Staff, out.staff_id or ""), *wanted
    )
    return Around(
        to if isinstance(to, Customer | Staff) else None,
        said="".join(letters.text_of(out, one) for one in found),
        answers="".join(letters.mail_of(one) for one in found),
    )


def _newest_seen(desk: Desk) -> datetime | None:
    """When the latest mail was claimed of which an event has come."""
    cards = desk.page(4, MAIL_SEEN, limit=1, backwards=True).cards
    return datetime.fromisoformat(cards[0].card["claimed_at"]) if cards else None
