"""The walls of the house: who may know whom, and what rules may not touch."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]

CLOCKS_AND_CHANCE = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "uuid4", "uuid.uuid4",
    "os.environ", "os.getenv", "open",
}  # fmt: skip


def test_layers_and_forbidden_imports_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "module", sorted((ROOT / "chalicelib" / "domain").glob("*.py")), ids=lambda path: path.stem
)
def test_a_rule_reads_no_clock_no_environment_and_no_chance(module: Path) -> None:
    used = {ast.unparse(node.func) for node in _calls(module)} | {
        ast.unparse(node) for node in _attributes(module)
    }

    assert not used & CLOCKS_AND_CHANCE


def test_no_store_call_scans() -> None:
    for module in [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]:
        for node in _calls(module):
            called = ast.unparse(node)
            assert not any(scan in called for scan in (".scan(", "get_paginator('scan')")), module


def _calls(module: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)]


def _attributes(module: Path) -> list[ast.Attribute]:
    tree = ast.parse(module.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
