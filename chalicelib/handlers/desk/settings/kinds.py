"""How one value of a shop's configuration is shown in a field of a form, and read from it.

A kind shows a value as one text and reads the value back from it. `code` is what to say of a text
that is none (`wrongs.py`), `widget` the piece of the page that takes it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from chalicelib.domain.money import exponent


class Unreadable(ValueError):
    """This text is no value of this kind."""


class Kind(Protocol):
    """One kind of value."""

    @property
    def code(self) -> str: ...

    @property
    def widget(self) -> str: ...

    def show(self, value: Any) -> str:
        """The text of a value; None is an empty one."""
        ...

    def read(self, text: str) -> Any:
        """The value of a text. Raises Unreadable."""
        ...

    def words(self, text: str) -> str:
        """What a text says to somebody who compares two of them; empty for nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text as it is."""

    code: str = "line"
    widget: str = "text"

    def show(self, value: Any) -> str:
        return "" if value is None else str(value)

    def read(self, text: str) -> Any:
        return text.strip()

    def words(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class Lines:
    """Several texts, one a line."""

    code: str = "line"
    widget: str = "area"

    def show(self, value: Any) -> str:
        return "\n".join(value)

    def read(self, text: str) -> Any:
        return tuple(line.strip() for line in text.splitlines() if line.strip())

    def words(self, text: str) -> str:
        return ", ".join(text.splitlines())


@dataclass(frozen=True, slots=True)
class Listed:
    """Several short codes with commas between them."""

    code: str
    widget: str = "text"

    def show(self, value: Any) -> str:
        return ", ".join(value)

    def read(self, text: str) -> Any:
        return tuple(part for part in re.split(r"[\s,，、;]+", text) if part)

    def words(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number; `empty_is` is what an empty field says, if it may be empty."""

    unit: str = ""
    empty_is: str = ""
    code: str = "whole"
    widget: str = "number"

    def show(self, value: Any) -> str:
        return "" if value is None else str(value)

    def read(self, text: str) -> Any:
        if not text.strip() and self.empty_is:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}", text.strip()):
            raise Unreadable(text)
        return int(text)

    def words(self, text: str) -> str:
        return f"{text} {self.unit}".strip() if text else self.empty_is


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes, typed as hours: `2`, `2:30` or `2.5`."""

    unit: str
    code: str = "hours"
    widget: str = "decimal"

    def show(self, value: Any) -> str:
        hours, minutes = divmod(int(value), 60)
        return f"{hours}:{minutes:02}" if minutes else str(hours)

    def read(self, text: str) -> Any:
        clock = re.fullmatch(r"([0-9]{1,6})[:：]([0-5][0-9])", text.strip())
        if clock:
            return int(clock[1]) * 60 + int(clock[2])
        minutes = _decimal(text) * 60
        if minutes != minutes.to_integral_value():
            raise Unreadable(text)
        return int(minutes)

    def words(self, text: str) -> str:
        return f"{text} {self.unit}"


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units, typed as an amount of the currency; `empty_is` as in `Whole`."""

    currency: str
    empty_is: str = ""
    code: str = "amount"
    widget: str = "decimal"

    @property
    def unit(self) -> str:
        return self.currency

    def show(self, value: Any) -> str:
        return "" if value is None else str(Decimal(value).scaleb(-exponent(self.currency)))

    def read(self, text: str) -> Any:
        if not text.strip() and self.empty_is:
            return None
        return _in_units(_decimal(text), exponent(self.currency))

    def words(self, text: str) -> str:
        return f"{text} {self.currency}" if text else self.empty_is


@dataclass(frozen=True, slots=True)
class Percent:
    """Hundredths of a percent, typed in percent."""

    unit: str = "%"
    code: str = "percent"
    widget: str = "decimal"

    def show(self, value: Any) -> str:
        shown = f"{Decimal(value) / 100:f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown

    def read(self, text: str) -> Any:
        return _in_units(_decimal(text), 2)

    def words(self, text: str) -> str:
        return f"{text} %"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few; `options` are pairs of value and words, `absent` what no value is."""

    options: tuple[tuple[str, str], ...]
    absent: str = ""
    code: str = "choice"
    widget: str = "select"

    def show(self, value: Any) -> str:
        return self.absent if value is None else str(value)

    def read(self, text: str) -> Any:
        if text not in dict(self.options):
            raise Unreadable(text)
        return text

    def words(self, text: str) -> str:
        return dict(self.options).get(text, text)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    yes: str
    no: str
    code: str = "choice"
    widget: str = "tick"

    def show(self, value: Any) -> str:
        return "yes" if value else ""

    def read(self, text: str) -> Any:
        return bool(text)

    def words(self, text: str) -> str:
        return self.yes if text else self.no


@dataclass(frozen=True, slots=True)
class Several:
    """Any of a few, in the order of the options."""

    options: tuple[tuple[str, str], ...]
    code: str = "choice"
    widget: str = "ticks"

    def show(self, value: Any) -> str:
        chosen = {str(one) for one in value}
        return ",".join(option for option, _ in self.options if option in chosen)

    def read(self, text: str) -> Any:
        chosen = tuple(part for part in text.split(",") if part)
        if set(chosen) - dict(self.options).keys():
            raise Unreadable(text)
        return chosen

    def words(self, text: str) -> str:
        known = dict(self.options)
        return ", ".join(known.get(part, part) for part in text.split(",") if part)


def _decimal(text: str) -> Decimal:
    written = text.strip().replace(",", ".").replace("，", ".")
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise Unreadable(text) from None
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", written):
        raise Unreadable(text)
    return number


def _in_units(number: Decimal, digits: int) -> int:
    units = number.scaleb(digits)
    if units != units.to_integral_value():
        raise Unreadable(str(number))
    return int(units)
