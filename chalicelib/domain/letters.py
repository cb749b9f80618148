"""What is written to people: every letter there is, and what it has to be told.

A letter holds ids, codes, numbers, moments and money, never a name, an address or what somebody
wrote: those are read from their records when it is sent. `link` is the purpose that the letter's
link is signed for; who reads it is led to the record that the message is about.
"""

from datetime import timedelta
from typing import Any, ClassVar

from chalicelib.domain.canonical import ParcelStatus, Platform
from chalicelib.domain.errors import Invalid
from chalicelib.domain.forms import in_language
from chalicelib.domain.money import Money
from chalicelib.domain.presets import form_preset
from chalicelib.domain.records import Moment, Value
from chalicelib.domain.return_lines import Way

_LETTERS: dict[str, type["Letter"]] = {}


class Letter(Value):
    """The base of all letters; `template` names it, and its texts in `notify/templates`."""

    template: ClassVar[str]
    link: ClassVar[str | None] = None
    """The purpose of the signed link in it; None where it has none, or one only staff can open."""
    lifetime: ClassVar[timedelta] = timedelta(days=90)
    """How long that link is good."""
    auto_submitted: ClassVar[str | None] = "auto-generated"
    """What it says of itself where no person wrote it, so that no absence note answers it
    (RFC 3834, 5); None where one did."""
    is_optional: ClassVar[bool] = False
    """It is a survey: it can be unsubscribed from, and a complaint stops it."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "template" in cls.__dict__:
            _LETTERS[cls.template] = cls


class TicketLetter(Letter):
    """About a ticket, by its number: an answer to it comes back to that ticket."""

    link = "case"
    number: str


class TicketAcknowledged(TicketLetter):
    """We have it, and answer by then (TKT-02). About a ticket."""

    template = "ticket/acknowledged"
    auto_submitted = "auto-replied"
    answer_by: Moment | None = None
    parcel: ParcelStatus | None = None
    """Where the parcel is, if that is what was asked and it is known."""
    parcel_expected_at: Moment | None = None
    parcel_delivered_at: Moment | None = None


class TicketReply(TicketLetter):
    """What a person of the shop wrote. About a ticket; the text is read from its message."""

    template = "ticket/reply"
    auto_submitted = None
    message_id: str


class TicketResolved(TicketLetter):
    """The answer, and under it "Solved" and "Not solved" (NTF-04). About a ticket."""

    template = "ticket/resolved"
    link = "resolved"
    auto_submitted = None
    message_id: str | None = None
    """The message that resolved it, if one was written."""


class CaseLink(Letter):
    """A fresh link, for whoever's link was over. About a ticket or a return."""

    template = "case/link"
    link = "case"
    number: str


class ReturnLetter(Letter):
    """About a return, by its RMA number."""

    link = "case"
    number: str


class ReturnAuthorized(ReturnLetter):
    """What to send or bring where until when (RET-03). About a return; the address is the
    shop's."""

    template = "return/authorized"
    send_by: Moment
    lines: tuple[str, ...]
    """What comes back, one a line, as the order calls it, with its quantity: `Linen set × 2`."""
    way: Way = Way.SEND
    shop_pays_freight: bool


class ReturnReceived(ReturnLetter):
    """The parcel is here, and is looked at by then. About a return."""

    template = "return/received"
    inspect_by: Moment | None = None


class Amount(Value):
    """One line of a settlement. `what` is a code of the ledger, or a line's title."""

    what: str
    amount: Money


class ReturnSettled(ReturnLetter):
    """What is paid back by when, line by line; the lines add up to the total. About a return."""

    template = "return/settled"
    lines: tuple[Amount, ...]
    total: Money
    refund_by: Moment | None = None


class ReturnDeclined(ReturnLetter):
    """It cannot come back, and why: codes of the policy. About a return."""

    template = "return/declined"
    reasons: tuple[str, ...]


class SurveyInvitation(Letter):
    """One question with five links. About a survey; the link expires with it."""

    template = "survey/invitation"
    link = "survey"
    lifetime = timedelta(days=30)
    is_optional = True
    number: str
    """Of the case it asks about."""
    about: str
    """`ticket`, `return`, `callback` or `order`."""

    def scores(self, language: str) -> list[tuple[str, str]]:
        """Each score and its word, as the page it leads to has them."""
        about = "return" if self.about == "return" else "ticket"
        scale = next(q for q in form_preset(f"csat.{about}").questions if q.options)
        return [(one.code, in_language(one.text, language)) for one in scale.options]


class CallbackConfirmed(Letter):
    """When we call. About a callback."""

    template = "callback/confirmed"
    link = "call"
    number: str
    call_at: Moment
    zone: str
    """The IANA time zone the call was agreed in."""


class CallbackNotReached(Letter):
    """We called as often as we said and reached nobody (CBK-11). About a callback."""

    template = "callback/not-reached"
    link = "call"
    number: str


class WithdrawalLetter(Letter):
    """About a declaration of withdrawal, by its number. Its page is good for as long as the right
    to withdraw can be argued about."""

    link = "withdrawal"
    lifetime = timedelta(days=400)
    number: str


class WithdrawalReceipt(WithdrawalLetter):
    """The receipt on a durable medium (Directive 2011/83/EU art. 11a(4)): what was declared, with
    date, time and zone, is read from its record."""

    template = "withdrawal/receipt"
    auto_submitted = "auto-replied"
    digest: str
    match_by: Moment | None = None
    """By when a person has seen to it, should the order not be found."""


class WithdrawalMatched(WithdrawalLetter):
    """A person found the order. About a declaration."""

    template = "withdrawal/matched"
    order_number: str
    return_number: str = ""


class WithdrawalAnswered(WithdrawalLetter):
    """The shop holds that there is no right, and why: the text is read from its record."""

    template = "withdrawal/answered"
    auto_submitted = None


class StaffSignIn(Letter):
    """A link to sign in with. About a member of staff; it is made when it is sent, so that it
    is kept nowhere."""

    template = "staff/sign-in"


class StaffLetter(Letter):
    """To one of the staff; the link leads to a page of the desk."""

    place: str
    """The page's path below `/desk/`, such as `tickets/tkt_01J…`; empty for the first one."""


class CaseLetter(StaffLetter):
    """About a case, by its number."""

    number: str


class CallbackDue(CaseLetter):
    """Rings who promised a call, before it is due."""

    template = "staff/callback-due"
    call_at: Moment


class CallbackMissed(CaseLetter):
    template = "staff/callback-missed"
    call_at: Moment


class PromiseLate(CaseLetter):
    """`what` is the promise's name, such as `first_response`."""

    template = "staff/promise-late"
    what: str
    due_at: Moment


class LowScore(CaseLetter):
    template = "staff/low-score"
    score: int
    most: int = 5


class ShopSilent(StaffLetter):
    """The shop's webhooks have stopped for `hours` in which they usually come."""

    template = "staff/shop-silent"
    hours: int
    platform: Platform


def letter(template: str, params: dict[str, object]) -> Letter:
    """A stored letter again. Raises Invalid, field `template`, for one there is not."""
    if template not in _LETTERS:
        raise Invalid(f"There is no letter {template!r}.", field="template")
    return _LETTERS[template].model_validate(params)


def letters() -> dict[str, type[Letter]]:
    """Every letter there is, by its template."""
    return dict(sorted(_LETTERS.items()))
