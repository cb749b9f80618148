"""Forms take what they ask for and name what they do not."""

import pytest
from pydantic import ValidationError

from chalicelib.domain.errors import Invalid
from chalicelib.domain.forms import Answers, Form, answer, in_language
from chalicelib.domain.presets import (
    DEFAULT_LEGAL_PRESET,
    form_preset,
    form_presets,
    legal_preset,
    legal_presets,
)

CSAT = form_preset("csat.ticket")
CALL = form_preset("call.outcome")


def test_a_page_and_an_api_give_the_same_answers() -> None:
    from_page = answer(CSAT, {"score": "4", "comment": "  很好 "})
    from_api = answer(CSAT, {"score": 4, "comment": "很好"})
    assert from_page == from_api
    assert from_page == Answers(
        form="csat.ticket", version=1, scores={"score": 4}, words={"comment": "很好"}
    )


def test_a_blank_answer_is_none() -> None:
    assert answer(CSAT, {"score": 1, "comment": "   "}).words == {}


@pytest.mark.parametrize(
    ("form", "answers", "field"),
    [
        (CSAT, {}, "score"),
        (CSAT, {"score": ""}, "score"),
        (CSAT, {"score": 0}, "score"),
        (CSAT, {"score": "6"}, "score"),
        (CSAT, {"score": "4.5"}, "score"),
        (CSAT, {"score": 4.0}, "score"),
        (CSAT, {"score": True}, "score"),
        (CSAT, {"score": "٤"}, "score"),
        (CSAT, {"score": 3, "comment": "x" * 2001}, "comment"),
        (CSAT, {"score": 3, "colour": "red"}, "colour"),
        (CALL, {"outcome": "hung_up"}, "outcome"),
    ],
)
def test_a_wrong_answer_is_named(form: Form, answers: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        answer(form, answers)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "question",
    [
        {"id": "q", "kind": "choice", "text": {"en": "?"}},
        {"id": "q", "kind": "scale", "text": {"en": "?"}, "lowest": 5, "highest": 5},
        {
            "id": "q",
            "kind": "scale",
            "text": {"en": "?"},
            "options": [{"code": "9", "text": {"en": "!"}}],
        },
        {"id": "q", "kind": "text", "text": {}},
    ],
)
def test_a_question_nobody_can_answer_is_refused(question: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Form.model_validate({"id": "f", "version": 1, "questions": [question]})


def test_a_text_is_found_down_the_chain_of_languages() -> None:
    texts = {"en": "Hello", "de": "Hallo", "zh-CN": "您好"}
    assert in_language(texts, "de-AT") == "Hallo"
    assert in_language(texts, "fr", "zh-CN") == "您好"
    assert in_language(texts, "fr") == "Hello"
    assert in_language({"nl": "Dag"}, "fr") == "Dag"


def test_every_preset_speaks_english_chinese_and_german() -> None:
    for form in form_presets().values():
        for question in form.questions:
            for texts in [question.text, *(option.text for option in question.options)]:
                assert texts.keys() == {"en", "zh-CN", "de"}


def test_a_call_ends_in_one_of_the_known_ways() -> None:
    outcome = CALL.question("outcome")
    assert outcome is not None
    assert [option.code for option in outcome.options] == [
        "reached",
        "no_answer",
        "busy",
        "wrong_number",
        "asked_later",
        "line_bad",
        "other_language",
        "in_writing",
    ]


def test_every_law_cites_its_source_and_the_default_is_seven_days() -> None:
    assert all(preset.citations for preset in legal_presets().values())
    assert legal_preset(DEFAULT_LEGAL_PRESET).window.length == 7


def test_an_unknown_preset_is_refused_by_name() -> None:
    for look_up, field in ((legal_preset, "preset"), (form_preset, "form")):
        with pytest.raises(Invalid) as refusal:
            look_up("none")
        assert refusal.value.field == field
