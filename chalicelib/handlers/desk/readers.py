"""Who else reads a ticket at this moment, and whether it was changed: asked for by an open page."""

import hashlib
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.permissions import Permission
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.ticket_page import TICKET, Looked, others
from chalicelib.services.lookups import named
from chalicelib.web.answers import HTML
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.exchange import header
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

desk_readers = Blueprint(__name__)

KEPT = {"Cache-Control": "private, no-cache"}
"""A browser asks again each time, with the tag of what it has."""


class Open(Looked):
    version: int = Field(default=0, ge=0)
    """Of the ticket, as the open page shows it."""


@desk_readers.route(f"{TICKET}/readers", methods=["GET"])
@staff_only(Permission.READ)
@webpage(TICKET)
def readers(ticket: str) -> Response:
    """304 while nothing is new."""
    here, asked = desk(), query(Open)
    found = here.get(Ticket, named(here, Ticket, ticket))
    shown: dict[str, Any] = {
        "ticket": found,
        "others": others(here, found),
        "version": asked.version or found.version,
        "view": asked.view,
    }
    answer = staff_page(200, "desk/ticket/readers.html", **shown)
    tag = f'"{hashlib.sha256(str(answer.body).encode()).hexdigest()[:16]}"'
    if header("if-none-match") == tag:
        return Response("", {"Content-Type": HTML, "ETag": tag, **KEPT}, 304)
    answer.headers.update({"ETag": tag, **KEPT})
    return answer
