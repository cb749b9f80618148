"""Bodies and queries in: JSON, forms and multipart become models whose errors name fields."""

import json
import re
from decimal import Decimal
from email.message import Message
from email.parser import BytesParser
from typing import Any, TypeVar, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, ValidationError

from chalicelib.bounded import BOUNDED
from chalicelib.domain.errors import Invalid, Malformed
from chalicelib.web.errors import WrongType
from chalicelib.web.exchange import header, query_pairs, raw_body

M = TypeVar("M", bound=BaseModel)

DEEPEST = 32
"""How far JSON may be nested."""

MOST_FIELDS = 4_000
"""The page of an order with a thousand lines sends three of each."""

LONGEST_PASTE = 200_000
"""Characters of a text that are read, so that one that is too long comes back to its writer."""

_INDEX = re.compile(r"[0-9]{1,4}")
_PART_NAME = re.compile(rb"^content-disposition:", re.IGNORECASE | re.MULTILINE)
_INNER_FORM = re.compile(
    rb"^content-type:[ \t]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE
)

OURS = frozenset({"csrf", "idempotency_key", "seen"})
"""Fields of our own forms that no model sees."""


class Body(BaseModel):
    """The base of what a request brings: a field we do not know is an error, not a guess."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True
    )


def body(model: type[M]) -> M:
    """The request's body as `model`.

    Raises Malformed for what cannot be read, WrongType for a content type that is not JSON, a
    form or multipart, and Invalid whose `errors` name each wrong field and why.
    """
    media, _, _ = header("content-type").partition(";")
    match media.strip().lower():
        case "" | "application/json":
            return _checked(model, read_json(raw_body()))
        case "application/x-www-form-urlencoded" | "multipart/form-data":
            return _checked(model, _nested(_grouped(model, _form_pairs())))
        case other:
            raise WrongType(f"{other} is not read here.", accepts=["application/json"])


def query(model: type[M]) -> M:
    """The query string as `model`. Raises Invalid whose `errors` name each wrong field."""
    return _checked(model, _grouped(model, query_pairs()))


def field(name: str) -> str:
    """One field of a posted form; empty if it is not there or the body is no form."""
    if "form" not in header("content-type").lower():
        return ""
    return dict(_form_pairs()).get(name, "")


def fields() -> dict[str, list[str]]:
    """Every field of a posted form as it was sent, but for our own hidden ones."""
    found: dict[str, list[str]] = {}
    for name, value in _form_pairs():
        if name not in OURS:
            found.setdefault(name, []).append(value)
    return found


def read_json(raw: bytes) -> Any:
    """JSON with exact numbers. Raises Malformed; a key that comes twice is malformed too."""
    try:
        value = json.loads(
            raw.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise Malformed("The body is not UTF-8.", field="body") from error
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not JSON.", field="body") from error
    _measure(value)
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _measure(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        ]
        if not level:
            return
    raise Malformed(f"The body is nested deeper than {DEEPEST} levels.", field="body")


def _form_pairs() -> list[tuple[str, str]]:
    if header("content-type").lower().startswith("multipart/"):
        return _multipart()
    try:
        return parse_qsl(
            raw_body().decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError as error:
        raise Malformed("The form cannot be read.", field="body") from error


def _multipart() -> list[tuple[str, str]]:
    """Text fields. Files do not come through here: they go straight to storage."""
    head, sent = f"Content-Type: {header('content-type')}\r\n\r\n".encode(), raw_body()
    if sum(1 for _ in _PART_NAME.finditer(sent)) > MOST_FIELDS or _INNER_FORM.search(sent):
        raise Malformed("The form has too many parts, or a form in it.", field="body")
    message: Message = BytesParser(policy=BOUNDED).parsebytes(head + sent)
    if not message.is_multipart():
        raise Malformed("The multipart body cannot be read.", field="body")
    pairs: list[tuple[str, str]] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise Malformed("A part of the form has no name.", field="body")
        if part.get_filename() and content:
            raise Malformed("Files are not taken here.", field=name)
        try:
            pairs.append((name, content.decode("utf-8")))
        except UnicodeDecodeError as error:
            raise Malformed("This field is not UTF-8.", field=name) from error
    return pairs


def _grouped(model: type[BaseModel], pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Fields by name. One left empty was not filled in; one that may come often is a list."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip() and name not in OURS:
            grouped.setdefault(name, []).append(value)
    return {
        name: values if len(values) > 1 or _is_list(model, name) else values[0]
        for name, values in grouped.items()
    }


def _is_list(model: type[BaseModel], name: str) -> bool:
    known = model.model_fields.get(name)
    return known is not None and get_origin(known.annotation) in (list, tuple, set, frozenset)


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    """`lines.0.quantity=2` -> `{"lines": [{"quantity": "2"}]}`, as HTML forms cannot nest."""
    tree = _Branch()
    for name, value in flat.items():
        tree.put(name.split("."), value, whole=name)
    return {name: _grown(value) for name, value in tree.items()}


class _Branch(dict[str, Any]):
    """Fields that share the first steps of their names."""

    def put(self, way: list[str], value: Any, *, whole: str) -> None:
        if len(way) > DEEPEST:
            raise Malformed(f"The form is nested deeper than {DEEPEST} levels.", field="body")
        first, *rest = way
        if rest:
            inner = self.setdefault(first, _Branch())
            if isinstance(inner, _Branch):
                return inner.put(rest, value, whole=whole)
        elif first not in self:
            self[first] = value
            return None
        raise Malformed("This field is there as a value and as a group.", field=whole)


def _grown(value: Any) -> Any:
    if not isinstance(value, _Branch):
        return value
    inner = {name: _grown(one) for name, one in value.items()}
    if all(_INDEX.fullmatch(name) for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _checked(model: type[M], values: Any) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise invalid(error) from None


def invalid(error: ValidationError) -> Invalid:
    """What a model refuses, without the values that were refused. `code` is pydantic's type of
    error, by which a page says the reason in its reader's language."""
    errors = [
        {
            "field": ".".join(str(step) for step in one["loc"]) or "body",
            "reason": one["msg"].removeprefix("Value error, "),
            "code": one["type"],
        }
        for one in error.errors(include_url=False, include_context=False, include_input=False)
        if one["type"] != "default_factory_not_called"
    ]
    return Invalid(
        "; ".join(f"{one['field']}: {one['reason']}" for one in errors[:3]),
        field=errors[0]["field"],
        errors=errors,
    )
