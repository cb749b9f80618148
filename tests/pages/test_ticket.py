"""The queue and the ticket: where customers are answered."""

import pytest

from tests.pages.eyes import Eyes
from tests.pages.sights import STAFF, Sight, looked_at
from tests.pages.stand import Stand


def _a_ticket(stand: Stand) -> str:
    """One with an order, a parcel and a customer who bought before."""
    cards = stand.as_mei("GET", "/tickets?limit=100")["items"]
    return f"/desk/t/{cards[0]['number']}"


SIGHTS = (
    Sight("queue-all", "/desk/tickets", STAFF),
    Sight("ticket", _a_ticket, STAFF),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []
