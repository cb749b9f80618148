"""Many at once on one survey: asked once, the first answer counts, and one call is promised."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.domain.callbacks import Callback, CallPurpose
from chalicelib.domain.events import Event
from chalicelib.domain.permissions import Role
from chalicelib.domain.surveys import EXPIRE, MOST_REVISIONS, SurveyState
from chalicelib.domain.surveys import Survey as SurveyRecord
from chalicelib.domain.tickets import Ticket
from chalicelib.services import surveys, ticket_work
from chalicelib.services.ticket_work import Answer
from tests.cases import a_ticket
from tests.clocks import Clock
from tests.contract.entries import entry, item_of
from tests.crowds import FIFTY, at_once
from tests.people import desk_of, hired

pytestmark = pytest.mark.usefixtures("acme")


@pytest.fixture
def ticket(acme: Clock) -> Ticket:
    """One that was resolved by somebody who still works here."""
    mei = hired(Role.AGENT, name="Mei")
    return ticket_work.resolve(desk_of(), a_ticket().id, Answer("It has come.", mei))


@pytest.fixture
def survey(ticket: Ticket) -> SurveyRecord:
    """The customer has the page with the question before them."""
    surveys.confirm(desk_of(), ticket.id)
    (card,) = surveys.everything(desk_of(), limit=10, after=None).cards
    return desk_of().get(SurveyRecord, card.id)


def stored(survey: SurveyRecord) -> SurveyRecord:
    return desk_of().get(SurveyRecord, survey.id)


def events_of(survey: SurveyRecord) -> list[Event]:
    return desk_of().trail(survey.id)[0]


def facts_of(survey: SurveyRecord) -> Counter[str]:
    return Counter(event.type for event in events_of(survey))


def scored(survey: SurveyRecord, score: int) -> Callable[[], surveys.Given]:
    return lambda: surveys.give(desk_of(), survey.id, {"score": score, "comment": str(score)})


def test_who_presses_solved_many_times_is_asked_once(ticket: Ticket) -> None:
    crowd = at_once(lambda _: surveys.confirm(desk_of(), ticket.id))

    (card,) = surveys.everything(desk_of(), limit=10, after=None).cards
    told = Counter(event.type for event in desk_of().trail(ticket.id)[0])
    assert crowd.lost == []
    assert len(set(crowd.won)) == 1
    assert facts_of(desk_of().get(SurveyRecord, card.id)) == {"survey.invited": 1}
    assert told["ticket.confirmed"] == told["ticket.closed"] == 1


@pytest.mark.usefixtures("hurried")
def test_of_many_browsers_the_first_answer_counts_and_the_others_are_told_apart(
    survey: SurveyRecord,
) -> None:
    crowd = at_once(lambda place: scored(survey, 3 + place % 3)())

    after, told = stored(survey), facts_of(survey)
    counted = [one for one in crowd.won if one.is_counted]
    assert crowd.refusals == set()
    assert [one.survey.answer for one in counted] == [after.answer]
    assert (told["survey.answered"], told["survey.attempt_ignored"]) == (1, len(crowd.won) - 1)
    assert (after.answer and after.answer.revision, after.earlier) == (1, ())


def test_however_many_press_a_low_score_one_call_is_promised(survey: SurveyRecord) -> None:
    def act(place: int) -> surveys.Given:
        give = surveys.change if place % 2 else surveys.give
        return give(desk_of(), survey.id, {"score": 1 + place // 2 % 2, "comment": f"{place}"})

    crowd = at_once(act, threads=12)

    calls = [card.id for card in desk_of().page(1, "callbacks", limit=10).cards]
    assert crowd.lost == []
    assert calls == [stored(survey).recovery_id]
    assert desk_of().get(Callback, calls[0]).purpose is CallPurpose.RECOVERY
    assert facts_of(survey)["survey.recovery_promised"] == 1


@pytest.mark.usefixtures("hurried")
def test_an_answer_changed_in_many_windows_keeps_every_change(survey: SurveyRecord) -> None:
    scored(survey, 3)()

    def change(place: int) -> surveys.Given:
        given = {"score": 3 + place % 3, "comment": f"window {place}"}
        return surveys.change(desk_of(), survey.id, given)

    crowd = at_once(change)

    answers = [event.data for event in events_of(survey) if event.type == "survey.answered"]
    after = stored(survey)
    assert after.answer is not None
    assert crowd.refusals <= {"NotAllowed"}
    assert len(answers) == len(crowd.won) + 1 == after.answer.revision <= MOST_REVISIONS
    assert [one["revision"] for one in answers] == list(range(1, len(answers) + 1))
    assert [one["replaces"] for one in answers[1:]] == [one["score"] for one in answers[:-1]]
    assert [*(one.score for one in after.earlier), after.answer.score] == [
        one["score"] for one in answers
    ]


def test_an_answer_in_the_last_moment_counts_or_comes_too_late(
    survey: SurveyRecord, acme: Clock
) -> None:
    last_call = entry(survey.id).model_copy(update={"kind": EXPIRE})
    just_before, after_all = survey.expires_at - timedelta(seconds=1), survey.expires_at
    acme.now = just_before

    def act(place: int) -> object:
        if place % 2:
            acme.now = after_all
            return surveys.expire(desk_of(), last_call)
        return scored(survey, 5)()

    crowd = at_once(act)

    after, told = stored(survey), facts_of(survey)
    assert crowd.refusals <= {"Expired"}
    assert told["survey.answered"] + told["survey.expired"] == 1
    assert (after.state is SurveyState.ANSWERED) == (told["survey.answered"] == 1)


def test_an_answered_survey_has_no_end_to_wait_for(survey: SurveyRecord) -> None:
    at_once(lambda _: scored(survey, 5)(), threads=FIFTY // 5)

    expiry = entry(survey.id).model_copy(update={"kind": EXPIRE})
    assert "lane" not in item_of(expiry)
