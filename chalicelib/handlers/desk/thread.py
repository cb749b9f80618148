"""A ticket's conversation as its page tells it: what was said, and between it what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.messages import Outgoing
from chalicelib.domain.photos import Photo
from chalicelib.domain.threads import Channel, TicketMessage, folded
from chalicelib.handlers.desk.trails import Happened
from chalicelib.services.ticket_work import channel_by

_IS_SAID = ("ticket.heard", "ticket.replied", "ticket.noted", "ticket.opened", "photo.kept")
"""What the message or the photo beside it tells already."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message, or the photos sent or what happened between two of them."""

    at: datetime
    message: TicketMessage | None = None
    text: str = ""
    quoted: str = ""
    carrier: Outgoing | None = None
    """What carried it, if it is one of our answers."""
    events: tuple[Happened, ...] = ()
    photos: tuple[tuple[Photo, str], ...] = ()
    """Each with the address of its picture, empty for one that was not kept."""

    @property
    def channel(self) -> Channel | None:
        """How the message came, or how it went or will go."""
        if self.carrier is not None:
            return channel_by(self.carrier.channel)
        return self.message.words.channel if self.message else None


def woven(
    messages: Sequence[TicketMessage],
    events: Iterable[Happened],
    carriers: Mapping[str, Outgoing],
    photos: Iterable[tuple[Photo, str]],
) -> list[Part]:
    """All by time, oldest first; what happened between two messages is one part, and so are the
    photos."""
    said = [_said(one, carriers.get(one.id)) for one in messages]
    told = [Part(one.at, events=(one,)) for one in events if one.type not in _IS_SAID]
    sent = [Part(photo.at, photos=((photo, address),)) for photo, address in photos]
    parts: list[Part] = []
    for part in sorted((*said, *told, *sent), key=lambda one: one.at):
        last = parts[-1] if parts else None
        if last and last.events and part.events:
            parts[-1] = Part(last.at, events=last.events + part.events)
        elif last and last.photos and part.photos:
            parts[-1] = Part(last.at, photos=last.photos + part.photos)
        else:
            parts.append(part)
    return parts


def _said(one: TicketMessage, carrier: Outgoing | None) -> Part:
    text, quoted = folded(one.text)
    return Part(one.at, message=one, text=text, quoted=quoted, carrier=carrier)
