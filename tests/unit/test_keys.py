"""Keys of the staff's pages: each presses something, and what is printed is pressed beside it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from chalicelib import pages
from chalicelib.pages.keys import KEYS

TEMPLATES = Path(pages.__file__).parent / "templates"

Pressers = dict[str, tuple[int, str]]
"""By a macro's name, the place and the name of what it is given as a key's name."""


@cache
def templates() -> dict[str, nodes.Template]:
    parse = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse
    paths = sorted(TEMPLATES.rglob("*.html"))
    return {path.relative_to(TEMPLATES).as_posix(): parse(path.read_text()) for path in paths}


@cache
def pressers() -> Pressers:
    """The macro that ties a key to something, and those that hand a name on to it."""
    found: Pressers = {"key": (0, "name"), "pressed_by": (0, "name")}
    macros = [one for tree in templates().values() for one in tree.find_all(nodes.Macro)]
    before = 0
    while before < len(found):
        before = len(found)
        for macro in macros:
            names = [one.name for one in macro.args]
            for given in list(_given(macro, found)):
                if isinstance(given, nodes.Name) and given.name in names:
                    found[macro.name] = (names.index(given.name), given.name)
    return found


def pressed(tree: nodes.Template) -> set[str]:
    """The names of the keys that press something in a template."""
    return {name for given in _given(tree, pressers()) for name in _names(given, tree)}


def printed(tree: nodes.Template) -> set[str]:
    """The names of the keys that a template shows beside what they press."""
    return {name for given in _given(tree, {"keycap": (0, "name")}) for name in _names(given, tree)}


def _given(tree: nodes.Node, to: Pressers) -> Iterator[nodes.Node]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in to:
            place, name = to[call.node.name]
            yield from call.args[place : place + 1]
            yield from (one.value for one in call.kwargs if one.key == name)


def _names(given: nodes.Node, tree: nodes.Template) -> Iterator[str]:
    """What it may be: text, one of several, or what a loop goes through."""
    if isinstance(given, nodes.Name):
        for loop in tree.find_all(nodes.For):
            variables = [one.name for one in loop.target.find_all(nodes.Name)]
            if given.name in variables and isinstance(loop.iter, nodes.List):
                for row in loop.iter.items:
                    if isinstance(row, nodes.Tuple):
                        yield from _names(row.items[variables.index(given.name)], tree)
    for one in (given, *given.find_all(nodes.Const)):
        if isinstance(one, nodes.Const) and isinstance(one.value, str):
            yield one.value


@pytest.mark.parametrize("name", KEYS)
def test_a_key_presses_something_that_a_page_has(name: str) -> None:
    assert any(name in pressed(tree) for tree in templates().values())


def test_a_key_that_is_printed_presses_something_beside_it() -> None:
    astray = {name: printed(tree) - pressed(tree) for name, tree in templates().items()}

    assert {name: keys for name, keys in astray.items() if keys} == {}
