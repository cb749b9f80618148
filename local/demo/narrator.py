"""Telling the story on a terminal: 80 columns, one colour for what is proved, no JSON."""

import sys
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TextIO

from local.demo.words import Words

WIDTH = 80
INDENT = "    "

_PLAIN, _BOLD, _GREEN, _RED, _QUIET = "\033[0m", "\033[1m", "\033[32m", "\033[31m", "\033[2m"


class Narrator:
    """Prints a story in one language. `is_slow` waits for Enter between the scenes."""

    def __init__(self, words: Words, out: TextIO, *, is_slow: bool) -> None:
        self._words = words
        self._out = out
        self._is_slow = is_slow
        self._scenes = 0

    def title(self, key: str, **values: object) -> None:
        self._print(self._shade(_BOLD, self._words.say(key, **values)))

    def scene(self, key: str, **values: object) -> None:
        """What a person does, as the heading of a scene."""
        if self._is_slow and self._scenes:
            self._out.flush()
            sys.stdin.readline()
        self._scenes += 1
        self._print("")
        heading = f"{self._scenes:>2}  {self._words.say(key, **values)}"
        for line in wrapped(heading, WIDTH, INDENT):
            self._print(self._shade(_BOLD, line))

    def tell(self, key: str, **values: object) -> None:
        """What came of it."""
        for line in wrapped(INDENT + self._words.say(key, **values), WIDTH, INDENT):
            self._print(line)

    def proof(self, key: str, verdict: str, *, holds: bool, **values: object) -> None:
        """What was read back, with a word for how it ended at the right margin."""
        said = self._words.say(verdict if holds else "not_so")
        lines = wrapped(INDENT + self._words.say(key, **values), WIDTH - columns(said) - 5, INDENT)
        *before, last = lines
        for line in before:
            self._print(line)
        dots = "." * (WIDTH - columns(last) - columns(said) - 2)
        shade = _GREEN if holds else _RED
        self._print(f"{last} {self._shade(_QUIET, dots)} {self._shade(shade, said)}")

    def sums(self, heading: str, rows: Sequence[tuple[str, Mapping[str, object], bool]]) -> None:
        """The proofs: the sentence of each, its figures, and whether it holds."""
        self._print("")
        margin = self._margin(heading)
        for place, (key, figures, holds) in enumerate(rows):
            start = padded(self._words.say(heading) if place == 0 else "", margin)
            mark = "" if holds else f"  {self._words.say('not_so')}"
            text = f"{self._words.say(key, **figures)}{mark}"
            for line in wrapped(start + text, WIDTH, " " * margin):
                self._print(self._shade(_GREEN if holds else _RED, line))

    def doors(self, heading: str, rows: Sequence[tuple[str, str]]) -> None:
        """Where to look: an address and what is there."""
        self._print("")
        margin = self._margin(heading)
        for place, (key, address) in enumerate(rows):
            start = padded(self._words.say(heading) if place == 0 else "", margin)
            self._print(start + self._words.say(key))
            self._print(f"{' ' * margin}{self._shade(_QUIET, address)}")

    def advice(self, heading: str, keys: Sequence[str], **values: object) -> None:
        self._print("")
        margin = self._margin(heading)
        for place, key in enumerate(keys):
            start = padded(self._words.say(heading) if place == 0 else "", margin)
            for line in wrapped(start + self._words.say(key, **values), WIDTH, " " * margin):
                self._print(line)

    def failed(self, key: str, **values: object) -> None:
        for line in wrapped(INDENT + self._words.say(key, **values), WIDTH, INDENT):
            self._print(self._shade(_RED, line))

    def aside(self, text: str) -> None:
        """A request or an answer, for those who asked to see them."""
        self._print(self._shade(_QUIET, text))

    def _margin(self, key: str) -> int:
        return max(11, columns(self._words.say(key)) + 2)

    def _print(self, line: str) -> None:
        print(line, file=self._out, flush=True)

    def _shade(self, shade: str, text: str) -> str:
        return f"{shade}{text}{_PLAIN}" if self._out.isatty() and text else text


def columns(text: str) -> int:
    """How many columns of a terminal a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, width: int) -> str:
    return text + " " * max(width - columns(text), 0)


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """Lines of at most so many columns; what does not fit goes on below, indented. A word is
    broken only where it is Chinese, or longer than a line."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line.strip() and columns(line) + columns(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, piece = indent, piece.lstrip()  # noqa: PLW2901 - a line starts without a space
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """A text cut wherever a line may be broken."""
    cuts = [n for n in range(1, len(text)) if _may_break(text[n - 1], text[n])]
    return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]


def _may_break(before: str, after: str) -> bool:
    """After a blank, and between two Chinese characters but for marks that end or open a phrase."""
    if before.isspace() or after.isspace():
        return before.isspace() and not after.isspace()
    return (
        columns(before) == columns(after) == 2
        and unicodedata.category(after)[0] != "P"
        and unicodedata.category(before) != "Ps"
    )
