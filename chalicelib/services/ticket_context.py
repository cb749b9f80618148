"""What the ticket's page shows beside the conversation: whether our answers arrived, what the
customer means to the shop, and whether what they bought may come back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.messages import Outgoing, carrier_id
from chalicelib.domain.money import Money
from chalicelib.domain.orders import Order
from chalicelib.domain.policy import Ruling
from chalicelib.domain.returns import Return
from chalicelib.domain.surveys import Survey
from chalicelib.domain.threads import Direction, TicketMessage
from chalicelib.services import returns
from chalicelib.services.desk import Desk
from chalicelib.store.records import Card

MOST_CARRIED = 20
"""Of how many of our answers, the newest, it is looked up whether they arrived."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What is known of a customer, in one line."""

    orders: int
    spent: tuple[Money, ...]
    """One amount a currency."""
    returns: int
    last_score: int | None


@dataclass(frozen=True, slots=True)
class MayComeBack:
    """A line of the order, and the ruling on it for a change of mind."""

    title: str
    ruling: Ruling


def carriers(desk: Desk, messages: Iterable[TicketMessage]) -> Mapping[str, Outgoing]:
    """What carried our answers, by the message's id; nothing for what went no such way."""
    ours = [one.id for one in messages if one.direction is Direction.OUT][-MOST_CARRIED:]
    if not ours:
        return {}
    found = desk.read(*((Outgoing, carrier_id(one)) for one in ours))
    return {said: out for said, out in zip(ours, found, strict=True) if isinstance(out, Outgoing)}


def worth(cards: Iterable[Card]) -> Worth:
    """What the customer's file, newest first, amounts to."""
    orders, amounts, cases = 0, dict[str, int](), 0
    score: int | None = None
    for one in cards:
        if one.kind == Order.kind:
            orders += 1
            if one.card.get("total"):
                total = Money.model_validate(one.card["total"])
                amounts[total.currency] = amounts.get(total.currency, 0) + total.amount
        elif one.kind == Return.kind:
            cases += 1
        elif one.kind == Survey.kind and score is None:
            score = one.card.get("score")
    spent = tuple(Money(amount=amount, currency=name) for name, amount in amounts.items())
    return Worth(orders, spent, cases, score)


def may_come_back(desk: Desk, order: Order | None) -> list[MayComeBack]:
    """The ruling on each line of the order; none while the order is not wholly known."""
    if order is None:
        return []
    try:
        file, ruled, _ = returns.returnable(desk, order.id)
    except NotAllowed:
        return []
    return [MayComeBack(line.title, ruled[line.id]) for line in file.lines if line.id in ruled]
