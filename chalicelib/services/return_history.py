"""What came back from a customer in a year: counts to look behind, which refuse nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.return_lines import Rejection
from chalicelib.domain.returns import Return
from chalicelib.services.desk import Desk

YEAR = timedelta(days=365)

MOST_CASES = 50
"""So many of the customer's newest orders and cases are looked through."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and the returns that make it."""

    n: int
    cases: tuple[Return, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A customer's other returns of the last twelve months."""

    units: Count
    """Asked back."""
    unfounded: Count
    """Lines turned away since there was no fault."""
    short: Count
    """Parcels in which something agreed to was missing."""
    is_more: bool
    """There are older cases that were not looked through."""


def history(desk: Desk, case: Return) -> History | None:
    """Of the return's customer, without the return itself; None where nobody knows who it is. One
    query and one batch read."""
    if case.customer_id is None:
        return None
    since = desk.now() - YEAR
    page = desk.page(2, f"customer#{case.customer_id}", limit=MOST_CASES, backwards=True)
    ids = [card.id for card in page.cards if card.kind == Return.kind and card.id != case.id]
    found = desk.read(*((Return, one) for one in ids)) if ids else []
    others = [one for one in found if isinstance(one, Return) and one.requested_at >= since]
    return History(
        units=_count(others, lambda one: sum(line.requested for line in one.lines)),
        unfounded=_count(others, _unfounded),
        short=_count(others, lambda one: int(_is_short(one))),
        is_more=page.after is not None,
    )


def _count(cases: Iterable[Return], of: Callable[[Return], int]) -> Count:
    counted = [(of(one), one) for one in cases]
    return Count(sum(n for n, _ in counted), tuple(one for n, one in counted if n))


def _unfounded(case: Return) -> int:
    return sum(1 for line in case.lines if line.rejection is Rejection.NO_FAULT)


def _is_short(case: Return) -> bool:
    return case.received_at is not None and any(line.missing for line in case.lines)
