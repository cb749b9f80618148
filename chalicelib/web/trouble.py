"""What goes wrong, as an answer: a problem document for machines, a plain page for people."""

import json
from http import HTTPStatus

from chalice.app import Response

from chalicelib.domain.errors import DomainError
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.locales import catalogue
from chalicelib.logs import note_broken
from chalicelib.services import desk as desks
from chalicelib.services import fresh_links
from chalicelib.services.desk import Desk, Replayed, TryLater
from chalicelib.services.house import house
from chalicelib.services.links import LinkOver
from chalicelib.store.commit import is_outage
from chalicelib.web.answers import answer, asked_locale, created, page_answer, see_other
from chalicelib.web.auth import Shopper, access_of, desk
from chalicelib.web.errors import Broken, document, headers_of, problem_of
from chalicelib.web.exchange import Exchange, here
from chalicelib.web.operations import Operation, Webpage, description_of
from chalicelib.web.unsent import unsent
from chalicelib.web.views import View, replayed

PROBLEM_JSON = "application/problem+json"

_STAFFS = ("/desk", "/bench")
"""What the addresses of the staff's pages begin with."""

_NOBODY = Actor(kind=ActorKind.CUSTOMER)


def trouble(error: DomainError) -> Response:
    """The answer to a refused request."""
    exchange = here()
    if _is_for_people(exchange):
        handed_back = unsent(error) if _is_at_desk(exchange) else None
        response = handed_back or _page(error, exchange)
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


def _page(error: DomainError, exchange: Exchange) -> Response:
    row = problem_of(error)
    locale = exchange.staff.language if exchange.staff else asked_locale()
    say = catalogue(locale).gettext
    context = {
        "title": say(row.title),
        "sentence": say(row.sentence),
        "is_ours": _is_ours(error),
        "is_at_desk": _is_at_desk(exchange),
    }
    try:
        return page_answer(row.status, "trouble.html", locale, context | _around(error, exchange))
    except Exception as broken:  # noqa: BLE001 - the outermost edge: a broken frame must not hide the error
        _note(broken, exchange)
        return problem(error, exchange)


def _around(error: DomainError, exchange: Exchange) -> dict[str, object]:
    """The shop it happened at, where that is known and can be asked for; and of a link that is
    over, where there is another way in."""
    if isinstance(error, LinkOver):
        known = desks.desk(house(), error.link.shop, actor=_NOBODY, correlation=exchange.id)
        access = access_of(exchange.view) if exchange.view else None
        purpose = access.purpose if isinstance(access, Shopper) else ""
        token = exchange.params["token"]
        again = f"/again/{purpose}/{token}" if purpose in fresh_links.PURPOSES else ""
        return {"shop": known.shop, "again": again, "is_order": purpose == "order"}
    return {"shop": exchange.desk.shop} if exchange.desk and not _is_ours(error) else {}


def _is_ours(error: DomainError) -> bool:
    return problem_of(error).status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _note(error: Exception, exchange: Exchange) -> None:
    note_broken(error, request_id=exchange.id, route=exchange.request.path)


def _is_for_people(exchange: Exchange) -> bool:
    return exchange.view is not None and isinstance(description_of(exchange.view), Webpage)


def _is_at_desk(exchange: Exchange) -> bool:
    return exchange.request.path.startswith(_STAFFS)
