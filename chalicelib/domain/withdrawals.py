"""Withdrawals from a contract, as a buyer declares them (Directive 2011/83/EU art. 11a).

A declaration counts from the moment it is made, whatever it names: nothing here refuses one. What
follows from it is decided afterwards: the order is known and a return begins, or a person sees to
it within a working day.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain import promise_facts
from chalicelib.domain import promises as promised
from chalicelib.domain.agenda import Cancel, Entry
from chalicelib.domain.calendar import WorkingHours
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.customers import mail_address
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.events import Fact
from chalicelib.domain.numbers import claim
from chalicelib.domain.orders import Order
from chalicelib.domain.promises import OwedTo, Promise, Signal
from chalicelib.domain.records import Moment, Record, Value
from chalicelib.domain.withdrawal_facts import (
    WithdrawalAnswered,
    WithdrawalDeclared,
    WithdrawalLeft,
    WithdrawalMatched,
)

FOLLOW = "withdrawal.follow"
"""The kind of the agenda entry by which what follows from a declaration is done."""

MATCH = "match"
"""What is promised with every declaration: that it is matched with an order, or answered."""

WORKING_DAY, WARN = 480, 120
"""Minutes: within which it is matched, and how long before somebody is warned."""

LONGEST_NAME, LONGEST_CONTRACT, LONGEST_MAIL, LONGEST_TITLE = 300, 5_000, 300, 200
"""Characters that are kept; what is longer is cut and marked, for it is not refused."""

MOST_ITEMS = 1_000

CUT = " […]"


class State(StrEnum):
    """`waiting`: for a person, or to be looked at. `answered`: the shop wrote that it holds that
    there is no right."""

    WAITING = "waiting"
    MATCHED = "matched"
    ANSWERED = "answered"


class Proof(StrEnum):
    """By what it is known which order is meant, and that whoever declares is its buyer."""

    LINK = "link"
    """It came by a link that was signed for the order."""
    MAIL = "mail"
    NAME = "name"
    STAFF = "staff"

    @property
    def opens_case(self) -> bool:
        """Whether who declared may see the return itself; a name is known to others, too."""
        return self in (Proof.LINK, Proof.MAIL)


class Why(StrEnum):
    """Why a person sees to it."""

    NO_ORDER = "no_order"
    """Which order is meant is not known."""
    NOT_SENT = "not_sent"
    """Some of it has not left the shop: it is called off there."""
    NOTHING_LEFT = "nothing_left"
    """All of it is coming back already."""
    NOT_BY_ITSELF = "not_by_itself"
    """The order is not wholly known, or too large for one return."""


class Item(Value):
    """So many units of one thing that was ordered, as the page named it."""

    line_id: str
    quantity: int
    title: str = ""


class Statement(Value):
    """What somebody declares. Each of the three texts may be empty, and none is checked."""

    name: str
    contract: str
    """What tells which contract is meant: a number, or words."""
    mail: str
    """Where the receipt goes."""
    items: tuple[Item, ...] = ()
    """From what of it; nothing is from all of it."""
    language: str
    pressed_at: Moment
    """When the button was pressed; this counts."""
    order_id: str | None = None
    """The order whose signed link the declaration came by."""


class Withdrawal(Record):
    """One declaration, with the receipt that was given for it."""

    kind: ClassVar[str] = "withdrawal"
    prefix: ClassVar[str] = "wdr"

    number: str
    customer_id: str | None
    """To whom the receipt is mailed; None where no address was named."""
    name: str = ""
    contract: str = ""
    mail: str = ""
    items: tuple[Item, ...] = ()
    language: str
    zone: str
    """IANA; the clock on which the receipt says when."""
    declared_at: Moment
    content: str = ""
    """The receipt's text as it was given."""
    digest: str
    """SHA-256 of that text in UTF-8; it stays when the text is forgotten."""
    state: State = State.WAITING
    why: Why | None = None
    linked_order_id: str | None = None
    order_id: str | None = None
    order_number: str = ""
    return_id: str | None = None
    proof: Proof | None = None
    follows: str | None = None
    """An earlier declaration about the same order."""
    promise: Promise
    answer_text: str = ""
    looked_at: Moment | None = None
    """When the order was looked for."""
    ended_at: Moment | None = None
    erased_at: Moment | None = None

    @property
    def due_at(self) -> datetime | None:
        return self.promise.due_at if self.promise.is_owed else None


def kept_text(text: str, most: int) -> str:
    """The text as far as it is kept, with a mark where it was cut."""
    return text if len(text) <= most else text[: most - len(CUT)] + CUT


def declare(
    said: Statement,
    *,
    shop: str,
    id_: str,
    number: str,
    receipt: tuple[str, str],
    customer_id: str | None,
    zone: str,
    hours: WorkingHours,
    follow_at: datetime,
) -> Changes[Withdrawal]:
    """Take a declaration. `receipt` is its text and the text's digest; what follows from it is
    done at `follow_at`."""
    promise = promised.promise_in_working_time(
        MATCH,
        OwedTo.CUSTOMER,
        said.pressed_at,
        minutes=WORKING_DAY,
        warn_minutes=WARN,
        hours=hours,
    )
    content, digest = receipt
    made = Withdrawal(
        shop=shop,
        id=id_,
        number=number,
        customer_id=customer_id,
        name=said.name,
        contract=said.contract,
        mail=said.mail,
        items=said.items,
        language=said.language,
        zone=zone,
        declared_at=said.pressed_at,
        content=content,
        digest=digest,
        linked_order_id=said.order_id,
        promise=promise,
    )
    fact = WithdrawalDeclared(
        language=said.language, is_partial=bool(said.items), has_address=customer_id is not None
    )
    told = (fact, *promise_facts.facts(None, promise))
    return Changes(
        made,
        records=(made, claim(shop, number, id_)),
        told=tuple(Told(made, one) for one in told),
        agenda=(
            promised.ring_entry(shop, id_, [promise]),
            Entry(shop=shop, kind=FOLLOW, subject=id_, due_at=follow_at),
        ),
    )


def fits(order: Order, said: Withdrawal) -> Proof | None:
    """By what whoever declares is known to be the buyer of the order whose number they name."""
    address = mail_address(said.mail)
    if address is not None and mail_address(order.contact.mail) == address:
        return Proof.MAIL
    name = _folded(said.name)
    return Proof.NAME if name and _folded(order.contact.name or "") == name else None


def matched(
    said: Withdrawal,
    order: Order,
    proof: Proof,
    *,
    return_id: str | None,
    follows: str | None,
    at: datetime,
) -> Changes[Withdrawal]:
    """The order is known, and what follows follows from its return. Raises NotAllowed for a
    declaration that is settled."""
    _require_waiting(said)
    after = said.but(
        state=State.MATCHED,
        order_id=order.id,
        order_number=order.number,
        return_id=return_id,
        proof=proof,
        follows=follows,
        why=None,
        promise=promised.keep(said.promise, at, State.MATCHED),
        looked_at=at,
        ended_at=at,
    )
    fact = WithdrawalMatched(order_id=order.id, return_id=return_id, proof=proof, follows=follows)
    return _looked_at(said, after, fact)


def left(
    said: Withdrawal,
    why: Why,
    *,
    order: Order | None,
    proof: Proof | None,
    return_id: str | None,
    at: datetime,
) -> Changes[Withdrawal]:
    """A person sees to it, with what is known so far."""
    _require_waiting(said)
    after = said.but(
        why=why,
        order_id=order.id if order else None,
        order_number=order.number if order else "",
        return_id=return_id,
        proof=proof,
        looked_at=at,
    )
    fact = WithdrawalLeft(why=why, order_id=after.order_id, return_id=return_id)
    return _looked_at(said, after, fact)


def answered(said: Withdrawal, text: str, *, at: datetime) -> Changes[Withdrawal]:
    """The shop holds that there is no right to withdraw, and says why; that it was declared
    stands. Raises NotAllowed for a declaration that is settled."""
    _require_waiting(said)
    after = said.but(
        state=State.ANSWERED,
        answer_text=text,
        promise=promised.keep(said.promise, at, State.ANSWERED),
        looked_at=at,
        ended_at=at,
    )
    return _looked_at(said, after, WithdrawalAnswered())


def ring(said: Withdrawal, *, at: datetime) -> tuple[Changes[Withdrawal], list[Signal]]:
    """What the clock has to say about the working day, each thing once."""
    promise, signals = promised.ring(said.promise, at)
    if not signals:
        again = promised.ring_entry(said.shop, said.id, [said.promise])
        return Changes(said, agenda=(again,)), []
    return _step(said, said.but(promise=promise)), signals


def wanted_units(items: Sequence[Item], may_claim: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Line -> units that come back by this declaration, of those that may still be claimed."""
    chosen = {item.line_id: item.quantity for item in items}
    return {
        line_id: units
        for line_id, most in may_claim
        if (units := min(most, chosen.get(line_id, 0) if items else most)) > 0
    }


def _looked_at(before: Withdrawal, after: Withdrawal, fact: Fact) -> Changes[Withdrawal]:
    """A step after which nothing is left to be done by itself."""
    no_more = Cancel(shop=after.shop, kind=FOLLOW, subject=after.id)
    return _step(before, after, fact).plus(Changes(None, agenda=(no_more,)))


def _step(before: Withdrawal, after: Withdrawal, *told: Fact) -> Changes[Withdrawal]:
    moved = promise_facts.facts(before.promise, after.promise)
    return Changes(
        after,
        records=(after,),
        told=tuple(Told(after, fact) for fact in (*told, *moved)),
        agenda=(promised.ring_entry(after.shop, after.id, [after.promise]),),
    )


def _require_waiting(said: Withdrawal) -> None:
    if said.state is not State.WAITING:
        raise NotAllowed(f"Withdrawal {said.number} is {said.state}.", reason=said.state)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
