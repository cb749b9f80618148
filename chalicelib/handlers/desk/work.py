"""Cases as the staff's pages list them: what is owed of each, to whom, by when, and where it is
worked on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import Order
from chalicelib.domain.promises import OwedTo, Promise
from chalicelib.domain.records import Record
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.withdrawals import State, Withdrawal
from chalicelib.handlers.desk.places import page_of
from chalicelib.services.desk import Desk
from chalicelib.services.finding import Case
from chalicelib.store.records import Card

_KINDS: dict[str, type[Record]] = {one.kind: one for one in (Ticket, Return, Callback, Withdrawal)}


@dataclass(frozen=True, slots=True)
class Work:
    """One case. `what` is a promise's code, empty if nothing is owed; `due_at` is None while its
    clock stands still; a call is due from when it is promised and late when that time is over."""

    case: Case
    who: str
    """The customer's name; empty if it is not known."""
    what: str
    due_at: datetime | None
    is_late: bool
    is_ours: bool
    """The next thing is for us to do, and its clock runs; else somebody else acts."""

    @property
    def kind(self) -> str:
        return self.case.kind

    @property
    def place(self) -> str:
        return place_of(self.case)

    @property
    def owner(self) -> str | None:
        """Whose it is, by id; a return and a withdrawal are nobody's in particular."""
        match self.case:
            case Ticket():
                return self.case.assignee
            case Callback():
                return self.case.owner_id
            case Return() | Withdrawal():
                return None

    @property
    def is_over(self) -> bool:
        """Nobody works on it any more."""
        match self.case:
            case Ticket():
                return not self.case.status.is_active
            case Callback():
                return not self.case.state.is_open
            case Return():
                return not self.case.is_open
            case Withdrawal():
                return self.case.state is not State.WAITING


def works(here: Desk, cards: Iterable[Card]) -> list[Work]:
    """The cases of some cards, as they stand, in the cards' order; two reads, however many."""
    wanted = dict.fromkeys((card.kind, card.id) for card in cards if card.kind in _KINDS)
    found = here.read(*((_KINDS[kind], id_) for kind, id_ in wanted)) if wanted else []
    return works_of(here, [one for one in found if isinstance(one, Case)])


def works_of(here: Desk, cases: Sequence[Case]) -> list[Work]:
    """The same of cases that were read; one read for their customers."""
    people = sorted({one.customer_id for one in cases if one.customer_id})
    found = here.read(*((Customer, one) for one in people)) if people else []
    names = {one.id: one.name or "" for one in found if isinstance(one, Customer)}
    return [_work(one, names.get(one.customer_id or "", ""), here.now()) for one in cases]


def place_of(case: Case) -> str:
    """The page a case is worked on; of a withdrawal that waits for nobody, what it led to."""
    if isinstance(case, Withdrawal) and case.state is not State.WAITING:
        if case.return_id:
            return page_of(Return.kind, case.return_id)
        if case.order_id:
            return page_of(Order.kind, case.order_id)
    return page_of(case.kind, case.id, case.number)


def _work(case: Case, who: str, now: datetime) -> Work:
    owed = [one for one in _promises(case) if one.is_owed]
    running = case.running if isinstance(case, Ticket) else owed
    timed = [(one.due_at, one) for one in running if one.due_at is not None]
    if not timed:
        what = owed[0].what if owed else ""
        return Work(case, who, what, None, is_late=False, is_ours=False)
    ends_at, next_owed = min(timed, key=lambda pair: pair[0])
    due_at = case.window_start if isinstance(case, Callback) else ends_at
    is_ours = next_owed.owed_to is not OwedTo.SHOP
    return Work(case, who, next_owed.what, due_at, is_late=ends_at <= now, is_ours=is_ours)


def _promises(case: Case) -> Iterable[Promise]:
    return (case.promise,) if isinstance(case, Callback | Withdrawal) else case.promises
