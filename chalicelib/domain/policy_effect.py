"""What a returns policy would have done to the returns that were asked for under another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.orders import Order
from chalicelib.domain.policy import Ground, Place, ReturnPolicy, eligible, held_by_law
from chalicelib.domain.products import Product
from chalicelib.domain.return_lines import Reason


@dataclass(frozen=True, slots=True)
class AskedThen:
    """A return as it was asked for: its lines with the units that were wanted, when, and why."""

    order: Order
    grounds: Sequence[Ground]
    products: Mapping[str, Product]
    reasons: Mapping[str, Reason]
    at: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """Of `n` returns, how many come out differently. A return is allowed if all its lines are."""

    n: int = 0
    refused: int = 0
    """Allowed under the policy as it is, refused under the other."""
    allowed: int = 0
    """Refused under the policy as it is, allowed under the other."""
    held: int = 0
    """Allowed under both, under the other by the law alone: its own terms would refuse them."""


def effect(
    asked: Iterable[AskedThen], before: ReturnPolicy, after: ReturnPolicy, place: Place
) -> Effect:
    """Decides each return twice, at the moment it was asked for."""
    n = refused = allowed = held = 0
    for one in asked:
        n += 1
        was, is_now = _is_allowed(one, before, place), _is_allowed(one, after, place)
        refused += was and not is_now
        allowed += is_now and not was
        needs_law = bool(_held(one, after, place)) and not _held(one, before, place)
        held += was and is_now and needs_law
    return Effect(n, refused, allowed, held)


def _is_allowed(one: AskedThen, policy: ReturnPolicy, place: Place) -> bool:
    ruled = eligible(
        one.order, one.grounds, one.products, policy, one.reasons, place=place, at=one.at
    )
    return all(ruling.may for ruling in ruled.values())


def _held(one: AskedThen, policy: ReturnPolicy, place: Place) -> frozenset[str]:
    return held_by_law(
        one.order, one.grounds, one.products, policy, one.reasons, place=place, at=one.at
    )
