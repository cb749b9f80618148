"""What the carrier reports about our mails, and what follows from it."""

from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.customers import Blocked, Customer, suppress
from chalicelib.domain.events import Fact
from chalicelib.domain.messages import OPEN, SURVEYS, Channel, Outgoing, sent
from chalicelib.domain.records import Moment, Value


class MailFate(StrEnum):
    """What became of a mail, in the order in which it usually happens."""

    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OTHER = "other"
    """Nothing that is acted on: opened, delayed, rendering failed."""


class MailEvent(Value):
    """What the carrier reports about one mail of ours."""

    shop: str
    message_id: str
    """The id of our `Outgoing`."""
    provider_id: str
    fate: MailFate
    at: Moment
    is_permanent: bool = False
    """Of a bounce: the address does not exist, or takes nothing from us (surveys.md 4.2)."""
    detail: str = ""
    """The bounce's subtype or the complaint's kind, as a code."""


class MessageDelivered(Fact):
    type: ClassVar[str] = "message.delivered"
    template: str


class MessageBounced(Fact):
    type: ClassVar[str] = "message.bounced"
    template: str
    permanent: bool
    detail: str


class MessageComplained(Fact):
    type: ClassVar[str] = "message.complained"
    template: str
    detail: str


def heard(out: Outgoing, customer: Customer | None, event: MailEvent) -> Changes[Outgoing]:
    """What a report about a mail changes; the same report twice changes nothing.

    Any report shows that the mail left, whatever we knew. A permanent bounce ends all mail to
    that address; a complaint ends surveys and leaves what a case needs; a complaint taken back
    (`not-spam`) changes nothing, and neither does an absence note (a transient bounce).
    """
    if event.fate is MailFate.OTHER:
        return nothing(out)
    left = _left(out, event)
    now = left.result
    match event.fate:
        case MailFate.DELIVERED if not now.delivered_at:
            after, fact = now.but(delivered_at=event.at), MessageDelivered(template=out.template)
        case MailFate.BOUNCED if not now.bounced_at:
            after = now.but(bounced_at=event.at, reason=event.detail)
            fact = MessageBounced(
                template=out.template, permanent=event.is_permanent, detail=event.detail
            )
        case MailFate.COMPLAINED if not now.complained_at and event.detail != "not-spam":
            after = now.but(complained_at=event.at)
            fact = MessageComplained(template=out.template, detail=event.detail)
        case _:
            return left
    told = Changes(after, (*left.records, after), (*left.told, Told(after, fact)), left.agenda)
    return told.plus(_suppressed(customer, event)) if customer else told


def _left(out: Outgoing, event: MailEvent) -> Changes[Outgoing]:
    """The mail is known to have left."""
    if out.state in OPEN:
        seen = out.but(seen_at=out.seen_at or event.at)
        return sent(seen, provider_id=event.provider_id, at=event.at)
    if out.seen_at is None:
        seen = out.but(seen_at=event.at, provider_id=out.provider_id or event.provider_id)
        return Changes(seen, (seen,))
    return nothing(out)


def _suppressed(customer: Customer, event: MailEvent) -> Changes[Customer]:
    if event.fate is MailFate.BOUNCED and event.is_permanent:
        return suppress(customer, Channel.MAIL, Blocked.BOUNCED, at=event.at)
    if event.fate is MailFate.COMPLAINED:
        return suppress(customer, SURVEYS, Blocked.COMPLAINED, at=event.at)
    return nothing(customer)
