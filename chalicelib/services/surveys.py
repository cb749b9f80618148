"""Surveys: asking at the right time, counting one answer, and promising somebody if it was low."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain import callbacks, preferences, survey_asking, ticket_cycles
from chalicelib.domain import surveys as rules
from chalicelib.domain.agenda import Entry
from chalicelib.domain.alerts import alert
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Blocked, Customer, suppress
from chalicelib.domain.forms import Answers, Form, answer
from chalicelib.domain.later import Later
from chalicelib.domain.letters import LowScore, SurveyInvitation
from chalicelib.domain.messages import SURVEYS, Channel, message, reach
from chalicelib.domain.preferences import Asks
from chalicelib.domain.presets import form_preset
from chalicelib.domain.returns import MoneyState, Return
from chalicelib.domain.survey_asking import ASKED_ID, Asking, LastAsked, Standing, survey_id
from chalicelib.domain.surveys import About, Case, Survey
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.services import callbacks as calls
from chalicelib.services.alerts import responsible, to_staff
from chalicelib.services.desk import Desk, command
from chalicelib.store.records import Page
from chalicelib.store.tables import Item

ALL = "surveys"
"""The list of all surveys by when they were made."""

PURPOSE = "survey"
"""What the links to a survey's page are signed for."""

REFUND_PATIENCE = timedelta(days=1)
"""How long a survey about a return waits, again and again, for a refund that is on its way."""


@command
def dispatch(desk: Desk, entry: Entry) -> Survey | None:
    """Ask about a case, if it should still be asked at this moment; else keep the reason.

    Raises Later outside the hours in which the customer may be written to, and while a refund is
    still on its way.
    """
    found = calls.case_of(desk, entry.subject)
    _wait_for_refund(desk, found)
    case, asking = case_now(found), _asking(desk, found)
    before, customer, last = _survey_and_customer(desk, case)
    standing = Standing(
        country=(customer.country if customer else None) or desk.shop.country,
        channel=_channel(desk, customer),
        open_case=_open_case(desk, case),
    )
    now = desk.now()
    against = survey_asking.reason_not_to_ask(
        case, customer, last, standing, desk.shop.surveys, at=now
    )
    if against or customer is None:
        reason = against or rules.NotSent.NO_CUSTOMER
        return desk.commit(survey_asking.skip(case, before, asking, reason, at=now))
    opens_at = desk.shop.surveys.may_arrive(now, customer.zone, desk.shop.zone)
    if opens_at > now:
        raise Later(opens_at, "quiet_hours")
    asked = survey_asking.invite(
        case, before, last, asking, zone=customer.zone, channel="message", at=now
    )
    if not asked.records:
        return desk.commit(asked)
    return desk.commit(asked.plus(_invitation(desk, asked.result, customer)))


@command
def give_up(desk: Desk, entry: Entry) -> Survey:
    """Do not ask about a case that may have been asked about before the tables were restored."""
    found = calls.case_of(desk, entry.subject)
    case = case_now(found)
    before = desk.find(Survey, survey_id(desk.shop_id, case.id, case.round))
    skipped = survey_asking.skip(
        case, before, _asking(desk, found), rules.NotSent.RESTORED, at=desk.now()
    )
    return desk.commit(skipped)


@command
def confirm(desk: Desk, ticket_id: str) -> str | None:
    """The customer says that a ticket is solved, and is asked at once how it was. Gives the token
    of the survey's page, the same one however often it is said; None where the shop asks nothing.

    Raises NotAllowed while somebody is working on it again.
    """
    confirmed = ticket_cycles.confirm(desk.get(Ticket, ticket_id), at=desk.now())
    if not desk.shop.surveys.enabled:
        desk.commit(confirmed)
        return None
    case = case_now(confirmed.result)
    before, customer, last = _survey_and_customer(desk, case)
    asked = survey_asking.invite(
        case,
        before,
        last,
        _asking(desk, confirmed.result),
        zone=customer.zone if customer else None,
        channel="page",
        at=desk.now(),
    )
    survey = desk.commit(asked.plus(confirmed))
    return desk.link(PURPOSE, survey.id, survey.expires_at)


@dataclass(frozen=True, slots=True)
class Given:
    """What became of one press of Send."""

    survey: Survey
    is_counted: bool


@command
def give(desk: Desk, survey_id: str, given: Mapping[str, object]) -> Given:
    """Count an answer, if it is the first. Raises Invalid naming the question; Expired."""
    return _decide(desk, survey_id, given, lambda survey, a: rules.answer(survey, a, at=desk.now()))


@command
def change(desk: Desk, survey_id: str, given: Mapping[str, object]) -> Given:
    """Change an answer, for whoever gave it. Raises Invalid naming the question; Expired."""
    policy = desk.shop.surveys
    return _decide(
        desk, survey_id, given, lambda survey, a: rules.revise(survey, a, policy, at=desk.now())
    )


@command
def expire(desk: Desk, entry: Entry) -> Survey:
    """Close a survey that nobody answered."""
    return desk.commit(rules.expire(desk.get(Survey, entry.subject), at=desk.now()))


@command
def unsubscribe(desk: Desk, customer_id: str) -> Customer:
    """No more surveys to a customer; their other messages still reach them. Doing so twice
    changes nothing."""
    customer = desk.get(Customer, customer_id)
    return desk.commit(suppress(customer, SURVEYS, Blocked.UNSUBSCRIBED, at=desk.now()))


@command
def choose(desk: Desk, customer_id: str, wanted: Asks, language: str | None) -> Customer:
    """What a customer chose: whether they are asked, and in which language they are written to."""
    customer = desk.get(Customer, customer_id)
    return desk.commit(preferences.choose(customer, wanted, language, at=desk.now()))


def everything(desk: Desk, *, limit: int, after: Item | None) -> Page:
    """All surveys, newest first, with those that were not sent and why."""
    return desk.page(4, ALL, limit=limit, after=after, backwards=True)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a survey is about, as its customer knows it."""

    thing: str
    """The question's first words, or what came back."""
    settled_at: datetime | None
    is_open_again: bool
    """It is too early to say how it went."""


def matter(desk: Desk, survey: Survey) -> Matter:
    """What a survey is about. Raises NotFound where there is no such case."""
    found = calls.case_of(desk, survey.case.id)
    case = case_now(found)
    is_open_again = case.round != survey.case.round or not case.is_settled
    match found:
        case Ticket():
            return Matter(found.subject, found.resolved_at, is_open_again)
        case Return():
            return Matter(found.lines[0].title, found.settled_at, is_open_again)


def form_of(survey: Survey) -> Form:
    """The questions of a survey."""
    return form_preset(survey.form)


def case_now(found: Ticket | Return) -> Case:
    """A ticket or return as a survey is asked about it."""
    match found:
        case Ticket():
            return Case(
                about=About.TICKET,
                id=found.id,
                number=found.number,
                order_id=found.order_id,
                customer_id=found.customer_id,
                language=found.customer_language,
                staff_id=found.assignee,
                reason=found.reason,
                round=found.cycle,
                is_settled=found.status in (Status.RESOLVED, Status.CLOSED) and found.is_ours,
                has_spoken=found.confirmed_at is not None,
            )
        case Return():
            return Case(
                about=About.RETURN,
                id=found.id,
                number=found.number,
                order_id=found.order_id,
                customer_id=found.customer_id,
                language=found.language,
                staff_id=None,
                reason=found.lines[0].reason,
                round=1,
                is_settled=found.money is MoneyState.DONE and found.owner is Owner.OURS,
                has_spoken=False,
            )


def _decide(
    desk: Desk,
    survey_id: str,
    given: Mapping[str, object],
    decide: Callable[[Survey, Answers], Changes[Survey]],
) -> Given:
    survey = desk.get(Survey, survey_id)
    decided = decide(survey, answer(form_of(survey), given))
    after = desk.commit(decided.plus(*_recovery(desk, survey, decided.result)))
    return Given(after, is_counted=after.answer != survey.answer)


def _recovery(desk: Desk, before: Survey, after: Survey) -> list[Changes[object]]:
    """A low score: a person is promised to the customer, and told at once."""
    if after.answer == before.answer or not rules.needs_recovery(after, desk.shop.surveys):
        return []
    assert after.answer is not None
    assert after.customer_id is not None
    wanted = callbacks.Wanted(
        customer_id=after.customer_id,
        case_id=after.case.id,
        owner_id=after.case.staff_id or desk.shop.callbacks.manager_on_duty or None,
        language=after.case.language,
        zone=after.zone,
        what=f"{after.case.number}: {after.answer.score}/{after.scale}",
    )
    promised = callbacks.promise_recovery(
        wanted,
        desk.shop.surveys.recovery_minutes,
        calls.terms(desk),
        at=desk.now(),
        new_id=desk.new_id,
        new_number=desk.new_number,
    )
    low = LowScore(
        number=after.case.number,
        place=_place(after.case),
        score=after.answer.score,
        most=after.scale,
    )
    letters = to_staff(desk, responsible(desk, wanted.owner_id), low, after.id)
    due_at = promised.result.window_end
    ringing = alert(after, "survey.low", number=after.case.number, due_at=due_at, at=desk.now())
    linked = rules.with_recovery(after, promised.result.id)
    return [promised, linked, Changes(None, agenda=(ringing,)), *letters]


def _place(case: Case) -> str:
    return f"{'tickets' if case.about is About.TICKET else 'returns'}/{case.id}"


def _asking(desk: Desk, found: Ticket | Return) -> Asking:
    form = "csat.ticket" if isinstance(found, Ticket) else "csat.return"
    return Asking(
        shop=desk.shop_id,
        policy=desk.shop.surveys,
        policy_version=desk.shop.version,
        form=form_preset(form),
    )


def _survey_and_customer(
    desk: Desk, case: Case
) -> tuple[Survey | None, Customer | None, LastAsked | None]:
    wanted = (Survey, survey_id(desk.shop_id, case.id, case.round))
    if case.customer_id is None:
        return desk.find(*wanted), None, None
    survey, customer, last = desk.read(
        wanted, (Customer, case.customer_id), (LastAsked, ASKED_ID, case.customer_id)
    )
    return (
        survey if isinstance(survey, Survey) else None,
        customer if isinstance(customer, Customer) else None,
        last if isinstance(last, LastAsked) else None,
    )


def _channel(desk: Desk, customer: Customer | None) -> str | None:
    """By hand, a question costs the staff more than its answer is worth."""
    if customer is None:
        return None
    channel = reach(customer, desk.shop)
    return None if channel is Channel.BY_HAND else channel


def _open_case(desk: Desk, case: Case) -> str | None:
    """Another case of the same order that is still open."""
    if case.order_id is None:
        return None
    cards = desk.page(4, f"order#{case.order_id}", limit=25).cards
    kinds: dict[str, type[Ticket | Return]] = {"ticket": Ticket, "return": Return}
    others = [(kinds[c.kind], c.id) for c in cards if c.kind in kinds and c.id != case.id]
    if not others:
        return None
    for other in desk.read(*others):
        if isinstance(other, Ticket) and other.status.is_active:
            return other.id
        if isinstance(other, Return) and other.is_open and other.money is not MoneyState.DONE:
            return other.id
    return None


def _wait_for_refund(desk: Desk, found: Ticket | Return) -> None:
    """A customer who still waits for the money is not asked how it went."""
    if not isinstance(found, Return) or found.settled_at is None:
        return
    on_its_way = found.money in (MoneyState.RESERVED, MoneyState.SENT, MoneyState.UNKNOWN)
    given_up = found.settled_at + timedelta(days=desk.shop.surveys.expire_days)
    if on_its_way and desk.now() < given_up:
        raise Later(desk.now() + REFUND_PATIENCE, "refund_outstanding")


def _invitation(desk: Desk, survey: Survey, customer: Customer) -> Changes[object]:
    invitation = SurveyInvitation(number=survey.case.number, about=survey.case.about)
    return message(
        customer,
        invitation,
        shop=desk.shop,
        subject_id=survey.id,
        new_id=desk.new_id,
        at=desk.now(),
        language=survey.case.language,
    )
