"""What keeps a survey to one answer in its time, and a call to one ring."""

from tests.mutants.guard import Guard

SURVEYS = "chalicelib/domain/surveys.py"
SURVEY_RACES = "tests/contract/test_survey_races.py"
CALL_RACES = "tests/contract/test_call_races.py"

GUARDS = {
    "first-answer-counts": Guard(
        SURVEYS,
        "    if survey.state is SurveyState.ANSWERED:",
        "    if survey.state is SurveyState.SKIPPED:",
        f"{SURVEY_RACES}"
        "::test_of_many_browsers_the_first_answer_counts_and_the_others_are_told_apart",
    ),
    "form-is-sent-once": Guard(
        "chalicelib/handlers/surveys.py",
        "receipts=(survey_forms.nonce_receipt(nonce),)",
        "receipts=()",
        "tests/faults/test_answers.py",
        "tests/contract/test_http_races.py"
        "::test_of_many_presses_of_send_one_counts_and_all_lead_to_the_thanks",
    ),
    "answer-is-changed-so-often": Guard(
        SURVEYS,
        "    if before.revision >= MOST_REVISIONS:",
        "    if before.revision >= 1000:",
        "tests/unit/test_surveys.py::test_an_answer_is_changed_twenty_times_and_then_stands",
    ),
    "answer-is-in-time": Guard(
        SURVEYS,
        "if survey.state is SurveyState.EXPIRED or at >= survey.expires_at:",
        "if False:",
        f"{SURVEY_RACES}::test_an_answer_in_the_last_moment_counts_or_comes_too_late",
    ),
    "answered-does-not-expire": Guard(
        SURVEYS,
        "survey.state is not SurveyState.INVITED or at < survey.expires_at",
        "at < survey.expires_at",
        f"{SURVEY_RACES}::test_an_answer_in_the_last_moment_counts_or_comes_too_late",
    ),
    "answered-has-no-end-to-wait-for": Guard(
        SURVEYS,
        "agenda=() if before else (no_expiry,)",
        "agenda=()",
        f"{SURVEY_RACES}::test_an_answered_survey_has_no_end_to_wait_for",
    ),
    "low-score-promises-one-call": Guard(
        SURVEYS,
        "        and survey.recovery_id is None\n",
        "",
        f"{SURVEY_RACES}::test_however_many_press_a_low_score_one_call_is_promised",
    ),
    "done-call-is-not-done-again": Guard(
        "chalicelib/domain/callback_work.py",
        "    if not callback.state.is_open:\n        raise",
        "    if not callback.number:\n        raise",
        f"{CALL_RACES}::test_one_of_many_who_reached_the_customer_keeps_the_promise",
    ),
    "warning-is-given-once": Guard(
        "chalicelib/domain/promises.py",
        "return _changed(judged, warned_at=at, warn_at=None), [Signal.WARNED]",
        "return judged, [Signal.WARNED]",
        f"{CALL_RACES}::test_a_call_rings_once_however_many_clocks_there_are",
    ),
    "call-rings-once": Guard(
        "chalicelib/services/callbacks.py",
        "after.state is before.state or after.state is not CallbackState.RUNG",
        "after.state is not CallbackState.RUNG",
        f"{CALL_RACES}::test_a_call_rings_once_however_many_clocks_there_are",
    ),
}
