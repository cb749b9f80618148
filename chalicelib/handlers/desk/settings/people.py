"""The shop's people: who they are, taking somebody on, changing what they do, seeing them off."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field, field_validator

from chalicelib.domain.errors import Invalid, NotAllowed, Stale
from chalicelib.domain.permissions import Permission, Role, permissions_of
from chalicelib.domain.staff import Staff
from chalicelib.handlers.desk.pages import STALE, staff_page
from chalicelib.handlers.desk.settings.people_words import people_errors, role_words
from chalicelib.handlers.desk.trails import happened
from chalicelib.locales import Say, catalogue, languages
from chalicelib.locales.formats import language_name
from chalicelib.services import staff as staff_service
from chalicelib.services.counts import counted
from chalicelib.services.desk import Desk
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import Body, body, field, query
from chalicelib.web.operations import webpage

people = Blueprint(__name__)

PLACE = "/desk/settings/people"
PERSON = f"{PLACE}/{{staff_id}}"
LEAVING = f"{PERSON}/leaving"
TYPED = ("name", "mail", "role", "language", "phone")


class TakenOn(Body):
    name: str = Field(min_length=1, max_length=200)
    mail: str = Field(max_length=254, pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")
    role: Role
    language: str = "en"
    phone: str | None = Field(default=None, max_length=32)

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, tag: str) -> str:
        if tag not in languages():
            raise ValueError("there are no pages in it")
        return tag


class Changed(Body):
    name: str = Field(min_length=1, max_length=200)
    role: Role
    phone: str | None = Field(default=None, max_length=32)


class Sent(Body):
    sent: str | None = None


@people.route(PLACE, methods=["GET"])
@staff_only(Permission.MANAGE_STAFF)
@webpage(PLACE)
def everybody() -> Response:
    return _list(desk(), 200, {})


@people.route(PLACE, methods=["POST"])
@staff_only(Permission.MANAGE_STAFF)
@webpage(f"{PLACE}/{{id}}")
def take_on() -> Response:
    here = desk()
    try:
        given = body(TakenOn)
        made = staff_service.add(here, **given.model_dump(), zone=None)
    except Invalid as error:
        return _list(here.aside(), 422, _wrong(error))
    return see_other(PERSON.format(staff_id=made.id))


@people.route(PERSON, methods=["GET"])
@staff_only(Permission.MANAGE_STAFF)
@webpage(PERSON)
def person(staff_id: str) -> Response:
    return _person(desk(), staff_id, Answer(is_sent=query(Sent).sent is not None))


@people.route(PERSON, methods=["POST"])
@staff_only(Permission.MANAGE_STAFF)
@webpage(PERSON)
def change(staff_id: str) -> Response:
    def act(here: Desk) -> None:
        given = body(Changed)
        staff_service.change(here, staff_id, **given.model_dump())

    return _done(staff_id, act)


@people.route(f"{PERSON}/link", methods=["POST"])
@staff_only(Permission.MANAGE_STAFF)
@webpage(f"{PERSON}?sent=1")
def send_link(staff_id: str) -> Response:
    here = desk()
    one = here.get(Staff, staff_id)
    if one.disabled_at is None:
        staff_service.send_sign_in_link(here, one.mail)
    return see_other(f"{PERSON.format(staff_id=staff_id)}?sent=1")


@people.route(LEAVING, methods=["GET"])
@staff_only(Permission.MANAGE_STAFF)
@webpage(LEAVING)
def ask_leaving(staff_id: str) -> Response:
    """Asks once more, and says what they still owe."""
    here = desk()
    return staff_page(
        200,
        "desk/settings/leaving.html",
        place="settings",
        one=here.get(Staff, staff_id),
        owes=counted(here, 3, f"assignee#{staff_id}"),
    )


@people.route(LEAVING, methods=["POST"])
@staff_only(Permission.MANAGE_STAFF)
@webpage(PERSON)
def leave(staff_id: str) -> Response:
    return _done(staff_id, lambda here: staff_service.disable(here, staff_id))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person's page comes back with."""

    status: int = 200
    errors: dict[str, str] | None = None
    is_sent: bool = False


def _done(staff_id: str, act: Callable[[Desk], object]) -> Response:
    """Do it and lead back to the person. What is wrong is said beside what was typed."""
    here = desk()
    try:
        act(here)
    except Stale:
        return _person(here.aside(), staff_id, Answer(STALE))
    except Invalid as error:
        return _person(here.aside(), staff_id, Answer(422, _wrong(error)))
    except NotAllowed as error:
        return _person(here.aside(), staff_id, Answer(409, _wrong(error)))
    return see_other(PERSON.format(staff_id=staff_id))


def _list(here: Desk, status: int, errors: dict[str, str]) -> Response:
    paging = query(Paging)
    page = staff_service.everybody(
        here, limit=paging.limit, after=after(here, PLACE, paging.cursor)
    )
    found = here.read(*((Staff, card.id) for card in page.cards)) if page.cards else []
    more = cursor(here, PLACE, page.after)
    return staff_page(
        status,
        "desk/settings/people.html",
        place="settings",
        everybody=[one for one in found if isinstance(one, Staff)],
        roles=role_words(_say()),
        permissions=list(Permission),
        allowed={role: permissions_of(role) for role in Role},
        languages=[(tag, language_name(tag)) for tag in languages()],
        typed={name: field(name) for name in TYPED},
        errors=errors,
        more=f"{PLACE}?cursor={more}" if more else "",
        form_key=secrets.token_hex(8),
    )


def _person(here: Desk, staff_id: str, answer: Answer) -> Response:
    one = here.get(Staff, staff_id)
    events, _ = here.history(staff_id, limit=10)
    as_it_is: dict[str, Any] = {"name": one.name, "role": one.role, "phone": one.phone or ""}
    is_typed = answer.status != 200 and bool(field("role"))
    return staff_page(
        answer.status,
        "desk/settings/person.html",
        place="settings",
        one=one,
        is_me=one.id == caller().id,
        roles=role_words(_say()),
        typed={name: field(name) for name in as_it_is} if is_typed else as_it_is,
        errors=answer.errors or {},
        is_stale=answer.status == STALE,
        is_sent=answer.is_sent,
        events=[told for told in happened(here, events) if told.type.startswith("staff.")],
    )


def _wrong(error: Invalid | NotAllowed) -> dict[str, str]:
    return people_errors(_say(), error)


def _say() -> Say:
    return catalogue(caller().language).gettext
