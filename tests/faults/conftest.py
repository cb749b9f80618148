"""The cloud of each module."""

from collections.abc import Generator

import pytest

from tests.faults import profiles  # noqa: F401 - pytest loads the profiles by their names
from tests.faults.cloud import Cloud, in_process


@pytest.fixture(scope="module")
def cloud() -> Generator[Cloud]:
    with in_process() as cloud:
        yield cloud
