"""A shop's macros: the texts that its staff answer with again and again."""

import re
from typing import Annotated

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.drafts import Then
from chalicelib.domain.errors import Invalid
from chalicelib.domain.macros import Macro
from chalicelib.domain.permissions import Permission
from chalicelib.domain.shops import Language
from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.services import macros as service
from chalicelib.web.answers import no_content, ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.forms import Body, body
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.views import view, viewed

macros = Blueprint(__name__)

PLACE = "/macros/{macro}"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class NewMacro(Body):
    title: str = Field(min_length=1, max_length=80)
    texts: dict[Language, Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]] = Field(
        min_length=1, max_length=20
    )
    """By language, BCP 47. `{name}`, `{order}` and `{agent}` are filled in when it is used."""
    then: Then | None = None
    """What an answer with it usually leaves the ticket as."""


class MacroView(Shape):
    name: str
    version: int
    title: str
    texts: dict[str, str]
    then: Then | None


class Macros(Shape):
    items: list[MacroView]
    """By title; a shop has at most a hundred."""


@viewed(Macro, at="/macros/{id}")
def macro_view(one: Macro) -> MacroView:
    return MacroView(**{name: getattr(one, name) for name in MacroView.model_fields})


@macros.route("/macros", methods=["GET"])
@staff_only(Permission.READ)
@operation("The shop's macros", gives=Macros)
def listed() -> Response:
    return ok(Macros(items=[macro_view(one) for one in service.all_of(desk())]))


@macros.route(PLACE, methods=["PUT"])
@staff_only(Permission.MANAGE_SHOP)
@operation("Make or replace a macro", takes=NewMacro, gives=MacroView)
def put(macro: str) -> Response:
    """`macro` is the name that the shop gives it: small letters, digits and hyphens."""
    new = body(NewMacro)
    if not _NAME.fullmatch(macro):
        raise Invalid("Small letters, digits and hyphens, at most 40.", field="macro")
    return ok(view(service.put(desk(), macro, new.title, dict(new.texts), new.then)))


@macros.route(PLACE, methods=["DELETE"])
@staff_only(Permission.MANAGE_SHOP)
@operation("Take a macro away", status=204)
def remove(macro: str) -> Response:
    service.remove(desk(), macro)
    return no_content()
