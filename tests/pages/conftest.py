"""One stack and one browser for all tests of the pages, in one of the processes of a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.eyes import Eyes
from tests.pages.eyes import eyes as opened_eyes
from tests.pages.stand import Stand, standing

HERE = Path(__file__).parent
FAULTS = HERE.with_name("faults")


# Before the process of a run gives each group its name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They are the longest group, so it is begun early; but for what runs an event loop of its
    own, which it cannot once there is a browser's."""
    items.sort(key=lambda item: (FAULTS not in item.path.parents, HERE not in item.path.parents))
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("pages"))


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """The demo shop, running."""
    with standing(tmp_path_factory.mktemp("stand")) as running:
        yield running


@pytest.fixture(scope="session")
def eyes(stand: Stand) -> Iterator[Eyes]:
    """A browser that looks at it."""
    with opened_eyes(stand) as looking:
        yield looking
