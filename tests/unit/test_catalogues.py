"""Every text in every language, and everything said as the language says it."""

import gettext
import re
from datetime import UTC, datetime

import pytest

from chalicelib.domain.money import Money
from chalicelib.locales import choose_locale, formats
from local import catalogues

PLACES = re.compile(r"%\((\w+)\)s")
AVAILABLE = ("en", "zh-CN", "de")


def translated(language: str) -> dict[catalogues.TextId, str | tuple[str, ...]]:
    return {
        entry.id if isinstance(entry.id, str) else tuple(entry.id): entry.string
        for entry in catalogues.catalogue(language)
        if entry.id
    }


def said(text: catalogues.TextId) -> set[str]:
    return set(PLACES.findall(text if isinstance(text, str) else " ".join(text)))


@pytest.mark.parametrize("language", catalogues.languages())
def test_every_text_is_there_in_every_language(language):
    known = translated(language)

    assert [text for text in catalogues.texts() if not any(known.get(text, ""))] == []


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_translation_names_what_the_text_names(language):
    for text, string in translated(language).items():
        for form in (string,) if isinstance(string, str) else string:
            if form:
                assert set(PLACES.findall(form)) <= said(text), text
                assert isinstance(text, tuple) or said(text) <= set(PLACES.findall(form)), text


@pytest.mark.parametrize("language", catalogues.languages())
def test_what_is_compiled_is_what_is_written(language):
    with catalogues.file_of(language, "mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for text, string in translated(language).items():
        if not any(string):
            continue
        if isinstance(text, str):
            assert compiled.gettext(text) == string
        else:
            assert compiled.ngettext(*text, 1) == string[0]


@pytest.mark.parametrize(
    ("wanted", "header", "chosen"),
    [
        ("de", "zh-CN", "de"),
        (None, "fr, de;q=0.5, en;q=0.8", "en"),
        (None, "zh-Hans-SG, en;q=0.1", "zh-CN"),
        (None, "zh-TW, en;q=0.1", "en"),
        ("zh-Hant", "de-AT", "de"),
        ("xx", "*;q=0.1, de;q=0", "zh-CN"),
        (None, "de;q=lots, ,;;", "zh-CN"),
        (None, None, "zh-CN"),
    ],
)
def test_the_language_asked_for_then_the_browser_then_the_shop(wanted, header, chosen):
    assert choose_locale(wanted, header, AVAILABLE, "zh-CN") == chosen


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "words"),
    [
        (9478, "EUR", "en", "€94.78"),
        (-300, "EUR", "en", "−€3.00"),
        (9478, "EUR", "de", "94,78\N{NO-BREAK SPACE}€"),
        (1200, "JPY", "en", "JP¥1,200"),
        (1234, "KWD", "en", "KWD\N{NO-BREAK SPACE}1.234"),
        (123456, "CNY", "zh-CN", "¥1,234.56"),
        (5000, "IQD", "en", "IQD\N{NO-BREAK SPACE}5.000"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount, currency, locale, words):
    assert formats.money(Money(amount=amount, currency=currency), locale) == words


@pytest.mark.parametrize(
    ("locale", "zone", "words"),
    [
        ("en", "Europe/Berlin", "Tue 24 Nov, 17:00"),
        ("de", "Europe/Berlin", "Di., 24. Nov., 17:00"),
        ("zh-CN", "Asia/Shanghai", "11月25日周三 00:00"),
        ("en-US", "America/New_York", "Tue, Nov 24, 11:00"),
        ("xx-unknown", "UTC", "Tue 24 Nov, 16:00"),
    ],
)
def test_a_moment_is_said_by_the_readers_clock(locale, zone, words):
    moment = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)

    assert formats.moment(moment, zone, locale) == words
