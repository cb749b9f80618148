"""The shop's staff and their tokens."""

from datetime import timedelta

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.permissions import Permission, Role
from chalicelib.domain.records import Moment
from chalicelib.domain.shops import Language
from chalicelib.domain.staff import Scope, Staff, Token
from chalicelib.services import staff as staff_service
from chalicelib.web import cursors
from chalicelib.web.answers import created, no_content, ok
from chalicelib.web.auth import any_staff, caller, desk, staff_only
from chalicelib.web.cursors import Listed, Paging
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.views import view, viewed

staff = Blueprint(__name__)


class NewStaff(Body):
    name: str = Field(min_length=1, max_length=200)
    mail: str = Field(max_length=254, pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")
    role: Role
    language: Language = "en"
    zone: str | None = Field(default=None, max_length=64)
    phone: str | None = Field(default=None, max_length=32)


class NewToken(Body):
    label: str = Field(min_length=1, max_length=100)
    days: int | None = Field(default=None, ge=1, le=3650)
    """How long it is good; null is until it is revoked."""


class StaffView(Shape):
    id: str
    name: str
    mail: str
    phone: str | None
    language: str
    zone: str | None
    role: Role
    permissions: list[Permission]
    created_at: Moment
    disabled_at: Moment | None
    version: int


class TokenView(Shape):
    id: str
    staff_id: str
    scope: Scope
    label: str
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None
    token: str | None = None
    """The token itself: in the answer that issues it, and never again."""


@viewed(Staff, at="/staff/{id}")
def staff_view(one: Staff) -> StaffView:
    return StaffView(
        **one.model_dump(include=set(StaffView.model_fields)),
        permissions=sorted(one.permissions),
    )


@viewed(Token, at="/tokens/{id}")
def token_view(one: Token) -> TokenView:
    return TokenView(**one.model_dump(include=set(TokenView.model_fields)))


@staff.route("/staff", methods=["POST"])
@staff_only(Permission.MANAGE_STAFF)
@operation("Take somebody on", takes=NewStaff, gives=StaffView, status=201)
def take_on() -> Response:
    return created(view(staff_service.add(desk(), **body(NewStaff).model_dump())))


@staff.route("/staff", methods=["GET"])
@staff_only(Permission.READ)
@operation("Who works here, by name", query=Paging, gives=Listed)
def everybody() -> Response:
    asked = query(Paging)
    after = cursors.after(desk(), staff_service.STAFF_LIST, asked.cursor)
    found = staff_service.everybody(desk(), limit=asked.limit, after=after)
    return ok(cursors.listed(desk(), staff_service.STAFF_LIST, found))


@staff.route("/staff/me", methods=["GET"])
@any_staff
@operation("Who I am and what I may do", gives=StaffView)
def me() -> Response:
    return ok(view(caller()))


@staff.route("/staff/me/work", methods=["GET"])
@any_staff
@operation("What is mine to do, by what is due next", query=Paging, gives=Listed)
def my_work() -> Response:
    """My tickets and the calls I promised."""
    name = f"assignee#{caller().id}"
    asked = query(Paging)
    page = desk().page(3, name, limit=asked.limit, after=cursors.after(desk(), name, asked.cursor))
    return ok(cursors.listed_by_due(desk(), name, page))


@staff.route("/staff/{staff_id}/tokens", methods=["POST"])
@staff_only(Permission.MANAGE_STAFF)
@operation("Issue an API token; it is shown this once", takes=NewToken, gives=TokenView, status=201)
def issue_token(staff_id: str) -> Response:
    asked = body(NewToken)
    lifetime = timedelta(days=asked.days) if asked.days else None
    issued = staff_service.issue_token(desk(), staff_id, label=asked.label, lifetime=lifetime)
    return created(view(issued.token).showing(token=issued.text))


@staff.route("/tokens/{token_id}", methods=["DELETE"])
@staff_only(Permission.MANAGE_STAFF)
@operation("Revoke a token or a session", status=204)
def revoke_token(token_id: str) -> Response:
    staff_service.revoke_token(desk(), token_id)
    return no_content()


@staff.route("/staff/{staff_id}/disable", methods=["POST"])
@staff_only(Permission.MANAGE_STAFF)
@operation("See somebody off: all their tokens end", gives=StaffView)
def disable(staff_id: str) -> Response:
    return ok(view(staff_service.disable(desk(), staff_id)))
