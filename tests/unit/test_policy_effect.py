"""What another returns policy would have done to returns that were asked for."""

from datetime import timedelta

import pytest

from chalicelib.domain.policy import Ground, Place, ReturnPolicy
from chalicelib.domain.policy_effect import AskedThen, Effect, effect
from chalicelib.domain.return_lines import Reason
from chalicelib.domain.rules import Action, Condition, Op, Rule
from tests.unit.order_builders import DELIVERED, a_line, an_order

BERLIN = Place(zone="Europe/Berlin", country="DE")
UNION = ReturnPolicy(no_reason="EU-14D-WITHDRAWAL")
"""Fourteen days from the law, and nothing of the shop's own."""


def asked(days: int, reason: Reason = Reason.NO_REASON) -> AskedThen:
    """A return of one line, so many days after it arrived."""
    line = a_line()
    return AskedThen(
        order=an_order(line),
        grounds=[Ground(line=line, units=2, is_sent=True, value=9288)],
        products={},
        reasons={line.id: reason},
        at=DELIVERED + timedelta(days=days),
    )


def own(days: int) -> ReturnPolicy:
    return UNION.model_copy(update={"window_days": days})


def never() -> ReturnPolicy:
    """Nothing comes back for a change of mind, as far as the shop may say so."""
    when = (Condition(fact="is_fault", op=Op.EQ, value=False),)
    rule = Rule(id="final", when=when, then=(Action(set="exclude", value=True),))
    return UNION.model_copy(update={"rules": (rule,)})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (UNION, UNION, Effect(n=3)),
        (own(30), UNION, Effect(n=3, refused=1)),
        (UNION, own(30), Effect(n=3, allowed=1)),
        # Ten days are less than the law gives: the one after twelve stays allowed, by the law.
        (own(30), own(10), Effect(n=3, refused=1, held=1)),
        (own(10), own(5), Effect(n=3)),
        (UNION, never(), Effect(n=3, held=2)),
    ],
)
def test_returns_are_decided_twice_and_the_law_is_the_floor(
    before: ReturnPolicy, after: ReturnPolicy, expected: Effect
) -> None:
    found = effect([asked(3), asked(12), asked(20)], before, after, BERLIN)

    assert found == expected


def test_what_is_at_fault_is_not_excluded() -> None:
    assert effect([asked(3, Reason.DEFECTIVE)], UNION, never(), BERLIN) == Effect(n=1)


def test_of_nothing_nothing_is_said() -> None:
    assert effect([], UNION, never(), BERLIN) == Effect()
