"""What a declaration of withdrawal says, word for word: on the page, in the mail, in the file."""

import hashlib
from collections.abc import Sequence

from chalicelib.domain.shops import Shop
from chalicelib.domain.withdrawals import Item, Statement
from chalicelib.locales import catalogue, formats


def statement(shop: Shop, said: Statement) -> str:
    """What is declared, in the language of the page."""
    say = catalogue(said.language).gettext
    none = say("not named")
    declared = say("I hereby withdraw from my contract with %(shop)s.") % {"shop": shop.name}
    lines = (
        (say("Contract"), said.contract or none),
        (say("Withdrawn from"), _from_what(said.items) or say("everything ordered")),
        (say("Name"), said.name or none),
        (say("Receipt to"), said.mail or none),
    )
    return "\n".join((declared, "", *(f"{what}: {words}" for what, words in lines)))


def receipt(shop: Shop, said: Statement, number: str) -> tuple[str, str]:
    """What was declared and when, and the SHA-256 of that text in UTF-8."""
    say = catalogue(said.language).gettext
    numbered, received = say("Number"), say("Received")
    when = formats.exact_moment(said.pressed_at, shop.zone, said.language)
    words = f"{statement(shop, said)}\n\n{numbered}: {number}\n{received}: {when}"
    return words, hashlib.sha256(words.encode()).hexdigest()


def _from_what(items: Sequence[Item]) -> str:
    return ", ".join(f"{one.quantity} × {one.title or one.line_id}" for one in items)
