"""Surveys: who is asked and who is not, and which answer counts."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import surveys as rules
from chalicelib.domain.agenda import Entry
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Blocked, Customer, Suppression
from chalicelib.domain.errors import Expired, NotAllowed
from chalicelib.domain.events import Event
from chalicelib.domain.figures import fold
from chalicelib.domain.forms import Answers
from chalicelib.domain.forms import answer as answers_of
from chalicelib.domain.presets import form_preset
from chalicelib.domain.survey_asking import (
    Asking,
    LastAsked,
    Standing,
    invite,
    reason_not_to_ask,
    skip,
    survey_id,
)
from chalicelib.domain.survey_policy import Basis, SurveyPolicy
from chalicelib.domain.surveys import About, Case, NotSent, Survey, SurveyState

POLICY = SurveyPolicy(told_at_checkout=True)
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
FORM = form_preset("csat.ticket")
ASKING = Asking(shop="acme", policy=POLICY, policy_version=3, form=FORM)
STANDING = Standing(country="DE", channel="mail", open_case=None)


def a_case(**fields: Any) -> Case:
    given: dict[str, Any] = {
        "about": About.TICKET,
        "id": "tkt_1",
        "number": "T-7KQ4-XMK",
        "order_id": "ord_1",
        "customer_id": "cus_1",
        "language": "de",
        "staff_id": "stf_mei",
        "reason": "parcel",
        "round": 1,
        "is_settled": True,
        "has_spoken": False,
    }
    return Case(**(given | fields))


def a_customer(**fields: Any) -> Customer:
    given: dict[str, Any] = {
        "shop": "acme",
        "id": "cus_1",
        "mail": "jana@example.com",
        "first_seen_at": NOW,
    }
    return Customer(**(given | fields))


def asked_days_ago(days: int) -> LastAsked:
    at = NOW - timedelta(days=days)
    return LastAsked(shop="acme", id="last", customer_id="cus_1", at=at, survey_id="svy_0")


def stopped(reason: Blocked) -> dict[str, Suppression]:
    return {"survey": Suppression(reason=reason, at=NOW)}


def invited() -> Survey:
    changes = invite(a_case(), None, None, ASKING, zone=None, channel="message", at=NOW)
    return stored(changes)


def stored(changes: Changes[Survey]) -> Survey:
    return changes.result.mark_stored(changes.result.version)


def given_score(score: int, comment: str = "") -> Answers:
    return answers_of(FORM, {"score": score, "comment": comment})


REFUSALS: list[tuple[NotSent, dict[str, Any]]] = [
    (NotSent.DISABLED, {"policy": SurveyPolicy(enabled=False)}),
    (NotSent.REOPENED, {"case": a_case(is_settled=False)}),
    (NotSent.HAS_SPOKEN, {"case": a_case(has_spoken=True)}),
    (NotSent.NO_CUSTOMER, {"customer": None}),
    (NotSent.NO_CUSTOMER, {"customer": a_customer(erased_at=NOW)}),
    (
        NotSent.OPTED_OUT,
        {"customer": a_customer(suppressed=stopped(Blocked.UNSUBSCRIBED))},
    ),
    (
        NotSent.SUPPRESSED,
        {"customer": a_customer(suppressed=stopped(Blocked.COMPLAINED))},
    ),
    (NotSent.NO_CHANNEL, {"standing": STANDING.model_copy(update={"channel": None})}),
    (NotSent.NO_BASIS, {"policy": SurveyPolicy()}),
    (NotSent.NO_BASIS, {"standing": STANDING.model_copy(update={"country": ""})}),
    (NotSent.NO_BASIS, {"case": a_case(order_id=None)}),
    (NotSent.OPEN_CASE, {"standing": STANDING.model_copy(update={"open_case": "rma_1"})}),
    (NotSent.BUDGET, {"last": asked_days_ago(29)}),
]


@pytest.mark.parametrize(("reason", "instead"), REFUSALS)
def test_why_somebody_is_not_asked(reason: NotSent, instead: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "case": a_case(),
        "customer": a_customer(),
        "last": asked_days_ago(30),
        "standing": STANDING,
        "policy": POLICY,
    }
    assert reason_not_to_ask(**usual, at=NOW) is None

    assert reason_not_to_ask(**(usual | instead), at=NOW) is reason


def test_consent_opens_every_country_whose_law_is_known() -> None:
    policy = SurveyPolicy(bases={"DE": Basis.CONSENT})

    assert policy.allows("DE", is_buyer=False, consented=True)
    assert not policy.allows("DE", is_buyer=True, consented=False)
    assert not policy.allows("FR", is_buyer=True, consented=True)


@pytest.mark.parametrize(
    ("at", "zone", "arrives"),
    [
        # Summer time ends on Sunday 25 October: nine o'clock is an hour later in UTC.
        ("2026-10-24T18:00", "Europe/Berlin", "2026-10-25T08:00"),
        # It begins on Sunday 29 March.
        ("2026-03-28T19:30", "Europe/Berlin", "2026-03-29T07:00"),
        ("2026-11-26T10:00", "Asia/Shanghai", "2026-11-26T10:00"),
        ("2026-11-26T12:00", "Asia/Shanghai", "2026-11-27T01:00"),
        # Nobody knows where they are: the shop's evening counts.
        ("2026-11-26T21:00", None, "2026-11-27T08:00"),
        ("2026-11-26T21:00", "Mars/Olympus", "2026-11-27T08:00"),
    ],
)
def test_an_invitation_waits_for_the_recipients_morning(
    at: str, zone: str | None, arrives: str
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    allowed = POLICY.may_arrive(moment, zone, "Europe/Berlin")

    assert allowed == datetime.fromisoformat(arrives).replace(tzinfo=UTC)


def test_asking_takes_the_budget_and_ends_after_28_days() -> None:
    changes = invite(
        a_case(), None, asked_days_ago(60), ASKING, zone=None, channel="message", at=NOW
    )

    assert [type(record) for record in changes.records] == [Survey, LastAsked]
    assert changes.records[1].model_dump()["at"] == NOW
    expiry = changes.agenda[0]
    assert isinstance(expiry, Entry)
    assert expiry.due_at == NOW + timedelta(days=28)

    again = invite(a_case(), stored(changes), None, ASKING, zone=None, channel="page", at=NOW)
    assert again.records == ()


def test_a_survey_that_was_not_sent_keeps_its_reason_until_the_customer_says_solved() -> None:
    skipped = skip(a_case(), None, ASKING, NotSent.BUDGET, at=NOW)
    assert (skipped.result.state, skipped.result.not_sent) == (SurveyState.SKIPPED, NotSent.BUDGET)
    assert skipped.result.id == survey_id("acme", "tkt_1", 1)
    with pytest.raises(NotAllowed):
        rules.answer(stored(skipped), given_score(5), at=NOW)

    opened = invite(
        a_case(), stored(skipped), None, ASKING, zone=None, channel="page", at=NOW
    ).result
    assert (opened.state, opened.not_sent, opened.id) == (
        SurveyState.INVITED,
        None,
        skipped.result.id,
    )


def test_each_settling_of_a_case_may_be_asked_about_once() -> None:
    assert survey_id("acme", "tkt_1", 1) != survey_id("acme", "tkt_1", 2)


def test_a_comment_never_gets_into_an_event() -> None:
    changes = rules.answer(invited(), given_score(1, "Herr Maier war unfreundlich"), at=NOW)

    assert changes.result.answer is not None
    assert changes.result.answer.comment == "Herr Maier war unfreundlich"
    assert "Maier" not in str([told.fact.model_dump() for told in changes.told])


def test_only_the_first_answer_counts_and_only_its_author_changes_it() -> None:
    first = stored(rules.answer(invited(), given_score(4), at=NOW))

    robot = rules.answer(first, given_score(1), at=NOW + timedelta(seconds=35))
    assert robot.result.answer == first.answer
    assert [told.fact.type for told in robot.told] == ["survey.attempt_ignored"]

    author = rules.revise(first, given_score(2), POLICY, at=NOW + timedelta(days=13))
    told = author.told[0].fact.model_dump()
    assert (told["score"], told["revision"], told["replaces"]) == (2, 2, 4)
    assert author.result.earlier == (first.answer,)

    same = rules.revise(first, given_score(4), POLICY, at=NOW + timedelta(days=1))
    assert same.records == ()
    with pytest.raises(Expired):
        rules.revise(first, given_score(2), POLICY, at=NOW + timedelta(days=14))


def test_an_answer_is_changed_twenty_times_and_then_stands() -> None:
    survey = stored(rules.answer(invited(), given_score(5), at=NOW))
    for times in range(1, rules.MOST_REVISIONS):
        survey = stored(rules.revise(survey, given_score(1 + times % 4), POLICY, at=NOW))

    with pytest.raises(NotAllowed):
        rules.revise(survey, given_score(5), POLICY, at=NOW)
    assert len(survey.earlier) == rules.MOST_REVISIONS - 1


def test_an_answer_that_comes_too_late_does_not_count() -> None:
    survey = invited()

    with pytest.raises(Expired):
        rules.answer(survey, given_score(5), at=survey.expires_at)
    assert rules.expire(survey, at=NOW).records == ()
    expired = rules.expire(survey, at=survey.expires_at)
    assert expired.result.state is SurveyState.EXPIRED
    with pytest.raises(Expired):
        rules.answer(stored(expired), given_score(5), at=survey.expires_at)


def test_a_low_score_is_owed_somebody_once() -> None:
    answered = {
        score: rules.answer(invited(), given_score(score), at=NOW).result for score in range(1, 6)
    }

    low = {score for score, survey in answered.items() if rules.needs_recovery(survey, POLICY)}

    assert low == {1, 2}
    promised = rules.with_recovery(answered[1], "cbk_1").result
    assert not rules.needs_recovery(promised, POLICY)


@given(presses=st.lists(st.tuples(st.booleans(), st.integers(1, 5)), min_size=1, max_size=12))
@settings(max_examples=80)
def test_the_figures_hold_one_answer_whatever_is_pressed(presses: list[tuple[bool, int]]) -> None:
    survey, told, minutes = invited(), list[Any](), itertools.count()
    expected: int | None = None
    for is_author, score in presses:
        at = NOW + timedelta(minutes=next(minutes))
        if is_author and expected is not None:
            changes = rules.revise(survey, given_score(score), POLICY, at=at)
            expected = score
        else:
            changes = rules.answer(survey, given_score(score), at=at)
            expected = score if expected is None else expected
        told += [
            Event(
                shop="acme",
                subject=survey.id,
                subject_kind="survey",
                version=changes.result.version,
                ordinal=place,
                type=one.fact.type,
                schema_number=1,
                at=at,
                actor="customer",
                data=one.fact.model_dump(mode="json"),
            )
            for place, one in enumerate(changes.told)
        ]
        survey = stored(changes)

    assert fold(told).scores.counts == {expected: 1}
