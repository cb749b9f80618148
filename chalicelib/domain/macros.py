"""Macros: texts a shop answers with again and again, in the languages it answers in."""

import re
from typing import ClassVar

from pydantic import Field

from chalicelib.domain.drafts import Then
from chalicelib.domain.forms import Texts, in_language
from chalicelib.domain.records import Record

PLACEHOLDERS = ("name", "order", "agent")
"""What a text may name in braces, such as `{name}`: the customer, the number of their order, and
who answers."""

_NAMED = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


class Macro(Record):
    """One text, by the name that the shop gives it."""

    kind: ClassVar[str] = "macro"
    prefix: ClassVar[str] = "mac"

    name: str
    title: str
    texts: Texts = Field(min_length=1)
    then: Then | None = None
    """What an answer with it usually leaves the ticket as."""


def macro_id(name: str) -> str:
    return f"{Macro.prefix}_{name}"


def fits(macro: Macro, words: str) -> bool:
    """Whether each of some words stands in its title or in one of its texts."""
    text = " ".join((macro.title, *macro.texts.values())).casefold()
    return all(word in text for word in words.casefold().split())


def filled(macro: Macro, language: str, known: dict[str, str]) -> str:
    """Its text in a language, with what is known put in; what is not known stays to be seen."""
    text = in_language(macro.texts, language)
    return _NAMED.sub(lambda found: known.get(found[1]) or found[0], text)
