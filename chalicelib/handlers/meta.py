"""About the service itself: its API's document, its problems, its health and its files."""

import json
from functools import cache

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound
from chalicelib.locales import SOURCE, catalogue
from chalicelib.web.answers import JSON, asked_locale, html, ok
from chalicelib.web.auth import public
from chalicelib.web.errors import PROBLEMS
from chalicelib.web.openapi import by_tag, document
from chalicelib.web.operations import operation, webpage
from chalicelib.web.shapes import Shape

meta = Blueprint(__name__)

FOREVER = "public, max-age=31536000, immutable"


class Health(Shape):
    status: str


@meta.route("/openapi.json")
@public
@operation("This API as OpenAPI 3.1", gives=JSON)
def openapi() -> Response:
    return Response(_document(), {"Content-Type": JSON})


@meta.route("/docs")
@public
@webpage("/docs")
def docs() -> Response:
    api = json.loads(_document())
    return html("api/docs.html", SOURCE, api=api, tags=by_tag(api))


@meta.route("/problems/{slug}")
@public
@webpage("/problems/{slug}")
def problem(slug: str) -> Response:
    """What a problem document's `type` means."""
    rows = {row.slug: row for row in PROBLEMS.values()}
    if slug not in rows:
        raise NotFound("There is no such problem.", field="slug")
    say = catalogue(asked_locale()).gettext
    row = rows[slug]
    return html(
        "api/problem.html",
        asked_locale(),
        status=row.status,
        slug=slug,
        title=say(row.title),
        sentence=say(row.sentence),
    )


@meta.route("/health")
@public
@operation("Whether the service answers", gives=Health)
def health() -> Response:
    return ok(Health(status="ok"))


@meta.route("/robots.txt")
@public
@operation("Nothing here is for search engines", gives="text/plain")
def robots() -> Response:
    return Response("User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain; charset=utf-8"})


@meta.route("/static/{name}")
@public
@operation("A file of the pages, under a name that changes with its content", gives="*/*")
def static(name: str) -> Response:
    from chalicelib.pages import asset

    found = asset(name)
    if found is None:
        raise NotFound("There is no such file.", field="name")
    is_text = found.content_type.startswith(("text/", "image/svg"))
    content = found.content.decode() if is_text else found.content
    return Response(content, {"Content-Type": found.content_type, "Cache-Control": FOREVER})


@cache
def _document() -> str:
    return json.dumps(document(meta.current_app), ensure_ascii=False)
