"""Declaring a withdrawal from a contract: taken whatever it says, and receipted."""

from datetime import datetime, timedelta

from chalicelib.domain import withdrawals as rules
from chalicelib.domain.canonical import Person
from chalicelib.domain.changes import Changes, nothing
from chalicelib.domain.customers import Customer, mail_address
from chalicelib.domain.letters import Letter, WithdrawalReceipt
from chalicelib.domain.messages import message
from chalicelib.domain.withdrawals import Statement, Withdrawal
from chalicelib.services import customers
from chalicelib.services.desk import Desk, command
from chalicelib.services.withdrawal_words import receipt
from chalicelib.store.records import Page
from chalicelib.store.tables import Item

WAITING = "withdrawals"
"""The list of declarations that wait for a person, by when they are due."""

SOON = timedelta(minutes=1)
"""The clock follows up what the request itself could not."""

LATER = timedelta(minutes=10)
"""Where a robot seems to be at work, the receipt is mailed and the order looked for so much later:
these are what it could use, to write to strangers and to learn which orders there are. The
declaration itself counts as of its press, with its page and its file at once."""

RECEIPT_LIFETIME = WithdrawalReceipt.lifetime
"""How long a link to a receipt's page is good."""


@command
def declare(desk: Desk, said: Statement, pause: timedelta) -> Withdrawal:
    """Take a declaration, and mail its receipt after `pause`. Never raises for what it says."""
    at, shop = desk.now(), desk.shop
    recognised = customers.recognise(desk, _person(said), said_at=said.pressed_at).changes
    customer, number = recognised.result, desk.new_number("W")
    made = rules.declare(
        said,
        shop=desk.shop_id,
        id_=desk.new_id(Withdrawal.prefix),
        number=number,
        receipt=receipt(shop, said, number),
        customer_id=customer.id if customer else None,
        zone=shop.zone,
        hours=shop.hours,
        follow_at=at + max(pause, SOON),
    )
    letter = WithdrawalReceipt(
        number=number, digest=made.result.digest, match_by=made.result.due_at
    )
    mail = written(desk, made.result, customer, letter, at + pause)
    return desk.commit(made.plus(recognised, mail))


def written(
    desk: Desk, said: Withdrawal, customer: Customer | None, letter: Letter, at: datetime
) -> Changes[object]:
    """A letter to where the receipt goes. Nobody is written to who named no address."""
    if customer is None or customer.erased_at is not None:
        return nothing(None)
    return message(
        customer,
        letter,
        shop=desk.shop,
        subject_id=said.id,
        new_id=desk.new_id,
        at=at,
        language=said.language,
    )


def waiting(desk: Desk, *, limit: int, after: Item | None) -> Page:
    """The declarations that wait for a person, the most urgent first."""
    return desk.page(1, WAITING, limit=limit, after=after)


def _person(said: Statement) -> Person:
    """Whom the receipt goes to. Who names no address that can be one is not looked for."""
    address = mail_address(said.mail)
    if address is None:
        return Person()
    return Person(name=said.name or None, mail=address, language=said.language)
