"""The languages people are spoken to in: catalogues, and which language somebody gets."""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

Say: TypeAlias = Callable[[str], str]
"""Says a text in a language: a catalogue's `gettext`."""

SOURCE = "en"
"""The language the texts are written in; its catalogue is the source itself."""

_HERE = Path(__file__).parent


def languages() -> tuple[str, ...]:
    """Every language there is a catalogue for, as BCP 47 tags, the source first."""
    translated = sorted(p.parent.parent.name for p in _HERE.glob("*/LC_MESSAGES/aftercare.mo"))
    return (SOURCE, *(name.replace("_", "-") for name in translated))


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """The texts of a language. What it lacks is said in English; so is an unknown language."""
    known = choose_locale(locale, None, languages(), SOURCE)
    return gettext.translation(
        "aftercare", _HERE, languages=[known.replace("-", "_")], fallback=True
    )


def choose_locale(
    wanted: str | None, accept_language: str | None, available: tuple[str, ...], fallback: str
) -> str:
    """The language of one page: what was asked for, else the first that the browser prefers
    (RFC 9110 12.5.4) and the shop has, else `fallback`.

    A tag is matched by its language when nothing nearer is there (`zh` and `zh-Hans-SG` get
    `zh-CN`, `de-AT` gets `de`); text in Traditional characters is never answered in Simplified.
    """
    for tag in [wanted or "", *_preferred(accept_language or "")]:
        found = _match(tag, available)
        if found:
            return found
    return fallback


def _match(tag: str, available: tuple[str, ...]) -> str | None:
    parts = tag.lower().split("-")
    for known in available:
        if known.lower() == tag.lower():
            return known
    if "hant" in parts or (parts[0] == "zh" and {"tw", "hk", "mo"} & set(parts)):
        return None
    return next((known for known in available if known.lower().split("-")[0] == parts[0]), None)


def _preferred(accept_language: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, parameter = part.strip().partition(";")
        name, _, weight = parameter.strip().partition("=")
        try:
            quality = float(weight) if name == "q" else 1.0
        except ValueError:
            continue
        if tag and quality > 0:
            weighed.append((-quality, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda entry: entry[0])]
