"""The documents say what the code does: lists, timed work, events, links and commands."""

import importlib
import re
from pathlib import Path

import pytest

from chalicelib.domain.events import fact_types
from chalicelib.services.runners import RUNNERS

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

PLACE = re.compile(r'Place\(\s*(\d),\s*f?"([^"{]+)')
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"\bmake ([a-z]+)\b")


def _read(name: str) -> str:
    return (ROOT / name).read_text()


def _rows(document: str) -> dict[str, str]:
    """The rest of each row of a document's tables, by the code in its first cell."""
    return dict(re.findall(r"^\| `([^`]+)` \| (.*)$", document, re.MULTILINE))


def test_every_list_is_named_with_its_index() -> None:
    described = set(
        re.findall(r"^\| list(\d) \| `([a-z-]+#?)", _read("docs/data.md"), re.MULTILINE)
    )
    source = _read("chalicelib/store/listings.py")

    declared = set(PLACE.findall(source))

    assert len(declared) > 10
    assert described == declared


def test_every_kind_of_timed_work_is_described() -> None:
    described = _rows(_read("docs/data.md").partition("## Agenda")[2].partition("## Receipts")[0])

    assert {kind for kind in described if "." in kind} == RUNNERS.keys()


def test_every_event_is_described_with_its_payload() -> None:
    importlib.import_module("app")
    described = _rows(_read("docs/events.md").partition("| type | payload")[2])
    payloads = {
        name: re.findall(r"`(\w+)`", row.split(" | ")[0]) for name, row in described.items()
    }

    told = {
        name: list(fact.model_fields)
        for name, fact in fact_types().items()
        if fact.__module__.startswith("chalicelib.")
    }

    assert {name: row for name, row in payloads.items() if "." in name} == told


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text()
    broken: list[str] = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", _read("Makefile"), re.MULTILINE))
    code = "\n".join(re.findall(r"`[^`\n]+`|```.*?```", document.read_text(), re.DOTALL))

    assert set(COMMAND.findall(code)) <= targets


def _anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(document.read_text())
    }
