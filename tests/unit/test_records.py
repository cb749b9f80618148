"""Every kind of record: it survives being stored, and says what it says of a person."""

import re
import types
from datetime import UTC, date, datetime
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

import chalicelib.domain
from chalicelib.domain import erasure
from chalicelib.domain.bench import Bench
from chalicelib.domain.customers import Customer, Identity
from chalicelib.domain.figure_days import DayFigures
from chalicelib.domain.figures import HourFigures
from chalicelib.domain.ledger import LedgerLine
from chalicelib.domain.macros import Macro
from chalicelib.domain.messages import Outgoing
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.orders import OrderLines
from chalicelib.domain.products import Product, Variants
from chalicelib.domain.records import Record
from chalicelib.domain.return_money import Settlement
from chalicelib.domain.roster import Roster
from chalicelib.domain.shop_refunds import Refund
from chalicelib.domain.shops import Shop
from chalicelib.domain.silence import Heartbeat
from chalicelib.domain.staff import Staff, Token
from chalicelib.domain.survey_asking import LastAsked
from chalicelib.store.codec import fields_of, from_item, read, to_item

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

EMPTIED_ELSEWHERE: tuple[type[Record], ...] = (Customer, Identity)
"""By `customers.erase` and `customers.forgotten`."""

IMPERSONAL: tuple[type[Record], ...] = (
    DayFigures,
    Bench,
    Heartbeat,
    HourFigures,
    LastAsked,
    LedgerLine,
    Macro,
    NumberClaim,
    OrderLines,
    Outgoing,
    Product,
    Refund,
    Roster,
    Settlement,
    Shop,
    Staff,
    Token,
    Variants,
)
"""Codes, counts, money, goods and ids; and the shop's own people, who are no customers."""


def kinds() -> list[type[Record]]:
    for module in iter_modules(chalicelib.domain.__path__):
        import_module(f"chalicelib.domain.{module.name}")
    found, level = set[type[Record]](), [Record]
    while level:
        level = [sub for kind in level for sub in kind.__subclasses__()]
        found |= {kind for kind in level if kind.__module__.startswith("chalicelib.")}
    return sorted(found, key=lambda kind: kind.__name__)


def smallest(model: type[BaseModel], **given: Any) -> Any:
    """An instance with what it must have alone: what is optional is None, lists are empty."""
    values = {
        name: None if _may_be_none(field.annotation) else _value(field.annotation, field.metadata)
        for name, field in model.model_fields.items()
        if field.is_required() or _may_be_none(field.annotation)
    }
    return model.model_validate(values | given)


def _may_be_none(hint: Any) -> bool:
    return type(None) in get_args(hint)


def _value(hint: Any, metadata: list[Any]) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _value(inner[0], [*metadata, *hint.__metadata__])
    if origin in (Union, types.UnionType):
        return _value(inner[0], metadata)
    if origin is Literal:
        return inner[0]
    if origin is dict and metadata:
        return {_value(inner[0], []): _value(inner[1], [])}
    return origin() if origin is not None else _single(hint, metadata)


def _single(hint: Any, metadata: list[Any]) -> Any:
    if issubclass(hint, Enum):
        return next(iter(hint))
    if issubclass(hint, BaseModel):
        return smallest(hint)
    samples: dict[type, Any] = {
        bool: False,
        int: 1,
        datetime: NOON,
        date: NOON.date(),
        str: _text(metadata),
    }
    return samples[hint]


def _text(metadata: list[Any]) -> str:
    patterns = [one for m in metadata if (one := getattr(m, "pattern", None)) is not None]
    candidates = ("text", "EUR", "DE", "en", "a")
    return next(c for c in candidates if all(re.search(p, c) for p in patterns))


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_a_record_with_nothing_optional_survives_being_stored(kind: type[Record]) -> None:
    record: Record = smallest(kind, shop="acme", id=f"{kind.prefix}_1")

    stored = to_item(fields_of(record))
    again = read(kind, from_item(stored))

    assert again.model_dump() == record.model_dump()
    assert again.stored_version == record.version
    assert to_item(fields_of(again)) == stored


def test_every_kind_is_emptied_when_a_person_is_forgotten_or_holds_nothing_of_one() -> None:
    known = (*erasure.PERSONAL, *EMPTIED_ELSEWHERE, *IMPERSONAL)

    assert len(set(known)) == len(known)
    assert set(known) == set(kinds())


@pytest.mark.parametrize("kind", erasure.PERSONAL, ids=lambda kind: kind.__name__)
def test_emptying_leaves_no_free_text_of_a_person(kind: type[Record]) -> None:
    words = {
        name: "Jana Weber"
        for name in (
            "note",
            "what",
            "subject",
            "tracking",
            "url",
            "decline_text",
            "mail_id",
            "name",
            "contract",
            "mail",
            "content",
            "answer_text",
        )
        if name in kind.model_fields
    }
    record: Record = smallest(kind, shop="acme", id=f"{kind.prefix}_1").but(**words)

    emptied = erasure.emptied_of(record, NOON)

    assert "Jana" not in emptied.model_dump_json()
    assert erasure.emptied_of(emptied.mark_stored(emptied.version), NOON).version > emptied.version
