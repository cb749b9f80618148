"""Asking: whether a customer may be asked about a case now, and being asked (SUR-01)."""

from datetime import datetime, timedelta
from typing import ClassVar

from chalicelib.domain import survey_facts as facts
from chalicelib.domain.agenda import Entry, Lane
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.customers import Blocked, Customer
from chalicelib.domain.forms import Form, QuestionKind
from chalicelib.domain.ids import derived
from chalicelib.domain.messages import SURVEYS
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.survey_policy import SurveyPolicy
from chalicelib.domain.surveys import EXPIRE, SCORE, Case, NotSent, Survey, SurveyState


class LastAsked(Record):
    """When a customer was last asked anything; lies beside the customer."""

    kind: ClassVar[str] = "asked"
    prefix: ClassVar[str] = ""

    customer_id: str
    at: Moment
    survey_id: str

    @property
    def part_of(self) -> str:
        return self.customer_id


ASKED_ID = "last"
"""The id of a customer's one `LastAsked`."""


class Asking(Value):
    """What asking a question needs besides the case."""

    shop: str
    policy: SurveyPolicy
    policy_version: int
    form: Form


def survey_id(shop: str, case_id: str, round_: int) -> str:
    """The id of the one survey about one settling of a case."""
    return derived(Survey.prefix, shop, case_id, str(round_))


class Standing(Value):
    """How the customer and the order stand at the moment of asking."""

    country: str
    """Where the customer is taken to be; ISO 3166-1 alpha-2, empty if nobody knows."""
    channel: str | None
    """What leads to the customer; None if nothing does by itself."""
    open_case: str | None
    """Another case of the same order that is open."""


def reason_not_to_ask(
    case: Case,
    customer: Customer | None,
    last: LastAsked | None,
    standing: Standing,
    policy: SurveyPolicy,
    *,
    at: datetime,
) -> NotSent | None:
    """Why this customer is not sent a survey about this case now; None if nothing is against it."""
    against = {
        NotSent.DISABLED: not policy.enabled,
        NotSent.REOPENED: not case.is_settled,
        NotSent.HAS_SPOKEN: case.has_spoken,
        **_against_writing(case, customer, standing, policy, at),
        NotSent.OPEN_CASE: standing.open_case is not None,
        NotSent.BUDGET: last is not None and at < last.at + timedelta(days=policy.budget_days),
    }
    return next((reason for reason, applies in against.items() if applies), None)


def invite(
    case: Case,
    before: Survey | None,
    last: LastAsked | None,
    asking: Asking,
    *,
    zone: str | None,
    channel: str,
    at: datetime,
) -> Changes[Survey]:
    """Ask. A survey about this settling that waits for an answer, or has one, stays as it is; one
    that was not sent is asked after all."""
    if before is not None and before.state is not SurveyState.SKIPPED:
        return nothing(before)
    survey = _made(case, before, asking, zone=zone, reason=None, at=at)
    fact = facts.SurveyInvited(
        about=case.about,
        case_id=case.id,
        channel=channel,
        form=survey.form,
        form_version=survey.form_version,
    )
    expiry = Entry(
        shop=survey.shop,
        kind=EXPIRE,
        subject=survey.id,
        due_at=survey.expires_at,
        lane=Lane.BULK,
    )
    return Changes(
        survey,
        records=(survey, *_noted(survey, last, at)),
        told=(Told(survey, fact),),
        agenda=(expiry,),
    )


def skip(
    case: Case, before: Survey | None, asking: Asking, reason: NotSent, *, at: datetime
) -> Changes[Survey]:
    """Do not ask, and keep the reason."""
    if before is not None:
        return nothing(before)
    survey = _made(case, None, asking, zone=None, reason=reason, at=at)
    fact = facts.SurveyNotSent(about=case.about, case_id=case.id, reason=reason)
    return Changes(survey, records=(survey,), told=(Told(survey, fact),))


def scale_of(form: Form) -> int:
    """How many steps a survey's score has; 0 for a form without a score."""
    question = form.question(SCORE)
    if question is None or question.kind is not QuestionKind.SCALE:
        return 0
    return question.highest


def _against_writing(
    case: Case,
    customer: Customer | None,
    standing: Standing,
    policy: SurveyPolicy,
    at: datetime,
) -> dict[NotSent, bool]:
    if customer is None or customer.erased_at is not None:
        return {NotSent.NO_CUSTOMER: True}
    stopped = customer.suppressed.get(SURVEYS)
    has_left = stopped is not None and stopped.reason is Blocked.UNSUBSCRIBED
    allowed = policy.allows(
        standing.country,
        is_buyer=case.order_id is not None,
        consented=customer.consent.get("mail", False),
    )
    return {
        NotSent.OPTED_OUT: has_left,
        NotSent.SUPPRESSED: stopped is not None,
        NotSent.PAUSED: customer.is_paused(at),
        NotSent.NO_CHANNEL: standing.channel is None,
        NotSent.NO_BASIS: not allowed,
    }


def _made(
    case: Case,
    before: Survey | None,
    asking: Asking,
    *,
    zone: str | None,
    reason: NotSent | None,
    at: datetime,
) -> Survey:
    fields = {
        "case": case,
        "customer_id": case.customer_id,
        "zone": zone,
        "form": asking.form.id,
        "form_version": asking.form.version,
        "scale": scale_of(asking.form),
        "state": SurveyState.SKIPPED if reason else SurveyState.INVITED,
        "not_sent": reason,
        "made_at": at,
        "expires_at": at + timedelta(days=asking.policy.expire_days),
        "policy_version": asking.policy_version,
    }
    if before is not None:
        return before.but(**fields)
    return Survey.model_validate(
        {"shop": asking.shop, "id": survey_id(asking.shop, case.id, case.round), **fields}
    )


def _noted(survey: Survey, last: LastAsked | None, at: datetime) -> tuple[LastAsked, ...]:
    if survey.customer_id is None:
        return ()
    if last is not None:
        return (last.but(at=at, survey_id=survey.id),)
    return (
        LastAsked(
            shop=survey.shop,
            id=ASKED_ID,
            customer_id=survey.customer_id,
            at=at,
            survey_id=survey.id,
        ),
    )
