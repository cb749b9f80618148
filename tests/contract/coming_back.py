"""Orders that were delivered, and what comes back of them."""

from datetime import datetime

from chalicelib.domain.canonical import Line, Platform, RefundLine, RefundSeen, SeenBy
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.orders import Order
from chalicelib.domain.return_lines import Disposition, Found, Grade, Reason, Wanted, Wish
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.returns import Return
from chalicelib.services import catalogue, return_work, returns
from chalicelib.services import desk as desks
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from tests.people import desk_of
from tests.unit.order_builders import an_order_seen, delivered, eur

ASKED = Asked(wish=Wish.REFUND, note="", channel="web", language="de")


def buyers_desk() -> Desk:
    return desks.desk(house(), "acme", actor=Actor(kind=ActorKind.CUSTOMER), correlation="test")


def bought(*lines: Line, captured: int | None = None) -> Order:
    """An order of these lines at the door, paid: all of it, or so much as was captured."""
    seen = an_order_seen(*lines, shipping=0)
    if captured is not None:
        seen = seen.model_copy(update={"captured": eur(captured)})
    taken = catalogue.take_order(desk_of(), [seen, *delivered()], SeenBy.WEBHOOK)
    assert taken is not None
    return taken


def wanted(line: str = "l1", units: int = 1) -> tuple[Wanted, ...]:
    return (Wanted(line_id=line, quantity=units, reason=Reason.NO_REASON),)


def asked_back(order: Order, line: str = "l1", units: int = 1) -> Return:
    """A return of a line that its buyer asked for."""
    return returns.request(buyers_desk(), order.id, wanted(line, units), ASKED)


def as_new(line: str = "l1", units: int = 1) -> Found:
    return Found(line_id=line, accepted=units, grade=Grade.A, disposition=Disposition.RESELL)


def came_back(order: Order, line: str = "l1", units: int = 1) -> Return:
    """The same, arrived and found to be as new."""
    case = asked_back(order, line, units).id
    return_work.receive(desk_of(), case, {line: units})
    return return_work.inspect(desk_of(), case, [as_new(line, units)])


def a_refund(refund: str, amount: int, at: datetime, line: str = "") -> RefundSeen:
    """A refund as the shop tells it; of a line, if it says of which."""
    return RefundSeen(
        platform=Platform.STANDARD,
        order_id="o1",
        id=refund,
        changed_at=at,
        amount=eur(amount),
        lines=(RefundLine(line_id=line, quantity=1, amount=eur(amount)),) if line else (),
        refunded_at=at,
    )


def stored(case: Return) -> Return:
    return desk_of().get(Return, case.id)


def facts_of(*cases: Return) -> list[str]:
    """What was told of these returns and their refunds, promises left out."""
    told = [event.type for case in cases for event in desk_of().trail(case.id)[0]]
    return [one for one in told if one.startswith("return.")]
