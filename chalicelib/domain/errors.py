"""Refusals. Each names its reason; `web.errors` holds the one table from error to HTTP answer."""

from typing import Any


class DomainError(Exception):
    """A request that the rules refuse, said in words the caller can act on.

    `field` names the input at fault, if one is; `facts` go into the problem document as they are.
    """

    def __init__(self, detail: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.facts = facts


class NotFound(DomainError):
    """There is no such thing in this shop (another shop's things do not exist here)."""


class Malformed(DomainError):
    """The body, a header or the query cannot be read at all."""


class Invalid(DomainError):
    """The input is well formed but means nothing here; `field` and `detail` say why."""


class TooLarge(DomainError):
    """More than can be taken or kept; `field` names what is too large."""


class NotAllowed(DomainError):
    """The state of the thing does not allow this now."""


class Forbidden(DomainError):
    """The caller is known but may not do this."""


class Unauthorized(DomainError):
    """The caller is not known; `facts["reason"]` is a code, never a hint at the secret."""


class TooMany(DomainError):
    """Slow down; `facts["retry_after"]` is in seconds."""


class Stale(DomainError):
    """The caller decided on an older version than the one stored (`If-Match`, RFC 9110 13.1.1)."""


class Expired(DomainError):
    """The link or code was good once and is no longer."""
