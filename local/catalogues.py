"""The message catalogues: collected from templates and code, kept in order, compiled.

`python -m local.catalogues` adds what is new to every language's `aftercare.po` (translations
stay, what nobody says any more goes), compiles them, and names what still has to be translated.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from chalicelib.web.errors import PROBLEMS
from local.state import ROOT

CODE = ROOT / "chalicelib"
LOCALES = CODE / "locales"

TextId: TypeAlias = str | tuple[str, str]
"""A text, or its singular and plural."""

_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None}
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""No date in the files: they change when a text does."""

_HEADER = r"""msgid ""
msgstr ""
"Language: {}\n"
"Plural-Forms: {}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def texts() -> dict[TextId, set[str]]:
    """Every text there is, and the files that say it."""
    found: dict[TextId, set[str]] = {}
    for path in sorted(CODE.rglob("*")):
        place = path.relative_to(CODE).as_posix()
        for text in _texts_in(path):
            found.setdefault(text, set()).add(place)
    for problem in PROBLEMS.values():
        for text in (problem.title, problem.sentence):
            found.setdefault(text, set()).add("web/errors.py")
    return found


def languages() -> list[str]:
    return sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/*.po"))


def file_of(language: str, suffix: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"aftercare.{suffix}"


def catalogue(language: str) -> Catalog:
    with file_of(language, "po").open("rb") as file:
        return read_po(file, locale=language, domain="aftercare")


def compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(language: str) -> list[TextId]:
    """Bring one language's files up to date; gives what has no translation yet."""
    before = catalogue(language)
    after = Catalog(locale=language, domain="aftercare", fuzzy=False, creation_date=_LONG_AGO)
    missing: list[TextId] = []
    for text, places in sorted(texts().items(), key=lambda item: (min(item[1]), str(item[0]))):
        known = before.get(text if isinstance(text, str) else text[0])
        string = (known.string or "") if known is not None and known.id == text else ""
        after.add(text, string, locations=[(place, 0) for place in sorted(places)])
        if not any(string):
            missing.append(text)
    written = io.BytesIO()
    written.write(_HEADER.format(language, after.plural_forms).encode())
    write_po(written, after, width=100, omit_header=True, include_lineno=False)
    _replace(file_of(language, "po"), written.getvalue())
    _replace(file_of(language, "mo"), compiled(after))
    return missing


def _replace(path: Path, content: bytes) -> None:
    """As one step, so that nobody ever reads half a catalogue."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    new.replace(path)


def _texts_in(path: Path) -> Iterator[TextId]:
    if path.suffix == ".py":
        method, options = "python", {}
    elif "templates" in path.parts and path.suffix in (".html", ".jinja"):
        method = "jinja2.ext:babel_extract"
        options = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    else:
        return
    with path.open("rb") as file:
        for _, text, _, _ in extract(method, file, _KEYWORDS, options=options):
            yield (text[0], text[1]) if isinstance(text, tuple) else text


if __name__ == "__main__":
    for each in languages():
        untranslated = update(each)
        for text in untranslated:
            print(f"{each}: {text}")
    sys.exit(0)
