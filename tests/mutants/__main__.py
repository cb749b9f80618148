"""Try guards: copy the tree, break the copy, run the tests that must fail there."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.guards import GUARDS, Guard

ROOT = Path(__file__).resolve().parents[2]

SECONDS = 600
TESTS_FAILED = 1
"""What pytest gives back when tests ran and some failed; 2 and more say that it could not run."""


def main(names: list[str]) -> int:
    """Try the guards of these names, or all; gives how many were not missed."""
    unknown = [name for name in names if name not in GUARDS]
    if unknown:
        raise SystemExit("\n".join(["No such guard. There are:", *GUARDS]))
    unmissed = 0
    for name in names or GUARDS:
        is_missed, words = _try(GUARDS[name])
        print(f"{'missed' if is_missed else 'NOT MISSED'}  {name}: {words}", flush=True)
        unmissed += not is_missed
    return unmissed


def _try(guard: Guard) -> tuple[bool, str]:
    """Whether a test fails without it, and which."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        _copy_tree(root)
        guard.take_out(root)
        run = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-q", "-x", "--tb=line", "--show-capture=no",
                "-p", "no:cacheprovider", "-p", "tests.faults.profiles",
                "--hypothesis-profile=broken", *guard.tests,
            ],
            cwd=root, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    said = (run.stdout.strip() or run.stderr.strip()).splitlines() or ["nothing"]
    failures = [line for line in said if line.startswith("FAILED")]
    return run.returncode == TESTS_FAILED, (failures or said)[-1]


def _copy_tree(root: Path) -> None:
    """What is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
