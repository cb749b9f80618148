"""What happens to a return's parcel and money, and what the clock does with what is owed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.domain import return_refunds, return_requests, return_work
from chalicelib.domain.agenda import Entry
from chalicelib.domain.alerts import alert
from chalicelib.domain.canonical import Owner
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.errors import DomainError
from chalicelib.domain.letters import PromiseLate
from chalicelib.domain.promises import Signal
from chalicelib.domain.return_lines import Found
from chalicelib.domain.return_money import law_of
from chalicelib.domain.return_refunds import Execution, match_entry
from chalicelib.domain.returns import DECISION, INSPECT, SEND_BACK, Logistics, MoneyState, Return
from chalicelib.services.alerts import managers, to_staff
from chalicelib.services.desk import Desk, command
from chalicelib.services.order_files import OrderFile, file_of, order_file, place_of
from chalicelib.services.returns import automatic, then, with_letters
from chalicelib.store.clients import client

MOST_CASES = 20
"""So many returns of one order are looked through for a refund of the shop."""

_PAYING = (MoneyState.RESERVED, MoneyState.SENT, MoneyState.UNKNOWN)


@command
def send(desk: Desk, case_id: str, tracking: str) -> Return:
    """The customer says that the parcel is on its way."""
    case = desk.get(Return, case_id)
    return desk.commit(return_work.send(case, tracking=tracking, at=desk.now()))


@command
def receive(desk: Desk, case_id: str, units: Mapping[str, int]) -> Return:
    """The warehouse has the parcel, with so many units of each line."""
    case = desk.get(Return, case_id)
    file = file_of(desk, case)
    return desk.commit(with_letters(desk, _received(desk, file, case, units), file))


@command
def inspect(desk: Desk, case_id: str, found: Sequence[Found]) -> Return:
    """What was found of each line that arrived."""
    case = desk.get(Return, case_id)
    policy = desk.shop.returns
    return desk.commit(return_work.inspect(case, found, policy, automatic=False, at=desk.now()))


def taken_in(
    desk: Desk, case: Return, units: Mapping[str, int], found: Sequence[Found]
) -> Changes[Return]:
    """The parcel was received and looked at in one go, for a commit that holds both or neither.
    The refund is settled with it where nobody has to think about it: all that was agreed to is
    here and as good as new, the case is ours, and the amount is within the automatic cap."""
    file = file_of(desk, case)
    received = _received(desk, file, case, units)
    seen = return_work.inspect(
        received.result, found, desk.shop.returns, automatic=False, at=desk.now()
    )
    both = then(received, seen)
    settled = _settled_at_once(desk, file, seen.result)
    return with_letters(desk, then(both, settled) if settled else both, file)


@command
def settle(desk: Desk, case_id: str) -> Return:
    """Reckon the refund from what was accepted and reserve it, or take the refund that the shop
    made meanwhile for it."""
    case = desk.get(Return, case_id)
    file = file_of(desk, case)
    return desk.commit(with_letters(desk, _settled(desk, file, case), file))


@command
def execute(desk: Desk, case_id: str, how: Execution) -> Return:
    """Staff say that the refund went out, in the shop or by hand."""
    case = desk.get(Return, case_id)
    line = file_of(desk, case).ledger_line(case.id)
    return desk.commit(return_refunds.execute(case, line, how, at=desk.now()))


@command
def match(desk: Desk, entry: Entry) -> None:
    """See whether the shop's refunds of an order carry out its settled returns. One refund
    carries out one return; as long as one does, the others are looked at again."""
    cards = desk.page(4, f"order#{entry.subject}", limit=MOST_CASES, backwards=True).cards
    ids = [card.id for card in cards if card.kind == Return.kind]
    cases = [one for one in desk.read(*((Return, one) for one in ids)) if isinstance(one, Return)]
    file = order_file(desk, entry.subject)
    shown = next((one for case in cases if (one := _shown(desk, file, case))), None)
    if shown is None:
        desk.commit(nothing(None))
        return
    again = match_entry(file.order, desk.now())
    desk.commit(shown.plus(Changes(None, agenda=(again,))))


@command
def ring(desk: Desk, entry: Entry) -> None:
    """Say what is nearly due or late, and do what was announced for that: agree, expire, or
    accept what nobody looked at. What moves more money than the cap is a person's to decide."""
    case = desk.find(Return, entry.subject)
    if case is None:
        return
    rung, signals = return_work.ring(case, at=desk.now())
    if not signals:
        desk.commit(rung)
        return
    file = file_of(desk, case)
    late = [what for what, signal in signals if signal is Signal.BREACHED]
    changes = rung
    for what in late:
        changes = then(changes, _late(desk, file, changes.result, what))
    bells = [_bell(desk, case, what, signal) for what, signal in signals]
    desk.commit(with_letters(desk, changes, file).plus(*bells))


@command
def pass_over(desk: Desk, entry: Entry, until: datetime) -> None:
    """Tell what was nearly due or late by `until`, and nobody in particular; what would have
    followed by itself is left to a person."""
    case = desk.find(Return, entry.subject)
    if case is not None:
        rung, _ = return_work.ring(case, at=until)
        desk.commit(rung)


def notify_warehouse(desk: Desk, entry: Entry) -> None:
    """Tell the warehouse topic what will come: ids, number, SKUs and quantities (RET-04)."""
    topic = desk.house.settings.alerts_topic
    case = desk.find(Return, entry.subject)
    if case is None or not topic:
        return
    told = {
        "type": "return.authorized",
        "shop": case.shop,
        "return": case.id,
        "number": case.number,
        "order": case.order_id,
        "lines": [
            {"line": line.line_id, "sku": line.sku, "quantity": line.authorized}
            for line in case.lines
            if line.authorized
        ],
    }
    client("sns").publish(
        TopicArn=topic,
        Message=json.dumps(told),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in (("type", "return.authorized"), ("shop", case.shop))
        },
    )


def _late(desk: Desk, file: OrderFile, case: Return, what: str) -> Changes[Return]:
    """What follows when something owed did not come: what was announced, or a person is told."""
    if not case.is_open:
        return Changes(case)
    try:
        return _by_itself(desk, file, case, what) or _escalated(desk, case, what)
    except DomainError:
        # The order has changed so that the rules refuse it: a person decides.
        return _escalated(desk, case, what)


def _by_itself(desk: Desk, file: OrderFile, case: Return, what: str) -> Changes[Return] | None:
    if what == DECISION:
        return automatic(desk, file, case)
    if what == SEND_BACK and case.logistics is Logistics.AWAITING:
        return return_requests.expire(case, file.order, at=desk.now())
    if what == INSPECT:
        return _accepted_unseen(desk, file, case)
    return _shown(desk, file, case)


def _accepted_unseen(desk: Desk, file: OrderFile, case: Return) -> Changes[Return] | None:
    policy = desk.shop.returns
    found = return_work.unseen(case)
    seen = return_work.inspect(case, found, policy, automatic=True, at=desk.now())
    settled = _settled(desk, file, seen.result)
    refund = settled.result.refund
    if refund is None or refund.amount > policy.automatic_cap:
        return None
    return then(seen, settled)


def _received(
    desk: Desk, file: OrderFile, case: Return, units: Mapping[str, int]
) -> Changes[Return]:
    policy = desk.shop.returns
    return return_work.receive(
        case,
        file.order,
        units,
        file.may_claim,
        policy,
        law=law_of(policy, case.lines),
        place=place_of(desk),
        hours=desk.shop.hours,
        at=desk.now(),
    )


def _settled_at_once(desk: Desk, file: OrderFile, case: Return) -> Changes[Return] | None:
    if case.owner is not Owner.OURS or not return_work.is_as_agreed(case):
        return None
    try:
        settled = _settled(desk, file, case)
    except DomainError:
        # The order has changed so that the rules refuse it: a person decides.
        return None
    refund = settled.result.refund
    is_within = refund is not None and refund.amount <= desk.shop.returns.automatic_cap
    return settled if is_within else None


def _settled(desk: Desk, file: OrderFile, case: Return) -> Changes[Return]:
    policy = desk.shop.returns
    adopted = return_refunds.made_already(case, file.refunds, file.settlements)
    return return_refunds.settle(
        case,
        file.order,
        file.paid(without=adopted),
        policy,
        law=law_of(policy, case.lines),
        adopted=adopted,
        at=desk.now(),
    )


def _shown(desk: Desk, file: OrderFile, case: Return) -> Changes[Return] | None:
    if case.money not in _PAYING:
        return None
    refund = return_refunds.shown_by(case, file.refunds, file.settlements)
    if refund is None:
        return None
    line, settlement = file.ledger_line(case.id), file.settlement(case.id)
    return return_refunds.shown(case, line, settlement, refund, at=desk.now())


def _escalated(desk: Desk, case: Return, what: str) -> Changes[Return]:
    promise = case.promised(what)
    due_at = (promise.breached_at or promise.due_at if promise else None) or desk.now()
    letter = PromiseLate(number=case.number, place=f"r/{case.number}", what=what, due_at=due_at)
    return return_work.escalate(case, what).plus(*to_staff(desk, managers(desk), letter, case.id))


def _bell(desk: Desk, case: Return, what: str, signal: Signal) -> Changes[object]:
    promise = case.promised(what)
    due_at = (promise.due_at if promise else None) or desk.now()
    type_ = "return.late" if signal is Signal.BREACHED else "return.due"
    return Changes(
        None,
        agenda=(alert(case, type_, number=case.number, due_at=due_at, at=desk.now()),),
    )
