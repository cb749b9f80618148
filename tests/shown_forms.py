"""The forms of a page, with what a browser would send of them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Pairs = list[tuple[str, str]]


@dataclass
class ShownForm:
    """One form: where it goes, and its fields without the buttons."""

    action: str
    fields: Pairs = field(default_factory=Pairs)


def forms_of(page: str) -> list[ShownForm]:
    """In the page's order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[ShownForm] = []
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        match tag:
            case "form":
                self.forms.append(ShownForm(given.get("action", "")))
            case "select":
                self._select, self._options = name, []
            case "option":
                self._options.append((value, "selected" in given))
            case "textarea":
                self._area, self._text = name, ""
            case "input" if name:
                is_box = given.get("type") in ("checkbox", "radio")
                if not is_box or "checked" in given:
                    self._keep(name, value)

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._options:
            chosen = [value for value, selected in self._options if selected]
            self._keep(self._select, chosen[0] if chosen else self._options[0][0])
        elif tag == "textarea" and self._area is not None:
            # The first line break after the tag is none of its text, and lines end with two signs.
            lines = self._text.replace("\r\n", "\n").removeprefix("\n")
            self._keep(self._area, lines.replace("\n", "\r\n"))
            self._area = None

    def _keep(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].fields.append((name, value))
