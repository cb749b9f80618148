"""Try guards: copy the tree, break the copy, run the tests that must fail there."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.guards import GUARDS, Guard

ROOT = Path(__file__).resolve().parents[2]

COPIED = (".chalice", "app.py", "bench", "chalicelib", "deploy", "docs", "local", "pyproject.toml",
          "tests")  # fmt: skip

SECONDS = 600
TESTS_FAILED = 1
"""What pytest gives back when tests ran and some failed; 2 and more say that it could not run."""


def main(names: list[str]) -> int:
    """Try the guards of these names, or all; gives how many were not missed."""
    unknown = [name for name in names if name not in GUARDS]
    if unknown:
        raise SystemExit(f"No such guards: {', '.join(unknown)}. There are: {', '.join(GUARDS)}")
    unmissed = 0
    for name in names or GUARDS:
        is_missed, words = _try(GUARDS[name])
        print(f"{'missed' if is_missed else 'NOT MISSED'}  {name}: {words}", flush=True)
        unmissed += not is_missed
    return unmissed


def _try(guard: Guard) -> tuple[bool, str]:
    """Whether a test fails without it, and the last thing that was said."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name in COPIED:
            _copy(ROOT / name, root / name)
        guard.take_out(root)
        run = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-q", "-x", "--tb=line", "--show-capture=no",
                "-p", "no:cacheprovider", "-p", "tests.faults.profiles",
                "--hypothesis-profile=broken", *guard.tests,
            ],
            cwd=root, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    said = (run.stdout.strip() or run.stderr.strip()).splitlines()
    return run.returncode == TESTS_FAILED, said[-1] if said else "nothing was said"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    else:
        shutil.copy2(source, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
