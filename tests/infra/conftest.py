"""The package, built once a run, by the process that has all the tests of it."""

from collections.abc import Iterator
from zipfile import ZipFile

import pytest

from deploy.packing import CODE, package


# Before the process of a run gives each group its name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "code" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("package"))


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    """The code as it goes to AWS."""
    folder = tmp_path_factory.mktemp("package")
    package("prod", "arm64", folder)
    with ZipFile(folder / CODE) as opened:
        yield opened
