"""Every guard that can be taken out is where its row says, and so are the tests that miss it."""

from pathlib import Path

import pytest

from tests.mutants.guard import Guard
from tests.mutants.guards import GUARDS, SUBJECTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)
def test_a_guard_fits_the_code(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text().count(guard.text) == guard.times
    assert guard.broken != guard.text
    assert guard.tests
    for test in guard.tests:
        file, _, name = test.partition("::")
        tests = (ROOT / file).read_text()
        assert f"def {name}(" in tests if name else "def test_" in tests


def test_no_two_guards_share_a_name_or_say_the_same() -> None:
    rows = {(guard.file, guard.text, guard.broken) for guard in GUARDS.values()}

    assert len(rows) == len(GUARDS) == sum(len(subject.GUARDS) for subject in SUBJECTS)
