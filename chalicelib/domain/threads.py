"""What was said in a ticket: messages in, messages out and notes, each a record of its own."""

from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.events import Actor
from chalicelib.domain.records import Moment, Record, Value

LONGEST_TEXT = 20_000
"""Characters of one message; what a mail has beyond them is cut."""


class Channel(StrEnum):
    """Where something was said (TKT-03, TKT-06)."""

    WEB = "web"
    MAIL = "mail"
    PHONE = "phone"
    CHAT = "chat"
    SMS = "sms"
    SOCIAL = "social"
    APP = "app"
    PLATFORM = "platform"
    VISIT = "visit"
    THIRD_PARTY = "third_party"
    WEBHOOK = "webhook"


def channel_named(name: str) -> Channel:
    """The channel an outside system names; one we do not know is a third party's."""
    folded = name.strip().lower().replace(" ", "_").replace("-", "_")
    also = {"email": Channel.MAIL, "web_chat": Channel.CHAT, "platform_message": Channel.PLATFORM}
    if folded in also:
        return also[folded]
    return Channel(folded) if folded in set(Channel) else Channel.THIRD_PARTY


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    NOTE = "note"
    """Seen by staff alone."""


class Words(Value):
    """What somebody said, before it is filed in a ticket."""

    author: Actor
    author_name: str = ""
    """As the reader may see it."""
    channel: Channel
    language: str
    """BCP 47."""
    text: str
    is_automatic: bool = False
    """Sent by a machine, such as an out-of-office note: it is filed and changes nothing."""
    outside_id: str = ""
    """The id the message has where it was written."""

    def emptied(self) -> "Words":
        """Nothing of who said it, nor of what."""
        return self.model_copy(update={"text": "", "author_name": "", "outside_id": ""})


def folded(text: str) -> tuple[str, str]:
    """What was written, and below it what was quoted at the end: lines that begin with `>`, and
    the line above them that says who wrote what. A text that only quotes is not folded."""
    lines = text.rstrip().splitlines()
    start = len(lines)
    while start and (lines[start - 1].startswith(">") or not lines[start - 1].strip()):
        start -= 1
    if not any(line.startswith(">") for line in lines[start:]):
        return text, ""
    if start and lines[start - 1].rstrip().endswith((":", "：")):
        start -= 1
    said = "\n".join(lines[:start]).rstrip()
    return (said, "\n".join(lines[start:]).strip()) if said else (text, "")


class TicketMessage(Record):
    """One message of a ticket. It is written once, with its ticket."""

    kind: ClassVar[str] = "message"
    prefix: ClassVar[str] = "msg"
    guarded: ClassVar[bool] = True

    ticket_id: str
    direction: Direction
    words: Words
    at: Moment
    """When it was received, or given to be sent."""

    @property
    def text(self) -> str:
        return self.words.text

    @property
    def part_of(self) -> str:
        return self.ticket_id
