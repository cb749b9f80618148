"""Many at once for the same unit and the same money, on a server with real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.errors import DomainError
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.ledger import Purpose, booked
from chalicelib.domain.orders import Order
from chalicelib.domain.records import build_models
from chalicelib.domain.return_lines import Disposition, Found, Grade, Reason, Wanted, Wish
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.returns import Return
from chalicelib.domain.shops import Configuration
from chalicelib.services import catalogue, keys, return_work, shops
from chalicelib.services import desk as desks
from chalicelib.services import returns as service
from chalicelib.services.desk import Desk
from chalicelib.services.house import house, set_clock
from chalicelib.services.order_files import order_file
from tests.unit.order_builders import DELIVERED, a_line, an_order_seen, delivered

pytestmark = pytest.mark.usefixtures("ministack")

ASKED = Asked(wish=Wish.REFUND, note="", channel="web", language="de")


def desk_of() -> Desk:
    return desks.desk(house(), "acme", actor=Actor(kind=ActorKind.CUSTOMER), correlation="race")


@pytest.fixture
def order(ministack: object) -> Order:
    set_clock(lambda: DELIVERED + timedelta(days=1))
    keys.ensure(house())
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    lines = (a_line("l1", quantity=1, paid=5000), a_line("l2", quantity=1, paid=3000))
    taken = catalogue.take_order(
        desk_of(), [an_order_seen(*lines, shipping=0), *delivered()], SeenBy.WEBHOOK
    )
    assert taken is not None
    return taken


def wanted(line: str) -> tuple[Wanted, ...]:
    return (Wanted(line_id=line, quantity=1, reason=Reason.NO_REASON),)


def at_once(times: int, act: Callable[[], Return]) -> list[Return]:
    """What of many tries at the same time succeeded."""

    def tried(_: int) -> Return | None:
        try:
            return act()
        except DomainError:
            return None

    build_models()
    with ThreadPoolExecutor(16) as pool:
        return [one for one in pool.map(tried, range(times)) if one is not None]


def test_fifty_want_the_last_unit_and_one_gets_it(order: Order) -> None:
    won = at_once(50, lambda: service.request(desk_of(), order.id, wanted("l1"), ASKED))

    assert len(won) == 1
    assert desk_of().get(Order, order.id).returned == {"l1": 1}


def test_two_returns_settled_many_times_over_reserve_each_refund_once(order: Order) -> None:
    cases: list[str] = []
    for line in ("l1", "l2"):
        case = service.request(desk_of(), order.id, wanted(line), ASKED).id
        return_work.receive(desk_of(), case, {line: 1})
        found = Found(line_id=line, accepted=1, grade=Grade.A, disposition=Disposition.RESELL)
        return_work.inspect(desk_of(), case, [found])
        cases.append(case)

    won = [at_once(6, lambda c=case: return_work.settle(desk_of(), c)) for case in cases]

    assert [len(one) for one in won] == [1, 1]
    file = order_file(desk_of(), order.id)
    assert booked(file.ledger, Purpose.REFUND, "EUR").amount == 8000
