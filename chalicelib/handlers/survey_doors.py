"""What leads in and out of a survey's page: the answering browser's cookie, and two links."""

from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib.domain.letters import SurveyInvitation
from chalicelib.domain.surveys import About, Survey
from chalicelib.notify.doors import DOORS
from chalicelib.services import survey_forms
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.settings import settings
from chalicelib.web.exchange import cookie


def wrote_it(survey_id: str) -> bool:
    """Whether this browser is the one that answered."""
    return survey_forms.may_edit(house(), survey_id, cookie(_name(survey_id)))


def with_edit_cookie(response: Response, desk: Desk, survey: Survey) -> Response:
    """Let this browser, and no other, change the answer later."""
    until = survey.changeable_until(desk.shop.surveys)
    seconds = max(int((until - desk.now()).total_seconds()), 0)
    place = urlsplit(settings().public_url)
    only_https = "; Secure" if place.scheme == "https" else ""
    response.headers["Set-Cookie"] = (
        f"{_name(survey.id)}={survey_forms.edit_token(desk, survey)}; Max-Age={seconds}; "
        f"Path={place.path.rstrip('/')}/s; HttpOnly; SameSite=Lax{only_https}"
    )
    return response


def not_solved_door(desk: Desk, survey: Survey) -> str:
    """The path of the page where the customer says that it is not solved."""
    purpose = "resolved" if survey.case.about is About.TICKET else "case"
    token = desk.link(purpose, survey.case.id, desk.now() + SurveyInvitation.lifetime)
    return DOORS[purpose].format(token=token)


def unsubscribe_door(desk: Desk, survey: Survey) -> str | None:
    """The path of the page that stops surveys; None where nobody is known to be asked."""
    if survey.customer_id is None:
        return None
    token = desk.link("unsubscribe", survey.customer_id, desk.now() + SurveyInvitation.lifetime)
    return DOORS["unsubscribe"].format(token=token)


def _name(survey_id: str) -> str:
    return f"answer-{survey_id}"
