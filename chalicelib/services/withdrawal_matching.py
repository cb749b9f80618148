"""What follows from a declaration of withdrawal: its order is found and a return begins, or a
person sees to it within a working day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import withdrawals as rules
from chalicelib.domain.agenda import Entry
from chalicelib.domain.alerts import alert
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid, NotAllowed, NotFound
from chalicelib.domain.letters import (
    PromiseLate,
    WithdrawalAnswered,
    WithdrawalLetter,
    WithdrawalMatched,
)
from chalicelib.domain.orders import Order
from chalicelib.domain.promises import Signal
from chalicelib.domain.return_lines import Reason, Wanted, Wish, shipped_units
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.returns import Return
from chalicelib.domain.withdrawals import Proof, Why, Withdrawal
from chalicelib.services import lookups, returns
from chalicelib.services.alerts import managers, to_staff
from chalicelib.services.desk import Desk, command
from chalicelib.services.order_files import OrderFile, order_file
from chalicelib.services.withdrawals import written

PLACE = "withdrawals"
"""The page of the desk where they are matched."""

DUE, LATE = "withdrawal.due", "withdrawal.late"
"""What alerts about them are called."""

MOST_CASES = 20
"""So many cases of one order are looked through for an earlier declaration."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What an order's declaration begins, and why a person has to see to it all the same."""

    order: Order
    changes: Sequence[Changes[Return]]
    return_: Return | None
    follows: Withdrawal | None
    why: Why | None

    @property
    def return_id(self) -> str | None:
        """The return that begins; without one, that of the earlier declaration."""
        if self.return_ is not None:
            return self.return_.id
        return self.follows.return_id if self.follows else None


@command
def follow(desk: Desk, withdrawal_id: str) -> Withdrawal | None:
    """Look for the order and begin the return, once: a declaration that was looked at stays as
    it is."""
    said = desk.find(Withdrawal, withdrawal_id)
    if said is None or said.looked_at is not None:
        return desk.commit(nothing(said))
    found = _order_meant(desk, said)
    if found is None:
        return desk.commit(
            rules.left(said, Why.NO_ORDER, order=None, proof=None, return_id=None, at=desk.now())
        )
    order, proof = found
    return desk.commit(_followed(desk, said, _begun(desk, said, order), proof))


def follow_up(desk: Desk, entry: Entry) -> None:
    """Runner: what the request that took it could not do, or was not to do at once."""
    follow(desk, entry.subject)


@command
def match(desk: Desk, withdrawal_id: str, order_number: str) -> Withdrawal:
    """A person knows which order is meant: the return begins, and the customer is written to.

    Raises NotFound, field `number`, for an order that nobody knows; NotAllowed for a declaration
    that is settled.
    """
    said = desk.get(Withdrawal, withdrawal_id)
    begun = _begun(desk, said, lookups.order_numbered(desk, order_number))
    settled = _matched(desk, said, begun, Proof.STAFF)
    letter = WithdrawalMatched(
        number=said.number,
        order_number=begun.order.number,
        return_number=begun.return_.number if begun.return_ else "",
    )
    return desk.commit(settled.plus(*begun.changes, _letter(desk, said, letter)))


@command
def answer(desk: Desk, withdrawal_id: str, text: str) -> Withdrawal:
    """A person writes that there is no right to withdraw, and why; where to complain stands in
    the letter. Raises NotAllowed for a declaration that is settled, Invalid, field `text`, for
    no reason at all."""
    if not text.strip():
        raise Invalid("Say why.", field="text")
    said = desk.get(Withdrawal, withdrawal_id)
    told = rules.answered(said, text, at=desk.now())
    return desk.commit(told.plus(_letter(desk, said, WithdrawalAnswered(number=said.number))))


@command
def ring(desk: Desk, entry: Entry) -> None:
    """The working day is nearly over, or is: an alert, and a mail to the managers about what is
    late."""
    said = desk.find(Withdrawal, entry.subject)
    if said is None:
        return
    rung, signals = rules.ring(said, at=desk.now())
    desk.commit(rung.plus(*(one for signal in signals for one in _rung(desk, said, signal))))


@command
def pass_over(desk: Desk, entry: Entry, until: datetime) -> None:
    """Tell that the working day was over by `until`, and nobody in particular."""
    said = desk.find(Withdrawal, entry.subject)
    if said is not None:
        desk.commit(rules.ring(said, at=until)[0])


def _order_meant(desk: Desk, said: Withdrawal) -> tuple[Order, Proof] | None:
    if said.linked_order_id is not None:
        linked = desk.find(Order, said.linked_order_id)
        return (linked, Proof.LINK) if linked else None
    for order in lookups.orders_meant(desk, said.contract):
        proof = rules.fits(order, said)
        if proof is not None:
            return order, proof
    return None


def _followed(desk: Desk, said: Withdrawal, begun: Begun, proof: Proof) -> Changes[Withdrawal]:
    if begun.why is None:
        return _matched(desk, said, begun, proof).plus(*begun.changes)
    left = rules.left(
        said,
        begun.why,
        order=begun.order,
        proof=proof,
        return_id=begun.return_id,
        at=desk.now(),
    )
    return left.plus(*begun.changes)


def _matched(desk: Desk, said: Withdrawal, begun: Begun, proof: Proof) -> Changes[Withdrawal]:
    return rules.matched(
        said,
        begun.order,
        proof,
        return_id=begun.return_id or said.return_id,
        follows=begun.follows.id if begun.follows else None,
        at=desk.now(),
    )


def _begun(desk: Desk, said: Withdrawal, order: Order) -> Begun:
    earlier = _earlier(desk, said, order)
    try:
        file = order_file(desk, order.id)
        units = rules.wanted_units(said.items, file.may_claim.items())
        changes = [_return(desk, file, said, units)] if units else []
    except (Invalid, NotAllowed, NotFound):
        return Begun(order, [], None, earlier, Why.NOT_BY_ITSELF)
    begun = changes[0].result if changes else None
    return Begun(file.order, changes, begun, earlier, _why(file, said, begun, earlier))


def _return(
    desk: Desk, file: OrderFile, said: Withdrawal, units: dict[str, int]
) -> Changes[Return]:
    wanted = tuple(
        Wanted(line_id=line_id, quantity=quantity, reason=Reason.NO_REASON)
        for line_id, quantity in units.items()
    )
    asked = Asked(
        wish=Wish.REFUND,
        note="",
        channel="withdrawal",
        language=said.language,
        noticed_at=said.declared_at,
        withdrawal_id=said.id,
    )
    return returns.from_withdrawal(desk, file, wanted, asked)


def _why(
    file: OrderFile, said: Withdrawal, begun: Return | None, earlier: Withdrawal | None
) -> Why | None:
    chosen = {item.line_id for item in said.items}
    lines = [line for line in file.lines if not chosen or line.id in chosen]
    is_unsent = any(
        shipped_units(file.order, file.parcels, line) < line.current_quantity for line in lines
    )
    if is_unsent and file.order.cancelled_at is None:
        return Why.NOT_SENT
    return None if begun or earlier else Why.NOTHING_LEFT


def _earlier(desk: Desk, said: Withdrawal, order: Order) -> Withdrawal | None:
    cards = desk.page(4, f"order#{order.id}", limit=MOST_CASES).cards
    ids = [card.id for card in cards if card.kind == Withdrawal.kind and card.id != said.id]
    return desk.find(Withdrawal, ids[0]) if ids else None


def _letter(desk: Desk, said: Withdrawal, letter: WithdrawalLetter) -> Changes[object]:
    customer = desk.find(Customer, said.customer_id) if said.customer_id else None
    return written(desk, said, customer, letter, desk.now())


def _rung(desk: Desk, said: Withdrawal, signal: Signal) -> list[Changes[object]]:
    due_at = said.promise.due_at
    assert due_at is not None
    type_ = LATE if signal is Signal.BREACHED else DUE
    bell = alert(said, type_, number=said.number, due_at=due_at, at=desk.now())
    told: list[Changes[object]] = [Changes(None, agenda=(bell,))]
    if signal is Signal.BREACHED:
        letter = PromiseLate(number=said.number, place=PLACE, what=rules.MATCH, due_at=due_at)
        told += to_staff(desk, managers(desk), letter, said.id)
    return told
