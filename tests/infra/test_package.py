"""What is in the zip: the target's wheels, everything that runs, and nothing else."""

import io
import re
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy import __main__ as command
from deploy import packing, wheels
from deploy.packing import MOST_BYTES, MOST_BYTES_UNPACKED, Package, TooLarge
from local.state import ROOT

ELF, AARCH64 = b"\x7fELF", (183).to_bytes(2, "little")

SETUP = "from setuptools import setup\nsetup(name='thing', version='1', py_modules=['thing'])\n"

THIS_PYTHON = f"cpython-{sys.version_info[0]}{sys.version_info[1]}"


def tops(code: ZipFile) -> set[str]:
    """What can be imported, and what is told of it."""
    return {name.partition("/")[0] for name in code.namelist()}


def pinned(file: str) -> set[str]:
    """The distributions that a requirement file names."""
    lines = (ROOT / file).read_text().splitlines()
    return {re.sub(r"[-_.]+", "_", line.split("==")[0].lower()) for line in lines if "==" in line}


def installed(code: ZipFile) -> set[str]:
    """The distributions in the zip."""
    names = (re.match(r"([^/]+)-[^/-]+\.dist-info/METADATA$", name) for name in code.namelist())
    return {found[1].lower().replace("-", "_").replace(".", "_") for found in names if found}


def test_every_binary_is_the_targets(code: ZipFile) -> None:
    binaries = [name for name in code.namelist() if re.search(r"\.so(\.|$)", name)]

    assert len(binaries) >= 3
    for name in binaries:
        head = code.open(name).read(20)
        assert (head[:4], head[18:20]) == (ELF, AARCH64), name
        if "cpython-" in name:
            assert f"{THIS_PYTHON}-aarch64-linux-gnu" in name


def test_it_holds_what_is_pinned_for_running_and_nothing_that_is_for_developing(
    code: ZipFile,
) -> None:
    assert installed(code) == pinned("requirements.txt")


def test_it_holds_our_code_and_none_of_what_is_around_it(code: ZipFile) -> None:
    ours = {
        f"chalicelib/{path.relative_to(ROOT / 'chalicelib')}"
        for path in (ROOT / "chalicelib").rglob("*.py")
    }

    assert ours | {"app.py", "chalice/app.py"} <= set(code.namelist())
    around = {"tests", "test", "local", "bench", "deploy", "docs", "bin", ".chalice"}
    assert not tops(code) & around
    assert not {"chalice/cli", "chalice/deploy"} & {
        "/".join(name.split("/")[:2]) for name in code.namelist()
    }


def test_no_package_brings_tests_of_its_own(code: ZipFile) -> None:
    assert [name for name in code.namelist() if re.search(r"(^|/)tests?/", name)] == []


def test_catalogues_and_pages_are_with_it(code: ZipFile) -> None:
    kinds = {Path(name).suffix for name in code.namelist() if name.startswith("chalicelib/")}

    assert {".mo", ".html", ".jinja", ".css"} <= kinds
    assert ".po" not in kinds


def test_every_module_is_compiled_for_where_it_runs(code: ZipFile) -> None:
    names = set(code.namelist())
    tag = THIS_PYTHON
    uncompiled = [
        name
        for name in names
        if name.startswith("chalicelib/")
        and name.endswith(".py")
        and re.sub(r"([^/]+)\.py$", rf"__pycache__/\1.{tag}.pyc", name) not in names
    ]

    assert uncompiled == []
    assert b"/var/task/app.py" in code.read(f"__pycache__/app.{tag}.pyc")


def test_it_describes_the_services_that_are_called_and_no_others(code: ZipFile) -> None:
    described = {
        name.split("/")[2]
        for name in code.namelist()
        if name.startswith("botocore/data/") and name.count("/") > 2
    }

    assert described == {"dynamodb", "s3", "sesv2", "sns", "ssm"}


def test_its_size_is_bounded(code: ZipFile) -> None:
    assert code.filename is not None
    zipped = Path(code.filename).stat().st_size
    unpacked = sum(entry.file_size for entry in code.infolist())

    assert zipped <= MOST_BYTES
    assert unpacked <= MOST_BYTES_UNPACKED


def test_its_size_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Package(ROOT / "README.md", ROOT / "README.md", 31_500_000, 90_400_000)
    monkeypatch.setattr(command, "package", lambda *_: made)
    monkeypatch.setattr(sys, "argv", ["deploy", "package", "--stage", "prod"])

    command.main()

    assert "31.5 MB, 90 MB unpacked" in capsys.readouterr().out


@pytest.mark.parametrize("size", [(MOST_BYTES + 1, 0), (0, MOST_BYTES_UNPACKED + 1)])
def test_what_outgrows_its_bound_is_no_package(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packing.code, "build", lambda *_: size)

    with pytest.raises(TooLarge):
        packing.package("prod", "arm64", tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_wheel_for_another_processor_is_not_taken_and_nothing_is_built(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _publish_for_x86_64(tmp_path)
    monkeypatch.setattr(wheels, "ROOT", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))

    wheels.install("x86_64", tmp_path / "installed")
    with pytest.raises(RuntimeError, match="wheels for arm64 cannot be had"):
        wheels.install("arm64", tmp_path / "other")

    assert (tmp_path / "installed" / "thing.py").exists()


def _publish_for_x86_64(folder: Path) -> None:
    """A wheel for one processor, with its source beside it."""
    tag = THIS_PYTHON.replace("cpython-", "cp")
    tags = f"{tag}-{tag}-manylinux2014_x86_64"
    told = "Metadata-Version: 2.1\nName: thing\nVersion: 1\n"
    with ZipFile(folder / f"thing-1-{tags}.whl", "w") as wheel:
        wheel.writestr("thing.py", "")
        wheel.writestr("thing-1.dist-info/METADATA", told)
        kind = f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tags}\n"
        wheel.writestr("thing-1.dist-info/WHEEL", kind)
        wheel.writestr("thing-1.dist-info/RECORD", "")
    with tarfile.open(folder / "thing-1.tar.gz", "w:gz") as source:
        for name, content in (("PKG-INFO", told), ("setup.py", SETUP), ("thing.py", "")):
            entry = tarfile.TarInfo(f"thing-1/{name}")
            entry.size = len(content)
            source.addfile(entry, io.BytesIO(content.encode()))
    (folder / "requirements.txt").write_text("thing==1\n")
