"""The app: what is true of every request stands here once."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from chalice.app import Chalice, Request, Response

from chalicelib.domain.errors import DomainError, NotFound, TooLarge
from chalicelib.logs import log, note_broken
from chalicelib.services.desk import Replayed
from chalicelib.settings import settings
from chalicelib.web.auth import Access, StaffOnly, access_of, admit
from chalicelib.web.errors import Broken, WrongMethod
from chalicelib.web.exchange import Exchange, begin, decoded, here, raw_body
from chalicelib.web.operations import description_of
from chalicelib.web.trouble import again, headers_of, problem, trouble, unforeseen

View = Callable[..., Any]

LONGEST_NAME = 512
"""Bytes of what a path names, an id or a link: longer than any of ours, and short enough to be
looked for."""

_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CONSOLE_POLICY = f"{_PAGE_POLICY}; script-src 'self'; connect-src 'self'"

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Failed(Exception):
    """A function that something else than a request woke could not do its work."""


class AftercareApp(Chalice):
    """Chalice with what it lacks: domain errors as answers, `HEAD` beside every `GET`, decoded
    path parameters, request ids, security headers, a size limit, and one log line a request; and
    nothing that an error quotes in any log.

    A route that does not say who may call it and what it does is refused with TypeError.
    """

    def __init__(self, name: str) -> None:
        super().__init__(app_name=name, configure_logs=False)  # pyright: ignore[reportUnknownMemberType]
        self.api.binary_types.append("font/woff2")
        self.register_middleware(_envelope, "http")
        for kind in ("scheduled", "dynamodb", "sns"):
            self.register_middleware(_quietly, kind)

    def _register_route(self, name: str, user_handler: View, kwargs: Any, **unused: Any) -> None:
        # Every route reads any content type here; `forms.body` says what it cannot read (415).
        options = {**kwargs["kwargs"], "content_types": ["*/*"]}
        methods: list[str] = options.get("methods", ["GET"])
        if "GET" in methods:
            methods = [*methods, "HEAD"]
        super()._register_route(  # pyright: ignore[reportPrivateUsage]
            name,
            _guarded(user_handler),
            {**kwargs, "kwargs": {**options, "methods": methods}},
            **unused,
        )


def doors(app: Chalice) -> list[tuple[str, str, View]]:
    """Every method, path and view there is; `access_of` says who may come through each."""
    return [
        (method, path, entry.view_function)
        for path, entries in sorted(app.routes.items())
        for method, entry in sorted(entries.items())
    ]


def _guarded(view: View) -> View:
    """The view with everything in front of it that every view needs."""
    access = access_of(view)
    description_of(view)

    @wraps(view)
    def run(**params: str) -> Any:
        exchange = here()
        exchange.view = view
        exchange.params = decoded(params)
        try:
            _enter(access)
            return view(**exchange.params)
        except Replayed as repeat:
            return again(repeat)
        except DomainError as error:
            return trouble(error)
        except Exception as error:  # noqa: BLE001 - the outermost edge: logged and answered
            return unforeseen(error)

    return run


def _enter(access: Access) -> None:
    if any(len(name.encode()) > LONGEST_NAME for name in here().params.values()):
        raise NotFound("There is nothing here.")
    most = settings().max_body_bytes
    if len(raw_body()) > most:
        raise TooLarge(f"At most {most} bytes.", field="body", limit=most)
    admit(access)


def _envelope(request: Request | None, get_response: Callable[[Any], Response]) -> Response:
    """Around every answer, also those that Chalice gives by itself."""
    if request is None:
        return get_response(request)
    started = time.perf_counter()
    exchange = begin(request)
    response = _in_our_shape(get_response(request), exchange)
    for name, value in (_HEADERS | _policy(exchange)).items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = exchange.id
    if request.method == "HEAD":
        response.body = b"" if isinstance(response.body, bytes) else ""
    log().info(
        "request",
        extra={
            "method": request.method,
            "route": request.path,
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "request_id": exchange.id,
            "shop": exchange.shop_id,
            "staff": exchange.staff.id if exchange.staff else "",
            "about": exchange.about,
        },
    )
    return response


def _quietly(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Lambda writes an error that leaves a function into the log, and into the queue of what
    failed, with its words, which may quote a customer: it leaves as its name alone."""
    try:
        return get_response(event)
    except Exception as error:  # noqa: BLE001 - the outermost edge: logged, and raised as another
        note_broken(error)
        raise Failed(type(error).__name__) from None


def _policy(exchange: Exchange) -> dict[str, str]:
    is_console = exchange.view is not None and isinstance(access_of(exchange.view), StaffOnly)
    policy = _CONSOLE_POLICY if is_console else _PAGE_POLICY
    for directive, origin in exchange.allowed.items():
        policy = policy.replace(f"{directive} 'self'", f"{directive} 'self' {origin}")
    return {"Content-Security-Policy": policy}


def _in_our_shape(response: Response, exchange: Exchange) -> Response:
    """Chalice answers an unknown method and its own failures in a shape of its own."""
    body: Any = response.body
    if not isinstance(body, dict) or "Code" not in body:
        return response
    match response.status_code:
        case 404:
            error: DomainError = NotFound("There is nothing here.")
        case 405:
            methods = cast("dict[str, str]", response.headers)["Allow"]
            error = WrongMethod(f"{exchange.request.method} is not among them.", allow=methods)
        case _:
            error = Broken("Please try again; if it stays, tell us the request's id.")
    answer = problem(error, exchange)
    answer.headers.update(headers_of(error))
    return answer
