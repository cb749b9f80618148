"""Photos that a customer adds to a ticket or a return: each is kept, or refused with the reason."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from chalicelib.domain import returns, sla, tickets
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.events import Fact
from chalicelib.domain.numbers import claim
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.returns import Return
from chalicelib.domain.sla import Terms
from chalicelib.domain.tickets import Ticket, WaitsFor

Case: TypeAlias = Ticket | Return

MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000
MOST_KEPT = 10
"""Photos of one case."""
MOST_TRIED = 40
"""Files of one case that are looked at, kept or not."""

BEGINNING = 64
"""So many of its first bytes tell what a file is."""


class Format(StrEnum):
    """What a file is by its first bytes, whatever it is called."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    GIF = "gif"
    PDF = "pdf"
    VIDEO = "video"
    NOTHING = "nothing"
    OTHER = "other"

    @property
    def is_taken(self) -> bool:
        return self in (Format.JPEG, Format.PNG, Format.WEBP)


class Refusal(StrEnum):
    NO_PHOTO = "no_photo"
    """A kind of file that is not taken."""
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    ANIMATED = "animated"
    BROKEN = "broken"
    TOO_MANY = "too_many"
    """The case has as many as it may have."""
    CLOSED = "closed"
    """Nobody works on the case any more."""
    ERASED = "erased"
    """Whose case it was is forgotten."""


class State(StrEnum):
    KEPT = "kept"
    REFUSED = "refused"
    ERASED = "erased"


class PhotoKept(Fact):
    """Told of the ticket or the return."""

    type: ClassVar[str] = "photo.kept"
    photo_id: str
    bytes: int


class PhotoRefused(Fact):
    type: ClassVar[str] = "photo.refused"
    reason: str
    case_id: str


class PhotoOpened(Fact):
    """Somebody of the staff looked at it in full size."""

    type: ClassVar[str] = "photo.opened"
    case_id: str


class Found(Value):
    """What was found of a file that was sent."""

    format: Format
    bytes: int
    width: int = 0
    height: int = 0
    """Of the picture that is kept, in pixels."""
    refused: Refusal | None = None


class Photo(Record):
    """One file that was sent as a photo, beside the case it belongs to."""

    kind: ClassVar[str] = "photo"
    prefix: ClassVar[str] = "pho"

    case_id: str
    customer_id: str | None
    state: State
    refused: Refusal | None = None
    format: Format
    bytes: int
    """Of the file as it was sent."""
    width: int = 0
    height: int = 0
    at: Moment

    @property
    def part_of(self) -> str:
        return self.case_id

    @property
    def is_kept(self) -> bool:
        return self.state is State.KEPT

    def erased(self) -> "Photo":
        """That there was one, and nothing of what it was."""
        return self.but(
            state=State.ERASED, refused=None, format=Format.OTHER, bytes=0, width=0, height=0
        )


def format_of(beginning: bytes) -> Format:
    """What a file is that begins like this."""
    if beginning[4:8] == b"ftyp":
        return Format.HEIC if beginning[8:12] in _STILL_PICTURES else Format.VIDEO
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return Format.WEBP
    if not beginning:
        return Format.NOTHING
    known = (form for mark, form in _MARKS.items() if beginning.startswith(mark))
    return next(known, Format.OTHER)


def judged(beginning: bytes, size: int) -> Found:
    """What the first bytes and the size of a file tell already."""
    form = format_of(beginning)
    refused = Refusal.NO_PHOTO if not form.is_taken else None
    if refused is None and size > MOST_BYTES:
        refused = Refusal.TOO_LARGE
    return Found(format=form, bytes=size, refused=refused)


def why_not(case: Case, photos: Sequence[Photo]) -> Refusal | None:
    """Why a case takes no further photo; None if it does."""
    if case.erased_at is not None:
        return Refusal.ERASED
    if not takes_photos(case):
        return Refusal.CLOSED
    is_full = sum(one.is_kept for one in photos) >= MOST_KEPT
    return Refusal.TOO_MANY if is_full or is_tried_out(photos) else None


def takes_photos(case: Case) -> bool:
    """Whether somebody works on it, who would see them."""
    return case.status.is_active if isinstance(case, Ticket) else case.is_open


def is_tried_out(photos: Sequence[Photo]) -> bool:
    """Whether so many files were sent that no further one is even written down."""
    return len(photos) >= MOST_TRIED


def take_in(
    case: Case, photos: Sequence[Photo], photo_id: str, found: Found, *, terms: Terms, at: datetime
) -> Changes[Photo]:
    """Keep a file as a photo of the case, or refuse it. Whatever came of an earlier one under the
    same id stays. A ticket whose customer was asked for it goes on as if they had written."""
    known = next((one for one in photos if one.id == photo_id), None)
    if known is not None:
        return nothing(known)
    refused = why_not(case, photos) or found.refused
    photo = Photo(
        shop=case.shop,
        id=photo_id,
        case_id=case.id,
        customer_id=case.customer_id,
        state=State.REFUSED if refused else State.KEPT,
        refused=refused,
        format=found.format,
        bytes=found.bytes,
        width=0 if refused else found.width,
        height=0 if refused else found.height,
        at=at,
    )
    records = (photo, claim(case.shop, photo_id, case.id))
    if refused is not None:
        told = PhotoRefused(reason=refused, case_id=case.id)
        return Changes(photo, records, (Told(photo, told),))
    kept = PhotoKept(photo_id=photo_id, bytes=photo.bytes)
    # The case's own version keeps two at once from being one too many.
    return Changes(photo, records).plus(_added(case, kept, terms, at))


def look_at(photo: Photo) -> Changes[Photo]:
    """Somebody of the staff opens it: a picture is as confidential as an address."""
    after = photo.but()
    return Changes(after, (after,), (Told(after, PhotoOpened(case_id=photo.case_id)),))


def _added(case: Case, fact: Fact, terms: Terms, at: datetime) -> Changes[Case]:
    if isinstance(case, Return):
        return returns.step(case, fact)
    return tickets.step(
        case,
        fact,
        at=at,
        status=tickets.after(case, tickets.Act.HEAR),
        waits_for=WaitsFor.NOBODY,
        promises=sla.on_message(case.promises, terms, case.priority, at),
        last_customer_at=at,
    )


_MARKS = {
    b"\xff\xd8\xff": Format.JPEG,
    b"\x89PNG\r\n\x1a\n": Format.PNG,
    b"GIF8": Format.GIF,
    b"%PDF": Format.PDF,
    b"\x1aE\xdf\xa3": Format.VIDEO,
}

_STILL_PICTURES = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif")
