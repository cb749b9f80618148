"""The figures, one figure, what is owed at this moment, and the page for operators."""

import pytest

from tests.pages.eyes import Eyes
from tests.pages.sights import STAFF, Sight, looked_at

SIGHTS = (
    Sight("figures-today", "/desk/figures", STAFF),
    Sight("figure", "/desk/figures/first_response?days=14", STAFF[:1]),
    Sight("figure-now", "/desk/figures/waiting", STAFF[1:]),
    Sight("health", "/desk/health", STAFF),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []
