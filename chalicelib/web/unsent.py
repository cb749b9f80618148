"""What becomes of a form that was not taken though nothing in it is wrong: it comes back with all
that was typed, to be sent once more. So does one of the desk whose sender was signed out
meanwhile, and any that was sent before and has been changed since.

A form that another site sent to the desk is never shown: somebody else may have filled it in.
"""

import re
import secrets
from contextlib import suppress
from http import HTTPStatus

from chalice.app import Response

from chalicelib.domain.errors import DomainError, Forbidden, Malformed, Unauthorized
from chalicelib.services.desk import KeyReused
from chalicelib.web.answers import asked_locale, page_answer, see_other
from chalicelib.web.auth import csrf_token
from chalicelib.web.errors import problem_of
from chalicelib.web.exchange import Exchange, address, header, here
from chalicelib.web.forms import OURS, field, fields
from chalicelib.web.operations import Webpage, description_of

SIGN_IN = "/desk/sign-in"

_CODE = re.compile(r"[\w.:@+#/-]{0,40}", re.ASCII)
"""A value that nobody need look over, such as a choice or an id; any other somebody wrote by
hand."""


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
            ours = {name: field(name) for name in OURS}
            return _handed_back(status, ours, {"sent_before": False, "place": _place(here())})
    return see_other(SIGN_IN) if is_signed_out else None


def sent_before(error: KeyReused, around: dict[str, object]) -> Response | None:
    """The answer to a form whose key is used up: the form with another key; None for what is no
    form. `around` is what the page's frame takes."""
    if not field("idempotency_key"):
        return None
    ours = {"idempotency_key": secrets.token_hex(8), "seen": field("seen")}
    place = _place(here()) if here().staff else ""
    shown = around | {"sent_before": True, "place": place}
    return _handed_back(problem_of(error).status, ours, shown)


def _is_of_another_session(error: DomainError) -> bool:
    return isinstance(error, Forbidden) and error.facts.get("reason") == "csrf"


def _is_a_form_of_ours(exchange: Exchange) -> bool:
    """Signing out is wanted no more; a browser says of every form whose page sent it."""
    is_ours = header("sec-fetch-site") == "same-origin"
    return is_ours and exchange.request.method == "POST" and _place(exchange) != SIGN_IN


def _handed_back(status: int, ours: dict[str, str], shown: dict[str, object]) -> Response:
    ours = ours | {"csrf": csrf_token()}
    context = shown | {
        "typed": [
            (name, value, not _CODE.fullmatch(value))
            for name, values in fields().items()
            for value in values
        ],
        "ours": [pair for pair in sorted(ours.items()) if pair[1]],
        "action": address(),
        # Another language would come without what was typed.
        "here": "",
    }
    return page_answer(status, "unsent.html", _locale(here()), context)


def _place(exchange: Exchange) -> str:
    """The page that the form leads to; empty if that is known only after it."""
    described = description_of(exchange.view) if exchange.view else None
    try:
        return described.repeat.format(**exchange.params) if isinstance(described, Webpage) else ""
    except KeyError:
        return ""


def _locale(exchange: Exchange) -> str:
    return exchange.staff.language if exchange.staff else asked_locale()
