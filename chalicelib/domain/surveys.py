"""Surveys: one question about one case, asked once, answered by one person (SUR-01, SUR-02).

Robots open every link of a mail and press every button of a page, some of them after the customer
did. So only the first answer counts, and only whoever gave it can change it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, TypedDict

from chalicelib.domain import survey_facts as facts
from chalicelib.domain.agenda import Cancel
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.errors import Expired, NotAllowed
from chalicelib.domain.events import Fact
from chalicelib.domain.forms import Answers
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.survey_policy import SurveyPolicy

EXPIRE = "survey.expire"
SCORE, COMMENT = "score", "comment"

MOST_REVISIONS = 20
"""All of them are kept in the survey; nobody changes their mind more often."""


class About(StrEnum):
    TICKET = "ticket"
    RETURN = "return"


class SurveyState(StrEnum):
    INVITED = "invited"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    EXPIRED = "expired"


class NotSent(StrEnum):
    """Why nobody was asked; the first that applies."""

    DISABLED = "disabled"
    REOPENED = "reopened"
    """The case is not settled any more."""
    HAS_SPOKEN = "has_spoken"
    """The customer said already whether it is solved."""
    NO_CUSTOMER = "no_customer"
    OPTED_OUT = "opted_out"
    PAUSED = "paused"
    """They asked not to be asked for a while."""
    SUPPRESSED = "suppressed"
    NO_CHANNEL = "no_channel"
    NO_BASIS = "no_basis"
    OPEN_CASE = "open_case"
    """Another case of the same order is open."""
    BUDGET = "budget"
    """The customer was asked something not long ago."""
    RESTORED = "restored"
    """It may have been asked before the tables were restored."""


class Case(Value):
    """What a survey is about, as it is when somebody is asked."""

    about: About
    id: str
    number: str
    order_id: str | None = None
    customer_id: str | None = None
    language: str
    staff_id: str | None = None
    """Who had it when it was settled."""
    reason: str
    """Why the customer had come, a code."""
    round: int
    """One more each time it was opened again: each settling may be asked about once."""
    is_settled: bool
    has_spoken: bool


class Answer(Value):
    """The answer that counts. The comment stays in this record and never goes into an event."""

    score: int
    comment: str
    revision: int
    at: Moment


class Survey(Record):
    """One question to one customer, or the reason why it was not asked."""

    kind: ClassVar[str] = "survey"
    prefix: ClassVar[str] = "svy"

    case: Case
    """The case as it was when it was settled: who had it then keeps the credit."""
    customer_id: str | None = None
    zone: str | None = None
    form: str
    form_version: int
    scale: int
    state: SurveyState
    not_sent: NotSent | None = None
    made_at: Moment
    expires_at: Moment
    answer: Answer | None = None
    first_answer_at: Moment | None = None
    earlier: tuple[Answer, ...] = ()
    recovery_id: str | None = None
    """The call that a low score promised."""
    policy_version: int

    def changeable_until(self, policy: SurveyPolicy) -> datetime:
        """Until when whoever answered may change it."""
        window = timedelta(days=policy.change_days)
        return min((self.first_answer_at or self.made_at) + window, self.expires_at)


def answer(survey: Survey, given: Answers, *, at: datetime) -> Changes[Survey]:
    """The first answer counts; after it another client's changes nothing.

    Raises `Expired` when the time to answer is over, `NotAllowed` for a survey nobody was asked.
    """
    if survey.state is SurveyState.ANSWERED:
        return _told(survey.but(), facts.SurveyAttemptIgnored(**_about(survey)))
    _require_open(survey, at)
    return _answered(survey, given, at)


def revise(
    survey: Survey, given: Answers, policy: SurveyPolicy, *, at: datetime
) -> Changes[Survey]:
    """Change the answer, by whoever gave it. The same answer again changes nothing.

    Raises `Expired` when the time to change it is over, `NotAllowed` after `MOST_REVISIONS`.
    """
    if survey.answer is None:
        return answer(survey, given, at=at)
    if at >= survey.changeable_until(policy):
        raise Expired("The time to change this answer is over.")
    before = survey.answer
    if (before.score, before.comment) == (given.scores[SCORE], given.words.get(COMMENT, "")):
        return nothing(survey)
    if before.revision >= MOST_REVISIONS:
        raise NotAllowed("This answer was changed often enough.", reason="changed-often")
    return _answered(survey, given, at)


def needs_recovery(survey: Survey, policy: SurveyPolicy) -> bool:
    """Whether the score is low and nobody was promised to the customer yet."""
    return (
        survey.answer is not None
        and survey.answer.score <= policy.low_score
        and survey.recovery_id is None
        and survey.customer_id is not None
    )


def with_recovery(survey: Survey, callback_id: str) -> Changes[Survey]:
    """Remember the call that was promised for a low score."""
    after = survey.but(recovery_id=callback_id)
    return _told(after, facts.SurveyRecoveryPromised(**_about(survey), callback_id=callback_id))


def expire(survey: Survey, *, at: datetime) -> Changes[Survey]:
    """Nobody answered in time. One that was answered stays as it is."""
    if survey.state is not SurveyState.INVITED or at < survey.expires_at:
        return nothing(survey)
    after = survey.but(state=SurveyState.EXPIRED)
    return _told(after, facts.SurveyExpired(**_about(survey)))


def _answered(survey: Survey, given: Answers, at: datetime) -> Changes[Survey]:
    before = survey.answer
    new = Answer(
        score=given.scores[SCORE],
        comment=given.words.get(COMMENT, ""),
        revision=before.revision + 1 if before else 1,
        at=at,
    )
    after = survey.but(
        state=SurveyState.ANSWERED,
        answer=new,
        first_answer_at=survey.first_answer_at or at,
        earlier=(*survey.earlier, before) if before else (),
    )
    fact = facts.SurveyAnswered(
        **_about(survey),
        score=new.score,
        scale=survey.scale,
        revision=new.revision,
        replaces=before.score if before else None,
        staff_id=survey.case.staff_id,
        reason=survey.case.reason,
    )
    no_expiry = Cancel(shop=survey.shop, kind=EXPIRE, subject=survey.id)
    return Changes(
        after, records=(after,), told=(Told(after, fact),), agenda=() if before else (no_expiry,)
    )


class _AboutCase(TypedDict):
    about: str
    case_id: str


def _about(survey: Survey) -> _AboutCase:
    return _AboutCase(about=survey.case.about, case_id=survey.case.id)


def _told(survey: Survey, fact: Fact) -> Changes[Survey]:
    return Changes(survey, records=(survey,), told=(Told(survey, fact),))


def _require_open(survey: Survey, at: datetime) -> None:
    if survey.state is SurveyState.SKIPPED:
        raise NotAllowed("Nobody was asked.")
    if survey.state is SurveyState.EXPIRED or at >= survey.expires_at:
        raise Expired("The time to answer is over.")
