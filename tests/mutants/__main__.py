"""Try guards: copy the tree, break the copy, run the tests that must fail there."""

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.guards import GUARDS

ROOT = Path(__file__).resolve().parents[2]

AT_ONCE = 2
SECONDS = 600
TESTS_FAILED = 1
"""What pytest gives back when tests ran and some failed; 2 and more say that it could not run."""


def main(names: list[str]) -> int:
    """Try the guards of these names, or all; 1 if one of them was not missed."""
    unknown = [name for name in names if name not in GUARDS]
    if unknown:
        raise SystemExit("\n".join(["No such guard. There are:", *GUARDS]))
    tried = names or list(GUARDS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        missed = list(pool.map(_is_missed, tried))
    print(f"{sum(missed)} of {len(missed)} guards are missed.")
    return int(not all(missed))


def _is_missed(name: str) -> bool:
    """Whether each of a guard's tests fails without it; prints which did, or what was said."""
    guard = GUARDS[name]
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        _copy_tree(root)
        guard.take_out(root)
        outcomes = [_fails(root, test) for test in guard.tests]
    is_missed = all(fails for fails, _ in outcomes)
    words = "; ".join(said for fails, said in outcomes if fails is is_missed)
    print(f"{'missed' if is_missed else 'NOT MISSED'}  {name}: {words}", flush=True)
    return is_missed


def _fails(root: Path, test: str) -> tuple[bool, str]:
    """Whether a test, or one in a file of tests, fails in that tree, and what was said. What could
    not be set up has shown nothing."""
    try:
        run = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-q", "-x", "--tb=line", "--show-capture=no",
                "-p", "no:cacheprovider", "-p", "tests.faults.profiles",
                "--hypothesis-profile=broken", test,
            ],
            cwd=root, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, f"{test} came to no end in {SECONDS} seconds"
    said = (run.stdout.strip() or run.stderr.strip()).splitlines() or ["nothing"]
    failures = [line for line in said if line.startswith("FAILED")]
    return run.returncode == TESTS_FAILED and bool(failures), (failures or said)[-1]


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
