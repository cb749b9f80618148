"""What somebody of the staff sets for themselves, and the keys of the desk."""

from typing import Any
from zoneinfo import available_timezones

from chalice.app import Blueprint, Response
from pydantic import Field, field_validator

from chalicelib.domain.errors import Invalid
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.locales import catalogue, languages
from chalicelib.locales.formats import language_name
from chalicelib.services import staff as staff_service
from chalicelib.web.answers import see_other
from chalicelib.web.auth import any_staff, caller, desk
from chalicelib.web.forms import Body, body, field
from chalicelib.web.operations import webpage

me = Blueprint(__name__)

PLACE = "/desk/me"


class Preferred(Body):
    language: str = Field(max_length=35)
    zone: str = Field(default="", max_length=64)
    keys: str = Field(default="", max_length=3)

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, tag: str) -> str:
        if tag not in languages():
            raise ValueError("there are no pages in it")
        return tag

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        if zone and zone not in available_timezones():
            raise ValueError("an IANA time zone")
        return zone


@me.route(PLACE, methods=["GET"])
@any_staff
@webpage(PLACE)
def show() -> Response:
    mine = caller()
    typed = {"language": mine.language, "zone": mine.zone or "", "keys": mine.keys}
    return _page(200, typed, {})


@me.route(PLACE, methods=["POST"])
@any_staff
@webpage(PLACE)
def keep() -> Response:
    try:
        given = body(Preferred)
    except Invalid as error:
        typed = {"language": field("language"), "zone": field("zone"), "keys": bool(field("keys"))}
        return _page(422, typed, _wrong(error))
    staff_service.prefer(
        desk(), caller().id, language=given.language, zone=given.zone or None, keys=bool(given.keys)
    )
    return see_other(PLACE)


@me.route("/desk/keys", methods=["GET"])
@any_staff
@webpage("/desk/keys")
def keys() -> Response:
    return staff_page(200, "desk/keys.html", place="keys")


def _page(status: int, typed: dict[str, Any], errors: dict[str, str]) -> Response:
    return staff_page(
        status,
        "desk/me.html",
        place="",
        languages=[(tag, language_name(tag)) for tag in languages()],
        typed=typed,
        errors=errors,
    )


def _wrong(error: Invalid) -> dict[str, str]:
    say = catalogue(caller().language).gettext
    words = {
        "language": say("There are no pages in this language."),
        "zone": say("There is no such time zone."),
    }
    return {name: words.get(name, error.detail) for name in [error.field or "language"]}
