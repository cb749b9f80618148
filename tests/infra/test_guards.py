"""Every guard that can be taken out is where its row says, and so are the tests that miss it."""

from pathlib import Path

import pytest

from tests.mutants.guards import GUARDS, Guard

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)
def test_a_guard_fits_the_code(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text().count(guard.text) == 1
    assert guard.broken != guard.text
    assert all((ROOT / test).is_file() for test in guard.tests)
