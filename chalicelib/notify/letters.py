"""Letters in words: subject, text and HTML from one template, so that they mean the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.domain.letters import Letter
from chalicelib.domain.shops import Shop
from chalicelib.locales import choose_locale, languages
from chalicelib.locales.jinja import templates

if TYPE_CHECKING:
    from jinja2 import Environment, Template


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in one language."""

    language: str
    """BCP 47; what was found for the language that was wished for."""
    subject: str
    """One line, whatever was put into it."""
    text: str
    html: str
    short: str
    """For a text message: the shop, one sentence, and the link."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it."""

    name: str
    zone: str
    """IANA; the moments in it are said by this clock."""


def language_of(wanted: str, shop: Shop) -> str:
    """The language to write in: what was wished for if there is a catalogue for it, else the
    first of the shop's there is one for."""
    known = languages()
    own = next((tag for tag in shop.languages if tag in known), known[0])
    return choose_locale(wanted, None, known, own)


def write(
    letter: Letter,
    *,
    shop: Shop,
    reader: Reader,
    language: str,
    link: str,
    words: str,
    unsubscribe: str,
) -> Written:
    """A letter in the words of a language.

    `link` is where it leads; `words` is what a person of the shop wrote, in a letter that brings
    it; `unsubscribe` is the way out of an optional one. Each may be empty.
    """
    context: dict[str, Any] = {
        "letter": letter,
        "language": language,
        "shop": shop,
        "reader": reader,
        "zone": reader.zone,
        "link": link,
        "words": words.strip(),
        "unsubscribe": unsubscribe,
    }
    plain, rich = _environments(language)
    name = f"{letter.template}.jinja"
    text = plain.get_template(name)
    return Written(
        language=language,
        subject=one_line(_block(text, "subject", context)),
        text=re.sub(r"\n{3,}", "\n\n", text.render(context)).strip() + "\n",
        html=rich.get_template(name).render(context),
        short=one_line(_block(text, "short", context)),
    )


def one_line(text: str) -> str:
    """Without line breaks or other control characters: nothing in it can become a header."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).split())


def _block(template: "Template", name: str, context: Mapping[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(context))))


@cache
def _environments(language: str) -> "tuple[Environment, Environment]":
    """For text and for HTML: the same letters over another layout and other pieces."""
    return (
        templates("notify/templates", language, escaping=False, words={"form": "text"}),
        templates("notify/templates", language, escaping=True, words={"form": "html"}),
    )
