"""What becomes of a form of the desk whose sender was signed out meanwhile: it comes back with all
that was typed, to be sent again after signing in.

A form that another site sent is never shown: somebody else may have filled it in.
"""

from contextlib import suppress
from http import HTTPStatus

from chalice.app import Response

from chalicelib.domain.errors import DomainError, Forbidden, Malformed, Unauthorized
from chalicelib.web.answers import asked_locale, page_answer, see_other
from chalicelib.web.exchange import Exchange, header, here
from chalicelib.web.forms import OURS, field, fields
from chalicelib.web.operations import Webpage, description_of

SIGN_IN = "/desk/sign-in"
AT_A_GLANCE = 40
"""Characters of one field; what is longer, or has spaces, somebody wrote by hand."""


def unsent(error: DomainError) -> Response | None:
    """The answer at the desk to who is not signed in, or was not when the page was opened; None
    for any other error. A part of a page that is asked for (htmx) is told in a line."""
    is_signed_out = isinstance(error, Unauthorized)
    if not is_signed_out and not _is_of_another_session(error):
        return None
    status = HTTPStatus.UNAUTHORIZED if is_signed_out else HTTPStatus.FORBIDDEN
    if header("hx-request"):
        return page_answer(status, "desk/signed-out.html", _locale(here()), {})
    if _is_a_form_of_ours(here()):
        # In what cannot be read, nothing was typed.
        with suppress(Malformed):
            return _handed_back(here(), status)
    return see_other(SIGN_IN) if is_signed_out else None


def _is_of_another_session(error: DomainError) -> bool:
    return isinstance(error, Forbidden) and error.facts.get("reason") == "csrf"


def _is_a_form_of_ours(exchange: Exchange) -> bool:
    """Signing out is wanted no more; a browser says of every form whose page sent it."""
    is_ours = header("sec-fetch-site") == "same-origin"
    return is_ours and exchange.request.method == "POST" and _place(exchange) != SIGN_IN


def _handed_back(exchange: Exchange, status: int) -> Response:
    context: dict[str, object] = {
        "typed": [(name, value) for name, values in fields().items() for value in values],
        "ours": [(name, field(name)) for name in sorted(OURS - {"csrf"}) if field(name)],
        "at_a_glance": AT_A_GLANCE,
        "place": _place(exchange),
    }
    return page_answer(status, "desk/unsent.html", _locale(exchange), context)


def _place(exchange: Exchange) -> str:
    """The page that the form leads to; empty if that is known only after it."""
    described = description_of(exchange.view) if exchange.view else None
    try:
        return described.repeat.format(**exchange.params) if isinstance(described, Webpage) else ""
    except KeyError:
        return ""


def _locale(exchange: Exchange) -> str:
    return exchange.staff.language if exchange.staff else asked_locale()
