"""The part *Form*: a versioned list of questions in several languages (SUR-02, CBK-07)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from pydantic import Field, model_validator

from chalicelib.domain.errors import Invalid
from chalicelib.domain.records import Value

Texts: TypeAlias = dict[str, str]
"""A text by BCP 47 language tag; never empty."""


class QuestionKind(StrEnum):
    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"


class Option(Value):
    """A choice, or the name of one step of a scale."""

    code: str = Field(min_length=1, max_length=40)
    text: Texts = Field(min_length=1)


class Question(Value):
    """One question. A scale runs over whole numbers from `lowest` to `highest`; a choice takes
    one of its options; a text takes up to `longest` characters."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: QuestionKind
    text: Texts = Field(min_length=1)
    required: bool = False
    options: tuple[Option, ...] = ()
    lowest: int = 1
    highest: int = 5
    longest: int = Field(default=2000, gt=0)

    @model_validator(mode="after")
    def _can_be_answered(self) -> "Question":
        codes = [option.code for option in self.options]
        if len(set(codes)) < len(codes):
            raise ValueError(f"{self.id} offers the same option twice")
        if self.kind is QuestionKind.CHOICE and not codes:
            raise ValueError(f"{self.id} offers no options")
        if self.kind is QuestionKind.SCALE:
            if self.lowest >= self.highest:
                raise ValueError(f"{self.id} has a scale without steps")
            if not set(codes) <= {str(step) for step in self.steps}:
                raise ValueError(f"{self.id} names a step that its scale does not have")
        return self

    @property
    def steps(self) -> range:
        """The numbers of a scale, lowest first."""
        return range(self.lowest, self.highest + 1)


class Form(Value):
    """What is asked. A change to the questions is a new version; answers keep theirs."""

    id: str
    version: int = Field(ge=1)
    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _asks_each_once(self) -> "Form":
        if len({question.id for question in self.questions}) < len(self.questions):
            raise ValueError("a form asks each question once")
        return self

    def question(self, question_id: str) -> Question | None:
        return next((q for q in self.questions if q.id == question_id), None)


class Answers(Value):
    """What was answered to one version of a form; questions left out are absent.

    `words` are the person's own: they belong in a record and never in an event.
    """

    form: str
    version: int
    scores: dict[str, int] = {}
    choices: dict[str, str] = {}
    words: dict[str, str] = {}


def answer(form: Form, answers: Mapping[str, object]) -> Answers:
    """Answers as they come from a page or an API: numbers may be written as text, blank is none.

    Raises `Invalid` whose field is the question: one that the form does not ask, a required one
    without an answer, a step or option that it does not offer, or a text that is too long.
    """
    for name in answers:
        if form.question(name) is None:
            raise Invalid(f"this form does not ask {name!r}", field=name)
    scores: dict[str, int] = {}
    choices: dict[str, str] = {}
    words: dict[str, str] = {}
    for question in form.questions:
        given = _given(question, answers.get(question.id))
        if given is None:
            if question.required:
                raise Invalid("an answer is needed", field=question.id)
        elif question.kind is QuestionKind.SCALE:
            scores[question.id] = _step(question, given)
        elif question.kind is QuestionKind.CHOICE:
            choices[question.id] = _option(question, given)
        else:
            words[question.id] = _words(question, given)
    return Answers(form=form.id, version=form.version, scores=scores, choices=choices, words=words)


def in_language(texts: Texts, *languages: str) -> str:
    """The text in the first of the languages that it has, a general tag standing in for a more
    special one (`de` for `de-AT`); in English, or else whatever there is, if it has none."""
    for language in (*languages, "en"):
        tag = language
        while tag:
            if tag in texts:
                return texts[tag]
            tag = tag.rpartition("-")[0]
    return next(iter(texts.values()))


def _given(question: Question, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Invalid("the answer is a text or a whole number", field=question.id)
    return str(value).strip() or None


def _step(question: Question, given: str) -> int:
    if given not in {str(step) for step in question.steps}:
        raise Invalid(
            f"the answer is a whole number from {question.lowest} to {question.highest}",
            field=question.id,
        )
    return int(given)


def _option(question: Question, given: str) -> str:
    codes = [option.code for option in question.options]
    if given not in codes:
        raise Invalid(f"the answer is one of {', '.join(codes)}", field=question.id)
    return given


def _words(question: Question, given: str) -> str:
    if len(given) > question.longest:
        raise Invalid(
            f"the answer has {len(given)} characters; {question.longest} is the most",
            field=question.id,
            most=question.longest,
        )
    return given
