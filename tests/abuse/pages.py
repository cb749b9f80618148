"""The forms of our pages, described as an API is, so that they can be filled in by a machine."""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

_ANSWER = {"description": "A page.", "content": {"text/html": {}}}


class _Fields(HTMLParser):
    """What the forms of a page ask for, by name: mail addresses, and what has values to choose
    from."""

    def __init__(self) -> None:
        super().__init__()
        self.offered: dict[str, set[str]] = {}
        self.mails: set[str] = set()
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "input" | "button" | "select" | "textarea":
                name = given.get("name", "")
                self._select = name if tag == "select" else ""
                chosen = given.get("type") in {"radio", "checkbox", "hidden", "submit"}
                if given.get("type") == "email":
                    self.mails.add(name)
                if name:
                    offered = self.offered.setdefault(name, set())
                    offered.update({given.get("value", "")} if chosen else ())
            case "option" if self._select:
                self.offered[self._select].add(given.get("value", ""))
            case _:
                pass


def described(pages: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """OpenAPI of sending the forms of these pages, each an address with what it shows there."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pages", "version": "1"},
        "paths": {address: {"post": _form(html)} for address, html in pages},
        "components": {"schemas": {}},
    }


def _form(html: str) -> dict[str, Any]:
    fields = _Fields()
    fields.feed(html)
    asked = {
        name: {"const": "jana@example.com"} if name in fields.mails else _field(values)
        for name, values in sorted(fields.offered.items())
    }
    schema = {
        "type": "object",
        "properties": asked,
        "required": list(asked),
        "additionalProperties": False,
    }
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    return {
        "requestBody": {"required": True, "content": content},
        "responses": {"default": _ANSWER},
    }


def _field(offered: set[str]) -> dict[str, Any]:
    return {"type": "string", "enum": sorted(offered)} if offered else {"type": "string"}
