"""A shop whose records of one order are kept as commits would leave them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import return_refunds, return_requests, return_work
from chalicelib.domain.calendar import office_hours
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.ledger import LedgerLine
from chalicelib.domain.orders import Order
from chalicelib.domain.paid import Paid
from chalicelib.domain.policy import Place, ReturnPolicy
from chalicelib.domain.presets.legal import FreightPayer
from chalicelib.domain.refund_terms import RefundTerms, ShippingRule
from chalicelib.domain.return_lines import (
    Found,
    Reason,
    ReturnLine,
    Way,
    Wish,
    claimed,
    open_units,
)
from chalicelib.domain.return_money import Settlement, law_of, paid_of, quoted, terms_of
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.returns import (
    Decision,
    Return,
)
from tests.unit.order_builders import DELIVERED, a_line, an_order

AT = DELIVERED + timedelta(days=2)
PLACE = Place(zone="Europe/Berlin", country="DE")
HOURS = office_hours("Europe/Berlin", "09:00", "17:00", "DE")
LAVISH = ReturnPolicy(terms=RefundTerms(shipping=ShippingRule.PROPORTIONAL))


@dataclass
class Shop:
    """A shop's records of one order, as commits would leave them."""

    policy: ReturnPolicy = LAVISH
    lines: tuple[Any, ...] = (a_line("l1"),)
    shipping: int = 490
    order: Order = field(init=False)
    settlements: dict[str, Settlement] = field(default_factory=dict[str, Settlement])
    ledger: dict[str, LedgerLine] = field(default_factory=dict[str, LedgerLine])
    made: int = 0

    def __post_init__(self) -> None:
        self.order = an_order(*self.lines, shipping=self.shipping)

    def commit(self, changes: Changes[Return]) -> Return:
        for record in changes.records:
            record.mark_stored(record.version)
            match record:
                case Order():
                    self.order = record
                case Settlement():
                    self.settlements[record.id] = record
                case LedgerLine():
                    self.ledger[record.case_id] = record
                case _:
                    pass
        return changes.result

    @property
    def may_claim(self) -> dict[str, int]:
        return {line.id: open_units(self.order, (), line) for line in self.lines}

    def paid(self) -> Paid:
        return paid_of(self.order, self.lines, (), self.settlements.values())

    def ask(self, units: dict[str, int], reason: Reason = Reason.NO_REASON) -> Return:
        self.made += 1
        lines = tuple(
            ReturnLine(line_id=one, title="Linen set", sku="LIN", reason=reason, requested=n)
            for one, n in units.items()
        )
        law = law_of(self.policy, lines)
        decision = Decision(
            policy_version=1,
            preset=law.id,
            rulings=(),
            quote=quoted(
                self.paid(), lines, terms_of(self.policy, law, FreightPayer.CUSTOMER, Way.SEND)
            ),
            freight_payer=FreightPayer.CUSTOMER,
        )
        order = claimed(self.order, units, self.may_claim)
        return self.commit(
            return_requests.request(
                order,
                lines,
                Asked(wish=Wish.REFUND, note="", channel="web", language="de"),
                decision,
                self.policy,
                at=AT,
                new_id=lambda prefix: f"{prefix}_{self.made}",
                new_number=lambda letter: f"{letter}-{self.made:04}-000",
            )
        )

    def agree(self, case: Return, units: dict[str, int] | None = None) -> Return:
        agreed = units or {line.line_id: line.requested for line in case.lines}
        lines = tuple(line.but_authorized(agreed.get(line.line_id, 0)) for line in case.lines)
        return self.commit(
            return_requests.authorize(
                case,
                self.order,
                lines,
                self.policy,
                law=law_of(self.policy, lines),
                quote=case.decision.quote,
                place=PLACE,
                automatic=False,
                at=AT,
            )
        )

    def receive(
        self, case: Return, units: dict[str, int], at: datetime = AT + timedelta(days=3)
    ) -> Return:
        return self.commit(
            return_work.receive(
                case,
                self.order,
                units,
                self.may_claim,
                self.policy,
                law=law_of(self.policy, case.lines),
                place=PLACE,
                hours=HOURS,
                at=at,
            )
        )

    def inspect(self, case: Return, *found: Found) -> Return:
        seen = found or return_work.unseen(case)
        return self.commit(
            return_work.inspect(case, seen, self.policy, automatic=False, at=AT + timedelta(days=4))
        )

    def settle(self, case: Return) -> Return:
        return self.commit(
            return_refunds.settle(
                case,
                self.order,
                self.paid(),
                self.policy,
                law=law_of(self.policy, case.lines),
                adopted=None,
                at=AT + timedelta(days=5),
            )
        )

    def ledger_line(self, case: Return) -> LedgerLine:
        if case.id not in self.ledger:
            raise NotAllowed("nothing was settled")
        return self.ledger[case.id]

    def through(self, units: dict[str, int]) -> Return:
        """A return that goes all the way, with everything arriving as it should."""
        case = self.agree(self.ask(units))
        return self.settle(self.inspect(self.receive(case, units)))
