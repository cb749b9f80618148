"""The pinned requirements as Lambda's processor and C library run them."""

import subprocess
import sys
from pathlib import Path
from typing import Literal, TypeAlias

from local.state import ROOT

Architecture: TypeAlias = Literal["arm64", "x86_64"]

_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}

_OLDEST_GLIBC = 17
_GLIBC = {(3, 11): 26, (3, 12): 34, (3, 13): 34}
"""The C library of a runtime, as 2.x: Amazon Linux 2, and 2023 from Python 3.12 on."""


def install(architecture: Architecture, into: Path) -> None:
    """Unpack every pinned wheel into a folder. Raises RuntimeError if one does not exist for the
    runtime: nothing is built from source, for what this machine builds runs on this machine."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-compile", "--only-binary=:all:", "--implementation", "cp"),
            *("--python-version", f"{sys.version_info[0]}.{sys.version_info[1]}"),
            *(f"--platform={tag}" for tag in platforms(architecture, sys.version_info[:2])),
            *("--target", str(into), "--requirement", str(ROOT / "requirements.txt")),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The wheels for {architecture} cannot be had:\n{done.stderr}")


def platforms(architecture: Architecture, python: tuple[int, int]) -> list[str]:
    """The tags a wheel may carry (PEP 600); pip takes each literally, so the older ones are
    named as well."""
    machine = _MACHINES[architecture]
    newest = _GLIBC[python]
    return [
        f"manylinux2014_{machine}",
        *(f"manylinux_2_{minor}_{machine}" for minor in range(_OLDEST_GLIBC, newest + 1)),
    ]
