"""Surveys: the page a mail leads to, and what the staff see of them.

Looking never counts; only pressing Send does. So a scanner that opens every link of a mail, or
presses every button after the customer did, changes nothing.
"""

from datetime import datetime

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.errors import Expired, Invalid
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.forms import in_language
from chalicelib.domain.permissions import Permission
from chalicelib.domain.records import Moment
from chalicelib.domain.surveys import COMMENT, SCORE, About, Survey, SurveyState
from chalicelib.handlers.shoppers import in_asked_language
from chalicelib.handlers.survey_doors import (
    not_solved_door,
    unsubscribe_door,
    with_edit_cookie,
    wrote_it,
)
from chalicelib.locales import SOURCE, catalogue, choose_locale, languages
from chalicelib.services import survey_forms
from chalicelib.services import surveys as survey_service
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.services.surveys import Matter
from chalicelib.web.answers import ok, page_answer, see_other
from chalicelib.web.auth import desk, opened, shopper, staff_only
from chalicelib.web.cursors import Listed, Paging, after, listed
from chalicelib.web.exchange import header, here
from chalicelib.web.forms import LONGEST_PASTE, Body, body, query
from chalicelib.web.operations import operation, webpage
from chalicelib.web.shapes import Shape
from chalicelib.web.trails import EventPage, trail
from chalicelib.web.views import view, viewed

surveys = Blueprint(__name__)

PAGE = "shopper/survey.html"


class Looked(Body):
    r: str = Field(default="", max_length=4)
    """The score that was pressed in the mail."""
    change: str = Field(default="", max_length=4)
    lang: str = Field(default="", max_length=35)


class Pressed(Body):
    nonce: str = Field(default="", max_length=400)
    score: str = Field(default="", max_length=4)
    comment: str = Field(default="", max_length=LONGEST_PASTE)


class SurveyView(Shape):
    id: str
    version: int
    state: SurveyState
    not_sent: str | None
    about: About
    case_id: str
    number: str
    order_id: str | None
    customer_id: str | None
    staff_id: str | None
    reason: str
    form: str
    form_version: int
    scale: int
    score: int | None
    comment: str | None
    revision: int
    made_at: Moment
    expires_at: Moment
    answered_at: Moment | None
    recovery_id: str | None


@viewed(Survey, at="/surveys/{id}")
def survey_view(one: Survey) -> SurveyView:
    return SurveyView(
        id=one.id,
        version=one.version,
        state=one.state,
        not_sent=one.not_sent,
        about=one.case.about,
        case_id=one.case.id,
        number=one.case.number,
        order_id=one.case.order_id,
        customer_id=one.customer_id,
        staff_id=one.case.staff_id,
        reason=one.case.reason,
        form=one.form,
        form_version=one.form_version,
        scale=one.scale,
        score=one.answer.score if one.answer else None,
        comment=one.answer.comment if one.answer else None,
        revision=one.answer.revision if one.answer else 0,
        made_at=one.made_at,
        expires_at=one.expires_at,
        answered_at=one.answer.at if one.answer else None,
        recovery_id=one.recovery_id,
    )


@surveys.route("/surveys", methods=["GET"])
@staff_only(Permission.READ_SURVEYS)
@operation("Surveys, with those not sent and why, newest first", query=Paging, gives=Listed)
def every_survey() -> Response:
    paging = query(Paging)
    start = after(desk(), survey_service.ALL, paging.cursor)
    found = survey_service.everything(desk(), limit=paging.limit, after=start)
    return ok(listed(desk(), survey_service.ALL, found))


@surveys.route("/surveys/{survey_id}", methods=["GET"])
@staff_only(Permission.READ_SURVEYS)
@operation("A survey with its answer, or the reason why it was not sent", gives=SurveyView)
def one_survey(survey_id: str) -> Response:
    return ok(view(desk().get(Survey, survey_id)))


@surveys.route("/surveys/{survey_id}/events", methods=["GET"])
@staff_only(Permission.READ_SURVEYS)
@operation("What happened to a survey", query=Paging, gives=EventPage)
def survey_events(survey_id: str) -> Response:
    desk().get(Survey, survey_id)
    return ok(trail(desk(), survey_id, query(Paging)))


@surveys.route("/s/{token}", methods=["GET"])
@shopper(survey_service.PURPOSE)
@webpage("/s/{token}")
def look(token: str) -> Response:
    """The question, or what became of it. Nothing is counted and nothing is written."""
    survey, looked = desk().get(Survey, opened().subject), query(Looked)
    if survey.state is SurveyState.ANSWERED:
        return _answered(token, survey, looked)
    if survey.state is SurveyState.EXPIRED or desk().now() >= survey.expires_at:
        raise Expired("The time to answer is over.")
    about = survey_service.matter(desk(), survey)
    if about.is_open_again:
        return _page(200, "shopper/survey-later.html", survey, looked.lang)
    return _form(200, token, survey, looked.lang, about=about, score=looked.r)


@surveys.route("/s/{token}", methods=["POST"])
@shopper(survey_service.PURPOSE)
@webpage("/s/{token}")
def press(token: str) -> Response:
    """Count the answer. Pressed too soon after the page was opened, or with a form that is not
    ours, it is asked to be pressed once more; the same form twice counts once."""
    pressed, lang = body(Pressed), query(Looked).lang
    subject = opened().subject
    if not survey_forms.is_timely(desk(), subject, pressed.nonce):
        survey = desk().get(Survey, subject)
        if survey.state is SurveyState.ANSWERED:
            return see_other(in_asked_language(f"/s/{token}"))
        return _form(
            200, token, survey, lang, score=pressed.score, comment=pressed.comment, again=True
        )
    once = _desk_of_one_press(pressed.nonce)
    try:
        answer = survey_service.change if wrote_it(subject) else survey_service.give
        given = answer(once, subject, {SCORE: pressed.score, COMMENT: pressed.comment})
    except Invalid as error:
        survey = desk().get(Survey, subject)
        return _form(
            422,
            token,
            survey,
            lang,
            score=pressed.score,
            comment=pressed.comment,
            wrong=error.field,
        )
    done = see_other(in_asked_language(f"/s/{token}"))
    return with_edit_cookie(done, once, given.survey) if given.is_counted else done


def _answered(token: str, survey: Survey, looked: Looked) -> Response:
    """Only the browser that answered is shown the answer, and may change it."""
    until = survey.changeable_until(desk().shop.surveys)
    author = wrote_it(survey.id)
    may_change = author and desk().now() < until
    if may_change and looked.change and survey.answer is not None:
        return _form(
            200,
            token,
            survey,
            looked.lang,
            score=str(survey.answer.score),
            comment=survey.answer.comment,
        )
    return _page(
        200,
        "shopper/survey-thanks.html",
        survey,
        looked.lang,
        token=token,
        answer=survey.answer if author else None,
        until=until if may_change else None,
        call_by=_call_by(survey) if author else None,
        zone=survey.zone or desk().shop.zone,
    )


def _call_by(survey: Survey) -> datetime | None:
    """By when somebody gets in touch with a customer who was not content."""
    call = desk().find(Callback, survey.recovery_id) if survey.recovery_id else None
    return call.window_end if call and call.state.is_open else None


def _form(
    status: int,
    token: str,
    survey: Survey,
    lang: str,
    *,
    score: str,
    about: Matter | None = None,
    comment: str = "",
    wrong: str | None = None,
    again: bool = False,
) -> Response:
    form, locale = survey_service.form_of(survey), _locale(survey, lang)
    scale, words = form.question(SCORE), form.question(COMMENT)
    assert scale is not None
    names = {option.code: in_language(option.text, locale) for option in scale.options}
    say = catalogue(locale).gettext
    wrongs = {SCORE: say("Please choose one of the scores."), COMMENT: say("That is too long.")}
    errors = {wrong: wrongs.get(wrong, wrongs[SCORE])} if wrong else {}
    return _page(
        status,
        PAGE,
        survey,
        lang,
        token=token,
        matter=about or survey_service.matter(desk(), survey),
        zone=survey.zone or desk().shop.zone,
        question=in_language(scale.text, locale),
        options=[(step, names.get(str(step), "")) for step in scale.steps],
        score=int(score) if score in {str(step) for step in scale.steps} else None,
        comment_label=in_language(words.text, locale) if words else "",
        longest=words.longest if words else 0,
        comment=comment,
        nonce=survey_forms.fresh_nonce(desk(), survey.id),
        errors=errors,
        again=again,
        not_solved=not_solved_door(desk(), survey),
        unsubscribe=unsubscribe_door(desk(), survey),
    )


def _page(status: int, template: str, survey: Survey, lang: str, **context: object) -> Response:
    given = {"shop": desk().shop, "survey": survey, "number": survey.case.number, **context}
    return page_answer(status, template, _locale(survey, lang), given)


def _locale(survey: Survey, lang: str) -> str:
    """The language asked for on the page, else the case's own."""
    return choose_locale(
        lang or survey.case.language, header("accept-language"), languages(), SOURCE
    )


def _desk_of_one_press(nonce: str) -> Desk:
    """A desk on which this rendering of the form can be sent once."""
    here().desk = once = Desk(
        house(),
        opened().shop,
        actor=Actor(kind=ActorKind.CUSTOMER),
        correlation=here().id,
        receipts=(survey_forms.nonce_receipt(nonce),),
    )
    return once
