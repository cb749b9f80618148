"""The package, built once a run."""

import fcntl
from collections.abc import Iterator
from zipfile import ZipFile

import pytest

from deploy.packing import CODE, package


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Iterator[ZipFile]:
    """The code as it goes to AWS, which the processes of one run build together."""
    folder = tmp_path_factory.getbasetemp().parent / f"package-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "template.json").exists():
            package("prod", "arm64", folder)
    with ZipFile(folder / CODE) as opened:
        yield opened
