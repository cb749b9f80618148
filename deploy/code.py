"""The code as it goes to Lambda: the app, Chalice's runtime and the wheels, in one zip.

Two zips of one commit, made by the same Python, are equal to the byte, so that an upload is
skipped and a function left alone when nothing changed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import chalice

from deploy import wheels
from deploy.grants import SERVICES
from deploy.wheels import Architecture
from local.state import ROOT

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every file: a zip knows none before."""

AT_RUNTIME = "/var/task"
"""Where Lambda unpacks it, which tracebacks say."""

_NEVER = shutil.ignore_patterns(
    *("__pycache__", "*.pyc", "*.po", "*.pyi", "*.c", "*.pyx"),
    *("_avif.*", "libavif-*", "_imagingft.*", "libfreetype-*", "libharfbuzz-*", "_imagingtk.*"),
)
"""What nothing reads at run time; the catalogues are read compiled. Of Pillow, a format that no
photo may have, and writing and windows: a fifth of it."""

_BROUGHT_ALONG = ("bin", "docs", "tests")
"""What wheels put beside their code: commands, and what python-barcode packs by mistake."""


def build(architecture: Architecture, target: Path) -> tuple[int, int]:
    """Make the zip; gives its size in bytes and that of what it holds."""
    with tempfile.TemporaryDirectory() as folder:
        installed, code = Path(folder, "installed"), Path(folder, "code")
        wheels.install(architecture, installed)
        shutil.copytree(installed, code, ignore=_NEVER)
        for name in _BROUGHT_ALONG:
            shutil.rmtree(code / name, ignore_errors=True)
        _add_app(code)
        _leave_out_unused_services(code / "botocore" / "data")
        _compile(code)
        return _zip(code, target)


def _add_app(code: Path) -> None:
    """The app, and of Chalice what a running function needs of it."""
    shutil.copy(ROOT / "app.py", code)
    shutil.copytree(ROOT / "chalicelib", code / "chalicelib", ignore=_NEVER)
    runtime = Path(chalice.__file__).parent
    (code / "chalice").mkdir()
    for name in ("__init__.py", "app.py"):
        shutil.copy(runtime / name, code / "chalice")


def _leave_out_unused_services(descriptions: Path) -> None:
    """botocore describes some four hundred services, and the functions may call five of them."""
    for service in descriptions.iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)


def _compile(code: Path) -> None:
    """Bytecode beside the source: the folder is read-only at run time, so that without it every
    cold start would compile everything anew. It is never compared with the source, whose dates
    say nothing."""
    subprocess.run(
        [
            *(sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(code), "-p", AT_RUNTIME, str(code)),
        ],
        # Sets are written in the order of their hashes.
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=True,
    )


def _zip(code: Path, target: Path) -> tuple[int, int]:
    unpacked = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(code):
            content = path.read_bytes()
            unpacked += len(content)
            entry = zipfile.ZipInfo(path.relative_to(code).as_posix(), LONG_AGO)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.stat().st_size, unpacked


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
