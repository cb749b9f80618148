"""Telling the rehearsal: what is done, what came of it, and where it was not so."""

import sys
import time
from collections.abc import Iterable

from local.demo.narrator import WIDTH, columns, wrapped

INDENT = "    "

_PLAIN, _BOLD, _GREEN, _RED = "\033[0m", "\033[1m", "\033[32m", "\033[31m"


class NotSo(Exception):
    """What was expected did not come true: the rehearsal ends there."""


class Teller:
    """Prints a numbered story."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._scenes = 0

    def scene(self, title: str) -> None:
        self._scenes += 1
        print()
        self._print(f"{self._scenes:>2}  {title}", _BOLD)

    def tell(self, sentence: str) -> None:
        self._print(INDENT + sentence, "")

    def shows(self, sentence: str, *, holds: bool, found: object = "") -> None:
        """What was read back. Raises NotSo, with what was found instead, if it does not hold."""
        if not holds:
            self._print(f"{INDENT}{sentence}", "")
            raise NotSo(f"{sentence}: {found}" if found else sentence)
        said = "so"
        *before, last = wrapped(INDENT + sentence, WIDTH - columns(said) - 5, INDENT)
        for line in before:
            print(line)
        dots = "." * (WIDTH - columns(last) - columns(said) - 2)
        print(f"{last} {dots} {_shaded(_GREEN, said)}", flush=True)

    def failed(self, sentence: str) -> None:
        print()
        self._print(sentence, _RED)

    def lines(self, lines: Iterable[str]) -> None:
        """Lines as they are."""
        for line in lines:
            print(line)

    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._started

    def _print(self, text: str, shade: str) -> None:
        for line in wrapped(text, WIDTH, INDENT):
            print(_shaded(shade, line), flush=True)


def _shaded(shade: str, text: str) -> str:
    return f"{shade}{text}{_PLAIN}" if shade and sys.stdout.isatty() else text
