"""Reading what others wrote: ids, texts, times and amounts out of untrusted JSON."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias, cast

from chalicelib.domain.errors import Invalid, Malformed
from chalicelib.domain.money import Money, rounded_from_decimal

Body: TypeAlias = Mapping[str, Any]

NOTHING: Body = {}

TITLE_LENGTH = 500
ID_LENGTH = 200

_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS_BUT_BREAKS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")


class Unreadable(Exception):
    """A field that is needed is missing or means nothing."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


_HAN = re.compile(r"[\u3400-\u9fff]+")


def parsed(body: bytes) -> Any:
    """The JSON of a body, numbers with a point as Decimal. Raises Malformed."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Malformed("The body is not JSON.", field="body") from None


def header(headers: Mapping[str, str], *names: str) -> str | None:
    """The first of some headers that is there, whatever the case of its name."""
    lowered = {name.lower(): value for name, value in headers.items()}
    return next((lowered[name] for name in names if lowered.get(name)), None)


def mapping(value: object) -> Body:
    """A JSON object; an empty one for anything else."""
    return cast("Body", value) if isinstance(value, dict) else NOTHING


def listed(value: object) -> list[object]:
    """A JSON list; an empty one for anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def items(value: object) -> list[Body]:
    """The objects in a JSON list; none for anything else."""
    return [cast("Body", v) for v in listed(value) if isinstance(v, dict)]


def text(value: object, *, limit: int = TITLE_LENGTH) -> str:
    """One line of text: breaks and control characters become a space, so that a name can
    never add a mail header; half characters are dropped."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    return _CONTROLS.sub(" ", _whole_characters(str(value))).strip()[:limit]


def several_lines(value: object, *, limit: int = 20_000) -> str:
    """Text that may have line breaks."""
    if not isinstance(value, str):
        return ""
    unified = _whole_characters(value).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS_BUT_BREAKS.sub("", unified).strip()[:limit]


def text_or_none(value: object, *, limit: int = TITLE_LENGTH) -> str | None:
    return text(value, limit=limit) or None


def first_text(*values: object) -> str | None:
    """The first of some texts that says anything."""
    return next((found for found in map(text, values) if found), None)


def full_name(first: str, last: str) -> str:
    """A name as its language writes it: `Mei Chen`, and `陈梅` with the family's name first."""
    if _HAN.fullmatch(first) and _HAN.fullmatch(last):
        return last + first
    return f"{first} {last}".strip()


def id_or_none(value: object) -> str | None:
    """An outside id as text, of any size; a GraphQL id is its last part; 0 and empty are none."""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else None
    found = text(value, limit=ID_LENGTH)
    if found.startswith("gid://"):
        found = found.rsplit("/", 1)[-1].split("?")[0]
    return found if found not in ("", "0") else None


def needed_id(body: Body, name: str) -> str:
    """Raises Unreadable."""
    found = id_or_none(body.get(name))
    if found is None:
        raise Unreadable(name)
    return found


def moment(value: object) -> datetime | None:
    """An ISO 8601 time in UTC; one without a zone is taken for UTC. None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def needed_moment(field: str, *values: object) -> datetime:
    """The first of some times that is one. Raises Unreadable."""
    found = next((at for at in map(moment, values) if at is not None), None)
    if found is None:
        raise Unreadable(field)
    return found


def money(value: object, currency: str, field: str) -> Money:
    """An amount in major units, as text or number; nothing is zero. Raises Unreadable."""
    if value is None or value == "":
        return Money(amount=0, currency=currency)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable(field)
    try:
        return rounded_from_decimal(value, currency)
    except Invalid:
        raise Unreadable(field) from None


def currency(value: object, field: str = "currency") -> str:
    """An ISO 4217 code in capitals. Raises Unreadable."""
    code = text(value).upper()
    if not _CURRENCY.fullmatch(code):
        raise Unreadable(field)
    return code


def country(*values: object) -> str | None:
    """The first of some ISO 3166-1 alpha-2 codes that is one."""
    codes = (text(value).upper() for value in values)
    return next((code for code in codes if _COUNTRY.fullmatch(code)), None)


def number(value: object) -> Decimal | None:
    """A finite number of a sensible size, from a number or its text."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        found = Decimal(value)
    except ArithmeticError:
        return None
    return found if found.is_finite() and abs(found) < 10**11 else None


def quantity(value: object) -> int:
    """Whole units, whatever the sign: platforms write refunded units as negative numbers."""
    return -int(-abs(number(value) or Decimal(0)) // 1)


def price(value: object) -> str | None:
    """A price whose currency is not known yet, as decimal text."""
    found = number(value)
    return None if found is None else f"{found:f}"


def tags(value: object) -> tuple[str, ...]:
    """Tags from one text with commas, or from a list of texts."""
    parts = value.split(",") if isinstance(value, str) else listed(value)
    return tuple(sorted({tag for tag in map(text, parts) if tag}))


def language_tag(value: object) -> str | None:
    """A BCP 47 tag from what platforms write: `zh_CN` and `de_DE_formal` too."""
    parts = re.split(r"[-_.@]", text(value))
    if not re.fullmatch(r"[A-Za-z]{2,3}", parts[0]):
        return None
    tag = [parts[0].lower()]
    for part in parts[1:]:
        if re.fullmatch(r"[A-Za-z]{4}", part) and len(tag) == 1:
            tag.append(part.title())
        elif re.fullmatch(r"[A-Za-z]{2}|\d{3}", part):
            tag.append(part.upper())
            break
    return "-".join(tag)


def https_address(value: object) -> str:
    """A web address that a page may show; empty for any other scheme."""
    address = text(value, limit=2_000)
    return address if address.startswith("https://") else ""


def web_address(value: object) -> str:
    """A tracking address; carriers still use plain http."""
    address = text(value, limit=2_000)
    return address if address.startswith(("https://", "http://")) else ""


def quantities(pairs: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    """Line id -> quantity, the same line's added up; lines without id or units are left out."""
    found: dict[str, int] = {}
    for line_id, units in pairs:
        if line_id is not None and units:
            found[line_id] = found.get(line_id, 0) + units
    return found


def _whole_characters(value: str) -> str:
    return value.encode("utf-8", "ignore").decode()


def _no_number(name: str) -> object:
    raise ValueError(name)
