"""Nothing personal stands in a log. Every test is watched: what its lines tell of a person, a token
or a body fails it by name. `python -m tests.quiet_logs FILE...` looks through the logs of a stack.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

SHAPES = {
    "a mail address": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "a phone number": r"(?<![\d:])\+\d{7,15}\b",
    "a staff's token": r"act_[a-z0-9-]+_[0-9A-Z]{20,}",
    "a signed link": r"\bk\d+\.[\w-]{8,}\.[\w-]{20,}",
    "a secret": r"whsec_|\bBearer |\b[0-9a-f]{64}\b",
}
PERSONAL = frozenset(
    {"name", "author_name", "mail", "phone", "subject", "text", "note", "comment", "what", "street"}
)
"""Fields that hold what somebody is called, how they are reached, or what they said."""

IMPERSONAL = frozenset({"number", "shop", "product"})
"""Kinds whose fields of these names hold ids and goods."""

SHORTEST, SHORTEST_WORD = 4, 2
"""What is shorter could stand anywhere: of Latin letters, and of others."""


class Lines(logging.Handler):
    """The lines that reach a log, as they are written there."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if self.formatter is None:
            from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

            self.setFormatter(LambdaPowertoolsFormatter())
        self.written.append(self.format(record))


class Persons:
    """What was told of people in a test: by records that were stored, and by requests."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def add(self, text: str) -> None:
        """Remember a text, and how it begins."""
        for part in (text.strip(), text.strip()[:40]):
            if len(part) >= (SHORTEST if part.isascii() else SHORTEST_WORD):
                self.words.add(part)


def _personal(value: Any, name: str = "") -> Iterator[str]:
    match value:
        case str() if name in PERSONAL:
            yield value
        case {"owed_to": _}:
            pass  # A promise, whose words are codes.
        case dict():
            for key, inner in value.items():
                yield from _personal(inner, key)
        case list() | tuple():
            for inner in value:
                yield from _personal(inner, name)
        case _:
            pass


def leaks(lines: Iterable[str], words: Iterable[str]) -> list[str]:
    """What must not be in these lines, each with its line."""
    readable = [_readable(line) for line in lines]
    found = [
        f"{what}: {line}"
        for line in readable
        for what, shape in SHAPES.items()
        if re.search(shape, line)
    ]
    everything = "\n".join(readable)
    said = (word for word in words if word in everything)
    return found + [f"{word!r}: {line}" for word in said for line in readable if _says(line, word)]


def _readable(line: str) -> str:
    """A line with its values as they were before they became JSON."""
    try:
        told = json.loads(line)
    except ValueError:
        return line
    return " ".join(f"{name}={value}" for name, value in told.items())


def _says(line: str, word: str) -> bool:
    """One word is looked for as a word of its own, where words have an end."""
    if not (word.isascii() and word.isalnum()):
        return word in line
    return re.search(rf"\b{word}\b", line) is not None


OURS, OTHERS, PERSONS = Lines(), Lines(), Persons()
OTHERS.setLevel(logging.WARNING)
OTHERS.addFilter(lambda record: record.name != "aftercare")


@pytest.fixture(autouse=True)
def quiet_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test whose lines tell of somebody."""
    _listen()
    yield
    lines, words = [*OURS.written, *OTHERS.written], set(PERSONS.words)
    for kept in (OURS.written, OTHERS.written, PERSONS.words):
        kept.clear()
    found = leaks(lines, words)
    if found:
        pytest.fail(f"{request.node.nodeid} wrote into the log {found[0]}", pytrace=False)


def _listen() -> None:
    """To our own log, to what else Lambda would keep, and to who stores and who asks."""
    logging.getLogger("aftercare").addHandler(OURS)
    logging.getLogger().addHandler(OTHERS)
    _spy("chalicelib.store.commit", "fields_of", _note_record)
    _spy("chalicelib.web.app", "begin", _note_request)


def _spy(module_name: str, function_name: str, note: Callable[[Any], None]) -> None:
    """Note what a function is given, once its module is there."""
    module = sys.modules.get(module_name)
    told = getattr(module, function_name, None)
    if told is None or hasattr(told, "__wrapped__"):
        return

    @wraps(told)
    def noted(given: Any) -> Any:
        note(given)
        return told(given)

    setattr(module, function_name, noted)


def _note_record(record: Any) -> None:
    if record.kind not in IMPERSONAL:
        for text in _personal(record.model_dump(mode="json")):
            PERSONS.add(text)


def _note_request(request: Any) -> None:
    body = request.raw_body
    PERSONS.add(body if isinstance(body, str) else body.decode("utf-8", "replace"))
    for name in ("authorization", "cookie"):
        PERSONS.add(request.headers.get(name, ""))


SEED = Path(__file__).parents[1] / "local" / "seed_words.json"


def stack_words(folder: Path) -> set[str]:
    """What a local stack was told of people: by its seed, its shop's books, and what it sent."""
    persons = Persons()
    for first_name, last_name, *_ in json.loads(SEED.read_text())["people"]:
        persons.add(first_name)
        persons.add(last_name)
    books = folder / "shop-orders.json"
    for order in json.loads(books.read_text()) if books.exists() else []:
        for part in (order.get("customer"), order.get("shipping_address")):
            for name in ("first_name", "last_name", "email", "phone", "address1"):
                persons.add(str((part or {}).get(name) or ""))
    outbox = folder / "outbox.jsonl"
    for line in outbox.read_text().splitlines() if outbox.exists() else []:
        sent = json.loads(line)
        for text in (*sent["to"], *sent["text"].splitlines()):
            persons.add(text)
    return persons.words


def leaks_in(log: Path) -> list[str]:
    """What must not be in the log of a local stack, by what lies beside it."""
    return leaks(_lines(log), stack_words(log.parent))


def _lines(log: Path) -> list[str]:
    return [line for line in log.read_text(errors="replace").splitlines() if line[:1] == "{"]


def main(files: list[str]) -> None:
    """Exits with the first lines that tell of somebody, or if there are no lines at all."""
    found: list[str] = []
    for log in map(Path, files):
        found += leaks_in(log) if _lines(log) else [f"{log} has no lines"]
    if found:
        sys.exit("\n".join(found[:5]))


if __name__ == "__main__":
    main(sys.argv[1:])
