"""Times of day in a field of a form: `09:00–12:00, 13:00–18:00`."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain.calendar import Span
from chalicelib.handlers.desk.settings.kinds import Unreadable

_SPAN = re.compile(
    r"([0-2]?[0-9])[:：]([0-5][0-9])\s*[-–—~～至到]\s*([0-2]?[0-9])[:：]([0-5][0-9])"
)


def span_text(stretch: Span) -> str:
    return f"{_clock(stretch.opens)}–{_clock(stretch.closes)}"


@dataclass(frozen=True, slots=True)
class OneSpan:
    """One stretch of a day."""

    code: str = "span"
    widget: str = "text"

    def show(self, value: Any) -> str:
        return span_text(value)

    def read(self, text: str) -> Any:
        spans = _spans(text)
        if len(spans) != 1:
            raise Unreadable(text)
        return spans[0]

    def words(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class DaySpans:
    """The stretches of a day; an empty field says `closed`."""

    closed: str
    code: str = "spans"
    widget: str = "text"

    def show(self, value: Any) -> str:
        return ", ".join(span_text(one) for one in value)

    def read(self, text: str) -> Any:
        return _spans(text)

    def words(self, text: str) -> str:
        return text or self.closed


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Dates with hours of their own, one a line: `2026-12-24 09:00–12:00`; without hours closed."""

    code: str = "special"
    widget: str = "area"

    def show(self, value: Any) -> str:
        return "\n".join(
            " ".join(filter(None, (one.on.isoformat(), ", ".join(map(span_text, one.spans)))))
            for one in value
        )

    def read(self, text: str) -> Any:
        return [_special(line.strip()) for line in text.splitlines() if line.strip()]

    def words(self, text: str) -> str:
        return "; ".join(text.splitlines())


def _special(line: str) -> dict[str, Any]:
    day, _, times = line.partition(" ")
    try:
        return {"on": date.fromisoformat(day), "spans": _spans(times)}
    except ValueError:
        raise Unreadable(line) from None


def _spans(text: str) -> list[dict[str, int]]:
    found = [_SPAN.fullmatch(part.strip()) for part in re.split(r"[,，、;]", text) if part.strip()]
    spans: list[dict[str, int]] = []
    for one in found:
        if one is None:
            raise Unreadable(text)
        hour, minute, until_hour, until_minute = map(int, one.groups())
        spans.append({"opens": hour * 60 + minute, "closes": until_hour * 60 + until_minute})
    return spans


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
