"""Putting a message into words, and into what carries it."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.customers import Customer
from chalicelib.domain.letters import (
    Letter,
    StaffLetter,
    StaffSignIn,
    TicketReply,
    TicketResolved,
    WithdrawalAnswered,
    WithdrawalReceipt,
)
from chalicelib.domain.messages import Channel, Outgoing
from chalicelib.domain.records import Record
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import TicketMessage
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.withdrawals import Withdrawal
from chalicelib.notify import reply_to
from chalicelib.notify.carriers import Handed, Mail, send_mail, send_sms
from chalicelib.notify.doors import desk_door, door
from chalicelib.notify.letters import Reader, Written, language_of, write
from chalicelib.services import keys, staff
from chalicelib.services.desk import Desk
from chalicelib.services.house import House

UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Words:
    """A message in words, and the way out of it if it is an optional one."""

    written: Written
    unsubscribe: str


@dataclass(frozen=True, slots=True)
class Package:
    """A message that is ready to leave."""

    hand_over: Callable[[], Handed]


def brought(out: Outgoing) -> tuple[type[Record], str, str | None] | None:
    """Where the text lies that a letter brings, if it brings one."""
    match out.letter:
        case TicketReply(message_id=str(said)) | TicketResolved(message_id=str(said)):
            return TicketMessage, said, out.subject_id
        case WithdrawalReceipt() | WithdrawalAnswered():
            return Withdrawal, out.subject_id, None
        case _:
            return None


def text_of(out: Outgoing, said: Record | None) -> str:
    """What a letter brings of a record that lies around it."""
    match said:
        case TicketMessage():
            return said.words.text
        case Withdrawal():
            return said.answer_text if isinstance(out.letter, WithdrawalAnswered) else said.content
        case _:
            return ""


def answered(out: Outgoing) -> tuple[type[Record], str] | None:
    """The ticket that a letter to a customer belongs to, whose last mail it answers."""
    is_about_ticket = out.subject_id.startswith(f"{Ticket.prefix}_")
    return (Ticket, out.subject_id) if is_about_ticket and out.customer_id else None


def mail_of(ticket: Record | None) -> str:
    """The Message-ID of the customer's last mail; empty once they are forgotten."""
    return ticket.mail_id if isinstance(ticket, Ticket) else ""


def words(desk: Desk, out: Outgoing, to: Customer | Staff, said: str) -> Words:
    """A message in the words of its language, by its reader's clock."""
    letter, shop = out.letter, desk.shop
    unsubscribe = _unsubscribe_link(desk, out, letter)
    written = write(
        letter,
        shop=shop,
        reader=Reader(name=to.name or "", zone=to.zone or shop.zone),
        language=language_of(_chosen_language(to) or out.language, shop),
        link=_link(desk, out, letter),
        words=said,
        unsubscribe=unsubscribe,
    )
    return Words(written, unsubscribe)


def pack(desk: Desk, out: Outgoing, to: Customer | Staff, said: str, in_reply_to: str) -> Package:
    """A message ready for its carrier; `in_reply_to` is the Message-ID it answers, or empty."""
    composed = words(desk, out, to, said)
    if out.channel is Channel.SMS:
        phone, short = to.phone or "", composed.written.short
        return Package(lambda: send_sms(phone, short))
    mail = _mail(desk, out, to, composed, in_reply_to)
    configuration_set = desk.house.settings.configuration_set
    return Package(lambda: send_mail(mail, configuration_set=configuration_set))


def reply_keys(house: House) -> dict[str, str]:
    """The keys that Reply-To addresses are signed with, by id."""
    return house.parameter(keys.NAME).get("signing", {})


def _chosen_language(to: Customer | Staff) -> str | None:
    return to.chosen_language if isinstance(to, Customer) else None


def _mail(
    desk: Desk, out: Outgoing, to: Customer | Staff, composed: Words, in_reply_to: str
) -> Mail:
    letter, written = out.letter, composed.written
    return Mail(
        sender_name=desk.shop.name,
        sender=_sender(desk, letter, to),
        to=to.mail or "",
        reply_to=_reply_to(desk, letter, to),
        subject=written.subject,
        text=written.text,
        html=written.html,
        tags={
            "shop": out.shop,
            "message": out.id,
            "template": letter.template.replace("/", "-"),
        },
        headers=_headers(letter, composed.unsubscribe, in_reply_to),
    )


def _headers(letter: Letter, unsubscribe: str, in_reply_to: str) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, str]] = []
    if letter.auto_submitted:
        headers.append(("Auto-Submitted", letter.auto_submitted))
        headers.append(("X-Auto-Response-Suppress", "All"))
    if in_reply_to:
        headers.append(("In-Reply-To", in_reply_to))
        headers.append(("References", in_reply_to))
    if unsubscribe:
        headers.append(("List-Unsubscribe", f"<{unsubscribe}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return tuple(headers)


def _sender(desk: Desk, letter: Letter, to: Customer | Staff) -> str:
    """Surveys come from an address of their own, so that what people think of them does not
    fall on the mail a case needs."""
    domain = desk.house.settings.mail_domain
    if isinstance(to, Staff):
        return f"desk@{domain}"
    return f"{desk.shop_id}.survey@{domain}" if letter.is_optional else f"{desk.shop_id}@{domain}"


def _reply_to(desk: Desk, letter: Letter, to: Customer | Staff) -> str:
    """What staff answer to our mail is not what a customer says, so it goes nowhere."""
    domain = desk.house.settings.mail_domain
    if isinstance(to, Staff):
        return f"no-reply@{domain}"
    number: str | None = getattr(letter, "number", None)
    if number is None:
        return reply_to.inbox_address(desk.shop_id, domain)
    known = desk.house.parameter(keys.NAME)
    key = known["signing"][known["current"]]
    return reply_to.reply_address(desk.shop_id, number, key=key, domain=domain)


def _link(desk: Desk, out: Outgoing, letter: Letter) -> str:
    if isinstance(letter, StaffSignIn):
        return staff.sign_in_link(desk, out.staff_id or "")
    if isinstance(letter, StaffLetter):
        return desk_door(letter.place)
    if letter.link is None:
        return ""
    return door(letter.link, desk.link(letter.link, out.subject_id, desk.now() + letter.lifetime))


def _unsubscribe_link(desk: Desk, out: Outgoing, letter: Letter) -> str:
    if not letter.is_optional or out.customer_id is None:
        return ""
    expires_at = desk.now() + letter.lifetime
    return door(UNSUBSCRIBE, desk.link(UNSUBSCRIBE, out.customer_id, expires_at))
