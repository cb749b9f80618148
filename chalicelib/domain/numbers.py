"""The short numbers people quote: each is claimed once, in the commit that gives it (TKT-02)."""

from typing import ClassVar

from chalicelib.domain.records import Record


class NumberClaim(Record):
    """Whose a number is. Its id is the number itself, so two cases can never share one: the
    second commit is a conflict and is decided again with a fresh number. An address of the staff
    is claimed in the same way."""

    kind: ClassVar[str] = "number"
    prefix: ClassVar[str] = ""

    subject: str
    """The id of the ticket, return, call or withdrawal the number stands for, or of the member of
    staff whose address it is."""


def claim(shop: str, number: str, subject: str) -> NumberClaim:
    return NumberClaim(shop=shop, id=number, subject=subject)
