"""Lambda's Python: a function sees its package and the standard library, and nothing else.

ministack lets it see whatever is installed beside the emulator as well, so that what is missing in
a package would not be missed. And it unpacks the package anew for every process, which takes
seconds that AWS does not take.
"""

import threading
import zipfile
from hashlib import file_digest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

ALONE = """\
import sys
sys.path[:] = [place for place in sys.path if not place.endswith(("-packages", ".egg"))]
"""
"""Where pip and Debian install things: `site-packages`, `dist-packages`."""


def install(folder: Path) -> None:
    """Start functions like this from now on."""
    detect = lambda_runtime._detect_runtime_binary

    def detect_alone(runtime: str) -> tuple[str, str]:
        binary, script = detect(runtime)
        return binary, ALONE + script

    lambda_runtime._detect_runtime_binary = detect_alone
    lambda_runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": _unpacker(folder)})


def _unpacker(folder: Path) -> type[zipfile.ZipFile]:
    lock = threading.Lock()

    class Unpacked(zipfile.ZipFile):
        """A zip whose equal copies are unpacked once; each place gets links to what is in it."""

        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            with lock:
                code = folder / f"code-{self._digest()}"
                if not code.exists():
                    super().extractall(code, members, pwd)
            for part in code.iterdir():
                (Path(path) / part.name).symlink_to(part)

        def _digest(self) -> str:
            assert self.filename is not None
            with Path(self.filename).open("rb") as packed:
                return file_digest(packed, "sha256").hexdigest()[:16]

    return Unpacked
