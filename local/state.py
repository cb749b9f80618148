"""Where the local stack keeps what it knows, and how others find it while it runs."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Running:
    """A local stack that runs now. `environment` is what another process needs to work on the
    same tables, such as the command line."""

    url: str
    port: int
    emulator: str
    pid: int
    environment: dict[str, str]


def folder() -> Path:
    """The state folder: `.local` in the repository, or where `AFTERCARE_LOCAL` says."""
    path = Path(os.environ.get("AFTERCARE_LOCAL") or ROOT / ".local")
    path.mkdir(parents=True, exist_ok=True)
    return path


def announce(running: Running) -> None:
    """Tell other processes where the stack is."""
    write(folder() / "running.json", asdict(running))


def withdraw() -> None:
    (folder() / "running.json").unlink(missing_ok=True)


def running() -> Running | None:
    """The stack that runs on this state folder, or None."""
    try:
        found = Running(**json.loads((folder() / "running.json").read_text()))
        os.kill(found.pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return found


def write(path: Path, value: object) -> None:
    """Replace a JSON file whole, so that a reader never sees half of one."""
    half = path.with_suffix(".half")
    half.write_text(json.dumps(value, indent=2) + "\n")
    half.replace(path)
