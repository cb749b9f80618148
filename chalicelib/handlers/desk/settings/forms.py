"""A subject's form: the fields it has, what was typed into them, and the configuration they make.

A field that comes back as it was shown leaves its value as it is, to the letter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from pydantic import BaseModel, ValidationError

from chalicelib.domain.shops import Configuration, Shop
from chalicelib.handlers.desk.settings.kinds import Kind, Unreadable

_LIMITS = frozenset({"ge", "le", "max_length", "min_length"})
_OF_VALUES = frozenset({"greater_than_equal", "less_than_equal"})
"""Errors whose limit is a value of the field, and is said as the field says it."""

Typed: TypeAlias = dict[str, str]
"""What stands in each field, by the path of its value."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field. `path` leads to its value in a Configuration, and is its name in the form."""

    path: str
    label: str
    kind: Kind
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is not what it was, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field: a code of pydantic's or of its kind, and the limit it broke."""

    code: str
    limit: str = ""


class Wrong(Exception):
    """What was typed makes no configuration."""

    def __init__(self, faults: dict[str, Fault]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def shown(shop: Configuration, entries: Iterable[Entry]) -> Typed:
    """What a shop's form says."""
    return {one.path: one.kind.show(_value(shop, one.path)) for one in entries}


def typed(entries: Iterable[Entry], fields: Mapping[str, list[str]], before: Typed) -> Typed:
    """What a form that came back says; a field it does not have is as before."""
    return {
        one.path: _joined(one.kind, fields[one.path]) if one.path in fields else before[one.path]
        for one in entries
    }


def wanted(shop: Shop, entries: Iterable[Entry], given: Typed) -> Configuration:
    """The shop's configuration with what was typed. Raises Wrong."""
    known = {one.path: one for one in entries}
    now = shown(shop, known.values())
    values: dict[str, Any] = {name: getattr(shop, name) for name in Configuration.model_fields}
    faults: dict[str, Fault] = {}
    for path in (path for path in known if given[path] != now[path]):
        kind = known[path].kind
        try:
            _put(values, path.split("."), kind.read(given[path]))
        except Unreadable:
            faults[path] = Fault(kind.code)
    if faults:
        raise Wrong(faults)
    address = values["return_address"]
    if isinstance(address, dict) and not any(cast("dict[str, Any]", address).values()):
        values["return_address"] = None
    try:
        return Configuration.model_validate(values)
    except ValidationError as error:
        raise Wrong(_faults(error, known)) from None


def changes(entries: Iterable[Entry], before: Typed, after: Typed) -> list[Change]:
    """The fields in which two forms differ."""
    return [
        Change(one.label, one.kind.words(old), one.kind.words(new))
        for one in entries
        if (old := before.get(one.path, "")) != (new := after.get(one.path, ""))
    ]


def _value(shop: Configuration, path: str) -> Any:
    value: Any = shop
    for name in path.split("."):
        value = _part(value, name)
    return value


def _part(whole: Any, name: str) -> Any:
    """None of what is not there at all."""
    if isinstance(whole, dict):
        return cast("dict[str, Any]", whole).get(name)
    return None if whole is None else getattr(whole, name)


def _put(values: dict[str, Any], way: list[str], value: Any) -> None:
    """Every part of a model on the way becomes a plain dictionary, to be checked anew."""
    first, *rest = way
    if not rest:
        values[first] = value
        return
    inner = values.get(first)
    values[first] = inner.model_dump() if isinstance(inner, BaseModel) else dict(inner or {})
    _put(values[first], rest, value)


def _joined(kind: Kind, given: list[str]) -> str:
    """A browser ends lines its own way, and sends a field for each tick."""
    if kind.widget == "ticks":
        return kind.show([one for sent in given for one in sent.split(",")])
    return given[-1].replace("\r\n", "\n")


def _faults(error: ValidationError, known: Mapping[str, Entry]) -> dict[str, Fault]:
    found: dict[str, Fault] = {}
    for one in error.errors(include_url=False, include_input=False):
        steps = [str(step) for step in one["loc"]]
        path = _nearest(steps, known)
        limit = next((v for k, v in one.get("ctx", {}).items() if k in _LIMITS), None)
        kind = known[path].kind
        if path != ".".join(steps) or (limit is None and one["type"] != "missing"):
            fault = Fault(kind.code)
        elif one["type"] in _OF_VALUES:
            fault = Fault(one["type"], kind.show(limit))
        else:
            fault = Fault(one["type"], str(limit))
        found.setdefault(path, fault)
    return found


def _nearest(steps: list[str], known: Mapping[str, Entry]) -> str:
    """The field that a fault is shown at: its own, or the last one of the part it is in."""
    for length in range(len(steps), 0, -1):
        path = ".".join(steps[:length])
        inside = [one for one in known if one == path or one.startswith(f"{path}.")]
        if inside:
            return inside[-1]
    return next(iter(known))
