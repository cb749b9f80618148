"""What the form of a withdrawal holds. Nothing in it is wrong: what is too long is cut, and what is
not known is left out."""

from typing import Annotated, Any, cast

from pydantic import BeforeValidator, ConfigDict, Field

from chalicelib.domain.withdrawals import (
    LONGEST_CONTRACT,
    LONGEST_MAIL,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_ITEMS,
    Item,
    kept_text,
)
from chalicelib.web.forms import Body

LONGEST_TOKEN = 600


def _text(value: Any) -> str:
    """A field that is there several times is all of them; a group of fields is none of ours."""
    if isinstance(value, list):
        return "\n".join(str(one) for one in cast("list[Any]", value))
    return value if isinstance(value, str) else ""


def _one_line(most: int) -> BeforeValidator:
    """Nothing in it can look like a further line of the receipt."""
    return BeforeValidator(lambda value: kept_text(" ".join(_text(value).split()), most))


def _groups(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return []
    return [one for one in cast("list[Any]", value) if isinstance(one, dict)]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


Name = Annotated[str, _one_line(LONGEST_NAME)]
Mail = Annotated[str, _one_line(LONGEST_MAIL)]
Title = Annotated[str, _one_line(LONGEST_TITLE)]
Code = Annotated[str, _one_line(200)]
Figure = Annotated[str, _one_line(9)]
Contract = Annotated[str, _one_line(LONGEST_CONTRACT)]
Token = Annotated[str, _one_line(LONGEST_TOKEN)]


class Picked(Body):
    """How many of one line; whatever is no number is all of them."""

    model_config = ConfigDict(extra="ignore")

    line_id: Code = ""
    title: Title = ""
    quantity: Figure = ""
    most: Figure = ""

    @property
    def units(self) -> int:
        most = _number(self.most)
        return min(_number(self.quantity), most) if self.quantity.isdecimal() else most


class Filled(Body):
    """Everything either step holds."""

    model_config = ConfigDict(extra="ignore")

    step: Code = ""
    """`confirm` is the press that counts."""
    name: Name = ""
    contract: Contract = ""
    mail: Mail = ""
    order: Token = ""
    """The token of the order's link that the reader came by."""
    items: Annotated[list[Picked], BeforeValidator(_groups)] = Field(default_factory=list[Picked])
    again: Code = ""
    """The same page in another language was asked for, with what is typed so far."""
    change: Code = ""
    """The first step was asked for again."""
    website: Code = ""
    """Only robots fill this in."""

    @property
    def says_nothing(self) -> bool:
        return not (self.name or self.contract or self.mail)

    @property
    def chosen(self) -> tuple[Item, ...]:
        """What is withdrawn from, if it is not everything; to choose nothing is no choice."""
        lines = [one for one in self.items[:MOST_ITEMS] if one.line_id]
        some = [one for one in lines if one.units]
        if not some or all(one.units == _number(one.most) for one in lines):
            return ()
        return tuple(Item(line_id=one.line_id, quantity=one.units, title=one.title) for one in some)
