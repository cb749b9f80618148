"""Errors out: the one table from error to HTTP answer (RFC 9457)."""

from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import (
    DomainError,
    Expired,
    Forbidden,
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    Stale,
    TooLarge,
    TooMany,
    Unauthorized,
)
from chalicelib.services.desk import KeyReused, TryLater
from chalicelib.settings import settings


class WrongType(DomainError):
    """The body's content type is not one this route reads (RFC 9110, 15.5.16)."""


class WrongMethod(DomainError):
    """The route has no such method; `facts["allow"]` lists those it has."""


class Broken(DomainError):
    """Our fault. Nothing of what went wrong is told; the request id finds it in the log."""


@dataclass(frozen=True, slots=True)
class Problem:
    """How one kind of error is answered."""

    status: int
    slug: str
    title: str
    sentence: str
    """What a person reads, also as the explanation under `/problems/<slug>`."""


PROBLEMS: dict[type[DomainError], Problem] = {
    Malformed: Problem(
        400, "malformed", "Not readable", "What was sent could not be read. Please try again."
    ),
    Unauthorized: Problem(
        401, "unauthorized", "Please sign in", "We do not know who you are. Please sign in."
    ),
    Forbidden: Problem(403, "forbidden", "Not for you", "You are not allowed to do this."),
    NotFound: Problem(
        404, "not-found", "Nothing here", "There is nothing here, or it is no longer there."
    ),
    WrongMethod: Problem(
        405, "method-not-allowed", "Not that way", "This address does not take that method."
    ),
    NotAllowed: Problem(
        409, "not-allowed-now", "Not possible now", "As things stand, this is not possible."
    ),
    Expired: Problem(
        410, "expired", "This link is over", "This link was good once and is no longer."
    ),
    Stale: Problem(
        412,
        "stale",
        "Somebody was faster",
        "It was changed since you looked. Look again and decide again.",
    ),
    TooLarge: Problem(413, "too-large", "Too large", "What was sent is too large."),
    WrongType: Problem(
        415, "unsupported-type", "Unknown kind of content", "This kind of content is not read here."
    ),
    Invalid: Problem(422, "invalid", "Something is not right", "Please look at what you entered."),
    KeyReused: Problem(
        422,
        "idempotency-key-reused",
        "Key used before",
        "This Idempotency-Key came with another request before. Choose a new one.",
    ),
    TooMany: Problem(429, "too-many", "A little slower, please", "That was a bit fast."),
    Broken: Problem(
        500,
        "broken",
        "Something went wrong on our side",
        "Nothing you sent before this is lost. Please try again in a moment.",
    ),
    TryLater: Problem(
        503,
        "try-later",
        "Very busy just now",
        "Nothing was lost. Please send the same again in a moment.",
    ),
}


def problem_of(error: DomainError) -> Problem:
    """The row of an error's class, or of the nearest class it comes from."""
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return PROBLEMS[kind]
    return PROBLEMS[Broken]


def document(error: DomainError, request_id: str) -> dict[str, Any]:
    """The problem document a machine gets; `facts` become members of their own."""
    problem = problem_of(error)
    about = {"field": error.field} if error.field else {}
    return {
        **error.facts,
        **about,
        "type": f"{settings().public_url}/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": error.detail,
        "instance": f"urn:aftercare:request:{request_id}",
    }


def headers_of(error: DomainError) -> dict[str, str]:
    """The headers HTTP asks for beside the status."""
    match error:
        case TooMany() | TryLater():
            return {"Retry-After": str(error.facts.get("retry_after", 1))}
        case WrongMethod():
            return {"Allow": str(error.facts["allow"])}
        case Unauthorized():
            return {"WWW-Authenticate": 'Bearer realm="aftercare"'}
        case _:
            return {}
