"""What is owed at this moment, from the lists of what is due: late, soon, waiting, refunds.

Figures are told by events; these are not of what happened but of how things stand.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.callbacks import CallbackState
from chalicelib.domain.money import Money
from chalicelib.domain.returns import REFUND, Logistics, RequestState, Return
from chalicelib.services.counts import OPEN_LISTS
from chalicelib.services.desk import Desk
from chalicelib.services.withdrawals import WAITING
from chalicelib.store.records import MOST_COUNTED, Card

SOON = timedelta(hours=1)

BEGAN = ("opened_at", "requested_at", "declared_at")
"""When a ticket, a return and a declaration of withdrawal began, on their cards."""

MOST_REFUNDS = 100
"""Returns that are read to add up what they owe."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that is owed; `since` is when its case began, or a call's time begins."""

    kind: str
    id: str
    number: str
    due_at: datetime | None
    since: datetime
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """How things stand. `is_all` is False where one of the lists is longer than is looked at."""

    late: Sequence[Owed]
    """Promises past their time, the longest first."""
    soon: Sequence[Owed]
    """Promises that fall due within the hour."""
    waiting: Sequence[Owed]
    """Tickets in which we act next, the oldest first."""
    refunds: Sequence[Owed]
    """Returns that are here and whose money is not back, by the time the law or the policy wants
    it back; what was settled, or else quoted."""
    undecided: Sequence[Owed]
    """Returns that wait for our decision, the longest first."""
    missed_calls: Sequence[Owed]
    is_all: bool


NAMES = ("late", "soon", "waiting", "refunds", "undecided", "missed_calls")
"""The lists of `Present`; each has a page under its name."""


def present(desk: Desk) -> Present:
    """One page each of the four lists of what is due, and the returns that owe a refund."""
    pages = [desk.page(1, name, limit=MOST_COUNTED) for name in (*OPEN_LISTS, WAITING)]
    tickets, returns, calls, withdrawals = (page.cards for page in pages)
    now = desk.now()
    # What is awaited is owed by the customer.
    ours = [card for card in returns if card.card["logistics"] != Logistics.AWAITING]
    back = [card for card in returns if card.card["logistics"] == Logistics.RECEIVED]
    promises = [
        *(_of_card(card) for card in (*tickets, *ours, *withdrawals)),
        *(_of_call(card) for card in calls),
    ]
    missed = [_of_call(c) for c in calls if c.card["state"] == CallbackState.MISSED]
    return Present(
        late=_due(promises, lambda due: due <= now),
        soon=_due(promises, lambda due: now < due <= now + SOON),
        waiting=_oldest(_of_card(card) for card in tickets if card.due_at is not None),
        refunds=_refunds(desk, back[:MOST_REFUNDS]),
        undecided=_oldest(_of_card(c) for c in returns if c.card["request"] == RequestState.REVIEW),
        missed_calls=_due(missed, lambda _: True),
        is_all=all(page.after is None for page in pages) and len(back) <= MOST_REFUNDS,
    )


def totals(refunds: Iterable[Owed]) -> list[Money]:
    """What the refunds add up to, one a currency."""
    sums: dict[str, Money] = {}
    for one in refunds:
        if one.amount is not None:
            known = sums.get(one.amount.currency)
            sums[one.amount.currency] = known + one.amount if known else one.amount
    return [sums[currency] for currency in sorted(sums)]


def _due(owed: Iterable[Owed], is_wanted: Callable[[datetime], bool]) -> list[Owed]:
    found = [(one.due_at, one) for one in owed if one.due_at is not None and is_wanted(one.due_at)]
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].id))]


def _oldest(owed: Iterable[Owed]) -> list[Owed]:
    return sorted(owed, key=lambda one: (one.since, one.id))


def _of_card(card: Card) -> Owed:
    began = next(card.card[name] for name in BEGAN if card.card.get(name))
    return Owed(card.kind, card.id, card.card["number"], card.due_at, datetime.fromisoformat(began))


def _of_call(card: Card) -> Owed:
    """A call is late when its window is over, not when it begins."""
    begins, ends = (datetime.fromisoformat(card.card[f"window_{end}"]) for end in ("start", "end"))
    return Owed(card.kind, card.id, card.card["number"], ends, begins)


def _refunds(desk: Desk, cards: Sequence[Card]) -> list[Owed]:
    found = desk.read(*((Return, card.id) for card in cards)) if cards else []
    owed = (_refund(one) for one in found if isinstance(one, Return))
    return _due((one for one in owed if one is not None), lambda _: True)


def _refund(case: Return) -> Owed | None:
    promise = case.promised(REFUND)
    if promise is None or not promise.is_owed:
        return None
    amount = case.refund or case.decision.quote.total
    return Owed(case.kind, case.id, case.number, promise.due_at, case.requested_at, amount)
