"""Names of things: prefixed ids for machines, short checked numbers for people."""

import hashlib
import re
from collections.abc import Callable
from typing import TypeAlias
from unicodedata import normalize

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32 characters: no I, L, O, U, so that a number can be read out on the phone."""

NewId: TypeAlias = Callable[[str], str]
"""Gives a fresh id for a prefix, such as `tkt` -> `tkt_01J…`."""

NewNumber: TypeAlias = Callable[[str], str]
"""Gives a fresh short number for a letter, such as `T` -> `T-7KQ4-XMK`."""

_ID = re.compile(rf"(?P<prefix>[a-z]{{3}})_[{ALPHABET}]{{26}}")
_SPOKEN = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def derived(prefix: str, *parts: str) -> str:
    """An id that is a function of what it names, so that seeing a thing twice gives one record."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    number = int.from_bytes(digest[:17], "big") >> 6
    return f"{prefix}_{_base32(number, 26)}"


def is_id(text: str, prefix: str = "") -> bool:
    """Whether a text has the shape of a record's id, of a kind or of any."""
    found = _ID.fullmatch(text)
    return found is not None and prefix in ("", found["prefix"])


def short_number(letter: str, number: int) -> str:
    """`letter`, six characters of `number` and their check character: `T-7KQ4-XMK`."""
    body = _base32(number % 32**6, 6)
    return f"{letter}-{body[:4]}-{body[4:]}{check_character(body)}"


def check_character(body: str) -> str:
    """Luhn mod 32 over Crockford's alphabet: catches every single wrong character."""
    total = 0
    for place, character in enumerate(reversed(body)):
        addend = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += addend // 32 + addend % 32
    return ALPHABET[-total % 32]


def read_number(text: str) -> str | None:
    """The number in the form we print, from what somebody typed; None if its check fails."""
    letter, body = _typed(text)
    return _printed(letter, body) if letter and _holds(body) else None


def near_numbers(text: str) -> tuple[str, ...]:
    """What somebody may have meant whose number's check fails: with one character wrong, or two
    neighbours in the other order. At most thirteen; none for what has not the shape of a number."""
    letter, body = _typed(text)
    if not letter or _holds(body):
        return ()
    others = [body[:n] + c + body[n + 1 :] for n in range(len(body)) for c in ALPHABET]
    turned = [body[:n] + body[n + 1] + body[n] + body[n + 2 :] for n in range(len(body) - 1)]
    meant = dict.fromkeys(one for one in (*turned, *others) if _holds(one))
    return tuple(_printed(letter, one) for one in meant)


def _typed(text: str) -> tuple[str, str]:
    """Letter and characters of what has the shape of a number; both empty for anything else."""
    letters = "".join(c for c in normalize("NFKC", text).upper() if c.isalnum())
    letter, body = letters[:1], letters[1:].translate(_SPOKEN)
    if len(body) != 7 or letter not in "TRCW" or any(c not in ALPHABET for c in body):
        return "", ""
    return letter, body


def _holds(body: str) -> bool:
    return check_character(body[:6]) == body[6]


def _printed(letter: str, body: str) -> str:
    return f"{letter}-{body[:4]}-{body[4:]}"


def _base32(number: int, length: int) -> str:
    characters: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))
