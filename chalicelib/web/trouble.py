"""What goes wrong, as an answer: a problem document for machines, a plain page for people."""

import json
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus

from chalice.app import Response

from chalicelib.domain.errors import (
    DomainError,
    Expired,
    Invalid,
    Malformed,
    NotFound,
    TooLarge,
    TooMany,
)
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.locales import catalogue
from chalicelib.logs import note_broken
from chalicelib.services import desk as desks
from chalicelib.services import fresh_links
from chalicelib.services.desk import Desk, KeyReused, Replayed, TryLater
from chalicelib.services.house import house
from chalicelib.services.links import LinkOver
from chalicelib.store.commit import is_outage
from chalicelib.web.answers import answer, asked_locale, created, page_answer, see_other
from chalicelib.web.auth import Shopper, access_of, desk
from chalicelib.web.errors import Broken, WrongType, document, headers_of, problem_of
from chalicelib.web.exchange import Exchange, here
from chalicelib.web.operations import Operation, Webpage, description_of
from chalicelib.web.unsent import sent_before, unsent
from chalicelib.web.views import View, replayed

PROBLEM_JSON = "application/problem+json"

_STAFFS = ("/desk", "/bench")
"""What the addresses of the staff's pages begin with."""

_NOT_MAILED = "order"
"""What the links are signed for that our pages give, and no mail."""

_NOBODY = Actor(kind=ActorKind.CUSTOMER)


def trouble(error: DomainError) -> Response:
    """The answer to a refused request."""
    exchange = here()
    if _is_for_people(exchange):
        response = _handed_back(error, exchange) or _page(error, exchange)
    else:
        response = problem(error, exchange)
    response.headers.update(headers_of(error))
    return response


def problem(error: DomainError, exchange: Exchange) -> Response:
    """RFC 9457."""
    return Response(
        json.dumps(document(error, exchange.id), ensure_ascii=False, default=str),
        {"Content-Type": PROBLEM_JSON},
        problem_of(error).status,
    )


def unforeseen(error: Exception) -> Response:
    """The answer to a failure that no rule names, after it was logged."""
    exchange = here()
    _note(error, exchange)
    if is_outage(error):
        return trouble(TryLater("The store did not answer in time.", retry_after=1))
    return trouble(Broken("Please try again; if it stays, tell us the request's id."))


def again(repeat: Replayed) -> Response:
    """The first answer again, from the record as it is now; a secret in it is not told twice."""
    exchange = here()
    if exchange.view is None:
        raise LookupError("a repeat without a route")
    match description_of(exchange.view):
        case Webpage(place):
            return see_other(place.format(**exchange.params, id=repeat.resource_id))
        case Operation(status=status):
            view = replayed(_fresh_desk(exchange), repeat)
            response = _rendered(view, status)
            response.headers["Idempotent-Replayed"] = "true"
            return response


def _rendered(view: View | None, status: int) -> Response:
    if view is None:
        return Response("{}", {}, status)
    return created(view) if status == HTTPStatus.CREATED else answer(view, status)


def _fresh_desk(exchange: Exchange) -> Desk:
    """The request's desk has the receipt still to read, and would find the repeat again."""
    known = exchange.desk or desk()
    return desks.desk(known.house, known.shop_id, actor=known.actor, correlation=exchange.id)


def _handed_back(error: DomainError, exchange: Exchange) -> Response | None:
    """A form that came in vain, to be sent once more; None for what that would not help."""
    if isinstance(error, KeyReused):
        return sent_before(error, _around(error, exchange))
    return unsent(error) if _is_at_desk(exchange) else None


def _page(error: DomainError, exchange: Exchange) -> Response:
    row = problem_of(error)
    locale = exchange.staff.language if exchange.staff else asked_locale()
    say = catalogue(locale).gettext
    context = {
        "title": say(row.title),
        "sentence": say(row.sentence),
        "is_ours": _is_ours(error),
        "is_at_desk": _is_at_desk(exchange),
        "advice": _advice(error, exchange),
        "wait": timedelta(seconds=int(error.facts.get("retry_after", 0))),
        "again": _again(error, exchange),
    }
    try:
        return page_answer(row.status, "trouble.html", locale, context | _around(error, exchange))
    except Exception as broken:  # noqa: BLE001 - the outermost edge: a broken frame must not hide the error
        _note(broken, exchange)
        return problem(error, exchange)


def _around(error: DomainError, exchange: Exchange) -> dict[str, object]:
    """The shop it happened at, where that is known and can be asked for."""
    if isinstance(error, LinkOver):
        known = desks.desk(house(), error.link.shop, actor=_NOBODY, correlation=exchange.id)
        return {"shop": known.shop}
    is_no_shop = isinstance(error, NotFound) and error.field == "shop"
    if exchange.desk is not None and not is_no_shop and not _is_ours(error):
        # The address may name a shop that there is not, and fail for something else.
        with suppress(NotFound):
            return {"shop": exchange.desk.shop}
    return {}


def _advice(error: DomainError, exchange: Exchange) -> str:
    """What helps whoever reads the page; of a link that is over, what it was signed for."""
    purpose = _purpose(exchange)
    is_form = exchange.request.method == "POST"
    match error:
        case TooMany():
            return "wait"
        case Expired():
            return purpose or "sign-in"
        case Invalid() | Malformed() | TooLarge() | WrongType() | Broken() | TryLater():
            return "typed" if is_form else ""
        case _ if _is_at_desk(exchange):
            return "typed" if is_form else ""
        case _ if purpose == _NOT_MAILED:
            return purpose
        case _:
            return "link" if purpose else "address"


def _again(error: DomainError, exchange: Exchange) -> str:
    """Where a fresh link is asked for, in place of one that is over."""
    purpose = _purpose(exchange)
    is_sent = isinstance(error, LinkOver) and purpose in fresh_links.PURPOSES
    return f"/again/{purpose}/{exchange.params['token']}" if is_sent else ""


def _purpose(exchange: Exchange) -> str:
    """What the link was to be signed for that led here; empty where none does."""
    access = access_of(exchange.view) if exchange.view else None
    return access.purpose if isinstance(access, Shopper) else ""


def _is_ours(error: DomainError) -> bool:
    return problem_of(error).status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _note(error: Exception, exchange: Exchange) -> None:
    note_broken(error, request_id=exchange.id, route=exchange.request.path)


def _is_for_people(exchange: Exchange) -> bool:
    return exchange.view is not None and isinstance(description_of(exchange.view), Webpage)


def _is_at_desk(exchange: Exchange) -> bool:
    return exchange.request.path.startswith(_STAFFS)
