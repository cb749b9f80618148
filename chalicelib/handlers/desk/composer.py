"""Answering a ticket on its page: written, kept, sent, and for some seconds taken back."""

from contextlib import suppress

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain import staff as rules
from chalicelib.domain.drafts import Promised, Promising, Then, Written
from chalicelib.domain.errors import Invalid, NotAllowed, Stale
from chalicelib.domain.permissions import Permission
from chalicelib.domain.records import Moment
from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.desk.pages import STALE, staff_page
from chalicelib.handlers.desk.ticket_page import TICKET, Came, place_of, ticket_page
from chalicelib.handlers.typed import message_wrong
from chalicelib.locales import catalogue
from chalicelib.services import answers
from chalicelib.services.desk import Desk
from chalicelib.services.lookups import named
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.exchange import header
from chalicelib.web.forms import Body, body, field
from chalicelib.web.operations import webpage

composer = Blueprint(__name__)

FORM = "replies"
TYPED = ("text", "then", "promise", "promise_at")


class Composed(Body):
    """The composer's fields, whichever of its buttons was pressed."""

    text: str = Field(default="", max_length=LONGEST_TEXT)
    then: Then = Then.WAIT
    promise: Promised | None = None
    promise_at: Moment | None = None
    macro: str = Field(default="", max_length=100)
    """What is looked for among the macros."""
    said: int = Field(default=0, ge=0)
    """How many messages stood above it."""
    find: str = Field(default="", max_length=1)
    """The macros are wanted."""

    @property
    def written(self) -> Written:
        promising = None
        if self.promise and self.promise_at:
            promising = Promising(what=self.promise, by=self.promise_at)
        return Written(text=self.text, then=self.then, promising=promising)


class Chosen(Body):
    macro: str = Field(max_length=64)


@composer.route(f"{TICKET}/replies", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def reply(ticket: str) -> Response:
    """It leaves in ten seconds, unless it is taken back."""
    here = desk()
    try:
        composed = _complete(body(Composed))
        answers.send(here, named(here, Ticket, ticket), caller(), composed.written)
    except Invalid as error:
        return ticket_page(here.aside(), ticket, 422, Came(FORM, _typed(), _wrong(error)))
    except Stale:
        _keep(here.aside(), ticket)
        return ticket_page(here.aside(), ticket, STALE, Came(FORM, _typed(), said=_said()))
    except NotAllowed as error:
        _keep(here.aside(), ticket)
        return _refused(here, ticket, error)
    return see_other(place_of(ticket))


@composer.route(f"{TICKET}/undo", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def undo(ticket: str) -> Response:
    here = desk()
    try:
        answers.take_back(here, named(here, Ticket, ticket), caller())
    except NotAllowed as error:
        return _refused(here, ticket, error)
    return see_other(place_of(ticket))


@composer.route(f"{TICKET}/draft", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def keep(ticket: str) -> Response:
    """Keep what is written; as often as one likes, so a repeat is no repeat."""
    here = desk().aside()
    try:
        composed = body(Composed)
        answers.keep(here, named(here, Ticket, ticket), caller(), composed.written)
    except Invalid as error:
        return ticket_page(here, ticket, 422, Came(FORM, _typed(), _wrong(error)))
    except NotAllowed as error:
        return _refused(here, ticket, error)
    if header("hx-request"):
        return staff_page(200, "desk/ticket/kept.html", at=here.now())
    return see_other(place_of(ticket, **({"macro": composed.macro} if composed.find else {})))


@composer.route(f"{TICKET}/macro", methods=["POST"])
@staff_only(Permission.REPLY)
@webpage(TICKET)
def insert(ticket: str) -> Response:
    """Put a macro's text under what is kept."""
    here = desk().aside()
    try:
        answers.insert(here, named(here, Ticket, ticket), caller(), body(Chosen).macro)
    except NotAllowed as error:
        return _refused(here, ticket, error)
    return see_other(place_of(ticket))


def _complete(composed: Composed) -> Composed:
    """Raises Invalid for what lacks something, Forbidden for what its author may not do."""
    if not composed.text:
        raise Invalid("Please write a few words.", field="text")
    if composed.promise and composed.promise_at is None:
        raise Invalid("By when?", field="promise_at")
    if composed.then is Then.RESOLVED:
        rules.require(caller(), Permission.RESOLVE)
    return composed


def _keep(here: Desk, ticket: str) -> None:
    with suppress(NotAllowed):
        answers.keep(here, named(here, Ticket, ticket), caller(), body(Composed).written)


def _refused(here: Desk, ticket: str, error: NotAllowed) -> Response:
    reason = str(error.facts.get("reason", ""))
    return ticket_page(here.aside(), ticket, 409, Came(FORM, _typed(), refused=reason))


def _typed() -> dict[str, str]:
    return {name: field(name) for name in TYPED}


def _said() -> int:
    said = field("said")
    return int(said) if said.isdecimal() else 0


def _wrong(error: Invalid) -> dict[str, str]:
    locale = caller().language
    if error.field == "text":
        return {"text-replies": message_wrong(field("text"), locale)}
    say = catalogue(locale).gettext
    return {"promise_at": say("This cannot be promised for that time. Choose another one.")}
