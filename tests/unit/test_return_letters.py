"""What the letter of a settled return says of the day on which the money is back."""

from datetime import timedelta

from chalicelib.domain import letters, return_refunds
from chalicelib.domain.periods import last_moment
from chalicelib.domain.return_letters import letters_for
from chalicelib.domain.return_lines import Disposition, Found, Grade, Rejection
from chalicelib.domain.returns import REFUND, Return
from tests.unit.order_builders import a_line
from tests.unit.return_builders import AT, Shop, law_of

REFUSED = Found(
    line_id="l1",
    accepted=0,
    grade=Grade.C,
    disposition=Disposition.SEND_BACK,
    rejection=Rejection.NOT_INTACT,
)


def inspected(*found: Found) -> tuple[Shop, Return]:
    shop = Shop(lines=(a_line("l1", quantity=1, paid=10_000),), shipping=0)
    case = shop.receive(shop.agree(shop.ask({"l1": 1})), {"l1": 1})
    return shop, shop.inspect(case, *found)


def settlement(shop: Shop, case: Return, after: timedelta) -> letters.ReturnSettled:
    """The letter of a return that is settled so long after it was asked for."""
    changes = return_refunds.settle(
        case,
        shop.order,
        shop.paid(),
        shop.policy,
        law=law_of(shop.policy, case.lines),
        adopted=None,
        at=AT + after,
    )
    [letter] = letters_for(changes.result, changes.told)
    assert isinstance(letter, letters.ReturnSettled)
    return letter


def test_it_names_the_day_that_was_promised() -> None:
    shop, case = inspected()
    owed = case.promised(REFUND)
    assert owed
    assert owed.due_at

    assert settlement(shop, case, timedelta(days=5)).refund_by == last_moment(owed.due_at)


def test_it_promises_no_day_that_has_passed() -> None:
    assert settlement(*inspected(), timedelta(days=60)).refund_by is None


def test_it_promises_no_day_for_what_is_done_with_the_settlement() -> None:
    letter = settlement(*inspected(REFUSED), timedelta(days=5))

    assert letter.total.amount == 0
    assert letter.refund_by is None
