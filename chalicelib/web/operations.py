"""What a route does, said beside it: an operation for machines, or a page for people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """What the API's document says of a route, and the status its first answer has.

    `gives` is the model that is answered as JSON, or the media type of what has no model.
    """

    summary: str
    takes: type[BaseModel] | None
    gives: type[BaseModel] | str | None
    query: type[BaseModel] | None
    status: int


@dataclass(frozen=True, slots=True)
class Webpage:
    """A route for browsers: its errors are pages. `repeat` is where a form posted twice leads:
    a path that may name the route's parameters and `{id}`, what the first post made."""

    repeat: str


def operation(
    summary: str,
    *,
    takes: type[BaseModel] | None = None,
    gives: type[BaseModel] | str | None = None,
    query: type[BaseModel] | None = None,
    status: int = 200,
) -> Callable[[F], F]:
    """Describe a route of the API with the models it parses and answers with."""
    return lambda view: _described(view, Operation(summary, takes, gives, query, status))


def webpage(repeat: str) -> Callable[[F], F]:
    """Mark a route that answers with pages; `@webpage("/case/{token}")`."""
    return lambda view: _described(view, Webpage(repeat))


def description_of(view: Callable[..., Any]) -> Operation | Webpage:
    """What a view does. Raises TypeError for a view that does not say."""
    described: Operation | Webpage | None = getattr(view, "__described__", None)
    if described is None:
        raise TypeError(
            f"{view.__name__} is neither an operation nor a webpage (web/operations.py)"
        )
    return described


def _described(view: F, described: Operation | Webpage) -> F:
    if hasattr(view, "__described__"):
        raise TypeError(f"{view.__name__} is described twice")
    view.__described__ = described  # pyright: ignore[reportFunctionMemberAccess]
    return view
