"""What the outside sees of a record: one view a kind, used for answers and for repeats."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel

from chalicelib.domain.records import Record
from chalicelib.services.desk import Desk, Replayed

R = TypeVar("R", bound=Record)
V = TypeVar("V", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class View:
    """A record as the outside sees it, with its version and its address."""

    body: BaseModel
    version: int
    at: str

    def showing(self, **fields: Any) -> "View":
        """The same view with what only this one answer tells, such as a fresh secret."""
        return replace(self, body=self.body.model_copy(update=fields))


@dataclass(frozen=True, slots=True)
class _Viewer:
    kind: type[Record]
    at: str
    show: Callable[[Any], BaseModel]


_VIEWERS: dict[str, _Viewer] = {}


def viewed(kind: type[R], at: str) -> Callable[[Callable[[R], V]], Callable[[R], V]]:
    """Declare the view of a kind of record and its address: `at="/tickets/{id}"`; a part may
    name `{part_of}` too."""

    def register(show: Callable[[R], V]) -> Callable[[R], V]:
        if kind.kind in _VIEWERS:
            raise TypeError(f"{kind.kind} has two views")
        _VIEWERS[kind.kind] = _Viewer(kind, at, show)
        return show

    return register


def view(record: Record) -> View:
    """The view of a record. Raises KeyError for a kind that has none."""
    viewer = _VIEWERS[record.kind]
    at = viewer.at.format(id=record.id, part_of=record.part_of)
    return View(viewer.show(record), record.version, at)


def replayed(desk: Desk, error: Replayed) -> View | None:
    """The answer to a repeat, from the record as it is now; None if the first made no record
    that is shown."""
    if error.resource_kind not in _VIEWERS or error.resource_id is None:
        return None
    kind = _VIEWERS[error.resource_kind].kind
    return view(desk.get(kind, error.resource_id, error.part_of))
