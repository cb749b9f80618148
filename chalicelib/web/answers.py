"""Answers out: views as JSON, pages as HTML, and where to look next."""

from typing import Any
from urllib.parse import quote, urlsplit

from chalice.app import Response
from pydantic import BaseModel

from chalicelib.domain.permissions import Permission
from chalicelib.locales import SOURCE, choose_locale, languages
from chalicelib.services.counts import Counts, open_counts
from chalicelib.settings import settings
from chalicelib.web.auth import csrf_token, desk
from chalicelib.web.exchange import address, header, here, query_pairs
from chalicelib.web.views import View

JSON = "application/json"
HTML = "text/html; charset=utf-8"


def ok(found: View | BaseModel) -> Response:
    """200 with a view and its ETag."""
    return answer(found, 200)


def created(made: View) -> Response:
    """201 with the view of what was made, its ETag, and where it is."""
    response = answer(made, 201)
    response.headers["Location"] = settings().public_url + made.at
    return response


def accepted(taken: View | BaseModel) -> Response:
    """202: it will be done, not at this moment."""
    return answer(taken, 202)


def no_content() -> Response:
    return Response("", {"Content-Type": JSON}, 204)


def answer(found: View | BaseModel, status: int) -> Response:
    """A model as JSON; a view with its version as ETag."""
    if isinstance(found, View):
        etag = f'"{found.version}"'
        return Response(found.body.model_dump_json(), {"Content-Type": JSON, "ETag": etag}, status)
    return Response(found.model_dump_json(), {"Content-Type": JSON}, status)


def see_other(place: str) -> Response:
    """303 to another of our paths, after a form was posted. Nothing that somebody typed into an
    address gets out of it: what is no part of a path or a query is escaped."""
    where = urlsplit(settings().public_url).path + quote(place, safe="/?=&%")
    return Response("", {"Location": where, "Content-Type": HTML}, 303)


def html(template: str, locale: str, **context: Any) -> Response:
    """A page for people. Every template has `csrf`, `staff`, `session_ends`, `request_id` and
    `here`."""
    return page_answer(200, template, locale, context)


def refused(template: str, locale: str, **context: Any) -> Response:
    """422: the same form again, with what was typed and what is wrong with it."""
    return page_answer(422, template, locale, context)


def page_answer(status: int, template: str, locale: str, context: dict[str, Any]) -> Response:
    """A page under a status of its own."""
    # Templates and catalogues would cost every cold start what only pages need.
    from chalicelib.pages import page

    exchange = here()
    given: dict[str, Any] = {
        "csrf": csrf_token(),
        "staff": exchange.staff,
        "session_ends": exchange.session_ends,
        "request_id": exchange.id,
        "here": address(),
        "counts": _open_counts,
    }
    return Response(page(template, locale, **(given | context)), {"Content-Type": HTML}, status)


def _open_counts() -> Counts | None:
    staff = here().staff
    may_see = staff is not None and Permission.READ in staff.permissions
    return open_counts(desk()) if may_see else None


def asked_locale() -> str:
    """The language for somebody we know nothing about: `?lang=`, then what the browser prefers."""
    wanted = dict(query_pairs()).get("lang")
    return choose_locale(wanted, header("accept-language"), languages(), SOURCE)
